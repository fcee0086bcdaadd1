// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {EscrowTest} from "./EscrowTest.sol";

/// @dev Every way in which a submission can be acted on is tried in every state at many times; those that ever
/// succeeded must be those that the test names, so that no way stands open by accident. One reviewer decides alone.
contract StagesTest is EscrowTest {
    enum Door {
        Revise,
        Approve,
        Reject,
        RequestChanges,
        AcceptBySilence,
        RejectBySilence,
        Appeal,
        RuleForWorker,
        RuleAgainstWorker,
        SettleAppeal,
        ReportSuccess,
        ReportLongTerm,
        ChallengeSuccess,
        ChallengeLongTerm,
        RuleSuccess,
        RuleLongTerm,
        SettleSuccess,
        SettleLongTerm,
        ClaimTokens
    }

    uint256 private constant DOORS = 19;

    function setUp() public override {
        super.setUp();
        terms.reviewers = new address[](1);
        (terms.reviewers[0], terms.quorum) = (reviewers[0], 1);
        _open();
    }

    /* DOORS */

    /// @dev Called from outside, so that a refusal can be caught.
    function enter(Door door) external {
        if (door == Door.Revise) _revise("bafkreirevised");
        if (door == Door.Approve) _review(0, APPROVE);
        if (door == Door.Reject) _review(0, REJECT);
        if (door == Door.RequestChanges) _review(0, REQUEST_CHANGES);
        if (door == Door.AcceptBySilence) escrow.acceptBySilence(submissionId, _terms(), _work());
        if (door == Door.RejectBySilence) escrow.rejectBySilence(submissionId, _terms(), _work());
        if (door == Door.Appeal) _appeal();
        if (door == Door.RuleForWorker) _ruleAppeal(APPROVE);
        if (door == Door.RuleAgainstWorker) _ruleAppeal(REJECT);
        if (door == Door.SettleAppeal) escrow.settleAppeal(submissionId, _terms(), _work());
        if (door == Door.ReportSuccess) _report(SUCCESS, 9_000);
        if (door == Door.ReportLongTerm) _report(LONG_TERM, 9_000);
        if (door == Door.ChallengeSuccess) _challenge(SUCCESS);
        if (door == Door.ChallengeLongTerm) _challenge(LONG_TERM);
        if (door == Door.RuleSuccess) _rule(SUCCESS, 5_000);
        if (door == Door.RuleLongTerm) _rule(LONG_TERM, 5_000);
        if (door == Door.SettleSuccess) _settle(SUCCESS);
        if (door == Door.SettleLongTerm) _settle(LONG_TERM);
        if (door == Door.ClaimTokens) escrow.claimTokens(submissionId, _terms(), _work(), EVERYBODY);
    }

    /// @dev Tries each door from here at each time, and expects just `wanted` to open at some time.
    function _expectDoors(uint256 wanted) private {
        uint16[10] memory delays = [0, 2, 3, 5, 7, 30, 60, 335, 365, 400];
        uint256 found = 0;
        uint256 here = vm.snapshotState();
        for (uint256 door = 0; door < DOORS; ++door) {
            for (uint256 i = 0; i < delays.length; ++i) {
                skip(uint256(delays[i]) * 1 days);
                if (_opens(Door(door))) found |= 1 << door;
                vm.revertToState(here);
            }
        }
        assertEq(found, wanted, "doors");
    }

    function _opens(Door door) private returns (bool) {
        IBountyEscrow.Stage former = _state().stage;
        try this.enter(door) {
            IBountyEscrow.Stage wanted = _stageAfter(door, former);
            assertEq(uint8(_state().stage), uint8(wanted), "stage after");
            _assertBooks();
            return true;
        } catch (bytes memory reason) {
            assertTrue(_isAboutStage(bytes4(reason)), vm.toString(reason));
            return false;
        }
    }

    /// @dev What the bounty counts is what its submissions say, and no money came or went.
    function _assertBooks() private view {
        uint256 pending = 0;
        uint256 awards = 0;
        for (uint256 id = 1; id <= _bounty().submissions; ++id) {
            (, IBountyEscrow.SubmissionState memory state) = escrow.submissionOf(bountyId, id);
            if (state.stage >= IBountyEscrow.Stage.Accepted) ++awards;
            else if (state.stage != IBountyEscrow.Stage.Rejected) ++pending;
        }
        assertEq(_bounty().pending, pending, "pending");
        assertEq(_bounty().awards, awards, "awards");
        uint256 credit = _credit(address(escrow));
        uint256 paid = _credit(worker) + _credit(colleague) + _credit(owner);
        assertEq(credit + paid, 2 * MAX_AWARD, "money");
        assertGe(credit, (2 - awards) * MAX_AWARD, "money for the awards that can still be won");
    }

    /// @dev The only arrows that there are.
    function _stageAfter(Door door, IBountyEscrow.Stage former) private view returns (IBountyEscrow.Stage) {
        if (door == Door.Revise) return IBountyEscrow.Stage.Pending;
        if (door == Door.RequestChanges) return IBountyEscrow.Stage.ChangesRequested;
        if (door == Door.Appeal) return IBountyEscrow.Stage.Appealed;
        if (door == Door.Reject || door == Door.RejectBySilence || door == Door.RuleAgainstWorker) {
            return IBountyEscrow.Stage.Rejected;
        }
        if (door == Door.ClaimTokens) return former;
        IBountyEscrow.SubmissionState memory state = _state();
        bool isLast = state.success.stage == IBountyEscrow.TrancheStage.Settled;
        isLast = isLast && state.longTerm.stage == IBountyEscrow.TrancheStage.Settled;
        return isLast ? IBountyEscrow.Stage.Completed : IBountyEscrow.Stage.Accepted;
    }

    /// @dev A closed door says that it is closed, and does not merely stumble.
    function _isAboutStage(bytes4 refusal) private pure returns (bool) {
        return
            refusal == IBountyEscrow.BountyEscrow_WrongStage.selector ||
            refusal == IBountyEscrow.BountyEscrow_OutsideWindow.selector ||
            refusal == IBountyEscrow.BountyEscrow_TrancheStage.selector ||
            refusal == IBountyEscrow.BountyEscrow_NotReviewer.selector ||
            refusal == IBountyEscrow.BountyEscrow_NotSource.selector ||
            refusal == IBountyEscrow.BountyEscrow_SubmissionMismatch.selector ||
            refusal == IBountyEscrow.BountyEscrow_NoAwardLeft.selector ||
            refusal == IBountyEscrow.BountyEscrow_LimitReached.selector ||
            refusal == IBountyEscrow.BountyEscrow_NoTokensToClaim.selector;
    }

    function _bit(Door door) private pure returns (uint256) {
        return 1 << uint256(door);
    }

    function _judging() private pure returns (uint256) {
        return _bit(Door.Approve) | _bit(Door.Reject);
    }

    /// @dev Gives every award to other work, and comes back to the one that the test is about.
    function _giveEveryAward() private {
        uint256 id = submissionId;
        for (uint256 i = 0; i < terms.maxAwards; ++i) {
            _submit();
            _approve(0);
        }
        submissionId = id;
    }

    function _toSettled(IBountyEscrow.Tranche tranche) private {
        skip(tranche == SUCCESS ? 60 days : 340 days);
        _settle(tranche);
    }

    /* NOTHING */

    function test_stages_before_work_was_handed_in() external {
        for (submissionId = 0; submissionId < 2; ++submissionId) {
            // it should let nobody do anything
            _expectDoors(0);
        }
    }

    /* PENDING */

    function test_stages_of_pending_work() external {
        _submit();

        // it should let it be revised, judged, and accepted by silence
        uint256 wanted = _judging() | _bit(Door.Revise) | _bit(Door.RequestChanges) | _bit(Door.AcceptBySilence);
        _expectDoors(wanted);
        for (uint256 i = 0; i < 3; ++i) {
            _review(0, REQUEST_CHANGES);
            _revise(vm.toString(i));
        }

        // it should not let changes be requested a fourth time
        _expectDoors(wanted & ~_bit(Door.RequestChanges));
    }

    function test_stages_of_pending_work_that_no_award_is_left_for() external {
        _submit();
        _giveEveryAward();

        // it should let nobody accept it when no award is left
        _expectDoors(_bit(Door.Revise) | _bit(Door.Reject) | _bit(Door.RequestChanges));
    }

    function test_stages_of_work_that_is_to_be_changed() external {
        _submit();
        _review(0, REQUEST_CHANGES);

        // it should let it be revised, judged, and rejected by silence
        _expectDoors(_judging() | _bit(Door.Revise) | _bit(Door.RejectBySilence));
    }

    /* REJECTED */

    function test_stages_of_rejected_work() external {
        _submit();
        _review(0, REJECT);
        uint256 rejected = vm.snapshotState();

        // it should let it be appealed
        _expectDoors(_bit(Door.Appeal));
        _giveEveryAward();

        // it should let nobody do anything when no award is left
        _expectDoors(0);
        vm.revertToState(rejected);
        _appeal();
        _ruleAppeal(REJECT);

        // it should let nobody do anything when the appeal was rejected
        _expectDoors(0);
    }

    function test_stages_of_appealed_work() external {
        _submit();
        _review(0, REJECT);
        _appeal();

        // it should let the arbiter rule, and silence decide
        _expectDoors(_bit(Door.RuleForWorker) | _bit(Door.RuleAgainstWorker) | _bit(Door.SettleAppeal));
        _giveEveryAward();

        // it should let the arbiter reject alone when no award is left
        _expectDoors(_bit(Door.RuleAgainstWorker));
    }

    /* ACCEPTED */

    function test_stages_of_accepted_work() external {
        _submit();
        _approve(0);
        uint256 settling = _bit(Door.SettleSuccess) | _bit(Door.SettleLongTerm) | _bit(Door.ClaimTokens);

        // it should let both tranches be reported or settled, and tokens be claimed
        _expectDoors(settling | _bit(Door.ReportSuccess) | _bit(Door.ReportLongTerm));
        skip(30 days);
        _report(SUCCESS, 9_000);

        // it should let a report be challenged and settled, and not be made again
        _expectDoors(settling | _bit(Door.ChallengeSuccess) | _bit(Door.ReportLongTerm));
        _challenge(SUCCESS);

        // it should let a challenge be ruled on and settled
        _expectDoors(settling | _bit(Door.RuleSuccess) | _bit(Door.ReportLongTerm));
    }

    function test_stages_of_the_long_term_tranche() external {
        _submit();
        _approve(0);
        _toSettled(SUCCESS);
        uint256 settling = _bit(Door.SettleLongTerm) | _bit(Door.ClaimTokens);

        // it should let nobody touch a tranche that was settled
        _expectDoors(settling | _bit(Door.ReportLongTerm));
        skip(305 days);
        _report(LONG_TERM, 9_000);
        _expectDoors(settling | _bit(Door.ChallengeLongTerm));
        _challenge(LONG_TERM);
        _expectDoors(settling | _bit(Door.RuleLongTerm));
    }

    /* COMPLETED */

    function test_stages_of_completed_work() external {
        _submit();
        _approve(0);
        _toSettled(SUCCESS);
        _toSettled(LONG_TERM);
        _assertStage(IBountyEscrow.Stage.Completed);

        // it should let tokens be claimed
        _expectDoors(_bit(Door.ClaimTokens));
        this.enter(Door.ClaimTokens);

        // it should let nobody do anything when they were
        _expectDoors(0);
    }
}
