// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MountainRange} from "./libraries/MountainRange.sol";

/// @title LogProbe
/// @notice Runs the log's library on many drawn cases in one call. The layouts are those of `drawing.py`.
contract LogProbe {
    using MountainRange for MountainRange.Range;

    /// @notice Thrown when the last case is not whole.
    /// @param at Where its hashes begin.
    error LogProbe_CaseCutOff(uint256 at);

    MountainRange.Range private _range;

    /// @notice Returns one byte a case, 1 where the proof leads to the root.
    /// @param cases Each 8 bytes index, 8 size, 32 leaf, 32 root, 1 count, and as many hashes.
    /// @return verdicts The bytes.
    function inclusions(bytes calldata cases) external pure returns (bytes memory verdicts) {
        verdicts = new bytes(cases.length / 81);
        uint256 asked;
        for (uint256 at = 0; at < cases.length; ++asked) {
            uint256 count = uint8(cases[at + 80]);
            verdicts[asked] = _includes(cases[at:at + 80], _hashes(cases, at + 81, count)) ? bytes1(0x01) : bytes1(0);
            at += 81 + 32 * count;
        }
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            mstore(verdicts, asked)
        }
    }

    /// @notice Returns the head of each tree, appended in the batches that are named. One range serves all, so peaks of
    /// earlier trees lie about in it.
    /// @param trees Each 32 bytes seed, 1 number of batches, 2 for the size of each. Leaf i is the hash of seed and i.
    /// @return heads The heads.
    function heads(bytes calldata trees) external returns (bytes32[] memory heads) {
        heads = new bytes32[](trees.length / 33);
        uint256 asked;
        for (uint256 at = 0; at < trees.length; ++asked) {
            uint256 batches = uint8(trees[at + 32]);
            _range.size = 0;
            for (uint256 i = 0; i < batches; ++i) {
                uint256 size = uint16(bytes2(trees[at + 33 + 2 * i:at + 35 + 2 * i]));
                if (size != 0) _range.append(_leaves(bytes32(trees[at:at + 32]), _range.size, size));
            }
            heads[asked] = _range.head();
            at += 33 + 2 * batches;
        }
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            mstore(heads, asked)
        }
    }

    /// @notice Returns one byte a question, 1 where the contract answers true.
    /// @param asked The contract.
    /// @param questions The calldata of each.
    /// @return verdicts The bytes.
    function answers(address asked, bytes[] calldata questions) external view returns (bytes memory verdicts) {
        verdicts = new bytes(questions.length);
        for (uint256 i = 0; i < questions.length; ++i) {
            // solhint-disable-next-line avoid-low-level-calls
            (bool done, bytes memory said) = asked.staticcall(questions[i]);
            verdicts[i] = done && said.length == 32 && uint256(bytes32(said)) == 1 ? bytes1(0x01) : bytes1(0);
        }
    }

    function _includes(bytes calldata given, bytes32[] calldata proof) private pure returns (bool) {
        uint256 index = uint64(bytes8(given[0:8]));
        uint256 size = uint64(bytes8(given[8:16]));
        (bool valid, bytes32 top) = MountainRange.headFrom(bytes32(given[16:48]), index, size, proof);
        return valid && top == bytes32(given[48:80]);
    }

    function _hashes(bytes calldata cases, uint256 at, uint256 count) private pure returns (bytes32[] calldata proof) {
        if (at + 32 * count > cases.length) revert LogProbe_CaseCutOff(at);
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            proof.offset := add(cases.offset, at)
            proof.length := count
        }
    }

    function _leaves(bytes32 seed, uint256 from, uint256 count) private pure returns (bytes32[] memory leaves) {
        leaves = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) leaves[i] = keccak256(abi.encode(seed, from + i));
    }
}
