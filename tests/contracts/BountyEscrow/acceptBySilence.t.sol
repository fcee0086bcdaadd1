// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {EscrowTest} from "./EscrowTest.sol";

contract AcceptBySilenceTest is EscrowTest {
    uint256 private _end;

    function setUp() public override {
        super.setUp();
        _toPending();
        _end = NOW + terms.reviewWindow;
    }

    function _accept() private {
        vm.prank(outsider);
        escrow.acceptBySilence(submissionId, terms, work);
    }

    function test_acceptBySilence_reverts_when_work_or_terms_are_others() external {
        vm.warp(_end);
        work.evidence = "bafkreiother";

        // it should revert with the mismatch
        vm.expectRevert(_mismatch());
        escrow.acceptBySilence(submissionId, terms, work);
        vm.expectRevert(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_SubmissionMismatch.selector, bountyId, 2));
        escrow.acceptBySilence(2, terms, work);
        terms.reviewWindow = 1;
        vm.expectRevert(_termsMismatch());
        escrow.acceptBySilence(submissionId, terms, work);
    }

    function test_acceptBySilence_accepts_from_the_end_of_the_window_on() external {
        // it should revert with BountyEscrow_OutsideWindow one second before
        vm.warp(_end - 1);
        vm.expectRevert(_outside(_end, type(uint256).max));
        escrow.acceptBySilence(submissionId, terms, work);

        // it should accept at that time and after
        uint256 snapshot = vm.snapshotState();
        for (uint256 late = 0; late < 2; ++late) {
            vm.warp(_end + late);
            _accept();
            _assertStage(IBountyEscrow.Stage.Accepted);
            vm.revertToState(snapshot);
        }
    }

    function test_acceptBySilence_reverts_given_submission_was_accepted() external {
        vm.warp(_end);
        _accept();

        // it should revert with BountyEscrow_WrongStage
        vm.expectRevert(_wrongStage(IBountyEscrow.Stage.Accepted, IBountyEscrow.Stage.Pending));
        escrow.acceptBySilence(submissionId, terms, work);
    }

    function test_acceptBySilence_reverts_given_submission_was_rejected() external {
        _review(0, false);
        _review(1, false);
        vm.warp(_end);

        // it should revert with BountyEscrow_WrongStage
        vm.expectRevert(_wrongStage(IBountyEscrow.Stage.Rejected, IBountyEscrow.Stage.Pending));
        escrow.acceptBySilence(submissionId, terms, work);
    }

    function test_acceptBySilence_reverts_given_every_award_was_given() external {
        _submit();
        _submit();
        vm.warp(_end);
        for (submissionId = 1; submissionId <= 2; ++submissionId) _accept();

        // it should revert with BountyEscrow_NoAwardLeft
        vm.expectRevert(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_NoAwardLeft.selector, bountyId));
        escrow.acceptBySilence(3, terms, work);
    }

    function test_acceptBySilence_accepts_given_the_reviewers_did_not_decide() external {
        _review(0, false);
        _approve(1);
        vm.warp(_end);

        // it should accept
        _accept();
        _assertStage(IBountyEscrow.Stage.Accepted);
    }

    function test_acceptBySilence_accepts_and_credits_given_nobody_reviewed() external {
        vm.warp(_end);

        // it should emit {SubmissionAccepted} by silence
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.SubmissionAccepted(
            bountyId,
            submissionId,
            _contentHash(),
            10_000,
            AMOUNT,
            90_000 ether,
            true
        );
        _accept();

        // it should accept and credit the base
        assertEq(_credit(worker) + _credit(colleague), 90_000 ether, "base");
        assertEq(_state().clock, _end, "clock");
    }
}
