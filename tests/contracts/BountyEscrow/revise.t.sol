// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {Judgement} from "../../../contracts/libraries/Judgement.sol";
import {EscrowTest} from "./EscrowTest.sol";

contract ReviseTest is EscrowTest {
    bytes private _former;

    function setUp() public override {
        super.setUp();
        _toPending();
        _former = _work();
    }

    function _expectReviseRefused(bytes memory refusal) private {
        vm.prank(work.worker);
        vm.expectRevert(refusal);
        escrow.revise(submissionId, _terms(), _former, work, _unsigned());
    }

    /* REFUSED */

    function test_revise_reverts_when_there_is_no_such_submission() external {
        submissionId = 2;

        // it should revert with BountyEscrow_SubmissionMismatch
        _expectReviseRefused(_mismatch());
    }

    function test_revise_reverts_when_terms_are_not_the_bountys() external {
        terms.reviewWindow += 1;

        // it should revert with BountyEscrow_TermsMismatch
        _expectReviseRefused(_termsMismatch());
    }

    function test_revise_reverts_when_former_work_is_not_what_is_stored() external {
        work.evidence = "bafkreisecond";
        _former = _work();

        // it should revert with BountyEscrow_SubmissionMismatch
        _expectReviseRefused(_mismatch());
    }

    function test_revise_reverts_when_it_names_another_bounty_or_worker() external {
        work.worker = outsider;

        // it should revert with BountyEscrow_SubmissionMismatch
        _expectReviseRefused(_mismatch());
        work.worker = worker;
        _open();
        _expectReviseRefused(_mismatch());
    }

    function test_revise_reverts_when_caller_is_not_the_worker() external {
        address[4] memory callers = [outsider, owner, colleague, reviewers[0]];
        for (uint256 i = 0; i < callers.length; ++i) {
            // it should revert with BountyEscrow_NotSender
            vm.prank(callers[i]);
            vm.expectRevert(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_NotSender.selector, worker, callers[i]));
            escrow.revise(submissionId, _terms(), _former, work, _unsigned());
        }
    }

    function test_revise_reverts_given_it_was_decided() external {
        // it should revert with BountyEscrow_WrongStage
        _toRejected();
        _former = _work();
        _expectReviseRefused(_wrongStage(IBountyEscrow.Stage.Rejected));
        _appeal();
        _expectReviseRefused(_wrongStage(IBountyEscrow.Stage.Appealed));
        _ruleAppeal(APPROVE);
        _expectReviseRefused(_wrongStage(IBountyEscrow.Stage.Accepted));
        skip(400 days);
        _settle(SUCCESS);
        _settle(LONG_TERM);
        _expectReviseRefused(_wrongStage(IBountyEscrow.Stage.Completed));
    }

    function test_pitfall_01_revise_reverts_given_a_reviewer_voted() external {
        bytes memory refusal = abi.encodeWithSelector(IBountyEscrow.BountyEscrow_AlreadyJudged.selector, submissionId);
        uint256 unjudged = vm.snapshotState();

        // it should revert with BountyEscrow_AlreadyJudged
        _approve(0);
        work.payees[0] = outsider;
        _expectReviseRefused(refusal);
        vm.revertToState(unjudged);
        _review(2, REJECT);
        _expectReviseRefused(refusal);
    }

    function test_pitfall_06_revise_changes_work_until_the_time_is_over() external {
        // it should change work one second before the time for work is over
        vm.warp(terms.submitBy - 1);
        _revise("bafkreisecond");
        assertEq(_state().version, 2, "version");

        // it should revert with BountyEscrow_OutsideWindow at that time and after
        _former = _work();
        for (uint256 late = 0; late < 2; ++late) {
            vm.warp(terms.submitBy + late);
            _expectReviseRefused(_outside(0, terms.submitBy));
        }
    }

    function test_pitfall_06_revise_makes_requested_changes_until_the_window_is_over() external {
        uint256 asked = NOW + 2 days;
        vm.warp(asked);
        _review(0, REQUEST_CHANGES);

        // it should revert with BountyEscrow_OutsideWindow at the end of the review window and after
        for (uint256 late = 0; late < 2; ++late) {
            vm.warp(asked + terms.reviewWindow + late);
            _expectReviseRefused(_outside(asked, asked + terms.reviewWindow));
        }

        // it should change work one second before the review window is over
        vm.warp(asked + terms.reviewWindow - 1);
        _revise("bafkreisecond");
        _assertStage(IBountyEscrow.Stage.Pending);
    }

    function test_revise_makes_requested_changes_after_the_time_for_work() external {
        vm.warp(terms.submitBy - 1);
        _submit();
        vm.warp(terms.submitBy + 1);
        _review(0, REQUEST_CHANGES);

        // it should change work after the time for work is over
        _revise("bafkreisecond");
        _assertStage(IBountyEscrow.Stage.Pending);
    }

    function test_revise_reverts_given_it_is_version_255() external {
        for (uint256 i = 2; i <= 255; ++i) _revise(vm.toString(i));
        assertEq(_state().version, 255, "version");
        _former = _work();

        // it should revert with BountyEscrow_LimitReached
        bytes memory refusal = abi.encodeWithSelector(IBountyEscrow.BountyEscrow_LimitReached.selector, 255);
        _expectReviseRefused(refusal);
        _review(0, REQUEST_CHANGES);
        _expectReviseRefused(refusal);
    }

    function test_revise_reverts_when_new_work_could_not_be_handed_in() external {
        // it should revert as submit does
        work.payees[1] = arbiter;
        _expectReviseRefused(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_PayeeJudges.selector, arbiter));
        work.payees[1] = address(0);
        _expectReviseRefused(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_PayeesInvalid.selector));
        work.payees[1] = colleague;
        work.sharesBps[1] = 3_001;
        _expectReviseRefused(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_SharesSum.selector, 10_001));
        work.sharesBps[1] = 3_000;
        work.evidence = "";
        _expectReviseRefused(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_TextLength.selector, 0));
    }

    /* CHANGED */

    function test_revise_changes_work() external {
        vm.warp(NOW + 3 days);
        (work.payees[0], work.exempt, work.evidence) = (outsider, 1, "bafkreisecond");
        bytes32 contentHash = _contentHash();
        bytes memory bounty = abi.encode(_bounty());

        // it should emit {SubmissionRevised} with the bytes that were hashed
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.SubmissionRevised(bountyId, submissionId, 2, contentHash, _work());
        vm.prank(worker);
        escrow.revise(submissionId, _terms(), _former, work, _unsigned());

        // it should store the new hash
        (bytes32 stored, IBountyEscrow.SubmissionState memory state) = escrow.submissionOf(bountyId, submissionId);
        assertEq(stored, contentHash, "hash");

        // it should wait for the reviewers as the next version, their time starting again
        IBountyEscrow.SubmissionState memory wanted;
        (wanted.stage, wanted.version, wanted.clock) = (IBountyEscrow.Stage.Pending, 2, uint40(NOW + 3 days));
        assertEq(abi.encode(state), abi.encode(wanted), "state");

        // it should leave counts, money and nonce alone
        assertEq(abi.encode(_bounty()), bounty, "bounty");
        assertEq(_credit(address(escrow)), 2 * MAX_AWARD, "credit");
        assertEq(escrow.nonces(worker), 0, "nonce");
    }

    function test_pitfall_09_revise_forgets_the_votes() external {
        _approve(0);
        _review(1, REJECT);
        _review(2, REQUEST_CHANGES);

        // it should change work that a reviewer has voted on
        _revise("bafkreisecond");

        // it should forget the votes
        assertEq(_state().approvals, 0, "approvals");
        assertEq(_state().rejections, 0, "rejections");
        _approve(1);
        _assertStage(IBountyEscrow.Stage.Pending);
        assertEq(_state().approvals, 2, "the second reviewer, who had rejected");
        _approve(0);
        _assertStage(IBountyEscrow.Stage.Accepted);
    }

    function test_revise_changes_work_of_a_closed_bounty() external {
        _close();

        // it should change work of a closed bounty
        _revise("bafkreisecond");
        assertEq(_state().version, 2, "version");
    }

    function test_pitfall_01_revise_leaves_no_way_for_the_former_version() external {
        Judgement.Review memory stale = _reviewOf(APPROVE);
        work.payees[0] = outsider;
        vm.prank(worker);
        escrow.revise(submissionId, _terms(), _former, work, _unsigned());

        // it should refuse a review of the former version
        _expectReviewRefused(0, stale, _mismatch());

        // it should refuse the former work everywhere
        _expectReviseRefused(_mismatch());
        skip(terms.reviewWindow);
        bytes memory encoded = _terms();
        vm.expectRevert(_mismatch());
        escrow.acceptBySilence(submissionId, encoded, _former);
        escrow.acceptBySilence(submissionId, encoded, _work());
        assertEq(_credit(worker), 0, "former payee");
        assertGt(_credit(outsider), 0, "payee");
    }
}
