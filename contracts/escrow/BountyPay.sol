// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../interfaces/IBountyEscrow.sol";
import {IProjectToken} from "../interfaces/IProjectToken.sol";
import {Allocation} from "../libraries/Allocation.sol";
import {BountyTerms} from "../libraries/BountyTerms.sol";
import {ImpactShare} from "../libraries/ImpactShare.sol";
import {Preimage} from "../libraries/Preimage.sol";
import {BountyBook} from "./BountyBook.sol";

/// @title BountyPay
/// @notice Every way in which an award pays. All of it moves credits inside the vault, after the state was stored.
abstract contract BountyPay is BountyBook {
    using Allocation for uint256;
    using BountyTerms for Terms;
    using ImpactShare for ImpactShare.Ceilings;
    using Preimage for bytes;

    /* MONEY */

    function _pay(Case memory work, Terms calldata terms, Submission calldata submission, uint256 amount) internal {
        if (amount == 0) return;
        uint256[] memory amounts = amount.splitDown(submission.sharesBps);
        address collector = address(0);
        uint256 withheld = 0;
        for (uint256 i = 0; i < amounts.length; ++i) {
            uint256 net = amounts[i];
            if (terms.withholding != 0 && net > 0 && submission.exempt & (1 << i) == 0) {
                uint256 tax;
                (tax, collector) = _withhold(work, terms, submission.payees[i], net);
                net -= tax;
                withheld += tax;
            }
            _credit({token: terms.token, account: submission.payees[i], amount: net});
        }
        // A schedule has one collector; a credit for each of 250 payees would cost 1.2 million gas more.
        _credit({token: terms.token, account: collector, amount: withheld});
    }

    function _withhold(
        Case memory work,
        Terms calldata terms,
        address payee,
        uint256 gross
    ) private returns (uint256 tax, address collector) {
        (tax, collector) = withholdings.taxOf(terms.withholding, gross);

        emit TaxWithheld(work.bountyId, work.submissionId, payee, collector, gross, tax, gross - tax);
    }

    function _credit(address token, address account, uint256 amount) internal {
        if (amount == 0) return;
        // The vault returns true or reverts.
        vault.transfer({receiver: account, id: uint256(uint160(token)), amount: amount});
    }

    function _ceilings(
        Case memory work,
        Terms calldata terms
    ) internal view returns (ImpactShare.Ceilings memory parts) {
        uint256 award = ImpactShare.awardDown(_amountOf(work, terms), work.state.multiplierBps);
        return ImpactShare.ceilings(award, terms.baseBps, terms.success.shareBps);
    }

    function _amountOf(Case memory work, Terms calldata terms) private view returns (uint256) {
        return terms.admission == address(0) ? terms.amount : agreedAmountOf[work.bountyId][work.submissionId];
    }

    /// @dev Stores the award; where nothing of it is open any more it also tops up to the guarantee and returns the
    /// rest. The state that prevents a second time is stored before anything is paid.
    function _payAndStore(
        Case memory work,
        Terms calldata terms,
        Submission calldata submission,
        uint256 amount
    ) internal {
        SubmissionState memory state = work.state;
        bool isLast = state.success.stage == TrancheStage.Settled && state.longTerm.stage == TrancheStage.Settled;
        if (isLast) state.stage = Stage.Completed;
        _store(work);

        _pay(work, terms, submission, amount);
        if (isLast) _finish(work, terms, submission);
    }

    function _finish(Case memory work, Terms calldata terms, Submission calldata submission) private {
        SubmissionState memory state = work.state;
        uint256 guaranteed = ImpactShare.guaranteeDown(terms.guaranteed, _amountOf(work, terms), terms.amount);
        uint256 earned = _ceilings(work, terms).earned(state.success.achievedBps, state.longTerm.achievedBps);
        uint256 topUp = ImpactShare.topUp({guaranteed: guaranteed, earnedAmount: earned});
        uint256 returned = terms.maxAward() - earned - topUp;

        emit AwardCompleted(work.bountyId, work.submissionId, earned + topUp, topUp, returned);

        _pay(work, terms, submission, topUp);
        _credit({token: terms.token, account: terms.funder, amount: returned});
    }

    /* PROJECT TOKENS */

    /// @inheritdoc IBountyEscrow
    function claimTokens(
        uint256 submissionId,
        bytes calldata terms,
        bytes calldata submission,
        uint256 payees
    ) external nonReentrant {
        Case memory work = _load(submissionId, terms, submission);
        if (work.state.stage != Stage.Completed) _requireStage(work, Stage.Accepted);
        uint256 reward = terms.asTerms().tokenReward;
        uint256 claimed = claimedPayeesOf[work.bountyId][submissionId];
        uint256 everybody = (1 << submission.asSubmission().payees.length) - 1;
        uint256 wanted = payees & everybody & ~claimed;
        if (reward == 0 || wanted == 0) revert BountyEscrow_NoTokensToClaim(submissionId);

        claimedPayeesOf[work.bountyId][submissionId] = claimed | wanted;

        _mint(work, terms.asTerms(), submission.asSubmission(), wanted);
    }

    function _mint(Case memory work, Terms calldata terms, Submission calldata submission, uint256 wanted) private {
        IProjectToken token = _projectToken(terms.projectId);
        uint256[] memory amounts = uint256(terms.tokenReward).splitDown(submission.sharesBps);
        for (uint256 i = 0; i < amounts.length; ++i) {
            if (wanted & (1 << i) == 0) continue;
            address payee = submission.payees[i];

            emit TokensClaimed(work.bountyId, work.submissionId, payee, i, amounts[i]);

            if (amounts[i] > 0) token.mintReserved({to: vault.payeeOf(payee), amount: amounts[i]});
        }
    }

    function _projectToken(uint256 projectId) internal view returns (IProjectToken token) {
        return IProjectToken(projects.tokenOf(projectId));
    }
}
