// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IContributionRegistry} from "../../../contracts/interfaces/IContributionRegistry.sol";
import {RegistryTest} from "./RegistryTest.sol";

contract RevokeTest is RegistryTest {
    function test_revoke_reverts_when_not_revocable() external {
        IContributionRegistry.Attestation memory attestation = _attestation();
        attestation.revocable = false;
        bytes32 uid = registry.relay(_signed(attestation));

        // it should revert with ContributionRegistry_NotRevocable
        vm.prank(reviewer);
        vm.expectRevert(abi.encodeWithSelector(IContributionRegistry.ContributionRegistry_NotRevocable.selector, uid));
        registry.revoke(attestation);
    }

    function test_revoke_reverts_when_revoked_before() external {
        vm.startPrank(reviewer);
        bytes32 uid = registry.revoke(_attestation());

        // it should revert with ContributionRegistry_Revoked
        vm.expectRevert(
            abi.encodeWithSelector(IContributionRegistry.ContributionRegistry_Revoked.selector, reviewer, uid)
        );
        registry.revoke(_attestation());
    }

    function test_revoke_by_an_outsider_leaves_the_attestation_as_it_is() external {
        IContributionRegistry.Relayed memory relayed = _signed(_attestation());
        vm.prank(outsider);
        bytes32 uid = registry.revoke(relayed.attestation);

        // it should leave the attester's attestation as it is
        assertEq(registry.statusOf(reviewer, uid).revokedAt, 0, "revoked at");
        registry.relay(relayed);
        assertEq(receiver.count(), 1, "passed on");
    }

    function test_revoke_stores_and_emits() external {
        bytes32 uid = registry.relay(_signed(_attestation()));
        vm.warp(NOW + 5);

        // it should emit {Revoked}
        vm.expectEmit(address(registry));
        emit IContributionRegistry.Revoked(reviewer, uid);
        vm.prank(reviewer);
        registry.revoke(_attestation());

        // it should store the time beside that of the attestation
        assertEq(registry.statusOf(reviewer, uid).attestedAt, NOW, "attested at");
        assertEq(registry.statusOf(reviewer, uid).revokedAt, NOW + 5, "revoked at");
    }
}
