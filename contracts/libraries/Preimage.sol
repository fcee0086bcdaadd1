// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../interfaces/IBountyEscrow.sol";

/// @title Preimage
/// @notice Terms and submissions as the bytes that were hashed, read where they lie in the calldata.
/// @dev `abi.encode` of a struct with a dynamic field is one offset word, then the struct. Warning: what is read means
/// nothing before the bytes were compared with a stored hash; bytes with that hash were made by `abi.encode` here.
library Preimage {
    /// @notice Returns terms as they lie in the calldata.
    /// @param encoded The bytes, `abi.encode(Terms)`.
    /// @return terms The terms.
    function asTerms(bytes calldata encoded) internal pure returns (IBountyEscrow.Terms calldata terms) {
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            terms := add(encoded.offset, 0x20)
        }
    }

    /// @notice Returns a submission as it lies in the calldata.
    /// @param encoded The bytes, `abi.encode(Submission)`.
    /// @return submission The submission.
    function asSubmission(bytes calldata encoded) internal pure returns (IBountyEscrow.Submission calldata submission) {
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            submission := add(encoded.offset, 0x20)
        }
    }

    /// @notice Takes the context of a judgement apart.
    /// @param context One word with the length of the terms, the terms, the submission.
    /// @return terms The terms' bytes.
    /// @return submission The submission's bytes.
    function split(bytes calldata context) internal pure returns (bytes calldata terms, bytes calldata submission) {
        uint256 length = uint256(bytes32(context[:32]));
        return (context[32:][:length], context[32:][length:]);
    }

    /// @notice Returns the hash that reviewers name.
    /// @param termsHash The hash of the bounty's terms.
    /// @param encoded The submission's bytes.
    /// @return contentHash The hash.
    function contentHash(bytes32 termsHash, bytes memory encoded) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(termsHash, keccak256(encoded)));
    }
}
