// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IContributionRegistry} from "../../../contracts/interfaces/IContributionRegistry.sol";
import {RecordingReceiver} from "../mocks/RecordingReceiver.sol";
import {RegistryTest} from "./RegistryTest.sol";

contract AttestManyTest is RegistryTest {
    IContributionRegistry.Attestation[] private _many;
    RecordingReceiver[] private _receivers;

    function setUp() public override {
        super.setUp();
        for (uint256 i = 0; i < 3; ++i) {
            _receivers.push(new RecordingReceiver());
            IContributionRegistry.Attestation memory attestation = _attestation();
            (attestation.salt, attestation.data) = (bytes32(i), abi.encode(_receivers[i], i));
            _many.push(attestation);
        }
    }

    function test_attestMany_reverts_when_contexts_do_not_match() external {
        for (uint256 i = 1; i < 5; ++i) {
            if (i == _many.length) continue;

            // it should revert with ContributionRegistry_ContextsInvalid
            vm.expectRevert(
                abi.encodeWithSelector(
                    IContributionRegistry.ContributionRegistry_ContextsInvalid.selector,
                    i,
                    _many.length
                )
            );
            registry.attestMany(_many, new bytes[](i));
        }
    }

    function test_attestMany_reverts_when_one_is_refused() external {
        _receivers[2].setRefuses(true);

        // it should revert and take none
        vm.prank(reviewer);
        vm.expectRevert(RecordingReceiver.RecordingReceiver_Refused.selector);
        registry.attestMany(_many, new bytes[](0));
        assertEq(registry.statusOf(reviewer, registry.uidOf(_many[0])).attestedAt, 0, "taken");
        assertEq(_receivers[0].count(), 0, "passed on");
    }

    function test_attestMany_reverts_when_the_same_comes_twice() external {
        _many[2] = _many[0];
        bytes32 uid = registry.uidOf(_many[0]);

        // it should revert with ContributionRegistry_AlreadyAttested
        vm.prank(reviewer);
        vm.expectRevert(
            abi.encodeWithSelector(IContributionRegistry.ContributionRegistry_AlreadyAttested.selector, reviewer, uid)
        );
        registry.attestMany(_many, new bytes[](0));
    }

    function test_attestMany_does_nothing_when_there_are_none() external {
        delete _many;

        // it should do nothing
        assertEq(registry.attestMany(_many, new bytes[](0)).length, 0, "uids");
    }

    function test_attestMany_gives_empty_contexts_when_there_are_none() external {
        registry.attestMany(_many, new bytes[](0));

        // it should give each receiver an empty one
        for (uint256 i = 0; i < _many.length; ++i) {
            assertEq(_receivers[i].count(), 1, "passed on");
            assertEq(_receivers[i].context(), "", "context");
        }
    }

    function test_attestMany_takes_each_in_order() external {
        bytes[] memory contexts = new bytes[](_many.length);
        for (uint256 i = 0; i < contexts.length; ++i) contexts[i] = abi.encode("context", i);

        vm.prank(reviewer);
        bytes32[] memory uids = registry.attestMany(_many, contexts);

        for (uint256 i = 0; i < _many.length; ++i) {
            // it should take each in order as the caller's
            assertEq(uids[i], registry.uidOf(_many[i]), "uid");
            assertEq(registry.statusOf(reviewer, uids[i]).attestedAt, NOW, "attested at");
            assertEq(_receivers[i].attester(), reviewer, "attester");
            assertEq(_receivers[i].uid(), uids[i], "uid given");

            // it should give each receiver its own context
            assertEq(_receivers[i].context(), contexts[i], "context");
        }
    }
}
