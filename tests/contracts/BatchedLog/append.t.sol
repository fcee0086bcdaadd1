// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBatchedLog} from "../../../contracts/interfaces/IBatchedLog.sol";
import {NaiveTree} from "../TransparencyLog/NaiveTree.sol";
import {BatchedLogTest} from "./BatchedLogTest.sol";

contract AppendTest is BatchedLogTest {
    function _expectMismatch(uint64 size, uint64 given) private {
        vm.prank(publisher);
        vm.expectRevert(abi.encodeWithSelector(IBatchedLog.BatchedLog_SizeMismatch.selector, publisher, size, given));
    }

    function test_append_reverts_where_the_log_does_not_end() external {
        _append(3);

        // it should revert with BatchedLog_SizeMismatch when sent twice
        _expectMismatch(3, 0);
        ledger.append(_batch(0, 3), MANIFEST);

        // it should revert with BatchedLog_SizeMismatch when it leaves a gap
        _expectMismatch(3, 4);
        ledger.append(_batch(4, 1), MANIFEST);

        // it should revert with BatchedLog_SizeMismatch when it overlaps
        _expectMismatch(3, 2);
        ledger.append(_batch(2, 1), MANIFEST);
    }

    function test_append_reverts_without_records() external {
        // it should revert with BatchedLog_NoRecords
        vm.expectRevert(IBatchedLog.BatchedLog_NoRecords.selector);
        ledger.append(IBatchedLog.Batch({first: 0, count: 0, root: keccak256("")}), MANIFEST);
    }

    function test_append_reverts_beyond_what_can_be_counted() external {
        vm.startPrank(publisher);
        ledger.append(IBatchedLog.Batch({first: 0, count: type(uint64).max, root: bytes32(0)}), MANIFEST);

        // it should revert
        vm.expectRevert();
        ledger.append(IBatchedLog.Batch({first: type(uint64).max, count: 1, root: bytes32(0)}), MANIFEST);
    }

    function test_append_by_an_outsider_changes_no_other_log() external {
        _append(3);
        bytes32 root = ledger.rootOf(publisher);
        vm.prank(outsider);
        ledger.append(_batch(0, 9), MANIFEST);

        // it should write to the outsider's own log only
        assertEq(ledger.sizeOf(publisher), 3);
        assertEq(ledger.rootOf(publisher), root);
        assertEq(ledger.sizeOf(outsider), 9);
    }

    function test_append_emits() external {
        _append(3);

        // it should emit {Appended}
        vm.expectEmit(address(ledger));
        emit IBatchedLog.Appended(publisher, 3, 4, MANIFEST);
        _append(4);
    }

    function testFuzz_append_is_the_log_of_the_batches(uint8[9] memory counts) external {
        uint64 size;
        for (uint256 i = 0; i < counts.length; i++) {
            uint64 count = uint64(bound(counts[i], 1, 20));
            _append(count);
            size += count;

            // it should count the records and the batch
            assertEq(ledger.sizeOf(publisher), size);
            assertEq(ledger.batchesOf(publisher), i + 1);

            // it should be the log of the batches' leaves
            assertEq(ledger.rootOf(publisher), NaiveTree.head(_leaves()));
        }
        assertEq(ledger.peaksOf(publisher).length, 2);
    }

    function test_append_costs_the_same_for_any_batch() external {
        vm.startPrank(publisher);
        IBatchedLog.Batch memory small = IBatchedLog.Batch({first: 0, count: 1, root: keccak256("small")});
        IBatchedLog.Batch memory large = IBatchedLog.Batch({first: 0, count: 4_000, root: keccak256("large")});
        ledger.append(small, MANIFEST);
        uint256 paid = vm.lastCallGas().gasTotalUsed;
        vm.stopPrank();
        vm.prank(outsider);
        ledger.append(large, MANIFEST);

        // it should cost the same however many records the batch has
        assertApproxEqAbs(vm.lastCallGas().gasTotalUsed, paid, 100);
        assertLt(paid, 80_000);
    }
}
