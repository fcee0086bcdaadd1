// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MountainRange} from "../../../contracts/libraries/MountainRange.sol";
import {ITransparencyLog} from "../../../contracts/interfaces/ITransparencyLog.sol";
import {LogTest} from "./LogTest.sol";
import {NaiveTree} from "./NaiveTree.sol";

contract AppendTest is LogTest {
    function _mismatch(uint64 size, uint64 given) private view returns (bytes memory) {
        return abi.encodeWithSelector(ITransparencyLog.TransparencyLog_SizeMismatch.selector, publisher, size, given);
    }

    function test_append_reverts_when_sent_twice() external {
        _append(_leaves(0, 3));

        // it should revert with TransparencyLog_SizeMismatch when sent twice
        vm.prank(publisher);
        vm.expectRevert(_mismatch(3, 0));
        ledger.append(0, _leaves(0, 3), MANIFEST);
    }

    function test_append_reverts_when_ahead() external {
        // it should revert with TransparencyLog_SizeMismatch when ahead
        vm.prank(publisher);
        vm.expectRevert(_mismatch(0, 1));
        ledger.append(1, _leaves(0, 3), MANIFEST);
    }

    function test_append_reverts_without_leaves() external {
        // it should revert with TransparencyLog_NoLeaves
        vm.expectRevert(ITransparencyLog.TransparencyLog_NoLeaves.selector);
        ledger.append(0, new bytes32[](0), MANIFEST);
    }

    function test_append_by_an_outsider_changes_no_other_log() external {
        _append(_leaves(0, 3));
        bytes32 root = ledger.rootOf(publisher);
        vm.prank(outsider);
        ledger.append(0, _leaves(5, 6), MANIFEST);

        // it should write to the outsider's own log only
        assertEq(ledger.sizeOf(publisher), 3);
        assertEq(ledger.rootOf(publisher), root);
        assertEq(ledger.sizeOf(outsider), 1);
    }

    function test_append_grows_the_log() external {
        _append(_leaves(0, 3));

        // it should emit {Appended}
        vm.expectEmit(address(ledger));
        emit ITransparencyLog.Appended(publisher, 3, 4, MANIFEST);
        _append(_leaves(3, 7));

        // it should grow the size by the number of leaves
        assertEq(ledger.sizeOf(publisher), 7);
    }

    function testFuzz_append_does_not_depend_on_the_batches(uint8[4] memory counts) external {
        uint256 size;
        for (uint256 i = 0; i < counts.length; i++) {
            uint256 count = bound(counts[i], 1, 70);
            _append(_leaves(size, size + count));
            size += count;

            // it should lead to the same log however the leaves are batched
            assertEq(ledger.rootOf(publisher), NaiveTree.head(_leaves(0, size)));
        }
        assertEq(ledger.sizeOf(publisher), size);
    }

    function testFuzz_append_writes_no_peak_that_does_not_exist(uint8 before, uint8 added) external {
        uint256 size = before;
        if (size != 0) _append(_leaves(0, size));
        uint256 grown = size + bound(added, 1, 255);
        vm.record();
        _append(_leaves(size, grown));
        (, bytes32[] memory writes) = vm.accesses(address(ledger));

        // it should write the size and no more than the peaks that exist
        assertLe(writes.length, 1 + ledger.peaksOf(publisher).length);
    }

    function testFuzz_assembly_hashes_as_its_plain_twin(bytes32[] memory nodes, bool waiting) external pure {
        vm.assume(nodes.length > 1);
        uint256 start = waiting ? 1 : 0;
        uint256 end = (nodes.length + start) / 2;
        bytes32[] memory plain = new bytes32[](nodes.length);
        for (uint256 i = 0; i < nodes.length; i++) plain[i] = nodes[i];

        MountainRange.hashPairs(nodes, start, end);
        NaiveTree.pairs(plain, start, end);

        // it should hash as the plain twin does
        assertEq(nodes, plain);
    }
}
