// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IContributionRegistry} from "../../../contracts/interfaces/IContributionRegistry.sol";
import {RegistryTest} from "./RegistryTest.sol";

contract AttestTest is RegistryTest {
    function test_attest_reverts_when_relayed_before() external {
        bytes32 uid = registry.relay(_signed(_attestation()));

        // it should revert with ContributionRegistry_AlreadyAttested
        _expectRefusedFor(IContributionRegistry.ContributionRegistry_AlreadyAttested.selector, uid);
        registry.attest(_attestation(), "");
    }

    function test_attest_reverts_when_revoked_before() external {
        vm.prank(reviewer);
        bytes32 uid = registry.revoke(_attestation());

        // it should revert with ContributionRegistry_Revoked
        _expectRefusedFor(IContributionRegistry.ContributionRegistry_Revoked.selector, uid);
        registry.attest(_attestation(), "");
    }

    function _expectRefusedFor(bytes4 selector, bytes32 uid) private {
        vm.prank(reviewer);
        vm.expectRevert(abi.encodeWithSelector(selector, reviewer, uid));
    }

    function test_attest_reverts_when_expired() external {
        vm.warp(NOW + 1 hours);

        // it should revert with ContributionRegistry_Expired
        _expectOutOfTime(IContributionRegistry.ContributionRegistry_Expired.selector, NOW + 1 hours);
        registry.attest(_attestation(), "");
    }

    function test_attest_reverts_when_made_in_the_future() external {
        vm.warp(NOW - 2 hours);

        // it should revert with ContributionRegistry_FromTheFuture
        _expectOutOfTime(IContributionRegistry.ContributionRegistry_FromTheFuture.selector, NOW - 1 hours);
        registry.attest(_attestation(), "");
    }

    function test_attest_reverts_when_receiver_has_no_code() external {
        IContributionRegistry.Attestation memory attestation = _attestation();
        attestation.data = abi.encode(outsider);

        // it should revert with ContributionRegistry_ReceiverInvalid
        vm.expectRevert(IContributionRegistry.ContributionRegistry_ReceiverInvalid.selector);
        registry.attest(attestation, "");
    }

    function test_attest_names_the_caller_as_attester() external {
        vm.prank(outsider);
        bytes32 uid = registry.attest(_attestation(), "context");

        // it should name the caller as the attester
        assertEq(receiver.attester(), outsider, "attester");
        assertEq(receiver.context(), "context", "context");
        assertEq(registry.statusOf(outsider, uid).attestedAt, NOW, "attested at");
        assertEq(registry.statusOf(reviewer, uid).attestedAt, 0, "of another");

        // it should give the same uid as a relayed one
        assertEq(uid, registry.relay(_signed(_attestation())), "uid");
    }
}
