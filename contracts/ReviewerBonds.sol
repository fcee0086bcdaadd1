// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IBountyEscrow} from "./interfaces/IBountyEscrow.sol";
import {IPayoutVault} from "./interfaces/IPayoutVault.sol";
import {IProjectRegistry} from "./interfaces/IProjectRegistry.sol";
import {IReviewerBonds} from "./interfaces/IReviewerBonds.sol";
import {BountyTerms} from "./libraries/BountyTerms.sol";
import {Preimage} from "./libraries/Preimage.sol";

/// @title ReviewerBonds
/// @notice Money that reviewers put down for a bounty, and lose in part to a worker whose work they let lie.
/// @dev The money's story. A bond goes from the reviewer straight into the payout vault and becomes this contract's own
/// credit there. It leaves in two ways only, both inside the vault: a part to a worker, once for each submission that
/// was accepted by silence, and what is left to the reviewer, at the end. What is left is lowered before the credit
/// moves, so this contract's credit in a token is at least the sum of what is left of all bonds in it, always.
///
/// The end is when nothing of the bounty can be accepted any more, by the escrow's own books: every award was given, or
/// the awards that nobody won went back. Neither can be undone, and anyone can bring the second about, because every
/// state of the escrow has a timed exit; so no bond is kept for ever. There is no owner, and the vault keeps strangers
/// from pushing the credit out. Tokens are assumed to move exactly what a transfer says; the vault measures it.
contract ReviewerBonds is IReviewerBonds, ReentrancyGuardTransient {
    using BountyTerms for IBountyEscrow.Terms;
    using Preimage for bytes;
    using SafeERC20 for IERC20;

    uint256 private constant BPS = 10_000;

    /// @dev The native coin where a token is named (ERC-7528).
    address private constant NATIVE = 0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE;

    /// @inheritdoc IReviewerBonds
    uint256 public constant GRACE = 30 days;

    // solhint-disable immutable-vars-naming

    /// @inheritdoc IReviewerBonds
    IBountyEscrow public immutable escrow;

    /// @inheritdoc IReviewerBonds
    IProjectRegistry public immutable projects;

    /// @inheritdoc IReviewerBonds
    IPayoutVault public immutable vault;

    // solhint-enable immutable-vars-naming

    /// @inheritdoc IReviewerBonds
    mapping(uint256 bountyId => mapping(uint256 submissionId => bool claimed)) public isClaimed;

    mapping(uint256 bountyId => BountyBonds bonds) private _bounties;
    mapping(uint256 bountyId => mapping(address reviewer => Bond bond)) private _bonds;

    constructor(IBountyEscrow escrow_) {
        escrow = escrow_;
        projects = escrow_.projects();
        vault = escrow_.vault();

        // Pushed out of the vault, the credit that backs every bond would be tokens that nothing here can move.
        escrow_.vault().refusePush(true);
    }

    /* PUTTING DOWN */

    /// @inheritdoc IReviewerBonds
    function setBond(uint256 bountyId, bytes calldata terms, uint128 bond, uint16 lossBps) external nonReentrant {
        (IBountyEscrow.Terms calldata agreed, IBountyEscrow.BountyState memory state) = _requireTerms(bountyId, terms);
        if (!projects.isAuthorized(agreed.projectId, msg.sender)) {
            revert ReviewerBonds_NotAuthorized(agreed.projectId, msg.sender);
        }
        if (state.closed) revert ReviewerBonds_Closed(bountyId);
        if (state.submissions > 0) revert ReviewerBonds_WorkCameIn(bountyId, state.submissions);
        if (_bounties[bountyId].bond > 0) revert ReviewerBonds_AlreadySet(bountyId);
        if (lossBps > BPS || _lossDown(bond, lossBps) == 0) revert ReviewerBonds_LossInvalid(bond, lossBps);

        (_bounties[bountyId].bond, _bounties[bountyId].lossBps) = (bond, lossBps);

        emit BondSet(bountyId, msg.sender, bond, lossBps);
    }

    /// @inheritdoc IReviewerBonds
    function post(uint256 bountyId, bytes calldata terms, uint128 bond, uint16 lossBps) external payable nonReentrant {
        (IBountyEscrow.Terms calldata agreed, IBountyEscrow.BountyState memory state) = _requireTerms(bountyId, terms);
        BountyBonds memory bonds = _bounties[bountyId];
        uint16 bit = agreed.reviewerBit(msg.sender);
        if (bit == 0) revert ReviewerBonds_NotReviewer(msg.sender);
        if (state.closed) revert ReviewerBonds_Closed(bountyId);
        _requireWithin(0, agreed.submitBy);
        // No bond is ever zero once it is set, so that nobody can agree to one that is not.
        if (bond == 0 || bond != bonds.bond || lossBps != bonds.lossBps) {
            revert ReviewerBonds_NotAgreed(bonds.bond, bonds.lossBps);
        }
        if (bonds.bonded & bit != 0) revert ReviewerBonds_AlreadyPosted(bountyId, msg.sender);

        _bounties[bountyId].bonded = bonds.bonded | bit;
        _bonds[bountyId][msg.sender] = Bond({
            left: bond,
            postedAt: uint40(block.timestamp),
            formerWork: state.submissions
        });

        emit BondPosted(bountyId, msg.sender, agreed.token, bond);

        _collect(agreed.token, bond);
    }

    function _collect(address token, uint256 amount) private {
        uint256 value = token == NATIVE ? amount : 0;
        if (msg.value != value) revert ReviewerBonds_ValueMismatch(msg.value, value);
        if (token == NATIVE) {
            vault.depositNative{value: amount}(address(this));
        } else {
            IERC20(token).safeTransferFrom({from: msg.sender, to: address(vault), value: amount});
            vault.settle({token: token, account: address(this), amount: amount});
        }
    }

    /* LOSING */

    /// @inheritdoc IReviewerBonds
    function claimSilence(
        uint256 submissionId,
        bytes calldata terms,
        bytes calldata submission
    ) external nonReentrant returns (uint256 amount) {
        IBountyEscrow.Submission calldata work = submission.asSubmission();
        IBountyEscrow.SubmissionState memory state = _requireSilence(submissionId, terms, submission);
        if (isClaimed[work.bountyId][submissionId]) {
            revert ReviewerBonds_AlreadyClaimed(work.bountyId, submissionId);
        }

        isClaimed[work.bountyId][submissionId] = true;
        uint16 spoke = state.approvals | state.rejections;
        amount = _forfeit(submissionId, terms.asTerms(), work, spoke);
        if (amount == 0) revert ReviewerBonds_NothingToClaim(work.bountyId, submissionId);

        _credit(terms.asTerms().token, work.worker, amount);
    }

    function _requireSilence(
        uint256 submissionId,
        bytes calldata terms,
        bytes calldata submission
    ) private view returns (IBountyEscrow.SubmissionState memory state) {
        uint256 bountyId = submission.asSubmission().bountyId;
        bytes32 contentHash;
        (contentHash, state) = escrow.submissionOf(bountyId, submissionId);
        // The content hash holds the terms' hash, which was compared when the work came in.
        if (contentHash != Preimage.contentHash(keccak256(terms), submission)) {
            revert ReviewerBonds_SubmissionMismatch(bountyId, submissionId);
        }
        // An appeal is for the arbiter to decide, so its silence is not the reviewers'.
        bool accepted = state.stage == IBountyEscrow.Stage.Accepted || state.stage == IBountyEscrow.Stage.Completed;
        if (!accepted || !state.bySilence || state.appealed) revert ReviewerBonds_NotSilent(bountyId, submissionId);
    }

    function _forfeit(
        uint256 submissionId,
        IBountyEscrow.Terms calldata terms,
        IBountyEscrow.Submission calldata work,
        uint16 spoke
    ) private returns (uint256 amount) {
        BountyBonds memory bonds = _bounties[work.bountyId];
        uint16 silent = bonds.bonded & ~spoke;
        for (uint256 i = 0; i < terms.reviewers.length; ++i) {
            uint16 bit = uint16(1 << i);
            Bond storage bond = _bonds[work.bountyId][terms.reviewers[i]];
            // A bond put down while work lay there was no promise to its worker, and may have come when the reviewer
            // could say nothing of it any more.
            if (silent & bit == 0 || submissionId <= bond.formerWork) continue;

            uint256 lost = Math.min(_lossDown(bonds.bond, bonds.lossBps), bond.left);
            bond.left -= uint128(lost);
            if (bond.left == 0) bonds.bonded &= ~bit;
            amount += lost;

            emit BondLost(work.bountyId, submissionId, terms.reviewers[i], work.worker, lost);
        }
        _bounties[work.bountyId].bonded = bonds.bonded;
    }

    /* GETTING BACK */

    /// @inheritdoc IReviewerBonds
    function markEnded(uint256 bountyId, bytes calldata terms) external nonReentrant {
        (IBountyEscrow.Terms calldata agreed, IBountyEscrow.BountyState memory state) = _requireTerms(bountyId, terms);
        if (_bounties[bountyId].endedAt > 0) revert ReviewerBonds_AlreadyEnded(bountyId);
        if (!state.reclaimed && state.awards < agreed.maxAwards) revert ReviewerBonds_NotEnded(bountyId);

        uint40 endedAt = uint40(block.timestamp);
        _bounties[bountyId].endedAt = endedAt;

        emit BountyEnded(bountyId, msg.sender, endedAt);
    }

    /// @inheritdoc IReviewerBonds
    function withdraw(uint256 bountyId, bytes calldata terms, address reviewer) external nonReentrant {
        (IBountyEscrow.Terms calldata agreed, ) = _requireTerms(bountyId, terms);
        uint256 endedAt = _bounties[bountyId].endedAt;
        uint256 left = _bonds[bountyId][reviewer].left;
        if (endedAt == 0) revert ReviewerBonds_NotEnded(bountyId);
        _requireWithin(endedAt + GRACE, type(uint256).max);
        if (left == 0) revert ReviewerBonds_NotBonded(bountyId, reviewer);

        _bounties[bountyId].bonded &= ~agreed.reviewerBit(reviewer);
        delete _bonds[bountyId][reviewer];

        emit BondReturned(bountyId, reviewer, agreed.token, left);

        _credit(agreed.token, reviewer, left);
    }

    function _credit(address token, address account, uint256 amount) private {
        // The vault returns true or reverts.
        vault.transfer({receiver: account, id: uint256(uint160(token)), amount: amount});
    }

    /* VIEWS */

    /// @inheritdoc IReviewerBonds
    function isBonded(uint256 bountyId, address reviewer) external view returns (bool bonded) {
        return _bonds[bountyId][reviewer].left > 0;
    }

    /// @inheritdoc IReviewerBonds
    function bondedOf(uint256 bountyId) external view returns (uint16 bonded) {
        return _bounties[bountyId].bonded;
    }

    /// @inheritdoc IReviewerBonds
    function bondsOf(uint256 bountyId) external view returns (BountyBonds memory bonds) {
        return _bounties[bountyId];
    }

    /// @inheritdoc IReviewerBonds
    function bondOf(uint256 bountyId, address reviewer) external view returns (Bond memory bond) {
        return _bonds[bountyId][reviewer];
    }

    function _lossDown(uint256 bond, uint256 lossBps) private pure returns (uint256) {
        return (bond * lossBps) / BPS;
    }

    /* REQUIREMENTS */

    function _requireTerms(
        uint256 bountyId,
        bytes calldata encoded
    ) private view returns (IBountyEscrow.Terms calldata terms, IBountyEscrow.BountyState memory state) {
        bytes32 termsHash;
        (termsHash, state) = escrow.bountyOf(bountyId);
        if (keccak256(encoded) != termsHash) revert ReviewerBonds_TermsMismatch(bountyId);
        terms = encoded.asTerms();
    }

    function _requireWithin(uint256 start, uint256 end) private view {
        if (block.timestamp < start || block.timestamp >= end) {
            revert ReviewerBonds_OutsideWindow(start, end, block.timestamp);
        }
    }
}
