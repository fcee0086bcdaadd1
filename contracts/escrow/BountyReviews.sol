// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../interfaces/IBountyEscrow.sol";
import {BountyTerms} from "../libraries/BountyTerms.sol";
import {ImpactShare} from "../libraries/ImpactShare.sol";
import {Judgement} from "../libraries/Judgement.sol";
import {Preimage} from "../libraries/Preimage.sol";
import {SubmittedWork} from "../libraries/SubmittedWork.sol";
import {BountyWork} from "./BountyWork.sol";

/// @title BountyReviews
/// @notice From work handed in to work accepted or rejected: by a quorum of reviewers, by an arbiter, or by silence.
abstract contract BountyReviews is BountyWork {
    using BountyTerms for Terms;
    using Preimage for bytes;

    bytes32 private constant APPEAL_TYPEHASH = keccak256(
        "AppealRejection(uint256 bountyId,uint256 submissionId,string reason,address worker,"
        "uint256 nonce,uint256 deadline)"
    );
    bytes32 private constant CHANGES_NOT_MADE = "changes-not-made";
    bytes32 private constant ARBITER_SILENT = "arbiter-silent";

    uint256 private constant MOST_CHANGE_REQUESTS = 3;

    /* REVIEWS */

    function _review(
        Case memory work,
        Terms calldata terms,
        Submission calldata submission,
        Judgement.Review memory review,
        address reviewer,
        bytes32 uid
    ) internal {
        if (review.scoreBps > ImpactShare.BPS) revert BountyEscrow_BpsTooHigh(review.scoreBps);
        if (review.verdict == Verdict.None) revert BountyEscrow_VerdictInvalid(review.verdict);
        if (review.verdict == Verdict.Reject && review.reasonCode == 0) {
            revert BountyEscrow_ReasonCodeInvalid(review.reasonCode);
        }
        if (review.verdict != Verdict.Approve || bytes(review.reason).length > 0) {
            SubmittedWork.validateText(bytes(review.reason).length);
        }

        emit ReviewCounted({
            bountyId: work.bountyId,
            submissionId: work.submissionId,
            reviewer: reviewer,
            uid: uid,
            verdict: review.verdict,
            scoreBps: review.scoreBps,
            reasonCode: review.reasonCode,
            reason: review.reason
        });

        if (work.state.stage == Stage.Appealed) _rule(work, terms, submission, review, reviewer);
        else _count(work, terms, submission, review, reviewer);
    }

    function _count(
        Case memory work,
        Terms calldata terms,
        Submission calldata submission,
        Judgement.Review memory review,
        address reviewer
    ) private {
        SubmissionState memory state = work.state;
        if (state.stage != Stage.ChangesRequested) _requireStage(work, Stage.Pending);
        _requireWithin(state.clock, uint256(state.clock) + terms.reviewWindow);
        uint16 bit = terms.reviewerBit(reviewer);
        if (bit == 0) revert BountyEscrow_NotReviewer(reviewer);
        if ((state.approvals | state.rejections) & bit != 0) revert BountyEscrow_AlreadyReviewed(reviewer);

        if (review.verdict == Verdict.RequestChanges) {
            _requestChanges(work);
        } else if (review.verdict == Verdict.Approve) {
            state.approvals |= bit;
            if (terms.isAccepted(state.approvals)) _accept(work, terms, submission);
            else _store(work);
        } else {
            state.rejections |= bit;
            if (terms.isRejected(state.rejections)) _reject(work, terms, review.reasonCode, review.reason);
            else _store(work);
        }
    }

    /// @dev A request is no vote: who asked for changes can still approve or reject this version or the next.
    function _requestChanges(Case memory work) private {
        SubmissionState memory state = work.state;
        _requireStage(work, Stage.Pending);
        if (state.changeRequests == MOST_CHANGE_REQUESTS) revert BountyEscrow_LimitReached(MOST_CHANGE_REQUESTS);

        state.stage = Stage.ChangesRequested;
        ++state.changeRequests;
        state.clock = uint40(block.timestamp);
        _store(work);
    }

    /* SILENCE */

    /// @inheritdoc IBountyEscrow
    function acceptBySilence(
        uint256 submissionId,
        bytes calldata terms,
        bytes calldata submission
    ) external nonReentrant {
        Case memory work = _load(submissionId, terms, submission);
        _requireStage(work, Stage.Pending);
        _requireWithin(uint256(work.state.clock) + terms.asTerms().reviewWindow, FOREVER);

        work.state.bySilence = true;
        _accept(work, terms.asTerms(), submission.asSubmission());
    }

    /// @inheritdoc IBountyEscrow
    function rejectBySilence(
        uint256 submissionId,
        bytes calldata terms,
        bytes calldata submission
    ) external nonReentrant {
        Case memory work = _load(submissionId, terms, submission);
        _requireStage(work, Stage.ChangesRequested);
        _requireWithin(uint256(work.state.clock) + terms.asTerms().reviewWindow, FOREVER);

        _reject(work, terms.asTerms(), CHANGES_NOT_MADE, "");
    }

    /* APPEAL */

    /// @inheritdoc IBountyEscrow
    function appeal(
        uint256 submissionId,
        bytes calldata terms,
        bytes calldata submission,
        string calldata reason,
        Signed calldata signed
    ) external nonReentrant {
        Case memory work = _load(submissionId, terms, submission);
        address worker = submission.asSubmission().worker;
        bytes32 reasonHash = keccak256(bytes(reason));
        _authenticate(worker, abi.encode(APPEAL_TYPEHASH, work.bountyId, submissionId, reasonHash), signed);
        SubmissionState memory state = work.state;
        BountyState storage bounty = _bounties[work.bountyId].state;
        _requireStage(work, Stage.Rejected);
        if (state.appealed) revert BountyEscrow_LimitReached(1);
        _requireWithin(state.clock, uint256(state.clock) + terms.asTerms().appealWindow);
        if (bounty.awards >= terms.asTerms().maxAwards) revert BountyEscrow_NoAwardLeft(work.bountyId);
        SubmittedWork.validateText(bytes(reason).length);

        ++bounty.pending;
        state.stage = Stage.Appealed;
        state.appealed = true;
        state.clock = uint40(block.timestamp);
        _store(work);

        emit RejectionAppealed(work.bountyId, submissionId, worker, reason);
    }

    function _rule(
        Case memory work,
        Terms calldata terms,
        Submission calldata submission,
        Judgement.Review memory review,
        address arbiter
    ) private {
        if (arbiter != terms.arbiter) revert BountyEscrow_NotReviewer(arbiter);
        _requireWithin(work.state.clock, uint256(work.state.clock) + terms.arbiterWindow);
        if (review.verdict == Verdict.RequestChanges) revert BountyEscrow_VerdictInvalid(review.verdict);

        if (review.verdict == Verdict.Approve) _accept(work, terms, submission);
        else _reject(work, terms, review.reasonCode, review.reason);
    }

    /// @inheritdoc IBountyEscrow
    function settleAppeal(uint256 submissionId, bytes calldata terms, bytes calldata submission) external nonReentrant {
        Case memory work = _load(submissionId, terms, submission);
        _requireStage(work, Stage.Appealed);
        _requireWithin(uint256(work.state.clock) + terms.asTerms().arbiterWindow, FOREVER);

        work.state.bySilence = terms.asTerms().silentAppealAccepts;
        if (work.state.bySilence) _accept(work, terms.asTerms(), submission.asSubmission());
        else _reject(work, terms.asTerms(), ARBITER_SILENT, "");
    }

    /* DECISIONS */

    function _accept(Case memory work, Terms calldata terms, Submission calldata submission) private {
        BountyState storage bounty = _bounties[work.bountyId].state;
        if (bounty.awards >= terms.maxAwards) revert BountyEscrow_NoAwardLeft(work.bountyId);

        --bounty.pending;
        ++bounty.awards;
        SubmissionState memory state = work.state;
        state.stage = Stage.Accepted;
        state.multiplierBps = _multiplierBps(terms, submission.worker);
        state.clock = uint40(block.timestamp);
        if (terms.success.shareBps == 0) state.success.stage = TrancheStage.Settled;
        if (terms.longTerm.shareBps == 0) state.longTerm.stage = TrancheStage.Settled;
        ImpactShare.Ceilings memory parts = _ceilings(work, terms);

        emit SubmissionAccepted({
            bountyId: work.bountyId,
            submissionId: work.submissionId,
            contentHash: work.contentHash,
            multiplierBps: state.multiplierBps,
            award: parts.base + parts.success + parts.longTerm,
            base: parts.base,
            bySilence: state.bySilence
        });

        _payAndStore(work, terms, submission, parts.base);
    }

    function _multiplierBps(Terms calldata terms, address worker) private view returns (uint16) {
        // A band of one value leaves nothing to ask.
        if (terms.minMultiplierBps == terms.maxMultiplierBps) return terms.minMultiplierBps;
        return terms.withinBand(reputation.multiplierBps(terms.projectId, worker));
    }

    function _reject(Case memory work, Terms calldata terms, bytes32 reasonCode, string memory reason) private {
        BountyState storage bounty = _bounties[work.bountyId].state;
        SubmissionState memory state = work.state;
        --bounty.pending;
        state.stage = Stage.Rejected;
        state.clock = uint40(block.timestamp);
        uint256 appealableUntil = 0;
        if (!state.appealed && terms.appealWindow > 0) {
            appealableUntil = block.timestamp + terms.appealWindow;
            bounty.appealableUntil = uint40(appealableUntil);
        }
        _store(work);

        emit SubmissionRejected(
            work.bountyId,
            work.submissionId,
            work.contentHash,
            reasonCode,
            reason,
            appealableUntil
        );
    }
}
