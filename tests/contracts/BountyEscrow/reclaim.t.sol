// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {EscrowTest} from "./EscrowTest.sol";

contract ReclaimTest is EscrowTest {
    function _expectReclaimRefused(uint256 pending, uint256 appealableUntil) private {
        bytes memory encoded = _terms();
        vm.expectRevert(
            abi.encodeWithSelector(
                IBountyEscrow.BountyEscrow_NotReclaimable.selector,
                bountyId,
                pending,
                appealableUntil
            )
        );
        escrow.reclaim(bountyId, encoded);
    }

    function test_reclaim_reverts_when_terms_are_not_the_bountys() external {
        _open();
        _close();
        terms.maxAwards = 9;
        bytes memory encoded = _terms();

        // it should revert with BountyEscrow_TermsMismatch
        vm.expectRevert(_termsMismatch());
        escrow.reclaim(bountyId, encoded);
    }

    function test_reclaim_reverts_given_the_bounty_is_open() external {
        _open();
        vm.warp(terms.submitBy + 1_000 days);

        // it should revert with BountyEscrow_NotReclaimable
        _expectReclaimRefused(0, 0);
    }

    function test_reclaim_reverts_given_work_waits() external {
        _toPending();
        _close();
        vm.warp(terms.submitBy + 1_000 days);

        // it should revert with BountyEscrow_NotReclaimable
        _expectReclaimRefused(1, 0);
    }

    function test_reclaim_reverts_given_work_is_appealed() external {
        _toAppealed();
        _close();
        uint256 until = _bounty().appealableUntil;
        vm.warp(until + 1_000 days);

        // it should revert with BountyEscrow_NotReclaimable
        _expectReclaimRefused(1, until);
        _ruleSilently();
        _reclaim();
        assertEq(_credit(owner), MAX_AWARD, "returned");
    }

    function _ruleSilently() private {
        escrow.settleAppeal(submissionId, _terms(), _work());
    }

    function test_pitfall_06_reclaim_waits_for_the_very_end_of_the_appeal_window() external {
        _toRejected();
        uint256 until = block.timestamp + terms.appealWindow;
        _close();
        uint256[2] memory early = [until - 2, until - 1];
        for (uint256 i = 0; i < early.length; ++i) {
            vm.warp(early[i]);

            // it should revert with BountyEscrow_NotReclaimable until the window ends
            _expectReclaimRefused(0, until);
        }

        // it should return from its end on
        vm.warp(until);
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.AwardsReclaimed(bountyId, 2, 2 * MAX_AWARD);
        _reclaim();
        assertEq(_credit(owner), 2 * MAX_AWARD, "returned");
        assertEq(projectToken.reservedBy(address(escrow)), 0, "reserved");
    }

    function test_pitfall_04_reclaim_returns_once() external {
        _open();
        _close();
        assertEq(_credit(owner), 2 * MAX_AWARD, "returned");

        // it should revert with BountyEscrow_NotReclaimable
        _expectReclaimRefused(0, 0);
    }

    function test_reclaim_leaves_work_that_no_award_is_left_for() external {
        terms.maxAwards = 1;
        _toPending();
        _submit();
        submissionId = 1;
        _approve(0);
        _approve(1);
        uint256 held = _credit(address(escrow));
        _close();

        // it should return nothing
        assertTrue(_bounty().reclaimed, "reclaimed");
        assertEq(_bounty().pending, 1, "pending");
        assertEq(_credit(owner), 0, "returned");
        assertEq(_credit(address(escrow)), held, "kept");

        // it should leave the work to its reviewers, who can only reject it
        submissionId = 2;
        _approve(0);
        bytes memory refusal = abi.encodeWithSelector(IBountyEscrow.BountyEscrow_NoAwardLeft.selector, bountyId);
        _expectReviewRefused(1, _reviewOf(APPROVE), refusal);
        _review(1, REJECT);
        _review(2, REJECT);
        _assertStage(IBountyEscrow.Stage.Rejected);

        // An appeal could win nothing either.
        (bytes memory encodedTerms, bytes memory encodedWork) = (_terms(), _work());
        vm.prank(worker);
        vm.expectRevert(refusal);
        escrow.appeal(2, encodedTerms, encodedWork, "bafkreiappeal", _unsigned());
    }
}
