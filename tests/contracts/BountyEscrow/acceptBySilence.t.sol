// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {EscrowTest} from "./EscrowTest.sol";

contract AcceptBySilenceTest is EscrowTest {
    uint256 private constant BASE = 90_000 ether;

    function setUp() public override {
        super.setUp();
        _toPending();
    }

    function _accept() private {
        vm.prank(outsider);
        escrow.acceptBySilence(submissionId, _terms(), _work());
    }

    function _expectAcceptRefused(bytes memory refusal) private {
        vm.expectRevert(refusal);
        escrow.acceptBySilence(submissionId, _terms(), _work());
    }

    /* REFUSED */

    function test_acceptBySilence_reverts_when_it_is_of_other_bytes() external {
        skip(terms.reviewWindow);
        uint256 waiting = vm.snapshotState();

        // it should revert with BountyEscrow_SubmissionMismatch
        submissionId = 2;
        _expectAcceptRefused(_mismatch());
        vm.revertToState(waiting);

        // it should revert with BountyEscrow_TermsMismatch
        terms.reviewWindow = 1;
        _expectAcceptRefused(_termsMismatch());
        vm.revertToState(waiting);

        // it should revert with BountyEscrow_SubmissionMismatch for the changed work
        work.payees[0] = outsider;
        _expectAcceptRefused(_mismatch());
    }

    function test_acceptBySilence_reverts_given_it_does_not_wait() external {
        uint256 pending = vm.snapshotState();

        // it should revert with BountyEscrow_WrongStage
        _review(0, REQUEST_CHANGES);
        skip(terms.reviewWindow);
        _expectAcceptRefused(_wrongStage(IBountyEscrow.Stage.ChangesRequested));
        vm.revertToState(pending);
        _review(0, REJECT);
        _review(1, REJECT);
        skip(terms.reviewWindow);
        _expectAcceptRefused(_wrongStage(IBountyEscrow.Stage.Rejected));
        vm.revertToState(pending);
        skip(terms.reviewWindow);
        _accept();
        _expectAcceptRefused(_wrongStage(IBountyEscrow.Stage.Accepted));
    }

    function test_pitfall_06_acceptBySilence_begins_where_the_review_window_ends() external {
        uint256 end = NOW + terms.reviewWindow;

        // it should revert with BountyEscrow_OutsideWindow one second before
        vm.warp(end - 1);
        _expectAcceptRefused(_outside(end, type(uint256).max));
        uint256 before = vm.snapshotState();

        // it should accept at that time and after
        for (uint256 late = 0; late < 2; ++late) {
            vm.revertToState(before);
            vm.warp(end + late);
            _accept();
            _assertStage(IBountyEscrow.Stage.Accepted);
        }
    }

    function test_acceptBySilence_waits_for_the_window_of_the_last_version() external {
        skip(terms.reviewWindow - 1);
        _revise("bafkreisecond");
        uint256 end = block.timestamp + terms.reviewWindow;

        // it should revert with BountyEscrow_OutsideWindow until the new window is over
        skip(1);
        _expectAcceptRefused(_outside(end, type(uint256).max));
        vm.warp(end - 1);
        _expectAcceptRefused(_outside(end, type(uint256).max));
        vm.warp(end);
        _accept();
    }

    function test_acceptBySilence_reverts_given_every_award_was_given() external {
        _submit();
        _submit();
        skip(terms.reviewWindow);
        for (; submissionId > 1; --submissionId) _accept();

        // it should revert with BountyEscrow_NoAwardLeft
        _expectAcceptRefused(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_NoAwardLeft.selector, bountyId));
    }

    /* ACCEPTED */

    function test_acceptBySilence_accepts() external {
        reputation.state(projectId, worker, 12_000);
        skip(terms.reviewWindow + 5);
        bytes32 contentHash = _contentHash();

        // it should emit {SubmissionAccepted} by silence
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.SubmissionAccepted(
            bountyId,
            submissionId,
            contentHash,
            12_000,
            MAX_AWARD,
            (MAX_AWARD * 3) / 10,
            true
        );
        _accept();
        assertTrue(_state().bySilence, "by silence");
        assertEq(_state().clock, block.timestamp, "clock");
        assertEq(_bounty().pending, 0, "pending");
        assertEq(_bounty().awards, 1, "awards");

        // it should credit the base
        assertEq(_credit(worker), (MAX_AWARD * 21) / 100, "worker");
        assertEq(_credit(colleague), (MAX_AWARD * 9) / 100, "colleague");

        // it should let anybody call and pay nobody else
        assertEq(_credit(outsider), 0, "caller");
        assertEq(_credit(address(escrow)), 2 * MAX_AWARD - (MAX_AWARD * 3) / 10, "escrow");
    }

    function test_pitfall_07_acceptBySilence_accepts_against_too_few_votes() external {
        _approve(0);
        _review(1, REJECT);
        skip(terms.reviewWindow);

        // it should accept against the votes of fewer than decide
        _accept();
        assertEq(_credit(worker) + _credit(colleague), BASE, "base");
    }

    function test_pitfall_03_acceptBySilence_accepts_work_of_a_closed_bounty() external {
        _close();
        skip(terms.reviewWindow);

        // it should accept work of a closed bounty
        _accept();
        assertEq(_credit(worker) + _credit(colleague), BASE, "base");
    }
}
