// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ContributionRegistry} from "../../../contracts/ContributionRegistry.sol";
import {IContributionRegistry} from "../../../contracts/interfaces/IContributionRegistry.sol";
import {ContractWallet} from "../mocks/ContractWallet.sol";
import {RecordingReceiver} from "../mocks/RecordingReceiver.sol";
import {ReenteringReceiver} from "../mocks/ReenteringReceiver.sol";
import {VersionedEas} from "../mocks/VersionedEas.sol";
import {RegistryTest} from "./RegistryTest.sol";

contract RelayTest is RegistryTest {
    uint256 private constant ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;

    /* SIGNATURE */

    function test_relay_reverts_when_signature_is_an_outsiders() external {
        (, uint256 outsiderKey) = makeAddrAndKey("outsider");
        IContributionRegistry.Relayed memory relayed = _signedBy(_attestation(), reviewer, outsiderKey);

        // it should revert with ContributionRegistry_SignatureInvalid
        _expectSignatureRefused(reviewer);
        registry.relay(relayed);
    }

    function testFuzz_pitfall_11_relay_reverts_when_a_field_was_changed(uint256 field, uint256 flip) external {
        IContributionRegistry.Relayed memory relayed = _signed(_attestation());
        IContributionRegistry.Attestation memory a = relayed.attestation;
        field = bound(field, 0, 7);
        flip = bound(flip, 1, type(uint32).max);
        if (field == 0) a.schema ^= bytes32(flip);
        if (field == 1) a.recipient = address(uint160(a.recipient) ^ uint160(flip));
        if (field == 2) a.time ^= uint64(flip);
        if (field == 3) a.expirationTime ^= uint64(flip);
        if (field == 4) a.revocable = !a.revocable;
        if (field == 5) a.refUID ^= bytes32(flip);
        if (field == 6) a.data = bytes.concat(a.data, bytes32(flip));
        if (field == 7) a.salt ^= bytes32(flip);

        // it should revert with ContributionRegistry_SignatureInvalid
        _expectSignatureRefused(reviewer);
        registry.relay(relayed);
    }

    function test_relay_reverts_when_signed_for_another_chain() external {
        IContributionRegistry.Relayed memory relayed = _signed(_attestation());
        vm.chainId(block.chainid + 1);

        // it should revert with ContributionRegistry_SignatureInvalid
        _expectSignatureRefused(reviewer);
        registry.relay(relayed);
    }

    function test_pitfall_11_relay_reverts_when_signed_for_another_eas() external {
        IContributionRegistry.Relayed memory relayed = _signed(_attestation());
        registry = new ContributionRegistry(address(new VersionedEas("1.4.0")));

        // it should revert with ContributionRegistry_SignatureInvalid
        _expectSignatureRefused(reviewer);
        registry.relay(relayed);
    }

    function test_relay_reverts_when_signed_for_another_version() external {
        IContributionRegistry.Relayed memory relayed = _signed(_attestation());
        vm.mockCall(eas, abi.encodeCall(VersionedEas(eas).version, ()), abi.encode("1.4.1"));
        registry = new ContributionRegistry(eas);

        // it should revert with ContributionRegistry_SignatureInvalid
        _expectSignatureRefused(reviewer);
        registry.relay(relayed);
    }

    function test_pitfall_11_relay_reverts_when_signature_is_malleated() external {
        IContributionRegistry.Relayed memory relayed = _signed(_attestation());
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(reviewerKey, registry.digestOf(relayed.attestation));
        relayed.signature = abi.encodePacked(r, bytes32(ORDER - uint256(s)), v == 27 ? 28 : 27);

        // it should revert with ContributionRegistry_SignatureInvalid
        _expectSignatureRefused(reviewer);
        registry.relay(relayed);
    }

    function test_relay_reverts_when_signature_has_the_wrong_length() external {
        IContributionRegistry.Relayed memory relayed = _signed(_attestation());
        bytes memory good = relayed.signature;
        bytes[3] memory wrong = [bytes(""), bytes.concat(good, hex"00"), bytes.concat(bytes32(good))];
        for (uint256 i = 0; i < wrong.length; ++i) {
            relayed.signature = wrong[i];

            // it should revert with ContributionRegistry_SignatureInvalid
            _expectSignatureRefused(reviewer);
            registry.relay(relayed);
        }
    }

    function test_pitfall_11_relay_reverts_when_attester_is_zero() external {
        IContributionRegistry.Relayed memory relayed = _signed(_attestation());
        relayed.attester = address(0);
        relayed.signature = new bytes(65);

        // it should revert with ContributionRegistry_SignatureInvalid
        _expectSignatureRefused(address(0));
        registry.relay(relayed);
    }

    function test_relay_reverts_when_wallet_did_not_approve() external {
        IContributionRegistry.Relayed memory relayed = _signed(_attestation());
        relayed.attester = address(new ContractWallet());
        relayed.signature = abi.encode(registry.digestOf(relayed.attestation));

        // it should revert with ContributionRegistry_SignatureInvalid
        _expectSignatureRefused(relayed.attester);
        registry.relay(relayed);
    }

    /* ONCE */

    function test_relay_reverts_when_relayed_before() external {
        IContributionRegistry.Relayed memory relayed = _signed(_attestation());
        bytes32 uid = registry.relay(relayed);

        // it should revert with ContributionRegistry_AlreadyAttested
        vm.expectRevert(
            abi.encodeWithSelector(IContributionRegistry.ContributionRegistry_AlreadyAttested.selector, reviewer, uid)
        );
        registry.relay(relayed);
    }

    function test_relay_reverts_when_revoked_before_it_was_relayed() external {
        IContributionRegistry.Relayed memory relayed = _signed(_attestation());
        vm.prank(reviewer);
        bytes32 uid = registry.revoke(relayed.attestation);

        // it should revert with ContributionRegistry_Revoked
        _expectRevoked(uid);
        registry.relay(relayed);
    }

    function test_relay_reverts_when_revoked_after_it_was_relayed() external {
        IContributionRegistry.Relayed memory relayed = _signed(_attestation());
        bytes32 uid = registry.relay(relayed);
        vm.prank(reviewer);
        registry.revoke(relayed.attestation);

        // it should revert with ContributionRegistry_Revoked
        _expectRevoked(uid);
        registry.relay(relayed);
    }

    function _expectRevoked(bytes32 uid) private {
        vm.expectRevert(
            abi.encodeWithSelector(IContributionRegistry.ContributionRegistry_Revoked.selector, reviewer, uid)
        );
    }

    /* IN TIME */

    function test_relay_takes_an_attestation_from_its_time_on() external {
        IContributionRegistry.Attestation memory attestation = _attestation();
        attestation.time = NOW;
        IContributionRegistry.Relayed memory relayed = _signed(attestation);

        // it should revert with ContributionRegistry_FromTheFuture one second before
        vm.warp(NOW - 1);
        _expectOutOfTime(IContributionRegistry.ContributionRegistry_FromTheFuture.selector, NOW);
        registry.relay(relayed);

        // it should take it at its time
        vm.warp(NOW);
        registry.relay(relayed);
    }

    function test_relay_takes_an_attestation_until_it_expires() external {
        IContributionRegistry.Attestation memory attestation = _attestation();
        attestation.expirationTime = NOW + 10;
        IContributionRegistry.Relayed memory relayed = _signed(attestation);

        // it should revert with ContributionRegistry_Expired at that time and after
        for (uint64 late = 0; late < 2; ++late) {
            vm.warp(NOW + 10 + late);
            _expectOutOfTime(IContributionRegistry.ContributionRegistry_Expired.selector, NOW + 10);
            registry.relay(relayed);
        }

        // it should take it one second before
        vm.warp(NOW + 9);
        registry.relay(relayed);
    }

    /* RECEIVER */

    function test_relay_reverts_when_values_are_shorter_than_a_word() external {
        IContributionRegistry.Attestation memory attestation = _attestation();
        attestation.data = new bytes(31);

        // it should revert with ContributionRegistry_ReceiverInvalid
        _expectReceiverRefused(attestation);
    }

    function test_relay_reverts_when_first_word_is_no_address() external {
        IContributionRegistry.Attestation memory attestation = _attestation();
        attestation.data = abi.encode((uint256(1) << 160) | uint160(address(receiver)));

        // it should revert with ContributionRegistry_ReceiverInvalid
        _expectReceiverRefused(attestation);
    }

    function test_relay_reverts_when_receiver_has_no_code() external {
        IContributionRegistry.Attestation memory attestation = _attestation();
        attestation.data = abi.encode(outsider);

        // it should revert with ContributionRegistry_ReceiverInvalid
        _expectReceiverRefused(attestation);
    }

    function _expectReceiverRefused(IContributionRegistry.Attestation memory attestation) private {
        IContributionRegistry.Relayed memory relayed = _signed(attestation);
        vm.expectRevert(IContributionRegistry.ContributionRegistry_ReceiverInvalid.selector);
        registry.relay(relayed);
    }

    function test_relay_reverts_when_receiver_refuses() external {
        IContributionRegistry.Relayed memory relayed = _signed(_attestation());
        receiver.setRefuses(true);

        // it should revert with the receiver's reason and store nothing
        vm.expectRevert(RecordingReceiver.RecordingReceiver_Refused.selector);
        registry.relay(relayed);
        bytes32 uid = registry.uidOf(relayed.attestation);
        assertEq(registry.statusOf(reviewer, uid).attestedAt, 0, "nothing stored");
    }

    function test_relay_reverts_the_second_taking_when_receiver_calls_back() external {
        ReenteringReceiver hostile = new ReenteringReceiver();
        IContributionRegistry.Attestation memory attestation = _attestation();
        attestation.data = abi.encode(address(hostile));
        IContributionRegistry.Relayed memory relayed = _signed(attestation);
        hostile.prepare(address(registry), abi.encodeCall(registry.relay, (relayed)));

        bytes32 uid = registry.relay(relayed);

        // it should revert the second taking with ContributionRegistry_AlreadyAttested
        assertFalse(hostile.succeeded(), "taken twice");
        assertEq(
            hostile.answer(),
            abi.encodeWithSelector(IContributionRegistry.ContributionRegistry_AlreadyAttested.selector, reviewer, uid)
        );
    }

    function test_relay_only_records_when_receiver_is_zero() external {
        IContributionRegistry.Attestation memory attestation = _attestation();
        attestation.data = abi.encode(address(0), "only for the record");

        bytes32 uid = registry.relay(_signed(attestation));

        // it should only record
        assertEq(registry.statusOf(reviewer, uid).attestedAt, NOW, "recorded");
        assertEq(receiver.count(), 0, "passed on");
    }

    /* TAKEN */

    function test_relay_stores_emits_and_passes_on() external {
        IContributionRegistry.Relayed memory relayed = _signed(_attestation());
        bytes32 wanted = registry.uidOf(relayed.attestation);

        // it should emit {Attested}
        vm.expectEmit(address(registry));
        _emitAttested(relayed.attestation, wanted);
        vm.prank(outsider);
        bytes32 uid = registry.relay(relayed);

        // it should store the time
        assertEq(uid, wanted, "uid");
        assertEq(registry.statusOf(reviewer, uid).attestedAt, NOW, "attested at");
        assertEq(registry.statusOf(reviewer, uid).revokedAt, 0, "revoked at");

        // it should give the receiver the judgement
        assertEq(receiver.caller(), address(registry), "caller");
        assertEq(receiver.attestationHash(), keccak256(abi.encode(relayed.attestation)), "attestation");
        assertEq(receiver.attester(), reviewer, "attester");
        assertEq(receiver.uid(), uid, "uid given");
        assertEq(receiver.context(), relayed.context, "context");
    }

    function test_relay_never_expires_when_expiration_is_zero() external {
        IContributionRegistry.Attestation memory attestation = _attestation();
        attestation.expirationTime = 0;
        IContributionRegistry.Relayed memory relayed = _signed(attestation);

        // it should never expire when the expiration is zero
        vm.warp(type(uint64).max);
        registry.relay(relayed);
    }

    function test_relay_takes_a_wallets_signature() external {
        ContractWallet wallet = new ContractWallet();
        IContributionRegistry.Relayed memory relayed = _signed(_attestation());
        bytes32 digest = registry.digestOf(relayed.attestation);
        wallet.approve(digest);
        (relayed.attester, relayed.signature) = (address(wallet), abi.encode(digest));

        // it should take a wallet's signature by ERC-1271
        bytes32 uid = registry.relay(relayed);
        assertEq(registry.statusOf(address(wallet), uid).attestedAt, NOW, "attested at");
    }

    function test_relay_keeps_the_same_message_of_two_attesters_apart() external {
        (address second, uint256 secondKey) = makeAddrAndKey("second reviewer");
        bytes32 uid = registry.relay(_signed(_attestation()));

        // it should keep the same message of two attesters apart
        assertEq(registry.statusOf(second, uid).attestedAt, 0, "before");
        assertEq(registry.relay(_signedBy(_attestation(), second, secondKey)), uid, "same uid");
        assertEq(receiver.count(), 2, "both passed on");
    }

    function test_pitfall_11_relay_signs_for_the_new_chain_after_a_fork() external {
        vm.chainId(block.chainid + 1);

        // it should sign for the new chain after a fork
        registry.relay(_signed(_attestation()));
        assertEq(receiver.count(), 1, "passed on");
    }
}
