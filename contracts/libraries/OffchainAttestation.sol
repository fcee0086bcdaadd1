// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IContributionRegistry} from "../interfaces/IContributionRegistry.sol";
import {HexText} from "./HexText.sol";

/// @title OffchainAttestation
/// @notice The two hashes that EAS's off-chain format, version 2, gives an attestation, and its event.
/// @dev After eas-sdk `offchain/offchain.ts`; `tests/vectors/attestation.json` holds what the SDK computes.
///
/// Written by hand because the compiler's encoders check every field of a calldata struct again at each use; the gas
/// table shows what that saves in every attestation. Each function writes past the free memory pointer only, where
/// nothing reads afterwards, and has its twin in plain Solidity in the tests. In calldata the fields lie as the ABI
/// has them: schema at 0, recipient 32, time 64, expirationTime 96, revocable 128, refUID 160, the offset of data 192,
/// salt 224.
library OffchainAttestation {
    using HexText for bytes32;

    bytes32 private constant ATTEST_TYPEHASH = keccak256(
        "Attest(uint16 version,bytes32 schema,address recipient,uint64 time,uint64 expirationTime,"
        "bool revocable,bytes32 refUID,bytes data,bytes32 salt)"
    );

    /// @notice Returns the uid.
    /// @dev The hash of 193 bytes and the data, packed: version (2 bytes), "0x" and the digits of the schema (66),
    /// recipient (20), zeros where on-chain attestations have their attester (20), time (8), expirationTime (8),
    /// revocable (1), refUID (32), data, salt (32), zeros where they have their bump (4). Written from the end to the
    /// start, because the leading zeros of a narrow field fall where the one before it belongs.
    /// @param attestation The attestation.
    /// @return uid The uid.
    function uidOf(IContributionRegistry.Attestation calldata attestation) internal pure returns (bytes32 uid) {
        _requireClean(attestation);
        (bytes32 left, bytes32 right) = attestation.schema.toDigits();
        bytes calldata values = attestation.data;
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            let packed := mload(0x40)
            let tail := add(packed, add(157, values.length))
            mstore(add(tail, 32), 0)
            mstore(tail, calldataload(add(attestation, 224)))
            calldatacopy(add(packed, 157), values.offset, values.length)
            mstore(add(packed, 125), calldataload(add(attestation, 160)))
            mstore(add(packed, 93), calldataload(add(attestation, 128)))
            mstore(add(packed, 92), calldataload(add(attestation, 96)))
            mstore(add(packed, 84), calldataload(add(attestation, 64)))
            mstore(add(packed, 56), calldataload(add(attestation, 32)))
            mstore(add(packed, 36), right)
            mstore(packed, shl(224, 0x00023078))
            mstore(add(packed, 4), left)
            uid := keccak256(packed, add(193, values.length))
        }
    }

    /// @notice Returns the EIP-712 hash of the message.
    /// @dev Type hash, version and the fields as they lie in calldata, but for the hash of data in place of its offset.
    /// @param attestation The attestation.
    /// @return structHash The hash.
    function structHashOf(
        IContributionRegistry.Attestation calldata attestation
    ) internal pure returns (bytes32 structHash) {
        _requireClean(attestation);
        bytes32 typehash = ATTEST_TYPEHASH;
        bytes calldata values = attestation.data;
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            let encoded := mload(0x40)
            calldatacopy(encoded, values.offset, values.length)
            let valuesHash := keccak256(encoded, values.length)
            mstore(encoded, typehash)
            mstore(add(encoded, 32), 2)
            calldatacopy(add(encoded, 64), attestation, 256)
            mstore(add(encoded, 256), valuesHash)
            structHash := keccak256(encoded, 320)
        }
    }

    /// @notice Emits {Attested}.
    /// @dev After the uid the fields as they lie in calldata from the time on, but for the event's own offset of data.
    /// @param attestation The attestation, whose uid was computed: so it is clean, and its data lies within calldata.
    /// @param attester Who attested it.
    /// @param uid Its uid.
    function log(IContributionRegistry.Attestation calldata attestation, address attester, bytes32 uid) internal {
        bytes32 topic = IContributionRegistry.Attested.selector;
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            let encoded := mload(0x40)
            let values := add(attestation, calldataload(add(attestation, 192)))
            let length := calldataload(values)
            mstore(encoded, uid)
            calldatacopy(add(encoded, 32), add(attestation, 64), 192)
            mstore(add(encoded, 160), 224)
            calldatacopy(add(encoded, 224), values, add(32, length))
            mstore(add(encoded, add(256, length)), 0)
            let size := add(256, and(add(length, 31), not(31)))
            let recipient := calldataload(add(attestation, 32))
            log4(encoded, size, topic, attester, recipient, calldataload(attestation))
        }
    }

    /// @dev Refuses, as the compiler does, a narrow field with bits above its type.
    function _requireClean(IContributionRegistry.Attestation calldata attestation) private pure {
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            let clocks := or(calldataload(add(attestation, 64)), calldataload(add(attestation, 96)))
            let recipient := calldataload(add(attestation, 32))
            let revocable := calldataload(add(attestation, 128))
            if or(or(shr(160, recipient), shr(64, clocks)), shr(1, revocable)) {
                revert(0, 0)
            }
        }
    }
}
