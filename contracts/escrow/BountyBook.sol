// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IBountyEscrow} from "../interfaces/IBountyEscrow.sol";
import {IContributionRegistry} from "../interfaces/IContributionRegistry.sol";
import {IPayoutVault} from "../interfaces/IPayoutVault.sol";
import {IProjectRegistry} from "../interfaces/IProjectRegistry.sol";
import {BountyTerms} from "../libraries/BountyTerms.sol";
import {ImpactShare} from "../libraries/ImpactShare.sol";
import {Judgement} from "../libraries/Judgement.sol";
import {SubmissionSlot, pack} from "../libraries/SubmissionSlot.sol";
import {SubmittedWork} from "../libraries/SubmittedWork.sol";

/// @title BountyBook
/// @notice What the escrow remembers: two slots a bounty, two slots a submission, the rest by hash.
abstract contract BountyBook is IBountyEscrow, ReentrancyGuardTransient {
    using BountyTerms for Terms;
    using SubmittedWork for Submission;

    /// @dev A bounty's two slots.
    struct BountyRecord {
        bytes32 termsHash;
        BountyState state;
    }

    /// @dev A submission's two slots.
    struct SubmissionRecord {
        bytes32 contentHash;
        SubmissionSlot slot;
    }

    /// @dev A submission with all that a verb needs of it, checked against the stored hashes.
    struct Case {
        uint256 bountyId;
        uint256 submissionId;
        bytes32 contentHash;
        Terms terms;
        Submission submission;
        SubmissionState state;
    }

    uint256 internal constant FOREVER = type(uint256).max;

    /// @inheritdoc IBountyEscrow
    bytes32 public immutable REVIEW_SCHEMA;

    /// @inheritdoc IBountyEscrow
    bytes32 public immutable OUTCOME_SCHEMA;

    // solhint-disable immutable-vars-naming

    /// @inheritdoc IBountyEscrow
    IProjectRegistry public immutable projects;

    /// @inheritdoc IBountyEscrow
    IContributionRegistry public immutable contributions;

    /// @inheritdoc IBountyEscrow
    IPayoutVault public immutable vault;

    // solhint-enable immutable-vars-naming

    /// @inheritdoc IBountyEscrow
    uint256 public bountyCount;

    mapping(uint256 bountyId => BountyRecord record) internal _bounties;
    mapping(uint256 bountyId => mapping(uint256 submissionId => SubmissionRecord record)) internal _submissions;

    constructor(IProjectRegistry projects_, IContributionRegistry contributions_, IPayoutVault vault_) {
        projects = projects_;
        contributions = contributions_;
        vault = vault_;
        REVIEW_SCHEMA = Judgement.schemaUid(Judgement.REVIEW);
        OUTCOME_SCHEMA = Judgement.schemaUid(Judgement.OUTCOME);

        // Pushed out of the vault, the credit that backs every bounty would be tokens that the escrow cannot move.
        vault_.refusePush(true);
    }

    /* RECORDS */

    function _load(
        uint256 submissionId,
        Terms memory terms,
        Submission memory submission
    ) internal view returns (Case memory work) {
        SubmissionRecord storage record = _submissions[submission.bountyId][submissionId];
        bytes32 termsHash = terms.hash();
        bytes32 contentHash = submission.hash(termsHash);
        if (record.contentHash != contentHash) {
            // The content hash holds the terms' hash, which was compared when the work came in.
            _requireTerms(submission.bountyId, termsHash);
            revert BountyEscrow_SubmissionMismatch(submission.bountyId, submissionId);
        }
        return Case(submission.bountyId, submissionId, contentHash, terms, submission, record.slot.unpack());
    }

    function _store(Case memory work) internal {
        _submissions[work.bountyId][work.submissionId].slot = pack(work.state);
    }

    function _storeAndComplete(Case memory work) internal returns (bool isLast) {
        isLast = work.state.success.stage == TrancheStage.Settled && work.state.longTerm.stage == TrancheStage.Settled;
        if (isLast) work.state.stage = Stage.Completed;
        _store(work);
    }

    function _tranche(Case memory work, Tranche tranche) internal pure returns (TrancheState memory state) {
        return tranche == Tranche.Success ? work.state.success : work.state.longTerm;
    }

    /* REQUIREMENTS */

    function _requireAuthorized(uint256 projectId) internal view {
        if (!projects.isAuthorized(projectId, msg.sender)) revert BountyEscrow_NotAuthorized(projectId, msg.sender);
    }

    function _requireTerms(uint256 bountyId, bytes32 termsHash) internal view {
        if (termsHash != _bounties[bountyId].termsHash) revert BountyEscrow_TermsMismatch(bountyId);
    }

    function _requireStage(Case memory work, Stage needed) internal pure {
        if (work.state.stage != needed) {
            revert BountyEscrow_WrongStage(work.submissionId, work.state.stage, needed);
        }
    }

    function _requireWithin(uint256 start, uint256 end) internal view {
        if (block.timestamp < start || block.timestamp >= end) {
            revert BountyEscrow_OutsideWindow(start, end, block.timestamp);
        }
    }

    function _requireBps(uint16 bps) internal pure {
        if (bps > ImpactShare.BPS) revert BountyEscrow_BpsTooHigh(bps);
    }

    /* VIEWS */

    /// @inheritdoc IBountyEscrow
    function bountyOf(uint256 bountyId) external view returns (bytes32 termsHash, BountyState memory state) {
        return (_bounties[bountyId].termsHash, _bounties[bountyId].state);
    }

    /// @inheritdoc IBountyEscrow
    function submissionOf(
        uint256 bountyId,
        uint256 submissionId
    ) external view returns (bytes32 contentHash, SubmissionState memory state) {
        SubmissionRecord storage record = _submissions[bountyId][submissionId];
        return (record.contentHash, record.slot.unpack());
    }

    /// @inheritdoc IBountyEscrow
    function hashTerms(Terms memory terms) external pure returns (bytes32 termsHash) {
        return terms.hash();
    }

    /// @inheritdoc IBountyEscrow
    function hashSubmission(
        bytes32 termsHash,
        Submission memory submission
    ) external pure returns (bytes32 contentHash) {
        return submission.hash(termsHash);
    }
}
