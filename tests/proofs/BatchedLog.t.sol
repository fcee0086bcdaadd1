// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BatchedLog} from "../../contracts/BatchedLog.sol";
import {IBatchedLog} from "../../contracts/interfaces/IBatchedLog.sol";
import {Symbolic} from "./Symbolic.sol";

/// @title BatchedLogProof
/// @notice Who can write to a log of batches, how its numbers follow one another, and what it is while it is small.
contract BatchedLogProof is Symbolic {
    BatchedLog private _log;

    function setUp() external {
        _log = new BatchedLog();
    }

    /// Whatever anybody else calls, the records, batches, peaks and root of a log stay.
    function check_nobody_else_changes_a_log(address caller, address publisher, uint64 count, bytes32 root) external {
        vm.assume(caller != publisher && count != 0);
        _append(publisher, IBatchedLog.Batch(0, count, root));

        _anyCall("BatchedLog", address(_log), caller);

        assert(_log.sizeOf(publisher) == count && _log.batchesOf(publisher) == 1);
        _assertPeaks(publisher, _leaf(IBatchedLog.Batch(0, count, root)));
    }

    /// Whatever the publisher itself calls, what stands stays: a batch more at most, and never a record less.
    function check_the_publisher_takes_nothing_back(address publisher, uint64 count, bytes32 root) external {
        vm.assume(count != 0);
        _append(publisher, IBatchedLog.Batch(0, count, root));

        _anyCall("BatchedLog", address(_log), publisher);

        uint64 batches = _log.batchesOf(publisher);
        assert(batches == 1 ? _log.sizeOf(publisher) == count : batches == 2 && _log.sizeOf(publisher) > count);
        if (batches == 1) _assertPeaks(publisher, _leaf(IBatchedLog.Batch(0, count, root)));
    }

    /// A batch is taken exactly when it begins where the log ends, has records and keeps their number in 64 bits; and
    /// the log grows by exactly these.
    function check_a_batch_is_taken_where_the_log_ends_only(
        address publisher,
        uint64 before,
        IBatchedLog.Batch calldata batch
    ) external {
        vm.assume(before != 0);
        _append(publisher, IBatchedLog.Batch(0, before, bytes32(0)));

        vm.prank(publisher);
        (bool done, ) = address(_log).call(abi.encodeCall(_log.append, (batch, bytes32(0))));

        uint256 grown = uint256(before) + batch.count;
        assert(done == (batch.first == before && batch.count != 0 && grown <= type(uint64).max));
        assert(_log.sizeOf(publisher) == (done ? grown : before));
        assert(_log.batchesOf(publisher) == (done ? 2 : 1));
    }

    /// The first batch begins at zero.
    function check_the_first_batch_begins_at_zero(address publisher, IBatchedLog.Batch calldata batch) external {
        vm.prank(publisher);
        (bool done, ) = address(_log).call(abi.encodeCall(_log.append, (batch, bytes32(0))));

        assert(done == (batch.first == 0 && batch.count != 0));
        assert(_log.sizeOf(publisher) == (done ? batch.count : 0));
    }

    /// The stored peaks and the root of one to four batches are those of RFC 6962.
    function check_the_peaks_of_few_batches_are_those_of_rfc_6962(
        address publisher,
        bytes32[4] calldata roots,
        uint8[4] calldata counts
    ) external {
        bytes32[4] memory leaves;
        uint64 size;
        for (uint256 i = 0; i < 4; ++i) {
            vm.assume(counts[i] != 0);
            IBatchedLog.Batch memory batch = IBatchedLog.Batch(size, counts[i], roots[i]);
            _append(publisher, batch);
            leaves[i] = _leaf(batch);
            size += counts[i];

            if (i == 0) _assertPeaks(publisher, leaves[0]);
            if (i == 1) _assertPeaks(publisher, _node(leaves[0], leaves[1]));
            if (i == 2) _assertPeaks(publisher, _node(leaves[0], leaves[1]), leaves[2]);
        }
        _assertPeaks(publisher, _node(_node(leaves[0], leaves[1]), _node(leaves[2], leaves[3])));
    }

    /// Of a log of one batch of one record, exactly that record is proven, and only by that batch.
    function check_one_record_is_proven_by_its_own_batch_only(
        address publisher,
        bytes32 record,
        bytes32 leaf,
        uint64 index,
        IBatchedLog.Batch calldata batch
    ) external {
        _append(publisher, IBatchedLog.Batch(0, 1, record));
        bytes32[] memory none = new bytes32[](0);

        bool included = _log.verifyInclusion(publisher, leaf, index, batch, none, 0, none);

        bool isTheBatch = batch.first == 0 && batch.count == 1 && batch.root == record;
        assert(included == (isTheBatch && index == 0 && leaf == record));
    }

    function _append(address publisher, IBatchedLog.Batch memory batch) private {
        vm.prank(publisher);
        _log.append(batch, bytes32(0));
    }

    function _assertPeaks(address publisher, bytes32 peak) private view {
        bytes32[] memory peaks = _log.peaksOf(publisher);
        assert(peaks.length == 1 && peaks[0] == peak);
        assert(_log.rootOf(publisher) == peak);
    }

    function _assertPeaks(address publisher, bytes32 high, bytes32 low) private view {
        bytes32[] memory peaks = _log.peaksOf(publisher);
        assert(peaks.length == 2 && peaks[0] == high && peaks[1] == low);
        assert(_log.rootOf(publisher) == _node(high, low));
    }

    function _leaf(IBatchedLog.Batch memory batch) private pure returns (bytes32 leaf) {
        bytes32 inner = keccak256(abi.encode(batch.first, batch.count, batch.root));
        return keccak256(abi.encodePacked(bytes1(0x00), inner));
    }

    function _node(bytes32 left, bytes32 right) private pure returns (bytes32 node) {
        return keccak256(abi.encodePacked(bytes1(0x01), left, right));
    }
}
