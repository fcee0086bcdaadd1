// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title ITransparencyLog
/// @notice An append-only log per publisher: leaves in calldata, a Merkle mountain range on-chain.
/// @dev A leaf is `keccak256(0x00 || keccak256(record))`, an inner node `keccak256(0x01 || left || right)`. The peaks,
/// bagged from the right, give the tree head of RFC 6962 with keccak256 for SHA-256; the empty log has the head
/// `keccak256("")`. The leaf of record number n stands at index n - 1. History cannot be rewritten, by the publisher or
/// by anyone.
/// @dev Warning: leaves live in the calldata of `append`. A publisher should send them in a transaction of its own, so
/// that a plain RPC shows them.
interface ITransparencyLog {
    /// @notice Thrown when an append names another size than the log has: it is a duplicate, or extends another
    /// history.
    /// @param publisher The publisher.
    /// @param size The log's size.
    /// @param given The size that was named.
    error TransparencyLog_SizeMismatch(address publisher, uint64 size, uint64 given);

    /// @notice Thrown when an append brings no leaves.
    error TransparencyLog_NoLeaves();

    /// @notice Emitted when a batch is appended.
    /// @param publisher The publisher.
    /// @param size The size of the log before the batch, which is the index of its first leaf.
    /// @param count The number of leaves.
    /// @param manifest The SHA-256 digest of the batch's manifest, which lists the CIDs of the records; its CID is
    /// CIDv1 raw.
    event Appended(address indexed publisher, uint64 size, uint64 count, bytes32 manifest);

    /// @notice Appends leaves to the caller's log.
    /// @param size The size that the log has now.
    /// @param leaves The leaves, in order.
    /// @param manifest The SHA-256 digest of the batch's manifest.
    function append(uint64 size, bytes32[] calldata leaves, bytes32 manifest) external;

    /// @notice Returns the number of leaves in a publisher's log.
    /// @param publisher The publisher.
    /// @return size The number.
    function sizeOf(address publisher) external view returns (uint64 size);

    /// @notice Returns the peaks, from the highest (leftmost) to the lowest.
    /// @param publisher The publisher.
    /// @return peaks The peaks.
    function peaksOf(address publisher) external view returns (bytes32[] memory peaks);

    /// @notice Returns the tree head after RFC 6962.
    /// @param publisher The publisher.
    /// @return root The head.
    function rootOf(address publisher) external view returns (bytes32 root);

    /// @notice Returns whether `leaf` stands at `index` of the publisher's log, by an RFC 9162 inclusion proof for its
    /// present size.
    /// @param publisher The publisher.
    /// @param leaf The leaf.
    /// @param index The index, from 0.
    /// @param proof The audit path, from the leaf's sibling up.
    /// @return included True when it does.
    function verifyInclusion(
        address publisher,
        bytes32 leaf,
        uint64 index,
        bytes32[] calldata proof
    ) external view returns (bool included);
}
