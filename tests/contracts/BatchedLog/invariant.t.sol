// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBatchedLog} from "../../../contracts/interfaces/IBatchedLog.sol";
import {NaiveTree} from "../TransparencyLog/NaiveTree.sol";
import {BatchedLogHandler} from "./BatchedLogHandler.sol";
import {BatchedLogTest} from "./BatchedLogTest.sol";

contract BatchedLogInvariantTest is BatchedLogTest {
    BatchedLogHandler private _handler;

    function setUp() public override {
        super.setUp();
        _handler = new BatchedLogHandler(ledger);
        targetContract(address(_handler));
    }

    function invariant_the_log_grows_and_is_what_was_written() external view {
        assertFalse(_handler.shrunk());
        for (uint256 i = 0; i < 2; i++) {
            address writer = _handler.publishers(i);
            IBatchedLog.Batch[] memory written = _handler.batchesBy(writer);
            assertEq(ledger.sizeOf(writer), _handler.writtenBy(writer).length);
            assertEq(ledger.batchesOf(writer), written.length);
            assertEq(ledger.rootOf(writer), NaiveTree.head(_leavesOf(written)));
        }
    }

    // Every record that was ever written is still there, in the only batch that can hold its number.
    function afterInvariant() external view {
        for (uint256 i = 0; i < 2; i++) {
            address writer = _handler.publishers(i);
            IBatchedLog.Batch[] memory written = _handler.batchesBy(writer);
            bytes32[] memory records = _handler.writtenBy(writer);
            for (uint256 k = 0; k < written.length; k += 5) {
                IBatchedLog.Batch memory batch = written[k];
                bytes32[] memory held = new bytes32[](batch.count);
                for (uint256 j = 0; j < held.length; j++) held[j] = records[batch.first + j];
                uint64 offset = batch.count - 1;
                bytes32[] memory inner = NaiveTree.path(held, offset);
                bytes32[] memory outer = NaiveTree.path(_leavesOf(written), k);
                uint64 index = batch.first + offset;
                assertTrue(ledger.verifyInclusion(writer, held[offset], index, batch, inner, uint64(k), outer));
            }
        }
    }

    function _leavesOf(IBatchedLog.Batch[] memory written) private pure returns (bytes32[] memory leaves) {
        leaves = new bytes32[](written.length);
        for (uint256 i = 0; i < leaves.length; i++) leaves[i] = _leaf(written[i]);
    }
}
