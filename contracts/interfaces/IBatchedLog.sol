// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title IBatchedLog
/// @notice The cheap lane: an append-only log per publisher whose leaves are batches of records, so that a batch costs
/// the same however many records it has.
/// @dev A batch commits to its records by the tree head of RFC 6962 over their leaves (those of `ITransparencyLog`),
/// and stands in the log as the leaf `keccak256(0x00 || keccak256(abi.encode(first, count, root)))`. The log itself is
/// the mountain range of `ITransparencyLog` over these leaves. A record is proven by two inclusion proofs: of its leaf
/// in the batch, and of the batch in the log.
/// @dev `sizeOf` counts records, as that of `ITransparencyLog` does: whether a promised number is in the log can be
/// said from the chain alone. Which record stands there cannot; it takes a proof, or the batch's records.
/// @dev Warning: records are named only by the manifest. A publisher that withholds it withholds the batch.
interface IBatchedLog {
    /// @notice A batch of records.
    /// @param first The index of its first record, from 0.
    /// @param count The number of its records.
    /// @param root The tree head over the leaves of its records.
    struct Batch {
        uint64 first;
        uint64 count;
        bytes32 root;
    }

    /// @notice Thrown when an append names another number of records than the log has: it is a duplicate, or extends
    /// another history.
    /// @param publisher The publisher.
    /// @param size The log's number of records.
    /// @param given The number that was named.
    error BatchedLog_SizeMismatch(address publisher, uint64 size, uint64 given);

    /// @notice Thrown when a batch has no records.
    error BatchedLog_NoRecords();

    /// @notice Emitted when a batch is appended.
    /// @param publisher The publisher.
    /// @param size The number of records before the batch, which is the index of its first record.
    /// @param count The number of records in the batch.
    /// @param manifest The SHA-256 digest of the batch's manifest, which lists the CIDs of the records; its CID is
    /// CIDv1 raw.
    event Appended(address indexed publisher, uint64 size, uint64 count, bytes32 manifest);

    /// @notice Appends a batch to the caller's log.
    /// @param batch The batch; its first record has the index that is the log's number of records.
    /// @param manifest The SHA-256 digest of the batch's manifest.
    function append(Batch calldata batch, bytes32 manifest) external;

    /// @notice Returns the number of records in a publisher's log.
    /// @param publisher The publisher.
    /// @return size The number.
    function sizeOf(address publisher) external view returns (uint64 size);

    /// @notice Returns the number of batches in a publisher's log.
    /// @param publisher The publisher.
    /// @return batches The number.
    function batchesOf(address publisher) external view returns (uint64 batches);

    /// @notice Returns the peaks over the batches, from the highest (leftmost) to the lowest.
    /// @param publisher The publisher.
    /// @return peaks The peaks.
    function peaksOf(address publisher) external view returns (bytes32[] memory peaks);

    /// @notice Returns the tree head over the batches, after RFC 6962.
    /// @param publisher The publisher.
    /// @return root The head.
    function rootOf(address publisher) external view returns (bytes32 root);

    /// @notice Returns whether `leaf` stands at `index` of the publisher's log, by the path from the record's leaf to
    /// the batch's root and the path from the batch to the log's present head.
    /// @param publisher The publisher.
    /// @param leaf The record's leaf.
    /// @param index The record's index, from 0.
    /// @param batch The batch that holds it.
    /// @param inner The audit path within the batch, from the leaf's sibling up.
    /// @param position The batch's index among the batches, from 0.
    /// @param outer The audit path of the batch, from its sibling up.
    /// @return included True when it does.
    function verifyInclusion(
        address publisher,
        bytes32 leaf,
        uint64 index,
        Batch calldata batch,
        bytes32[] calldata inner,
        uint64 position,
        bytes32[] calldata outer
    ) external view returns (bool included);
}
