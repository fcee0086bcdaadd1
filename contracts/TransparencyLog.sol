// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ITransparencyLog} from "./interfaces/ITransparencyLog.sol";
import {MountainRange} from "./libraries/MountainRange.sol";

/// @title TransparencyLog
/// @notice An append-only log per publisher.
/// @dev Nobody but the publisher can write to its log, and nobody, the publisher included, can take anything back. A
/// publisher names the size it appends to, so a transaction sent twice, or by two replicas at once, is applied once.
contract TransparencyLog is ITransparencyLog {
    using MountainRange for MountainRange.Range;

    mapping(address publisher => MountainRange.Range) private _logs;

    /// @inheritdoc ITransparencyLog
    function append(uint64 size, bytes32[] calldata leaves, bytes32 manifest) external {
        MountainRange.Range storage log = _logs[msg.sender];
        if (size != log.size) revert TransparencyLog_SizeMismatch(msg.sender, log.size, size);
        if (leaves.length == 0) revert TransparencyLog_NoLeaves();

        log.append(leaves);

        emit Appended(msg.sender, size, log.size - size, manifest);
    }

    /* VIEWS */

    /// @inheritdoc ITransparencyLog
    function sizeOf(address publisher) external view returns (uint64 size) {
        return _logs[publisher].size;
    }

    /// @inheritdoc ITransparencyLog
    function peaksOf(address publisher) external view returns (bytes32[] memory peaks) {
        return _logs[publisher].ordered();
    }

    /// @inheritdoc ITransparencyLog
    function rootOf(address publisher) external view returns (bytes32 root) {
        return _logs[publisher].head();
    }

    /// @inheritdoc ITransparencyLog
    function verifyInclusion(
        address publisher,
        bytes32 leaf,
        uint64 index,
        bytes32[] calldata proof
    ) external view returns (bool included) {
        (bool valid, bytes32 head) = MountainRange.headFrom(leaf, index, _logs[publisher].size, proof);
        return valid && head == _logs[publisher].head();
    }
}
