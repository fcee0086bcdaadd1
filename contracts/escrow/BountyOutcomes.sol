// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../interfaces/IBountyEscrow.sol";
import {BountyTerms} from "../libraries/BountyTerms.sol";
import {ImpactShare} from "../libraries/ImpactShare.sol";
import {Judgement} from "../libraries/Judgement.sol";
import {SubmittedWork} from "../libraries/SubmittedWork.sol";
import {BountyPay} from "./BountyPay.sol";

/// @title BountyOutcomes
/// @notice From acceptance to the last tranche: report, challenge, ruling, and the payment of what was achieved.
abstract contract BountyOutcomes is BountyPay {
    using BountyTerms for Terms;
    using SubmittedWork for Submission;

    /* OUTCOMES */

    function _report(Case memory work, Judgement.Outcome memory outcome, address attester, bytes32 uid) internal {
        TrancheState memory state = _tranche(work, outcome.tranche);
        bool isRuling = state.stage == TrancheStage.Challenged;
        _requireStage(work, Stage.Accepted);
        if (!isRuling && state.stage != TrancheStage.Waiting) {
            revert BountyEscrow_TrancheStage(outcome.tranche, state.stage);
        }
        _requireReporter(work, outcome.tranche, attester, isRuling);
        _requireBps(outcome.achievedBps);
        BountyTerms.validateText(outcome.evidence);

        state.stage = isRuling ? TrancheStage.Ruled : TrancheStage.Reported;
        state.achievedBps = outcome.achievedBps;
        state.clock = uint40(block.timestamp);
        _store(work);

        emit OutcomeReported({
            bountyId: work.bountyId,
            submissionId: work.submissionId,
            tranche: outcome.tranche,
            attester: attester,
            uid: uid,
            achievedBps: outcome.achievedBps,
            ruling: isRuling,
            evidence: outcome.evidence
        });
    }

    function _requireReporter(Case memory work, Tranche tranche, address attester, bool isRuling) private view {
        TrancheTerms memory part = work.terms.trancheOf(tranche);
        address needed = isRuling ? work.terms.arbiter : part.source;
        if (attester != needed) revert BountyEscrow_NotSource(attester, needed);

        uint256 clock = isRuling ? _tranche(work, tranche).clock : work.state.clock;
        if (isRuling) _requireWithin(clock, clock + work.terms.arbiterWindow);
        else _requireWithin(clock + part.opensAfter, clock + part.closesAfter);
    }

    /// @inheritdoc IBountyEscrow
    function challenge(
        uint256 submissionId,
        Terms memory terms,
        Submission memory submission,
        Tranche tranche,
        string memory reason
    ) external nonReentrant {
        Case memory work = _load(submissionId, terms, submission);
        TrancheState memory state = _tranche(work, tranche);
        if (!submission.involves(msg.sender) && !projects.isAuthorized(terms.projectId, msg.sender)) {
            revert BountyEscrow_NotParty(msg.sender);
        }
        _requireStage(work, Stage.Accepted);
        if (state.stage != TrancheStage.Reported) revert BountyEscrow_TrancheStage(tranche, state.stage);
        _requireWithin(state.clock, uint256(state.clock) + terms.trancheOf(tranche).challengeWindow);
        BountyTerms.validateText(reason);

        state.stage = TrancheStage.Challenged;
        state.clock = uint40(block.timestamp);
        _store(work);

        emit OutcomeChallenged(work.bountyId, submissionId, tranche, msg.sender, reason);
    }

    /// @inheritdoc IBountyEscrow
    function settle(
        uint256 submissionId,
        Terms memory terms,
        Submission memory submission,
        Tranche tranche
    ) external nonReentrant {
        Case memory work = _load(submissionId, terms, submission);
        _requireStage(work, Stage.Accepted);
        bool bySilence = _requireFinal(work, tranche);

        TrancheState memory state = _tranche(work, tranche);
        if (bySilence) state.achievedBps = terms.trancheOf(tranche).silentBps;
        state.stage = TrancheStage.Settled;
        bool isLast = _storeAndComplete(work);
        ImpactShare.Ceilings memory parts = _ceilings(work);
        uint256 amount = ImpactShare.trancheDown({
            ceiling: tranche == Tranche.Success ? parts.success : parts.longTerm,
            achievedBps: state.achievedBps
        });

        emit TrancheSettled(work.bountyId, submissionId, tranche, state.achievedBps, amount, bySilence);

        _pay(work, amount);
        if (isLast) _finish(work, parts);
    }

    /// @dev Returns whether the default counts because the source or the arbiter was silent.
    function _requireFinal(Case memory work, Tranche tranche) private view returns (bool bySilence) {
        TrancheState memory state = _tranche(work, tranche);
        if (state.stage == TrancheStage.Ruled) return false;
        if (state.stage == TrancheStage.Settled) revert BountyEscrow_TrancheStage(tranche, state.stage);

        TrancheTerms memory part = work.terms.trancheOf(tranche);
        if (state.stage == TrancheStage.Waiting) {
            _requireWithin(uint256(work.state.clock) + part.closesAfter, FOREVER);
        } else if (state.stage == TrancheStage.Reported) {
            _requireWithin(uint256(state.clock) + part.challengeWindow, FOREVER);
        } else {
            _requireWithin(uint256(state.clock) + work.terms.arbiterWindow, FOREVER);
        }
        return state.stage != TrancheStage.Reported;
    }
}
