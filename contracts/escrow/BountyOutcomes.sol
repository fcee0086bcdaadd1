// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../interfaces/IBountyEscrow.sol";
import {BountyTerms} from "../libraries/BountyTerms.sol";
import {ImpactShare} from "../libraries/ImpactShare.sol";
import {Judgement} from "../libraries/Judgement.sol";
import {Preimage} from "../libraries/Preimage.sol";
import {SubmittedWork} from "../libraries/SubmittedWork.sol";
import {BountyWork} from "./BountyWork.sol";

/// @title BountyOutcomes
/// @notice From acceptance to the last tranche: report, challenge, ruling, and the payment of what was achieved.
abstract contract BountyOutcomes is BountyWork {
    using BountyTerms for Terms;
    using Preimage for bytes;
    using SubmittedWork for Submission;

    bytes32 private constant CHALLENGE_TYPEHASH = keccak256(
        "ChallengeOutcome(uint256 bountyId,uint256 submissionId,uint8 tranche,string reason,address challenger,"
        "uint256 nonce,uint256 deadline)"
    );

    /// @dev Who put down the bond of a challenge that is not decided.
    mapping(uint256 bountyId => mapping(uint256 submissionId => mapping(Tranche tranche => address challenger)))
        private _challengers;

    /* REPORT AND RULING */

    function _report(
        Case memory work,
        Terms calldata terms,
        Submission calldata submission,
        Judgement.Outcome memory outcome,
        address attester,
        bytes32 uid
    ) internal {
        TrancheState memory state = _tranche(work, outcome.tranche);
        TrancheTerms calldata part = terms.trancheOf(outcome.tranche);
        bool isRuling = state.stage == TrancheStage.Challenged;
        _requireReporter(work, terms, outcome.tranche, attester);
        SubmittedWork.validateText(bytes(outcome.evidence).length);

        uint16 achievedBps = uint16(ImpactShare.achieved(outcome.value, part.target, part.capBps));

        emit OutcomeReported({
            bountyId: work.bountyId,
            submissionId: work.submissionId,
            tranche: outcome.tranche,
            attester: attester,
            uid: uid,
            value: outcome.value,
            achievedBps: achievedBps,
            ruling: isRuling,
            evidence: outcome.evidence
        });

        if (isRuling || part.challengeWindow == 0) {
            bool isUpheld = isRuling && achievedBps == state.achievedBps;
            _settle(work, terms, submission, outcome.tranche, achievedBps, false);
            if (isRuling) _releaseBond(work, terms, submission, outcome.tranche, isUpheld);
        } else {
            state.stage = TrancheStage.Reported;
            state.achievedBps = achievedBps;
            state.clock = uint40(block.timestamp);
            _store(work);
        }
    }

    function _requireReporter(Case memory work, Terms calldata terms, Tranche tranche, address attester) private view {
        TrancheState memory state = _tranche(work, tranche);
        TrancheTerms calldata part = terms.trancheOf(tranche);
        _requireStage(work, Stage.Accepted);
        bool isRuling = state.stage == TrancheStage.Challenged;
        if (!isRuling && state.stage != TrancheStage.Waiting) revert BountyEscrow_TrancheStage(tranche, state.stage);

        address needed = isRuling ? terms.arbiter : part.source;
        if (attester != needed) revert BountyEscrow_NotSource(attester, needed);
        uint256 clock = isRuling ? state.clock : work.state.clock;
        if (isRuling) _requireWithin(clock, clock + terms.arbiterWindow);
        else _requireWithin(clock + part.opensAfter, clock + part.closesAfter);
    }

    /* CHALLENGE */

    /// @inheritdoc IBountyEscrow
    function challenge(
        uint256 submissionId,
        bytes calldata terms,
        bytes calldata submission,
        Tranche tranche,
        address challenger,
        string calldata reason,
        Signed calldata signed
    ) external payable nonReentrant {
        Case memory work = _load(submissionId, terms, submission);
        bytes32 reasonHash = keccak256(bytes(reason));
        _authenticate(
            challenger,
            abi.encode(CHALLENGE_TYPEHASH, work.bountyId, submissionId, tranche, reasonHash),
            signed
        );
        SubmittedWork.validateText(bytes(reason).length);
        _challenge(work, terms.asTerms(), submission.asSubmission(), tranche, challenger);

        emit OutcomeChallenged(work.bountyId, submissionId, tranche, challenger, reason);
    }

    function _challenge(
        Case memory work,
        Terms calldata terms,
        Submission calldata submission,
        Tranche tranche,
        address challenger
    ) private {
        _requireChallengeable(work, terms, submission, tranche, challenger);

        TrancheState memory state = _tranche(work, tranche);
        state.stage = TrancheStage.Challenged;
        state.clock = uint40(block.timestamp);
        _store(work);
        _takeBond(work, terms, tranche, challenger);
    }

    function _requireChallengeable(
        Case memory work,
        Terms calldata terms,
        Submission calldata submission,
        Tranche tranche,
        address challenger
    ) private view {
        bool isParty = submission.involves(challenger) || challenger == terms.funder;
        if (!isParty && !projects.isAuthorized(terms.projectId, challenger)) revert BountyEscrow_NotParty(challenger);
        _requireStage(work, Stage.Accepted);
        TrancheState memory state = _tranche(work, tranche);
        if (state.stage != TrancheStage.Reported) revert BountyEscrow_TrancheStage(tranche, state.stage);
        _requireWithin(state.clock, uint256(state.clock) + terms.trancheOf(tranche).challengeWindow);
    }

    function _takeBond(Case memory work, Terms calldata terms, Tranche tranche, address challenger) private {
        uint256 bond = terms.challengeBond;
        if (bond == 0) {
            if (msg.value != 0) revert BountyEscrow_NotFunded(msg.value, 0);
            return;
        }
        // The opener knows what a funder's contract brought by what the escrow's credit grew by.
        if (opener.isOpening()) revert BountyEscrow_Opening();
        _challengers[work.bountyId][work.submissionId][tranche] = challenger;

        _pull(terms.token, challenger, bond);
    }

    /// @dev The bond goes back, unless the arbiter found just what was reported.
    function _releaseBond(
        Case memory work,
        Terms calldata terms,
        Submission calldata submission,
        Tranche tranche,
        bool isLost
    ) private {
        uint256 bond = terms.challengeBond;
        if (bond == 0) return;
        address account = _challengers[work.bountyId][work.submissionId][tranche];
        delete _challengers[work.bountyId][work.submissionId][tranche];
        // A funder who is a payee too is the funder here: nobody loses a bond to itself by being on both sides.
        bool isWorkers = account != terms.funder && submission.involves(account);
        if (isLost) account = isWorkers ? terms.funder : submission.worker;

        emit BondCredited(work.bountyId, work.submissionId, tranche, account, bond, isLost);

        _credit({token: terms.token, account: account, amount: bond});
    }

    /* SETTLEMENT */

    /// @inheritdoc IBountyEscrow
    function settle(
        uint256 submissionId,
        bytes calldata terms,
        bytes calldata submission,
        Tranche tranche
    ) external nonReentrant {
        Case memory work = _load(submissionId, terms, submission);
        _requireStage(work, Stage.Accepted);
        TrancheState memory state = _tranche(work, tranche);
        TrancheTerms calldata part = terms.asTerms().trancheOf(tranche);
        if (state.stage == TrancheStage.Settled) revert BountyEscrow_TrancheStage(tranche, state.stage);
        bool isReported = state.stage == TrancheStage.Reported;
        bool isChallenged = state.stage == TrancheStage.Challenged;
        if (isReported) _requireWithin(uint256(state.clock) + part.challengeWindow, FOREVER);
        else if (isChallenged) _requireWithin(uint256(state.clock) + terms.asTerms().arbiterWindow, FOREVER);
        else _requireWithin(uint256(work.state.clock) + part.closesAfter, FOREVER);

        uint16 achievedBps = isReported ? state.achievedBps : part.silentBps;
        _settle(work, terms.asTerms(), submission.asSubmission(), tranche, achievedBps, !isReported);
        if (isChallenged) _releaseBond(work, terms.asTerms(), submission.asSubmission(), tranche, false);
    }

    function _settle(
        Case memory work,
        Terms calldata terms,
        Submission calldata submission,
        Tranche tranche,
        uint16 achievedBps,
        bool bySilence
    ) private {
        TrancheState memory state = _tranche(work, tranche);
        state.stage = TrancheStage.Settled;
        state.achievedBps = achievedBps;
        state.clock = uint40(block.timestamp);
        ImpactShare.Ceilings memory parts = _ceilings(work, terms);
        uint256 amount = ImpactShare.trancheDown({
            ceiling: tranche == Tranche.Success ? parts.success : parts.longTerm,
            achievedBps: achievedBps
        });

        emit TrancheSettled(work.bountyId, work.submissionId, tranche, achievedBps, amount, bySilence);

        _payAndStore(work, terms, submission, amount);
    }

    function _tranche(Case memory work, Tranche tranche) private pure returns (TrancheState memory state) {
        return tranche == Tranche.Success ? work.state.success : work.state.longTerm;
    }
}
