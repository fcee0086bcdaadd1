// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {BatchedLog} from "../../../contracts/BatchedLog.sol";
import {IBatchedLog} from "../../../contracts/interfaces/IBatchedLog.sol";
import {NaiveTree} from "../TransparencyLog/NaiveTree.sol";

/// @title BatchedLogTest
/// @notice The cast: a log of batches, a publisher, an outsider, and the plain twin of what the log must be.
abstract contract BatchedLogTest is Test {
    bytes32 internal constant MANIFEST = keccak256("manifest");

    BatchedLog internal ledger;
    address internal publisher = makeAddr("publisher");
    address internal outsider = makeAddr("outsider");

    IBatchedLog.Batch[] internal batches;

    function setUp() public virtual {
        ledger = new BatchedLog();
    }

    /// @dev Appends the next `count` records to the publisher's log.
    function _append(uint64 count) internal {
        uint64 first = ledger.sizeOf(publisher);
        IBatchedLog.Batch memory batch = _batch(first, count);
        batches.push(batch);
        vm.prank(publisher);
        ledger.append(batch, MANIFEST);
    }

    function _batch(uint64 first, uint64 count) internal pure returns (IBatchedLog.Batch memory) {
        return IBatchedLog.Batch({first: first, count: count, root: NaiveTree.head(_records(first, count))});
    }

    /// @dev The leaf of record i.
    function _record(uint256 i) internal pure returns (bytes32) {
        return keccak256(abi.encode("record", i));
    }

    function _records(uint256 first, uint256 count) internal pure returns (bytes32[] memory leaves) {
        leaves = new bytes32[](count);
        for (uint256 i = 0; i < count; i++) leaves[i] = _record(first + i);
    }

    function _leaf(IBatchedLog.Batch memory batch) internal pure returns (bytes32) {
        bytes32 digest = keccak256(abi.encode(batch.first, batch.count, batch.root));
        return keccak256(abi.encodePacked(uint8(0), digest));
    }

    function _leaves() internal view returns (bytes32[] memory leaves) {
        leaves = new bytes32[](batches.length);
        for (uint256 i = 0; i < leaves.length; i++) leaves[i] = _leaf(batches[i]);
    }
}
