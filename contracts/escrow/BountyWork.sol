// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

import {IAdmission} from "../interfaces/IAdmission.sol";
import {IBountyEscrow} from "../interfaces/IBountyEscrow.sol";
import {BountyTerms} from "../libraries/BountyTerms.sol";
import {Preimage} from "../libraries/Preimage.sol";
import {pack} from "../libraries/SubmissionSlot.sol";
import {SubmittedWork} from "../libraries/SubmittedWork.sol";
import {BountyPay} from "./BountyPay.sol";

/// @title BountyWork
/// @notice How work comes in and changes until it is judged, from the worker's wallet or with its signature.
abstract contract BountyWork is BountyPay, EIP712, Nonces {
    using BountyTerms for Terms;
    using Preimage for bytes;
    using SubmittedWork for Submission;

    bytes32 private constant SUBMIT_TYPEHASH = keccak256(
        "SubmitWork(uint256 bountyId,bytes32 contentHash,address worker,uint256 nonce,uint256 deadline)"
    );
    bytes32 private constant REVISE_TYPEHASH = keccak256(
        "ReviseWork(uint256 bountyId,uint256 submissionId,bytes32 contentHash,address worker,"
        "uint256 nonce,uint256 deadline)"
    );

    uint256 private constant MOST_VERSIONS = 255;

    /* WORK */

    /// @inheritdoc IBountyEscrow
    function submit(
        bytes calldata terms,
        Submission calldata submission,
        Signed calldata signed
    ) external nonReentrant returns (uint256 submissionId) {
        uint256 bountyId = submission.bountyId;
        bytes32 termsHash = keccak256(terms);
        _requireTerms(bountyId, termsHash);
        bytes memory encoded = abi.encode(submission);
        bytes32 contentHash = Preimage.contentHash(termsHash, encoded);
        _authenticate(submission.worker, abi.encode(SUBMIT_TYPEHASH, bountyId, contentHash), signed);
        _requireOpen(bountyId, terms.asTerms());
        submission.validate(terms.asTerms());

        BountyState storage bounty = _bounties[bountyId].state;
        submissionId = ++bounty.submissions;
        ++bounty.pending;
        SubmissionState memory state;
        state.stage = Stage.Pending;
        state.version = 1;
        state.clock = uint40(block.timestamp);
        _submissions[bountyId][submissionId] = SubmissionRecord({contentHash: contentHash, slot: pack(state)});
        uint256 amount = _admit(submissionId, terms.asTerms(), submission);

        emit SubmissionReceived(bountyId, submissionId, submission.worker, contentHash, amount, encoded);
    }

    function _requireOpen(uint256 bountyId, Terms calldata terms) private view {
        BountyState storage bounty = _bounties[bountyId].state;
        if (bounty.closed) revert BountyEscrow_Closed(bountyId);
        if (bounty.awards >= terms.maxAwards) revert BountyEscrow_NoAwardLeft(bountyId);
        _requireWithin(0, terms.submitBy);
    }

    function _admit(
        uint256 submissionId,
        Terms calldata terms,
        Submission calldata submission
    ) private returns (uint256 amount) {
        if (terms.admission == address(0)) return terms.amount;
        amount = IAdmission(terms.admission).admit(submission.bountyId, submission.worker);
        if (amount == 0 || amount > terms.amount) revert BountyEscrow_AmountNotAgreed(amount, terms.amount);

        agreedAmountOf[submission.bountyId][submissionId] = amount;
    }

    /// @inheritdoc IBountyEscrow
    function revise(
        uint256 submissionId,
        bytes calldata terms,
        bytes calldata former,
        Submission calldata submission,
        Signed calldata signed
    ) external nonReentrant {
        Case memory work = _load(submissionId, terms, former);
        if (submission.bountyId != work.bountyId || submission.worker != former.asSubmission().worker) {
            revert BountyEscrow_SubmissionMismatch(submission.bountyId, submissionId);
        }
        bytes memory encoded = abi.encode(submission);
        work.contentHash = Preimage.contentHash(keccak256(terms), encoded);
        _authenticate(
            submission.worker,
            abi.encode(REVISE_TYPEHASH, work.bountyId, submissionId, work.contentHash),
            signed
        );
        _requireRevisable(work, terms.asTerms());
        submission.validate(terms.asTerms());

        SubmissionState memory state = work.state;
        state.stage = Stage.Pending;
        ++state.version;
        state.approvals = 0;
        state.rejections = 0;
        state.clock = uint40(block.timestamp);
        _submissions[work.bountyId][submissionId].contentHash = work.contentHash;
        _store(work);

        emit SubmissionRevised(work.bountyId, submissionId, state.version, work.contentHash, encoded);
    }

    function _requireRevisable(Case memory work, Terms calldata terms) private view {
        SubmissionState memory state = work.state;
        if (state.stage == Stage.ChangesRequested) {
            _requireWithin(state.clock, uint256(state.clock) + terms.reviewWindow);
        } else {
            _requireStage(work, Stage.Pending);
            _requireWithin(0, terms.submitBy);
            if (state.approvals | state.rejections != 0) revert BountyEscrow_AlreadyJudged(work.submissionId);
        }
        if (state.version == MOST_VERSIONS) revert BountyEscrow_LimitReached(MOST_VERSIONS);
    }

    /* SIGNATURES */

    /// @inheritdoc IBountyEscrow
    function cancelSignature() external {
        _useNonce(msg.sender);
    }

    function _useNonce(address actor) internal override returns (uint256 nonce) {
        nonce = super._useNonce(actor);

        emit NonceUsed(actor, nonce);
    }

    /// @dev Every message ends with the one who acts, its nonce and the deadline; `head` is what comes before.
    function _authenticate(address actor, bytes memory head, Signed calldata signed) internal {
        if (signed.signature.length == 0) {
            if (msg.sender != actor) revert BountyEscrow_NotSender(actor, msg.sender);
            return;
        }
        _requireWithin(0, signed.deadline);
        bytes32 message = keccak256(bytes.concat(head, abi.encode(actor, _useNonce(actor), signed.deadline)));
        if (!SignatureChecker.isValidSignatureNowCalldata(actor, _hashTypedDataV4(message), signed.signature)) {
            revert BountyEscrow_SignatureInvalid(actor);
        }
    }
}
