// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {IContributionRegistry} from "../../../contracts/interfaces/IContributionRegistry.sol";
import {Judgement} from "../../../contracts/libraries/Judgement.sol";
import {EscrowTest} from "./EscrowTest.sol";

contract ReviewTest is EscrowTest {
    uint256 private constant BASE = 90_000 ether;

    function setUp() public override {
        super.setUp();
        _toPending();
    }

    /* REFUSED */

    function test_review_reverts_when_score_is_too_high() external {
        Judgement.Review memory review = _reviewOf(APPROVE);
        review.scoreBps = 10_001;

        // it should revert with BountyEscrow_BpsTooHigh
        _expectReviewRefused(0, review, abi.encodeWithSelector(IBountyEscrow.BountyEscrow_BpsTooHigh.selector, 10_001));
    }

    function test_review_reverts_when_verdict_is_none() external {
        Judgement.Review memory review = _reviewOf(IBountyEscrow.Verdict.None);
        bytes memory refusal = abi.encodeWithSelector(
            IBountyEscrow.BountyEscrow_VerdictInvalid.selector,
            IBountyEscrow.Verdict.None
        );

        // it should revert with BountyEscrow_VerdictInvalid
        _expectReviewRefused(0, review, refusal);
    }

    function test_review_reverts_when_reason_has_the_wrong_length() external {
        bytes4 selector = IBountyEscrow.BountyEscrow_TextLength.selector;
        Judgement.Review memory review;
        for (uint8 verdict = 1; verdict <= 3; ++verdict) {
            review = _reviewOf(IBountyEscrow.Verdict(verdict));
            review.reason = string(new bytes(129));

            // it should revert with BountyEscrow_TextLength
            _expectReviewRefused(0, review, abi.encodeWithSelector(selector, 129));
            review.reason = "";
            if (review.verdict != APPROVE) _expectReviewRefused(0, review, abi.encodeWithSelector(selector, 0));
        }
    }

    function test_review_reverts_when_a_rejection_has_no_code() external {
        bytes memory refusal = abi.encodeWithSelector(IBountyEscrow.BountyEscrow_ReasonCodeInvalid.selector, 0);
        Judgement.Review memory review = _reviewOf(REJECT);
        review.reasonCode = 0;

        // it should revert with BountyEscrow_ReasonCodeInvalid, and so for the arbiter of an appeal
        _expectReviewRefused(0, review, refusal);
        _review(0, REJECT);
        _review(1, REJECT);
        _appeal();
        _expectRefused(arbiter, escrow.REVIEW_SCHEMA(), _values(review), refusal);
    }

    function test_review_needs_no_code_unless_it_rejects() external {
        Judgement.Review memory review = _reviewOf(REQUEST_CHANGES);
        review.reasonCode = 0;

        // it should count an approval or a request for changes without a code
        _attest(reviewers[0], escrow.REVIEW_SCHEMA(), _values(review));
        _assertStage(IBountyEscrow.Stage.ChangesRequested);
        assertEq(_reviewOf(APPROVE).reasonCode, 0, "code of an approval");
        _approve(1);
        assertEq(_state().approvals, 2, "approvals");
    }

    function test_review_reverts_when_attester_is_no_reviewer() external {
        address[6] memory attesters = [outsider, owner, worker, colleague, source, arbiter];
        for (uint256 i = 0; i < attesters.length; ++i) {
            bytes memory refusal = abi.encodeWithSelector(
                IBountyEscrow.BountyEscrow_NotReviewer.selector,
                attesters[i]
            );

            // it should revert with BountyEscrow_NotReviewer
            _expectRefused(attesters[i], escrow.REVIEW_SCHEMA(), _values(_reviewOf(APPROVE)), refusal);
            _expectRefused(attesters[i], escrow.REVIEW_SCHEMA(), _values(_reviewOf(REQUEST_CHANGES)), refusal);
        }
    }

    function test_pitfall_10_review_reverts_when_reviewer_voted_before() external {
        _approve(0);
        _review(1, REJECT);
        for (uint256 i = 0; i < 2; ++i) {
            bytes memory refusal = abi.encodeWithSelector(
                IBountyEscrow.BountyEscrow_AlreadyReviewed.selector,
                reviewers[i]
            );

            // it should revert with BountyEscrow_AlreadyReviewed
            _expectReviewRefused(i, _reviewOf(APPROVE), refusal);
            _expectReviewRefused(i, _reviewOf(REJECT), refusal);
            _expectReviewRefused(i, _reviewOf(REQUEST_CHANGES), refusal);
        }
    }

    function test_pitfall_06_review_counts_until_the_window_is_over() external {
        uint256 end = NOW + terms.reviewWindow;

        // it should revert with BountyEscrow_OutsideWindow at that time and after
        for (uint256 late = 0; late < 2; ++late) {
            vm.warp(end + late);
            _expectReviewRefused(0, _reviewOf(APPROVE), _outside(NOW, end));
            _expectReviewRefused(0, _reviewOf(REQUEST_CHANGES), _outside(NOW, end));
        }

        // it should count a review one second before
        vm.warp(end - 1);
        _approve(0);
        assertEq(_state().approvals, 1, "approvals");
    }

    function test_review_reverts_given_submission_was_decided() external {
        uint256 pending = vm.snapshotState();
        _approve(0);
        _approve(1);

        // it should revert with BountyEscrow_WrongStage
        bytes memory refusal = _wrongStage(IBountyEscrow.Stage.Accepted);
        _expectReviewRefused(2, _reviewOf(APPROVE), refusal);
        _expectReviewRefused(2, _reviewOf(REJECT), refusal);
        vm.revertToState(pending);
        _review(0, REJECT);
        _review(1, REJECT);
        refusal = _wrongStage(IBountyEscrow.Stage.Rejected);
        _expectReviewRefused(2, _reviewOf(APPROVE), refusal);
        _expectReviewRefused(2, _reviewOf(REQUEST_CHANGES), refusal);
    }

    function test_review_of_work_that_waits_given_every_award_was_given() external {
        // Three works wait for two awards; the first is asked about when both are given.
        _submit();
        _submit();
        for (submissionId = 2; submissionId <= 3; ++submissionId) {
            _approve(0);
            _approve(1);
        }
        submissionId = 1;

        // it should count other reviews
        _approve(0);
        assertEq(_state().approvals, 1, "approvals");

        // it should revert the deciding approval with BountyEscrow_NoAwardLeft
        bytes memory refusal = abi.encodeWithSelector(IBountyEscrow.BountyEscrow_NoAwardLeft.selector, bountyId);
        _expectReviewRefused(1, _reviewOf(APPROVE), refusal);
        assertEq(_state().approvals, 1, "approvals after");

        // it should still reject
        _review(1, REJECT);
        _review(2, REJECT);
        _assertStage(IBountyEscrow.Stage.Rejected);
    }

    /* COUNTED */

    function test_review_that_does_not_decide_is_counted() external {
        IContributionRegistry.Attestation memory attestation = _attestation(
            escrow.REVIEW_SCHEMA(),
            _values(_reviewOf(REJECT))
        );
        bytes32 uid = registry.uidOf(attestation);

        // it should emit {ReviewCounted}
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.ReviewCounted(
            bountyId,
            submissionId,
            reviewers[2],
            uid,
            REJECT,
            2_000,
            "off-brief",
            "bafkreireview"
        );
        vm.prank(reviewers[2]);
        registry.attest(attestation, _context());

        // it should count the reviewer
        assertEq(_state().rejections, 4, "rejections");
        assertEq(_state().approvals, 0, "approvals");
        assertEq(_state().clock, NOW, "clock");
        _assertStage(IBountyEscrow.Stage.Pending);

        // it should move no money
        assertEq(_credit(address(escrow)), 2 * MAX_AWARD, "credit");
    }

    /* REJECTED */

    function test_review_rejects_when_approval_becomes_impossible() external {
        _review(0, REJECT);
        _approve(1);
        _assertStage(IBountyEscrow.Stage.Pending);
        skip(1 days);
        uint256 until = NOW + 1 days + terms.appealWindow;
        bytes32 contentHash = _contentHash();

        // it should emit {SubmissionRejected} with the reason of the review that decided
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.SubmissionRejected(bountyId, submissionId, contentHash, "off-brief", "bafkreireview", until);
        _review(2, REJECT);

        // it should reject and let the worker appeal until the window ends
        _assertStage(IBountyEscrow.Stage.Rejected);
        assertEq(_state().clock, NOW + 1 days, "clock");
        assertEq(_bounty().pending, 0, "pending");
        assertEq(_bounty().awards, 0, "awards");
        assertEq(_bounty().appealableUntil, until, "appealable until");

        // it should move no money
        assertEq(_credit(address(escrow)), 2 * MAX_AWARD, "credit");
    }

    function test_review_rejects_for_good_where_the_terms_have_no_appeal() external {
        terms.appealWindow = 0;
        _toPending();
        _review(0, REJECT);
        bytes32 contentHash = _contentHash();

        // it should let nobody appeal where the terms have no window
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.SubmissionRejected(bountyId, submissionId, contentHash, "off-brief", "bafkreireview", 0);
        _review(1, REJECT);
        assertEq(_bounty().appealableUntil, 0, "appealable until");
    }

    /* ACCEPTED */

    function test_review_accepts_when_it_makes_the_quorum() external {
        _approve(2);
        skip(1 days);
        bytes32 contentHash = _contentHash();

        // it should emit {SubmissionAccepted}
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.SubmissionAccepted(bountyId, submissionId, contentHash, 10_000, AMOUNT, BASE, false);
        _approve(0);

        // it should accept and credit the base
        _assertStage(IBountyEscrow.Stage.Accepted);
        assertEq(_state().multiplierBps, 10_000, "multiplier");
        assertEq(_credit(worker), (BASE * 7) / 10, "worker");
        assertEq(_credit(colleague), (BASE * 3) / 10, "colleague");
        assertEq(_credit(address(escrow)), 2 * MAX_AWARD - BASE, "escrow");
        assertEq(_bounty().pending, 0, "pending");
        assertEq(_bounty().awards, 1, "awards");

        // it should start the clock of the tranches
        assertEq(_state().clock, NOW + 1 days, "clock");
        assertEq(uint8(_state().success.stage), uint8(IBountyEscrow.TrancheStage.Waiting), "success");
    }

    function test_review_accepts_and_settles_a_tranche_without_a_share() external {
        (terms.baseBps, terms.longTerm.shareBps) = (5_000, 0);
        _toAccepted();

        // it should settle a tranche without a share
        assertEq(uint8(_state().longTerm.stage), uint8(IBountyEscrow.TrancheStage.Settled), "long-term");
        assertEq(uint8(_state().success.stage), uint8(IBountyEscrow.TrancheStage.Waiting), "success");
        _assertStage(IBountyEscrow.Stage.Accepted);
    }

    function testFuzz_review_accepts_with_a_multiplier_inside_the_band(uint16 low, uint16 high, uint256 bps) external {
        (low, high) = (uint16(bound(low, 1, 50_000)), uint16(bound(high, 1, 50_000)));
        (terms.minMultiplierBps, terms.maxMultiplierBps) = low < high ? (low, high) : (high, low);
        terms.guaranteed = 0;
        reputation.state(projectId, worker, bound(bps, 1, type(uint256).max));
        uint256 wanted = bound(bps, 1, type(uint256).max);
        if (wanted < terms.minMultiplierBps) wanted = terms.minMultiplierBps;
        if (wanted > terms.maxMultiplierBps) wanted = terms.maxMultiplierBps;
        _toAccepted();

        // it should hold the multiplier inside the band
        assertEq(_state().multiplierBps, wanted, "multiplier");
    }

    function test_review_completes_the_award_at_once_when_the_base_is_all() external {
        (terms.baseBps, terms.success.shareBps, terms.longTerm.shareBps) = (10_000, 0, 0);
        _toPending();
        uint256 before = _credit(address(escrow));
        _approve(0);

        // it should complete the award at once
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.AwardCompleted(bountyId, submissionId, AMOUNT, 0, MAX_AWARD - AMOUNT);
        _approve(1);
        _assertStage(IBountyEscrow.Stage.Completed);
        assertEq(_credit(worker) + _credit(colleague), AMOUNT, "payees");

        // it should return the rest to the funder
        assertEq(_credit(owner), MAX_AWARD - AMOUNT, "funder");
        assertEq(before - _credit(address(escrow)), MAX_AWARD, "escrow");
    }
}
