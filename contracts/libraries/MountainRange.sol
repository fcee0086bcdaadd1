// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @title MountainRange
/// @notice A Merkle mountain range: the peaks of a log's complete subtrees, all that is needed to append and to know
/// the head.
/// @dev RFC 6962 with keccak256 for SHA-256; twin of `src/resonance_dao/transparency/mountain_range.py`.
/// A leaf arrives hashed. The bits of `size` say which heights have a peak; other entries of `peaks` are left over from
/// smaller sizes and mean nothing, because overwriting them later is cheaper than clearing them now.
library MountainRange {
    using SafeCast for uint256;

    struct Range {
        uint64 size;
        bytes32[64] peaks;
    }

    /// @notice Appends leaves, at least one. Writes only the peaks that exist afterwards.
    /// @dev Warning: overwrites `nodes`.
    /// @param range The range.
    /// @param nodes The leaves, in order.
    function append(Range storage range, bytes32[] memory nodes) internal {
        uint256 size = range.size;
        uint256 count = nodes.length;
        range.size = (size + count).toUint64();

        // One height at a time: pair what is new, the peak that waited there first, and leave an odd node as the peak.
        for (uint256 height = 0; count != 0; ++height) {
            uint256 waiting = (size >> height) & 1;
            uint256 pairs = (count + waiting) / 2;

            if (waiting == 1) nodes[0] = hashPair(range.peaks[height], nodes[0]);
            hashPairs(nodes, waiting, pairs);
            if (count + waiting != 2 * pairs) range.peaks[height] = nodes[count - 1];

            count = pairs;
        }
    }

    /// @notice Returns the head: the peaks bagged from the right.
    /// @param range The range.
    /// @return top The tree head of RFC 6962 over all leaves.
    function head(Range storage range) internal view returns (bytes32 top) {
        uint256 size = range.size;
        if (size == 0) return keccak256("");

        bool found;
        for (uint256 height = 0; size >> height != 0; ++height) {
            if (((size >> height) & 1) == 0) continue;
            top = found ? hashPair(range.peaks[height], top) : range.peaks[height];
            found = true;
        }
    }

    /// @notice Returns the peaks that exist.
    /// @param range The range.
    /// @return existing The peaks, highest (leftmost) first.
    function ordered(Range storage range) internal view returns (bytes32[] memory existing) {
        uint256 size = range.size;
        uint256 count;
        for (uint256 rest = size; rest != 0; rest &= rest - 1) ++count;

        existing = new bytes32[](count);
        for (uint256 height = 0; count != 0; ++height) {
            if (((size >> height) & 1) == 1) existing[--count] = range.peaks[height];
        }
    }

    /// @notice Returns the head that an audit path leads to, by RFC 9162, section 2.1.3.2.
    /// @param leaf The leaf.
    /// @param index The leaf's index, from 0.
    /// @param size The size of the log.
    /// @param proof The audit path, from the leaf's sibling up.
    /// @return valid False when the path has the wrong length or the index is not below the size.
    /// @return top The head; to be compared with the log's.
    function headFrom(
        bytes32 leaf,
        uint256 index,
        uint256 size,
        bytes32[] calldata proof
    ) internal pure returns (bool valid, bytes32 top) {
        if (index >= size) return (false, 0);

        uint256 last = size - 1;
        top = leaf;
        for (uint256 i = 0; i < proof.length; ++i) {
            if (last == 0) return (false, 0);
            if ((index & 1) == 1 || index == last) {
                top = hashPair(proof[i], top);
                // The rightmost node without a sibling is its own parent. It ends: an even index is `last`, not 0.
                while ((index & 1) == 0) (index, last) = (index >> 1, last >> 1);
            } else {
                top = hashPair(top, proof[i]);
            }
            (index, last) = (index >> 1, last >> 1);
        }
        return (last == 0, top);
    }

    /// @notice Returns the inner node above two nodes: `keccak256(0x01 || left || right)`.
    /// @param left The left child.
    /// @param right The right child.
    /// @return node The inner node.
    function hashPair(bytes32 left, bytes32 right) internal pure returns (bytes32 node) {
        return keccak256(abi.encodePacked(bytes1(0x01), left, right));
    }

    /// @notice Hashes neighbours in place: node i becomes the hash of nodes `2i - start` and `2i - start + 1`, for
    /// `start <= i < end`.
    /// @dev Assembly because 64 records must not cost more than their calldata: a batch of 1,024 takes 769k gas instead
    /// of 1,487k with plain loops. The plain twin is in `tests/contracts/TransparencyLog/`, compared by fuzzing.
    ///
    /// Warning: reads up to node `2 * end - start - 1`, unchecked. No node is overwritten before it is read, because i
    /// is never above `2i - start`.
    /// @param nodes The nodes.
    /// @param start The first node to write: 0, or 1 when the first is hashed already.
    /// @param end The node after the last to write.
    function hashPairs(bytes32[] memory nodes, uint256 start, uint256 end) internal pure {
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            let buffer := mload(0x40)
            mstore8(buffer, 0x01)

            let to := add(nodes, shl(5, add(start, 1)))
            let from := to
            let limit := add(nodes, shl(5, add(end, 1)))
            for {} lt(to, limit) {} {
                mcopy(add(buffer, 0x01), from, 0x40)
                mstore(to, keccak256(buffer, 0x41))
                from := add(from, 0x40)
                to := add(to, 0x20)
            }
        }
    }
}
