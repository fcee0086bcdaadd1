// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../interfaces/IBountyEscrow.sol";

/// @title Judgement
/// @notice The two kinds of attestation that the escrow acts on, as EAS schemas and as structs.
library Judgement {
    string internal constant REVIEW =
        "address escrow,uint256 bountyId,uint256 submissionId,bytes32 contentHash,"
        "uint8 verdict,uint16 scoreBps,bytes32 reasonCode,string reason";
    string internal constant OUTCOME =
        "address escrow,uint256 bountyId,uint256 submissionId,uint8 tranche,uint128 value,string evidence";

    /// @notice A review, field by field as in its schema.
    struct Review {
        address escrow;
        uint256 bountyId;
        uint256 submissionId;
        bytes32 contentHash;
        IBountyEscrow.Verdict verdict;
        uint16 scoreBps;
        bytes32 reasonCode;
        string reason;
    }

    /// @notice An outcome, field by field as in its schema.
    struct Outcome {
        address escrow;
        uint256 bountyId;
        uint256 submissionId;
        IBountyEscrow.Tranche tranche;
        uint128 value;
        string evidence;
    }

    /// @notice Returns the uid that EAS gives a schema without a resolver, revocable.
    /// @param schema The schema.
    /// @return uid The uid.
    function schemaUid(string memory schema) internal pure returns (bytes32 uid) {
        return keccak256(abi.encodePacked(schema, address(0), true));
    }

    /// @notice Reads a review from an attestation's values.
    /// @param values The ABI-encoded values of the schema.
    /// @return review The review.
    function toReview(bytes calldata values) internal pure returns (Review memory review) {
        return abi.decode(_asStruct(values), (Review));
    }

    /// @notice Reads an outcome from an attestation's values.
    /// @param values The ABI-encoded values of the schema.
    /// @return outcome The outcome.
    function toOutcome(bytes calldata values) internal pure returns (Outcome memory outcome) {
        return abi.decode(_asStruct(values), (Outcome));
    }

    /// @dev A struct with a dynamic field is encoded as its values behind one offset.
    function _asStruct(bytes calldata values) private pure returns (bytes memory encoded) {
        return bytes.concat(bytes32(uint256(32)), values);
    }
}
