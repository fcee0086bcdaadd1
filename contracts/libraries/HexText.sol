// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title HexText
/// @notice Writes a word as lower-case hexadecimal text, as EAS does with a schema before it hashes it.
/// @dev Works on sixteen bytes at a time and without a branch, where OpenZeppelin's `Strings.toHexString` goes digit by
/// digit; the gas table shows what that saves in every attestation. The tests compare the two.
library HexText {
    uint256 private constant LOW_HALF_BYTES = 0x0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f;
    uint256 private constant ONES = 0x0101010101010101010101010101010101010101010101010101010101010101;
    uint256 private constant SIXES = 0x0606060606060606060606060606060606060606060606060606060606060606;
    uint256 private constant ZERO_DIGITS = 0x3030303030303030303030303030303030303030303030303030303030303030;
    // From what follows the digit 9 to the letter a.
    uint256 private constant GAP = 39;

    /// @notice Returns the 64 digits of `word`.
    /// @param word The word.
    /// @return left The first 32 digits.
    /// @return right The last 32 digits.
    function toDigits(bytes32 word) internal pure returns (bytes32 left, bytes32 right) {
        return (_digits(uint256(word) >> 128), _digits(uint256(word) & type(uint128).max));
    }

    /// @dev Spreads the 32 half-bytes of a 128-bit value over 32 bytes, then turns each into its digit.
    function _digits(uint256 value) private pure returns (bytes32) {
        value = (value | (value << 64)) & 0x0000000000000000ffffffffffffffff0000000000000000ffffffffffffffff;
        value = (value | (value << 32)) & 0x00000000ffffffff00000000ffffffff00000000ffffffff00000000ffffffff;
        value = (value | (value << 16)) & 0x0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff;
        value = (value | (value << 8)) & 0x00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff;
        value = (value | (value << 4)) & LOW_HALF_BYTES;
        // Every byte is at most 15, so no sum or product below leaves its byte. A half-byte above nine gets a carry
        // into the upper half of its byte when six is added.
        unchecked {
            uint256 letters = ((value + SIXES) >> 4) & ONES;
            return bytes32(value + ZERO_DIGITS + letters * GAP);
        }
    }
}
