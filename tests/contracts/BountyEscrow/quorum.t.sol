// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {EscrowTest} from "./EscrowTest.sol";

contract QuorumTest is EscrowTest {
    function _nameReviewers(uint160 count) private {
        (reviewers, terms.reviewers) = (new address[](count), new address[](count));
        for (uint160 i = 0; i < count; ++i)
            (reviewers[i], terms.reviewers[i]) = (address(0x1000 + i), address(0x1000 + i));
    }

    /// @dev One vote a reviewer, taken from the bits of `votes` in the order of the reviewers.
    function testFuzz_quorum_decides_with_the_vote_that_decides(uint8 count, uint8 quorum, uint16 votes) external {
        count = uint8(bound(count, 1, 16));
        terms.quorum = uint16(bound(quorum, 1, count));
        _nameReviewers(count);
        _toPending();
        uint256 approvals = 0;
        uint256 rejections = 0;
        while (approvals < terms.quorum && rejections + terms.quorum <= count) {
            // it should decide nothing before the vote that makes the quorum or makes it impossible
            _assertStage(IBountyEscrow.Stage.Pending);
            bool approves = votes & (1 << (approvals + rejections)) != 0;
            _review(approvals + rejections, approves ? APPROVE : REJECT);
            if (approves) ++approvals;
            else ++rejections;
        }

        // it should be decided by that vote
        _assertStage(approvals == terms.quorum ? IBountyEscrow.Stage.Accepted : IBountyEscrow.Stage.Rejected);
    }

    function test_pitfall_09_quorum_of_sixteen_counts_each() external {
        _nameReviewers(16);
        terms.quorum = 16;
        _toPending();
        for (uint256 i = 0; i < 16; ++i) {
            _assertStage(IBountyEscrow.Stage.Pending);
            _approve(15 - i);

            // it should count each in a bit of its own
            assertEq(_state().approvals, 0xffff & ~((1 << (15 - i)) - 1), "approvals");
        }
        _assertStage(IBountyEscrow.Stage.Accepted);
    }
}
