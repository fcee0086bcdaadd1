// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title NaiveTree
/// @notice RFC 6962, section 2.1, word for word and by recursion: the plain twin that the log is compared with.
library NaiveTree {
    function head(bytes32[] memory leaves) internal pure returns (bytes32) {
        return leaves.length == 0 ? keccak256("") : _head(leaves, 0, leaves.length);
    }

    function path(bytes32[] memory leaves, uint256 index) internal pure returns (bytes32[] memory proof) {
        return _path(leaves, 0, leaves.length, index);
    }

    function pair(bytes32 left, bytes32 right) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(uint8(1), left, right));
    }

    /// @notice The plain twin of `MountainRange.hashPairs`.
    function pairs(bytes32[] memory nodes, uint256 start, uint256 end) internal pure {
        for (uint256 i = start; i < end; i++) nodes[i] = pair(nodes[2 * i - start], nodes[2 * i - start + 1]);
    }

    function _head(bytes32[] memory leaves, uint256 from, uint256 to) private pure returns (bytes32) {
        if (to - from == 1) return leaves[from];
        uint256 middle = from + _split(to - from);
        return pair(_head(leaves, from, middle), _head(leaves, middle, to));
    }

    function _path(
        bytes32[] memory leaves,
        uint256 from,
        uint256 to,
        uint256 index
    ) private pure returns (bytes32[] memory) {
        if (to - from == 1) return new bytes32[](0);
        uint256 middle = from + _split(to - from);
        if (index < middle) return _with(_path(leaves, from, middle, index), _head(leaves, middle, to));
        return _with(_path(leaves, middle, to, index), _head(leaves, from, middle));
    }

    // The largest power of two below n.
    function _split(uint256 n) private pure returns (uint256 power) {
        for (power = 1; power * 2 < n; power *= 2) {}
    }

    function _with(bytes32[] memory list, bytes32 last) private pure returns (bytes32[] memory longer) {
        longer = new bytes32[](list.length + 1);
        for (uint256 i = 0; i < list.length; i++) longer[i] = list[i];
        longer[list.length] = last;
    }
}
