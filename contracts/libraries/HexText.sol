// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title HexText
/// @notice Writes a word as lower-case 0x-text, as EAS does with a schema before it hashes it.
/// @dev Works on sixteen bytes at a time, where OpenZeppelin's `Strings.toHexString` goes digit by digit; the gas table
/// shows what that saves in every attestation. The tests compare the two.
library HexText {
    /// @notice Returns `word` as "0x" and 64 digits.
    /// @param word The word.
    /// @return text The text, 66 bytes.
    function toText(bytes32 word) internal pure returns (bytes memory text) {
        return abi.encodePacked("0x", _digits(uint256(word) >> 128), _digits(uint256(word) & type(uint128).max));
    }

    /// @dev Spreads the 32 half-bytes of a 128-bit value over 32 bytes, then turns each into its digit.
    function _digits(uint256 value) private pure returns (bytes32) {
        value = (value | (value << 64)) & 0x0000000000000000ffffffffffffffff0000000000000000ffffffffffffffff;
        value = (value | (value << 32)) & 0x00000000ffffffff00000000ffffffff00000000ffffffff00000000ffffffff;
        value = (value | (value << 16)) & 0x0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff;
        value = (value | (value << 8)) & 0x00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff;
        value = (value | (value << 4)) & 0x0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f;

        // A half-byte above nine gets a carry when six is added; no sum below leaves its byte.
        uint256 sixes = 0x0606060606060606060606060606060606060606060606060606060606060606;
        uint256 zeros = 0x3030303030303030303030303030303030303030303030303030303030303030;
        uint256 ones = 0x0101010101010101010101010101010101010101010101010101010101010101;
        uint256 letters = ((value + sixes) >> 4) & ones;
        return bytes32(value + zeros + letters * (uint8(bytes1("a")) - uint8(bytes1("0")) - 10));
    }
}
