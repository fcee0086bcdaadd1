// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ContributionRegistry} from "../../contracts/ContributionRegistry.sol";
import {IContributionRegistry} from "../../contracts/interfaces/IContributionRegistry.sol";
import {Symbolic} from "./Symbolic.sol";

/// @title ContributionRegistryProof
/// @notice Whose name an attestation counts for, that it counts once, and that its uid is the one EAS gives it.
contract ContributionRegistryProof is Symbolic {
    uint64 private constant NOW = 1_760_000_000;
    bytes16 private constant DIGITS = "0123456789abcdef";

    ContributionRegistry private _registry;

    function setUp() external {
        vm.warp(NOW);
        _registry = new ContributionRegistry(address(this));
    }

    /// @dev The registry asks for the version of EAS when it is created.
    function version() external pure returns (string memory) {
        return "1.4.0";
    }

    /// The plain way: packed field by field, the schema as text, digit by digit.
    function check_the_uid_is_that_of_the_fields_packed_plainly(
        bytes32 schema,
        address recipient,
        bytes32 salt,
        bytes32 value
    ) external view {
        IContributionRegistry.Attestation memory attestation = _attestation(schema, recipient, salt);
        attestation.data = abi.encode(value);
        bytes memory head = abi.encodePacked(uint16(2), "0x", _text(schema), recipient, address(0), NOW, uint64(0));
        bytes memory tail = abi.encodePacked(true, bytes32(0), value, salt, uint32(0));

        assert(_registry.uidOf(attestation) == keccak256(bytes.concat(head, tail)));
    }

    /// @dev No branch on a digit: 64 of them would be 2^64 paths.
    function _text(bytes32 word) private pure returns (bytes memory text) {
        for (uint256 i = 0; i < 64; ++i) {
            uint256 half = (uint256(word) >> (252 - 4 * i)) & 0xf;
            text = bytes.concat(text, bytes1(uint8(uint128(DIGITS) >> (120 - 8 * half))));
        }
    }

    /// What one sends counts as said by that one at that second, and by nobody else ever.
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

    /// The same attestation is refused a second time, and at once when it was revoked before it was made.
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
