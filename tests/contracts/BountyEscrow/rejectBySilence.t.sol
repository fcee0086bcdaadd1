// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {EscrowTest} from "./EscrowTest.sol";

contract RejectBySilenceTest is EscrowTest {
    function setUp() public override {
        super.setUp();
        _toChangesRequested();
    }

    function _reject() private {
        vm.prank(outsider);
        escrow.rejectBySilence(submissionId, _terms(), _work());
    }

    function _expectRejectRefused(bytes memory refusal) private {
        vm.expectRevert(refusal);
        escrow.rejectBySilence(submissionId, _terms(), _work());
    }

    /* REFUSED */

    function test_rejectBySilence_reverts_when_it_is_of_other_bytes() external {
        skip(terms.reviewWindow);
        uint256 waiting = vm.snapshotState();

        // it should revert with BountyEscrow_SubmissionMismatch
        submissionId = 2;
        _expectRejectRefused(_mismatch());
        vm.revertToState(waiting);

        // it should revert with BountyEscrow_TermsMismatch
        terms.reviewWindow = 1;
        _expectRejectRefused(_termsMismatch());
        vm.revertToState(waiting);

        // it should revert with BountyEscrow_SubmissionMismatch for the changed work
        work.evidence = "bafkreisecond";
        _expectRejectRefused(_mismatch());
    }

    function test_rejectBySilence_reverts_given_no_changes_are_waited_for() external {
        uint256 asked = vm.snapshotState();

        // it should revert with BountyEscrow_WrongStage
        _revise("bafkreisecond");
        skip(terms.reviewWindow);
        _expectRejectRefused(_wrongStage(IBountyEscrow.Stage.Pending));
        vm.revertToState(asked);
        _approve(0);
        _approve(1);
        skip(terms.reviewWindow);
        _expectRejectRefused(_wrongStage(IBountyEscrow.Stage.Accepted));
        vm.revertToState(asked);
        skip(terms.reviewWindow);
        _reject();
        _expectRejectRefused(_wrongStage(IBountyEscrow.Stage.Rejected));
    }

    function test_pitfall_06_rejectBySilence_begins_where_the_workers_window_ends() external {
        uint256 end = NOW + terms.reviewWindow;

        // it should revert with BountyEscrow_OutsideWindow one second before
        vm.warp(end - 1);
        _expectRejectRefused(_outside(end, type(uint256).max));
        uint256 before = vm.snapshotState();

        // it should reject at that time and after
        for (uint256 late = 0; late < 2; ++late) {
            vm.revertToState(before);
            vm.warp(end + late);
            _reject();
            _assertStage(IBountyEscrow.Stage.Rejected);
        }
    }

    /* REJECTED */

    function test_rejectBySilence_rejects() external {
        _approve(0);
        skip(terms.reviewWindow);
        uint256 until = block.timestamp + terms.appealWindow;
        bytes32 contentHash = _contentHash();

        // it should emit {SubmissionRejected} with the code "changes-not-made" and no reason
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.SubmissionRejected(bountyId, submissionId, contentHash, "changes-not-made", "", until);
        _reject();

        // it should move no money and wait for nothing any more
        assertEq(_credit(address(escrow)), 2 * MAX_AWARD, "credit");
        assertEq(_bounty().pending, 0, "pending");
        assertEq(_bounty().awards, 0, "awards");

        // it should let the worker appeal within the window
        assertEq(_bounty().appealableUntil, until, "appealable until");
        assertEq(_state().clock, block.timestamp, "clock");
        _appeal();
        _assertStage(IBountyEscrow.Stage.Appealed);
    }

    function test_rejectBySilence_rejects_work_that_no_award_is_left_for() external {
        for (uint256 i = 0; i < 2; ++i) {
            _submit();
            _approve(0);
            _approve(1);
        }
        submissionId = 1;
        skip(terms.reviewWindow);

        // it should reject work that no award is left for
        _reject();
        _assertStage(IBountyEscrow.Stage.Rejected);
        assertEq(_bounty().pending, 0, "pending");
    }
}
