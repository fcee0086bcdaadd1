// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IContributionRegistry} from "../interfaces/IContributionRegistry.sol";
import {HexText} from "./HexText.sol";

/// @title OffchainAttestation
/// @notice The two hashes that EAS's off-chain format, version 2, gives an attestation.
/// @dev After eas-sdk `offchain/offchain.ts`; `tests/vectors/attestation.json` holds what the SDK computes.
library OffchainAttestation {
    using HexText for bytes32;

    uint16 private constant VERSION = 2;
    bytes32 private constant ATTEST_TYPEHASH = keccak256(
        "Attest(uint16 version,bytes32 schema,address recipient,uint64 time,uint64 expirationTime,"
        "bool revocable,bytes32 refUID,bytes data,bytes32 salt)"
    );

    /// @notice Returns the uid.
    /// @dev The zero address stands where on-chain attestations have their attester, the last zero is their bump.
    /// @param attestation The attestation.
    /// @return uid The uid.
    function uidOf(IContributionRegistry.Attestation calldata attestation) internal pure returns (bytes32 uid) {
        bytes memory head = abi.encodePacked(
            VERSION,
            attestation.schema.toText(),
            attestation.recipient,
            address(0),
            attestation.time,
            attestation.expirationTime
        );
        return
            keccak256(
                abi.encodePacked(
                    head,
                    attestation.revocable,
                    attestation.refUID,
                    attestation.data,
                    attestation.salt,
                    uint32(0)
                )
            );
    }

    /// @notice Returns the EIP-712 hash of the message.
    /// @param attestation The attestation.
    /// @return structHash The hash.
    function structHashOf(
        IContributionRegistry.Attestation calldata attestation
    ) internal pure returns (bytes32 structHash) {
        bytes memory head = abi.encode(
            ATTEST_TYPEHASH,
            VERSION,
            attestation.schema,
            attestation.recipient,
            attestation.time,
            attestation.expirationTime
        );
        return
            keccak256(
                bytes.concat(
                    head,
                    abi.encode(attestation.revocable, attestation.refUID, keccak256(attestation.data), attestation.salt)
                )
            );
    }
}
