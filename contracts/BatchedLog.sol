// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IBatchedLog} from "./interfaces/IBatchedLog.sol";
import {MountainRange} from "./libraries/MountainRange.sol";

/// @title BatchedLog
/// @notice An append-only log of batches per publisher.
/// @dev Nobody but the publisher can write to its log, and nobody, the publisher included, can take anything back. The
/// batches' ranges of records follow one another without gap or overlap, because each names where it begins and the
/// contract counts; so exactly one batch can hold a record's number.
contract BatchedLog is IBatchedLog {
    using MountainRange for MountainRange.Range;
    using SafeCast for uint256;

    mapping(address publisher => MountainRange.Range) private _logs;
    mapping(address publisher => uint64) private _sizes;

    /// @inheritdoc IBatchedLog
    function append(Batch calldata batch, bytes32 manifest) external {
        uint64 size = _sizes[msg.sender];
        if (batch.first != size) revert BatchedLog_SizeMismatch(msg.sender, size, batch.first);
        if (batch.count == 0) revert BatchedLog_NoRecords();

        _sizes[msg.sender] = (uint256(size) + batch.count).toUint64();
        bytes32[] memory leaves = new bytes32[](1);
        leaves[0] = _leaf(batch);
        _logs[msg.sender].append(leaves);

        emit Appended(msg.sender, size, batch.count, manifest);
    }

    /* VIEWS */

    /// @inheritdoc IBatchedLog
    function sizeOf(address publisher) external view returns (uint64 size) {
        return _sizes[publisher];
    }

    /// @inheritdoc IBatchedLog
    function batchesOf(address publisher) external view returns (uint64 batches) {
        return _logs[publisher].size;
    }

    /// @inheritdoc IBatchedLog
    function peaksOf(address publisher) external view returns (bytes32[] memory peaks) {
        return _logs[publisher].ordered();
    }

    /// @inheritdoc IBatchedLog
    function rootOf(address publisher) external view returns (bytes32 root) {
        return _logs[publisher].head();
    }

    /// @inheritdoc IBatchedLog
    function verifyInclusion(
        address publisher,
        bytes32 leaf,
        uint64 index,
        Batch calldata batch,
        bytes32[] calldata inner,
        uint64 position,
        bytes32[] calldata outer
    ) external view returns (bool included) {
        if (index < batch.first) return false;
        (bool valid, bytes32 head) = MountainRange.headFrom(leaf, index - batch.first, batch.count, inner);
        if (!valid || head != batch.root) return false;

        MountainRange.Range storage log = _logs[publisher];
        (valid, head) = MountainRange.headFrom(_leaf(batch), position, log.size, outer);
        return valid && head == log.head();
    }

    // The inner hash is over 96 bytes that begin with zeros and a record's over text, so no record is also a batch.
    function _leaf(Batch calldata batch) private pure returns (bytes32 leaf) {
        return keccak256(abi.encodePacked(bytes1(0x00), keccak256(abi.encode(batch))));
    }
}
