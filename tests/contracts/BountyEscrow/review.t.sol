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

    function test_review_reverts_when_the_reviewed_hash_is_another() external {
        Judgement.Review memory review = _reviewOf(true);
        review.contentHash ^= bytes32(uint256(1));

        // it should revert with BountyEscrow_SubmissionMismatch
        _expectReviewRefused(0, review, _mismatch());
    }

    function test_review_reverts_when_attester_is_no_reviewer() external {
        address[5] memory attesters = [outsider, owner, worker, source, arbiter];
        for (uint256 i = 0; i < attesters.length; ++i) {
            // it should revert with BountyEscrow_NotReviewer
            _expectRefused(
                attesters[i],
                escrow.REVIEW_SCHEMA(),
                _values(_reviewOf(true)),
                abi.encodeWithSelector(IBountyEscrow.BountyEscrow_NotReviewer.selector, attesters[i])
            );
        }
    }

    function test_review_reverts_when_reviewer_reviewed_before() external {
        _approve(0);
        _review(1, false);
        for (uint256 i = 0; i < 2; ++i) {
            bytes memory refusal = abi.encodeWithSelector(
                IBountyEscrow.BountyEscrow_AlreadyReviewed.selector,
                reviewers[i]
            );

            // it should revert with BountyEscrow_AlreadyReviewed
            _expectReviewRefused(i, _reviewOf(true), refusal);
            _expectReviewRefused(i, _reviewOf(false), refusal);
        }
    }

    function test_review_counts_until_the_window_is_over() external {
        uint256 end = NOW + terms.reviewWindow;

        // it should revert with BountyEscrow_OutsideWindow at that time and after
        for (uint256 late = 0; late < 2; ++late) {
            vm.warp(end + late);
            _expectReviewRefused(0, _reviewOf(true), _outside(NOW, end));
        }

        // it should count a review one second before
        vm.warp(end - 1);
        _approve(0);
        assertEq(_state().approvals, 1, "approvals");
    }

    function test_review_reverts_given_submission_was_accepted() external {
        _approve(0);
        _approve(1);

        // it should revert with BountyEscrow_WrongStage
        bytes memory refusal = _wrongStage(IBountyEscrow.Stage.Accepted, IBountyEscrow.Stage.Pending);
        _expectReviewRefused(2, _reviewOf(true), refusal);
        _expectReviewRefused(2, _reviewOf(false), refusal);
    }

    function test_review_reverts_given_submission_was_rejected() external {
        _review(0, false);
        _review(1, false);

        // it should revert with BountyEscrow_WrongStage
        bytes memory refusal = _wrongStage(IBountyEscrow.Stage.Rejected, IBountyEscrow.Stage.Pending);
        _expectReviewRefused(2, _reviewOf(true), refusal);
    }

    function test_review_reverts_when_score_is_too_high() external {
        Judgement.Review memory review = _reviewOf(true);
        review.scoreBps = 10_001;

        // it should revert with BountyEscrow_BpsTooHigh
        _expectReviewRefused(0, review, abi.encodeWithSelector(IBountyEscrow.BountyEscrow_BpsTooHigh.selector, 10_001));
    }

    function test_review_reverts_when_reason_has_the_wrong_length() external {
        Judgement.Review memory rejection = _reviewOf(false);
        rejection.reason = "";
        Judgement.Review memory approval = _reviewOf(true);
        approval.reason = string(new bytes(129));

        // it should revert with BountyEscrow_TextLength
        bytes4 selector = IBountyEscrow.BountyEscrow_TextLength.selector;
        _expectReviewRefused(0, rejection, abi.encodeWithSelector(selector, 0));
        _expectReviewRefused(0, approval, abi.encodeWithSelector(selector, 129));
    }

    function test_review_of_work_that_waits_given_every_award_was_given() external {
        // Three works wait for two awards; the third is asked about when both are given.
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
        _expectReviewRefused(
            1,
            _reviewOf(true),
            abi.encodeWithSelector(IBountyEscrow.BountyEscrow_NoAwardLeft.selector, bountyId)
        );
        assertEq(_state().approvals, 1, "approvals after");

        // it should still reject
        _review(1, false);
        _review(2, false);
        _assertStage(IBountyEscrow.Stage.Rejected);
    }

    /* COUNTED */

    function test_review_that_does_not_decide_is_counted() external {
        Judgement.Review memory review = _reviewOf(false);
        IContributionRegistry.Attestation memory attestation = _attestation(escrow.REVIEW_SCHEMA(), _values(review));
        bytes32 uid = registry.uidOf(attestation);

        // it should emit {ReviewCounted}
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.ReviewCounted(
            bountyId,
            submissionId,
            reviewers[2],
            uid,
            false,
            2_000,
            "off-brief",
            "bafkreireview"
        );
        vm.prank(reviewers[2]);
        registry.attest(attestation, abi.encode(terms, work));

        // it should count the reviewer
        assertEq(_state().rejections, 4, "rejections");
        assertEq(_state().approvals, 0, "approvals");
        _assertStage(IBountyEscrow.Stage.Pending);

        // it should move no money
        assertEq(_credit(address(escrow)), 2 * MAX_AWARD, "credit");
    }

    /* REJECTED */

    function test_review_rejects_when_approval_becomes_impossible() external {
        _review(0, false);
        _approve(1);
        _assertStage(IBountyEscrow.Stage.Pending);

        // it should emit {SubmissionRejected} with the reason of the review that decided
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.SubmissionRejected(bountyId, submissionId, _contentHash(), "off-brief", "bafkreireview");
        _review(2, false);

        // it should reject
        _assertStage(IBountyEscrow.Stage.Rejected);
        assertEq(_bounty().pending, 0, "pending");
        assertEq(_bounty().awards, 0, "awards");

        // it should move no money
        assertEq(_credit(address(escrow)), 2 * MAX_AWARD, "credit");
    }

    /* ACCEPTED */

    function test_review_accepts_when_it_makes_the_quorum() external {
        _approve(2);
        skip(1 days);

        // it should emit {SubmissionAccepted}
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.SubmissionAccepted(bountyId, submissionId, _contentHash(), 10_000, AMOUNT, BASE, false);
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

    function test_review_accepts_with_a_multiplier_inside_the_band() external {
        uint16[3] memory lows = [12_000, 2_000, 10_000];
        uint16[3] memory highs = [15_000, 9_000, 10_000];
        uint16[3] memory wanted = [12_000, 9_000, 10_000];
        terms.guaranteed = 0;
        for (uint256 i = 0; i < 3; ++i) {
            (terms.minMultiplierBps, terms.maxMultiplierBps) = (lows[i], highs[i]);
            _toAccepted();

            // it should hold the multiplier inside the band
            assertEq(_state().multiplierBps, wanted[i], "multiplier");
        }
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

    function test_review_that_is_relayed_counts_for_the_reviewer() external {
        IContributionRegistry.Relayed memory relayed;
        relayed.attestation = _attestation(escrow.REVIEW_SCHEMA(), _values(_reviewOf(true)));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(reviewerKeys[1], registry.digestOf(relayed.attestation));
        (relayed.attester, relayed.signature) = (reviewers[1], abi.encodePacked(r, s, v));
        relayed.context = abi.encode(terms, work);

        // it should count it for the reviewer
        vm.prank(outsider);
        registry.relay(relayed);
        assertEq(_state().approvals, 2, "approvals");
    }
}
