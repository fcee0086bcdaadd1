// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

import {BountyBook} from "./escrow/BountyBook.sol";
import {BountyOutcomes} from "./escrow/BountyOutcomes.sol";
import {BountyReviews} from "./escrow/BountyReviews.sol";
import {IBountyEscrow} from "./interfaces/IBountyEscrow.sol";
import {IContributionRegistry} from "./interfaces/IContributionRegistry.sol";
import {IJudgementReceiver} from "./interfaces/IJudgementReceiver.sol";
import {IPayoutVault} from "./interfaces/IPayoutVault.sol";
import {IProjectRegistry} from "./interfaces/IProjectRegistry.sol";
import {BountyTerms} from "./libraries/BountyTerms.sol";
import {Judgement} from "./libraries/Judgement.sol";
import {pack} from "./libraries/SubmissionSlot.sol";
import {SubmittedWork} from "./libraries/SubmittedWork.sol";

/// @title BountyEscrow
/// @notice Impact Share: bounties whose pay follows what the work achieved.
/// @dev The money's story. At the opening all that a bounty can ever owe goes from the funder straight into the payout
/// vault and becomes the escrow's own credit there; the escrow itself never holds a token. From then on money only
/// changes its name inside the vault, and in three ways: an award pays its payees (base, tranches, top-up), a completed
/// award gives the rest of its part back to the funder, and a closed bounty gives back the awards that nobody won. Each
/// happens once: it is tied to a step forward of a state that has no step back and is stored first.
///
/// So the escrow's credit in a token is at least the sum, over the bounties that pay in it, of `maxAward` for every
/// award that can still be won and of `maxAward` less what was paid for every award still open. There is no owner and
/// no way out besides these. Tokens are assumed to move exactly what a transfer says; the vault measures it at the
/// opening and refuses those that do not.
contract BountyEscrow is BountyReviews, BountyOutcomes, EIP712, Nonces {
    using BountyTerms for Terms;
    using Judgement for bytes;
    using SafeERC20 for IERC20;
    using SubmittedWork for Submission;

    bytes32 private constant SUBMIT_WORK_TYPEHASH = keccak256(
        "SubmitWork(uint256 bountyId,bytes32 contentHash,address worker,uint256 nonce,uint256 deadline)"
    );

    constructor(
        IProjectRegistry projects_,
        IContributionRegistry contributions_,
        IPayoutVault vault_
    ) BountyBook(projects_, contributions_, vault_) EIP712("BountyEscrow", "1") {}

    /* OPENING AND CLOSING */

    /// @inheritdoc IBountyEscrow
    function open(Terms memory terms) external nonReentrant returns (uint256 bountyId) {
        bountyId = _open(terms);
        _fund(terms);
    }

    /// @inheritdoc IBountyEscrow
    function openWithPermit(
        Terms memory terms,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external nonReentrant returns (uint256 bountyId) {
        bountyId = _open(terms);
        // A permit that somebody else has used already leaves the allowance that is needed here.
        // solhint-disable-next-line no-empty-blocks
        try IERC20Permit(terms.token).permit(msg.sender, address(this), terms.escrowed(), deadline, v, r, s) {} catch {}
        _fund(terms);
    }

    function _open(Terms memory terms) private returns (uint256 bountyId) {
        _requireAuthorized(terms.projectId);
        if (projects.isClosed(terms.projectId)) revert BountyEscrow_ProjectClosed(terms.projectId);
        terms.validate();

        bountyId = ++bountyCount;
        bytes32 termsHash = terms.hash();
        _bounties[bountyId].termsHash = termsHash;
        _bounties[bountyId].state.funder = msg.sender;

        emit BountyOpened({
            bountyId: bountyId,
            projectId: terms.projectId,
            funder: msg.sender,
            termsHash: termsHash,
            escrowed: terms.escrowed(),
            terms: terms
        });
    }

    function _fund(Terms memory terms) private {
        if (terms.tokenReward > 0) _projectToken(terms).reserve(uint256(terms.tokenReward) * terms.maxAwards);

        uint256 escrowed = terms.escrowed();
        IERC20(terms.token).safeTransferFrom({from: msg.sender, to: address(vault), value: escrowed});
        vault.settle({token: terms.token, account: address(this), amount: escrowed});
    }

    /// @inheritdoc IBountyEscrow
    function close(
        uint256 bountyId,
        Terms memory terms,
        bytes32 reasonCode,
        string memory reason
    ) external nonReentrant {
        BountyState memory state = _bounties[bountyId].state;
        _requireTerms(bountyId, terms.hash());
        if (block.timestamp < terms.submitBy) _requireAuthorized(terms.projectId);
        if (state.closed) revert BountyEscrow_Closed(bountyId);
        uint256 unused = terms.maxAwards - state.awards;
        // Work that no award is left for cannot be accepted any more, so it need not be waited for.
        if (unused > 0 && state.pending > 0) revert BountyEscrow_SubmissionsPending(bountyId, state.pending);
        BountyTerms.validateText(reason);

        _bounties[bountyId].state.closed = true;
        uint256 returned = terms.maxAward() * unused;

        emit BountyClosed(bountyId, msg.sender, reasonCode, reason, returned);

        if (terms.tokenReward > 0) _projectToken(terms).release(terms.tokenReward * unused);
        _credit({token: terms.token, account: state.funder, amount: returned});
    }

    /* WORK */

    /// @inheritdoc IBountyEscrow
    function submit(
        Terms memory terms,
        Submission memory submission
    ) external nonReentrant returns (uint256 submissionId) {
        if (msg.sender != submission.worker) revert BountyEscrow_NotWorker(submission.worker, msg.sender);

        bytes32 termsHash = terms.hash();
        return _submit(terms, submission, termsHash, submission.hash(termsHash));
    }

    /// @inheritdoc IBountyEscrow
    function submitBySignature(
        Terms memory terms,
        Submission memory submission,
        uint256 deadline,
        bytes memory signature
    ) external nonReentrant returns (uint256 submissionId) {
        _requireWithin(0, deadline);
        bytes32 termsHash = terms.hash();
        bytes32 contentHash = submission.hash(termsHash);
        _useSignature(submission, contentHash, deadline, signature);

        return _submit(terms, submission, termsHash, contentHash);
    }

    /// @inheritdoc IBountyEscrow
    function cancelSignature() external {
        _useNonce(msg.sender);
    }

    function _useSignature(
        Submission memory submission,
        bytes32 contentHash,
        uint256 deadline,
        bytes memory signature
    ) private {
        address worker = submission.worker;
        bytes32 message = keccak256(
            abi.encode(SUBMIT_WORK_TYPEHASH, submission.bountyId, contentHash, worker, _useNonce(worker), deadline)
        );
        if (!SignatureChecker.isValidSignatureNow(worker, _hashTypedDataV4(message), signature)) {
            revert BountyEscrow_SignatureInvalid(worker);
        }
    }

    function _submit(
        Terms memory terms,
        Submission memory submission,
        bytes32 termsHash,
        bytes32 contentHash
    ) private returns (uint256 submissionId) {
        BountyState storage bounty = _bounties[submission.bountyId].state;
        _requireTerms(submission.bountyId, termsHash);
        if (bounty.closed) revert BountyEscrow_Closed(submission.bountyId);
        if (bounty.awards >= terms.maxAwards) revert BountyEscrow_NoAwardLeft(submission.bountyId);
        _requireWithin(0, terms.submitBy);
        submission.validate(terms);

        submissionId = ++bounty.submissions;
        ++bounty.pending;
        SubmissionState memory state;
        state.stage = Stage.Pending;
        state.clock = uint40(block.timestamp);
        _submissions[submission.bountyId][submissionId] = SubmissionRecord({
            contentHash: contentHash,
            slot: pack(state)
        });

        emit SubmissionReceived(submission.bountyId, submissionId, submission.worker, contentHash, submission);
    }

    /* JUDGEMENTS */

    /// @inheritdoc IJudgementReceiver
    function onJudgement(
        IContributionRegistry.Attestation calldata attestation,
        address attester,
        bytes32 uid,
        bytes calldata context
    ) external nonReentrant {
        if (msg.sender != address(contributions)) revert BountyEscrow_NotRegistry(msg.sender);

        if (attestation.schema == REVIEW_SCHEMA) {
            Judgement.Review memory review = attestation.data.toReview();
            Case memory work = _subject(context, review.escrow, attestation.recipient, review.submissionId);
            if (review.bountyId != work.bountyId || review.contentHash != work.contentHash) {
                revert BountyEscrow_SubmissionMismatch(review.bountyId, review.submissionId);
            }
            _review(work, review, attester, uid);
        } else if (attestation.schema == OUTCOME_SCHEMA) {
            Judgement.Outcome memory outcome = attestation.data.toOutcome();
            Case memory work = _subject(context, outcome.escrow, attestation.recipient, outcome.submissionId);
            if (outcome.bountyId != work.bountyId) {
                revert BountyEscrow_SubmissionMismatch(outcome.bountyId, outcome.submissionId);
            }
            _report(work, outcome, attester, uid);
        } else {
            revert BountyEscrow_SchemaUnknown(attestation.schema);
        }
    }

    function _subject(
        bytes calldata context,
        address escrow,
        address recipient,
        uint256 submissionId
    ) private view returns (Case memory work) {
        (Terms memory terms, Submission memory submission) = abi.decode(context, (Terms, Submission));
        if (escrow != address(this) || recipient != submission.worker) revert BountyEscrow_SubjectMismatch();
        return _load(submissionId, terms, submission);
    }
}
