// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ContributionRegistry} from "../../contracts/ContributionRegistry.sol";
import {IContributionRegistry} from "../../contracts/interfaces/IContributionRegistry.sol";
import {Symbolic} from "./Symbolic.sol";

/// @title ContributionRegistryProof
/// @notice Whose name an attestation counts for, and that it counts once.
contract ContributionRegistryProof is Symbolic {
    uint64 private constant NOW = 1_760_000_000;

    ContributionRegistry private _registry;

    function setUp() external {
        vm.warp(NOW);
        _registry = new ContributionRegistry(address(this));
    }

    /// @dev The registry asks for the version of EAS when it is created.
    function version() external pure returns (string memory) {
        return "1.4.0";
    }

    function check_an_attestation_counts_for_its_sender_alone(
        address caller,
        address other,
        bytes32 schema,
        address recipient,
        bytes32 salt
    ) external {
        vm.assume(caller != other);
        IContributionRegistry.Attestation memory attestation = _attestation(schema, recipient, salt);
        vm.prank(caller);
        bytes32 uid = _registry.attest(attestation, "");

        assert(_registry.statusOf(caller, uid).attestedAt == NOW);
        assert(_registry.statusOf(other, uid).attestedAt == 0);
    }

    function check_an_attestation_is_taken_once_and_never_after_a_revocation(
        address caller,
        bool revoked,
        bytes32 schema,
        address recipient,
        bytes32 salt
    ) external {
        IContributionRegistry.Attestation memory attestation = _attestation(schema, recipient, salt);
        vm.startPrank(caller);
        if (revoked) _registry.revoke(attestation);
        else _registry.attest(attestation, "");
        (bool again, ) = address(_registry).call(abi.encodeCall(_registry.attest, (attestation, "")));

        assert(!again);
    }

    function _attestation(
        bytes32 schema,
        address recipient,
        bytes32 salt
    ) private pure returns (IContributionRegistry.Attestation memory attestation) {
        (attestation.schema, attestation.recipient, attestation.salt) = (schema, recipient, salt);
        (attestation.time, attestation.revocable, attestation.data) = (NOW, true, abi.encode(address(0)));
    }
}
