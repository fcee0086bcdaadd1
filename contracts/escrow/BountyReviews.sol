// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../interfaces/IBountyEscrow.sol";
import {BountyTerms} from "../libraries/BountyTerms.sol";
import {ImpactShare} from "../libraries/ImpactShare.sol";
import {Judgement} from "../libraries/Judgement.sol";
import {BountyPay} from "./BountyPay.sol";

/// @title BountyReviews
/// @notice From work handed in to work accepted or rejected: by a quorum of reviewers, or by their silence.
abstract contract BountyReviews is BountyPay {
    using BountyTerms for Terms;

    /* REVIEWS */

    function _review(Case memory work, Judgement.Review memory review, address reviewer, bytes32 uid) internal {
        SubmissionState memory state = work.state;
        _requireStage(work, Stage.Pending);
        _requireWithin(state.clock, uint256(state.clock) + work.terms.reviewWindow);
        uint16 bit = work.terms.reviewerBit(reviewer);
        if (bit == 0) revert BountyEscrow_NotReviewer(reviewer);
        if ((state.approvals | state.rejections) & bit != 0) revert BountyEscrow_AlreadyReviewed(reviewer);
        _requireBps(review.scoreBps);
        if (!review.approved || bytes(review.reason).length > 0) BountyTerms.validateText(review.reason);

        if (review.approved) state.approvals |= bit;
        else state.rejections |= bit;

        emit ReviewCounted({
            bountyId: work.bountyId,
            submissionId: work.submissionId,
            reviewer: reviewer,
            uid: uid,
            approved: review.approved,
            scoreBps: review.scoreBps,
            reasonCode: review.reasonCode,
            reason: review.reason
        });

        if (work.terms.isAccepted(state.approvals)) _accept({work: work, bySilence: false});
        else if (work.terms.isRejected(state.rejections)) _reject(work, review.reasonCode, review.reason);
        else _store(work);
    }

    /// @inheritdoc IBountyEscrow
    function acceptBySilence(
        uint256 submissionId,
        Terms memory terms,
        Submission memory submission
    ) external nonReentrant {
        Case memory work = _load(submissionId, terms, submission);
        _requireStage(work, Stage.Pending);
        _requireWithin(uint256(work.state.clock) + terms.reviewWindow, FOREVER);

        _accept({work: work, bySilence: true});
    }

    function _accept(Case memory work, bool bySilence) private {
        BountyState storage bounty = _bounties[work.bountyId].state;
        if (bounty.awards >= work.terms.maxAwards) revert BountyEscrow_NoAwardLeft(work.bountyId);

        --bounty.pending;
        ++bounty.awards;
        SubmissionState memory state = work.state;
        state.stage = Stage.Accepted;
        state.multiplierBps = work.terms.withinBand(_multiplierBps(work.submission.worker));
        state.clock = uint40(block.timestamp);
        if (work.terms.success.shareBps == 0) state.success.stage = TrancheStage.Settled;
        if (work.terms.longTerm.shareBps == 0) state.longTerm.stage = TrancheStage.Settled;
        bool isLast = _storeAndComplete(work);
        ImpactShare.Ceilings memory parts = _ceilings(work);

        emit SubmissionAccepted({
            bountyId: work.bountyId,
            submissionId: work.submissionId,
            contentHash: work.contentHash,
            multiplierBps: state.multiplierBps,
            award: parts.base + parts.success + parts.longTerm,
            base: parts.base,
            bySilence: bySilence
        });

        _pay(work, parts.base);
        if (isLast) _finish(work, parts);
    }

    function _reject(Case memory work, bytes32 reasonCode, string memory reason) private {
        --_bounties[work.bountyId].state.pending;
        work.state.stage = Stage.Rejected;
        _store(work);

        emit SubmissionRejected(work.bountyId, work.submissionId, work.contentHash, reasonCode, reason);
    }

    /// @dev Every worker stands at 1 until a reputation is read here.
    function _multiplierBps(address) private pure returns (uint16) {
        return uint16(ImpactShare.BPS);
    }
}
