// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Vm} from "forge-std/Vm.sol";

import {IContributionRegistry} from "../../../contracts/interfaces/IContributionRegistry.sol";
import {BurningReceiver} from "../mocks/BurningReceiver.sol";
import {DeepReceiver} from "../mocks/DeepReceiver.sol";
import {LongWindedReceiver} from "../mocks/LongWindedReceiver.sol";
import {RecordingReceiver} from "../mocks/RecordingReceiver.sol";
import {ReenteringReceiver} from "../mocks/ReenteringReceiver.sol";
import {RegistryTest} from "./RegistryTest.sol";

contract RelayManyTest is RegistryTest {
    IContributionRegistry.Relayed[] private _batch;

    function setUp() public override {
        super.setUp();
        for (uint256 i = 0; i < 5; ++i) _batch.push(_signed(_numbered(i, address(receiver))));
    }

    function _numbered(
        uint256 salt,
        address to
    ) private view returns (IContributionRegistry.Attestation memory attestation) {
        attestation = _attestation();
        attestation.salt = bytes32(salt);
        attestation.data = abi.encode(to, uint256(7));
    }

    function _uid(uint256 i) private view returns (bytes32) {
        return registry.uidOf(_batch[i].attestation);
    }

    /// @dev Relays the batch and expects the one at `place` to fail with `reason`, and the others to be taken.
    function _expectSkipped(uint256 place, bytes memory reason) private {
        uint256 before = receiver.count();
        vm.expectEmit(address(registry));
        emit IContributionRegistry.RelayFailed(place, _batch[place].attester, _uid(place), reason);

        bytes32[] memory uids = registry.relayMany(_batch);

        for (uint256 i = 0; i < uids.length; ++i) {
            if (i == place) continue;
            assertEq(uids[i], _uid(i), "uid");
            assertEq(registry.statusOf(_batch[i].attester, uids[i]).attestedAt, block.timestamp, "attested at");
        }
        assertEq(uids[place], 0, "left out");
        assertEq(receiver.count() - before, uids.length - 1, "passed on");
    }

    function _refusal(bytes4 selector, uint256 place) private view returns (bytes memory) {
        return abi.encodeWithSelector(selector, reviewer, _uid(place));
    }

    /* SKIPPED */

    function test_relayMany_does_nothing_when_there_are_none() external {
        delete _batch;

        // it should do nothing
        assertEq(registry.relayMany(_batch).length, 0, "uids");
    }

    function test_relayMany_skips_what_was_relayed_before() external {
        vm.prank(outsider);
        registry.relay(_batch[3]);

        // it should skip that one with {RelayFailed} and take the others
        _expectSkipped(3, _refusal(IContributionRegistry.ContributionRegistry_AlreadyAttested.selector, 3));
    }

    function test_relayMany_skips_the_second_when_the_same_comes_twice() external {
        _batch[4] = _batch[0];
        bytes memory reason = _refusal(IContributionRegistry.ContributionRegistry_AlreadyAttested.selector, 0);

        // it should skip the second with {RelayFailed}
        vm.expectEmit(address(registry));
        emit IContributionRegistry.RelayFailed(4, reviewer, _uid(0), reason);
        bytes32[] memory uids = registry.relayMany(_batch);
        assertEq(uids[0], _uid(0), "first");
        assertEq(uids[4], 0, "second");
        assertEq(receiver.count(), 4, "passed on");
    }

    function test_relayMany_skips_what_an_outsider_signed() external {
        _batch[2].attester = outsider;

        // it should skip that one with {RelayFailed} and take the others
        _expectSkipped(
            2,
            abi.encodeWithSelector(IContributionRegistry.ContributionRegistry_SignatureInvalid.selector, outsider)
        );
    }

    function test_relayMany_skips_what_expired() external {
        IContributionRegistry.Attestation memory attestation = _numbered(9, address(receiver));
        attestation.expirationTime = NOW;
        _batch[0] = _signed(attestation);

        // it should skip that one with {RelayFailed} and take the others
        _expectSkipped(
            0,
            abi.encodeWithSelector(IContributionRegistry.ContributionRegistry_Expired.selector, NOW, NOW)
        );
    }

    function test_relayMany_skips_what_its_receiver_refuses() external {
        RecordingReceiver refusing = new RecordingReceiver();
        refusing.setRefuses(true);
        _batch[4] = _signed(_numbered(4, address(refusing)));

        // it should skip that one with the receiver's reason and take the others
        _expectSkipped(4, abi.encodeWithSelector(RecordingReceiver.RecordingReceiver_Refused.selector));

        // it should store nothing of it
        assertEq(registry.statusOf(reviewer, _uid(4)).attestedAt, 0, "attested at");

        // it should take it when it is relayed again
        refusing.setRefuses(false);
        assertEq(registry.relay(_batch[4]), _uid(4), "again");
    }

    function test_relayMany_cuts_a_long_reason() external {
        _batch[1] = _signed(_numbered(1, address(new LongWindedReceiver(100_000))));
        bytes memory cut = new bytes(256);
        for (uint256 i = 0; i < cut.length; ++i) cut[i] = 0xab;

        // it should keep the first 256 bytes
        _expectSkipped(1, cut);
    }

    function test_relayMany_keeps_a_reason_up_to_its_length(uint256 length) external {
        length = bound(length, 0, 256);
        _batch[1] = _signed(_numbered(1, address(new LongWindedReceiver(length))));
        bytes memory whole = new bytes(length);
        for (uint256 i = 0; i < length; ++i) whole[i] = 0xab;

        // it should keep all of a shorter one
        _expectSkipped(1, whole);
    }

    /* GAS */

    function test_relayMany_takes_the_others_when_a_receiver_burns_its_gas() external {
        _batch[0] = _signed(_numbered(0, address(new BurningReceiver())));
        uint256 before = gasleft();

        // it should burn no more than RELAY_GAS and take the others
        _expectSkipped(0, "");
        assertLt(before - gasleft(), registry.RELAY_GAS() + 1_000_000, "burnt");
    }

    function test_relayMany_reverts_when_a_receiver_burnt_less_than_it_may() external {
        _batch[0] = _signed(_numbered(0, address(new BurningReceiver())));
        uint256 tooLittle = registry.RELAY_GAS();

        // it should revert with ContributionRegistry_GasTooLow when that was less than RELAY_GAS
        vm.expectPartialRevert(IContributionRegistry.ContributionRegistry_GasTooLow.selector);
        registry.relayMany{gas: tooLittle}(_batch);
    }

    function testFuzz_pitfall_16_relayMany_never_skips_for_want_of_gas(uint256 gas, uint256 depth) external {
        DeepReceiver deep = new DeepReceiver(bound(depth, 0, 24));
        for (uint256 i = 2; i < 5; ++i) _batch[i] = _signed(_numbered(i, address(deep)));
        gas = bound(gas, 30_000, 1_800_000);
        bytes memory call = abi.encodeCall(registry.relayMany, (_batch));

        (bool success, bytes memory answer) = address(registry).call{gas: gas}(call);

        // it should take all or revert, whatever the gas and however deep it runs out
        if (!success) return;
        bytes32[] memory uids = abi.decode(answer, (bytes32[]));
        for (uint256 i = 0; i < uids.length; ++i) assertEq(uids[i], _uid(i), "a good one left out");
        assertEq(deep.written(), 30, "written");
    }

    /* PRETENDERS */

    function test_relayMany_gives_the_self_call_no_right() external {
        _batch[0].attester = outsider;

        // it should ask for the signature when the registry is the caller
        vm.prank(address(registry));
        _expectSignatureRefused(outsider);
        registry.relay(_batch[0]);

        // it should refuse the registry as attester
        _batch[0].attester = address(registry);
        _expectSkipped(
            0,
            abi.encodeWithSelector(
                IContributionRegistry.ContributionRegistry_SignatureInvalid.selector,
                address(registry)
            )
        );
    }

    function test_relayMany_refuses_itself_as_receiver() external {
        _batch[2] = _signed(_numbered(2, address(registry)));

        // it should refuse the registry as receiver
        _expectSkipped(2, "");
    }

    /* CALLING BACK */

    function test_relayMany_takes_none_twice_when_the_receiver_calls_back() external {
        ReenteringReceiver hostile = new ReenteringReceiver();
        for (uint256 i = 0; i < 2; ++i) _batch[i] = _signed(_numbered(i, address(hostile)));
        hostile.prepare(address(registry), abi.encodeCall(registry.relayMany, (_batch)));

        bytes32[] memory uids = registry.relayMany(_batch);

        // it should take what the receiver relays itself once
        assertTrue(hostile.succeeded(), "the batch within");
        assertEq(uids[0], _uid(0), "the one under way");
        for (uint256 i = 1; i < uids.length; ++i) assertEq(uids[i], 0, "taken within");

        // it should take none twice
        for (uint256 i = 0; i < uids.length; ++i) {
            assertEq(registry.statusOf(reviewer, _uid(i)).attestedAt, NOW, "attested at");
        }
        assertEq(receiver.count(), 3, "passed on once each");
    }

    /* TAKEN */

    function test_relayMany_takes_each_in_order() external {
        vm.recordLogs();

        bytes32[] memory uids = registry.relayMany(_batch);

        // it should take each in order
        for (uint256 i = 0; i < _batch.length; ++i) {
            assertEq(uids[i], _uid(i), "uid");
            assertEq(registry.statusOf(reviewer, uids[i]).attestedAt, NOW, "attested at");
        }
        assertEq(receiver.count(), 5, "passed on");
        assertEq(receiver.uid(), uids[4], "last");
        assertEq(receiver.caller(), address(registry), "caller");

        // it should cost no event of failure
        Vm.Log[] memory logs = vm.getRecordedLogs();
        assertEq(logs.length, 5, "events");
        for (uint256 i = 0; i < logs.length; ++i) {
            assertEq(logs[i].topics[0], IContributionRegistry.Attested.selector, "event");
        }
    }
}
