// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {HexText} from "../../contracts/libraries/HexText.sol";

/// @title HexTextProof
/// @notice The text of a word, for every word.
contract HexTextProof is Test {
    bytes16 private constant DIGITS = "0123456789abcdef";

    /// Digit by digit, the plain way: the half-byte counted from the left, written as 0-9 or a-f.
    function check_every_digit_is_that_of_its_half_byte(bytes32 word) external pure {
        bytes memory text = HexText.toText(word);

        assert(text.length == 66 && text[0] == "0" && text[1] == "x");
        // No branch on a digit: 64 of them would be 2^64 paths.
        uint256 wrong;
        for (uint256 i = 0; i < 64; ++i) {
            uint256 half = (uint256(word) >> (252 - 4 * i)) & 0xf;
            wrong |= uint8(text[i + 2]) ^ ((uint128(DIGITS) >> (120 - 8 * half)) & 0xff);
        }
        assert(wrong == 0);
    }
}
