// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title ReputationJudgement
/// @notice The two kinds of attestation that the reputation ledger acts on, as EAS schemas and as structs.
library ReputationJudgement {
    string internal constant RATING = "address ledger,uint256 projectId,uint8 component,uint16 valueBps,string reason";
    string internal constant RULING =
        "address ledger,uint256 projectId,address rater,uint8 component,bytes32 rating,bool stands,string reason";

    /// @notice A rating of the recipient, field by field as in its schema.
    struct Rating {
        address ledger;
        uint256 projectId;
        uint8 component;
        uint16 valueBps;
        string reason;
    }

    /// @notice A ruling on the recipient's appeal, field by field as in its schema.
    struct Ruling {
        address ledger;
        uint256 projectId;
        address rater;
        uint8 component;
        bytes32 rating;
        bool stands;
        string reason;
    }

    /// @notice Reads a rating from an attestation's values.
    /// @param values The ABI-encoded values of the schema.
    /// @return rating The rating.
    function toRating(bytes calldata values) internal pure returns (Rating memory rating) {
        return abi.decode(_asStruct(values), (Rating));
    }

    /// @notice Reads a ruling from an attestation's values.
    /// @param values The ABI-encoded values of the schema.
    /// @return ruling The ruling.
    function toRuling(bytes calldata values) internal pure returns (Ruling memory ruling) {
        return abi.decode(_asStruct(values), (Ruling));
    }

    /// @dev A struct with a dynamic field is encoded as its values behind one offset.
    function _asStruct(bytes calldata values) private pure returns (bytes memory encoded) {
        return bytes.concat(bytes32(uint256(32)), values);
    }
}
