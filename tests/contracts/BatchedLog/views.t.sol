// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {NaiveTree} from "../TransparencyLog/NaiveTree.sol";
import {BatchedLogTest} from "./BatchedLogTest.sol";

contract ViewsTest is BatchedLogTest {
    function testFuzz_the_empty_log(address anybody) external view {
        // it should have no records, no batches, no peaks and the head of nothing
        assertEq(ledger.sizeOf(anybody), 0);
        assertEq(ledger.batchesOf(anybody), 0);
        assertEq(ledger.peaksOf(anybody).length, 0);
        assertEq(ledger.rootOf(anybody), keccak256(""));
    }

    function test_seven_batches() external {
        for (uint64 count = 1; count <= 7; count++) _append(count);
        bytes32[] memory leaves = _leaves();
        bytes32[] memory peaks = ledger.peaksOf(publisher);

        // it should have the peaks over the batches, from the highest to the lowest
        assertEq(peaks.length, 3);
        bytes32 left = NaiveTree.pair(leaves[0], leaves[1]);
        bytes32 right = NaiveTree.pair(leaves[2], leaves[3]);
        assertEq(peaks[0], NaiveTree.pair(left, right));
        assertEq(peaks[1], NaiveTree.pair(leaves[4], leaves[5]));
        assertEq(peaks[2], leaves[6]);

        // it should have the head that the peaks give, bagged from the right
        assertEq(ledger.rootOf(publisher), NaiveTree.pair(peaks[0], NaiveTree.pair(peaks[1], peaks[2])));
        assertEq(ledger.sizeOf(publisher), 28);
        assertEq(ledger.batchesOf(publisher), 7);
    }
}
