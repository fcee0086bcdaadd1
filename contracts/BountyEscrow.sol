// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import {BountyBook} from "./escrow/BountyBook.sol";
import {BountyClosing} from "./escrow/BountyClosing.sol";
import {BountyOutcomes} from "./escrow/BountyOutcomes.sol";
import {BountyReviews} from "./escrow/BountyReviews.sol";
import {IContributionRegistry} from "./interfaces/IContributionRegistry.sol";
import {IJudgementReceiver} from "./interfaces/IJudgementReceiver.sol";
import {IPayoutVault} from "./interfaces/IPayoutVault.sol";
import {IProjectRegistry} from "./interfaces/IProjectRegistry.sol";
import {IReputationLedger} from "./interfaces/IReputationLedger.sol";
import {IWithholdingSchedules} from "./interfaces/IWithholdingSchedules.sol";
import {Judgement} from "./libraries/Judgement.sol";
import {Preimage} from "./libraries/Preimage.sol";

/// @title BountyEscrow
/// @notice Impact Share: bounties whose pay follows what the work achieved.
/// @dev The money's story. At the opening all that a bounty can ever owe goes through the opener into the payout vault
/// and becomes the escrow's own credit there; the escrow itself never keeps a token. From then on money only
/// changes its name inside the vault, and in four ways: an award pays its payees (base, tranches, top-up) and the tax
/// on it, a completed award gives the rest of its part back to the funder, a closed bounty gives back the awards that
/// nobody won, and the bond of a challenge goes to whom the ruling says. Each happens once: it is tied to a step
/// forward of a state that has no step back and is stored first.
///
/// So the escrow's credit in a token is at least the sum, over the bounties that pay in it, of `maxAward` for every
/// award that can still be won, of `maxAward` less what was paid for every award still open, and of the bonds of open
/// challenges. There is no owner and no way out besides these. Tokens are assumed to move exactly what a transfer says;
/// the vault measures it at the opening and refuses those that do not.
contract BountyEscrow is BountyClosing, BountyReviews, BountyOutcomes {
    using Judgement for bytes;
    using Preimage for bytes;

    constructor(
        IProjectRegistry projects_,
        IContributionRegistry contributions_,
        IPayoutVault vault_,
        IReputationLedger reputation_,
        IWithholdingSchedules withholdings_
    ) BountyBook(projects_, contributions_, vault_, reputation_, withholdings_) EIP712("BountyEscrow", "1") {}

    /// @inheritdoc IJudgementReceiver
    function onJudgement(
        IContributionRegistry.Attestation calldata attestation,
        address attester,
        bytes32 uid,
        bytes calldata context
    ) external nonReentrant {
        if (msg.sender != address(contributions)) revert BountyEscrow_NotRegistry(msg.sender);

        (bytes calldata terms, bytes calldata submission) = context.split();
        if (attestation.schema == REVIEW_SCHEMA) {
            Judgement.Review memory review = attestation.data.toReview();
            Case memory work = _load(review.submissionId, terms, submission);
            _requireSubject(review.escrow, attestation.recipient, submission);
            if (review.bountyId != work.bountyId || review.contentHash != work.contentHash) {
                revert BountyEscrow_SubmissionMismatch(review.bountyId, review.submissionId);
            }
            _review(work, terms.asTerms(), submission.asSubmission(), review, attester, uid);
        } else if (attestation.schema == OUTCOME_SCHEMA) {
            Judgement.Outcome memory outcome = attestation.data.toOutcome();
            Case memory work = _load(outcome.submissionId, terms, submission);
            _requireSubject(outcome.escrow, attestation.recipient, submission);
            if (outcome.bountyId != work.bountyId) {
                revert BountyEscrow_SubmissionMismatch(outcome.bountyId, outcome.submissionId);
            }
            _report(work, terms.asTerms(), submission.asSubmission(), outcome, attester, uid);
        } else {
            revert BountyEscrow_SchemaUnknown(attestation.schema);
        }
    }

    function _requireSubject(address escrow, address recipient, bytes calldata submission) private view {
        if (escrow != address(this) || recipient != submission.asSubmission().worker) {
            revert BountyEscrow_SubjectMismatch();
        }
    }
}
