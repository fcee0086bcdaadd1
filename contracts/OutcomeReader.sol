// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "./interfaces/IBountyEscrow.sol";
import {IOutcomeSource} from "./interfaces/IOutcomeSource.sol";
import {Preimage} from "./libraries/Preimage.sol";

/// @title OutcomeReader
/// @notice What the tranches of the escrow's awards achieved, for whoever counts outcomes, such as a reputation ledger.
/// @dev Keeps nothing and may be asked by anyone. It answers for terms and work whose bytes have the hashes that the
/// escrow stores, and says that a tranche without a share of the award never settled: it achieved nothing, good or bad.
contract OutcomeReader is IOutcomeSource {
    using Preimage for bytes;

    /// @notice The escrow that is read.
    IBountyEscrow public immutable ESCROW;

    constructor(IBountyEscrow escrow) {
        ESCROW = escrow;
    }

    /// @inheritdoc IOutcomeSource
    function outcomeOf(
        bytes calldata terms,
        bytes calldata submission,
        uint256 submissionId,
        uint8 tranche
    ) external view returns (Outcome memory outcome) {
        uint256 bountyId = submission.asSubmission().bountyId;
        (bytes32 contentHash, IBountyEscrow.SubmissionState memory state) = ESCROW.submissionOf(bountyId, submissionId);
        if (contentHash != Preimage.contentHash(keccak256(terms), submission)) {
            revert IBountyEscrow.BountyEscrow_SubmissionMismatch(bountyId, submissionId);
        }

        bool isSuccess = IBountyEscrow.Tranche(tranche) == IBountyEscrow.Tranche.Success;
        IBountyEscrow.TrancheState memory found = isSuccess ? state.success : state.longTerm;
        uint256 shareBps = isSuccess ? terms.asTerms().success.shareBps : terms.asTerms().longTerm.shareBps;
        return
            Outcome({
                projectId: terms.asTerms().projectId,
                bountyId: bountyId,
                worker: submission.asSubmission().worker,
                settled: shareBps > 0 && found.stage == IBountyEscrow.TrancheStage.Settled,
                achievedBps: found.achievedBps,
                settledAt: found.clock
            });
    }
}
