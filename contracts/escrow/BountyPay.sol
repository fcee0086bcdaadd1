// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../interfaces/IBountyEscrow.sol";
import {IProjectToken} from "../interfaces/IProjectToken.sol";
import {Allocation} from "../libraries/Allocation.sol";
import {BountyTerms} from "../libraries/BountyTerms.sol";
import {ImpactShare} from "../libraries/ImpactShare.sol";
import {BountyBook} from "./BountyBook.sol";

/// @title BountyPay
/// @notice Every way in which an award pays. All of it moves credits inside the vault, after the state was stored.
abstract contract BountyPay is BountyBook {
    using Allocation for uint256;
    using BountyTerms for Terms;
    using ImpactShare for ImpactShare.Ceilings;

    /* MONEY */

    function _pay(Case memory work, uint256 amount) internal {
        if (amount == 0) return;
        uint256[] memory amounts = amount.splitDown(work.submission.sharesBps);
        for (uint256 i = 0; i < amounts.length; ++i) {
            _credit({token: work.terms.token, account: work.submission.payees[i], amount: amounts[i]});
        }
    }

    function _credit(address token, address account, uint256 amount) internal {
        if (amount == 0) return;
        // The vault returns true or reverts.
        vault.transfer({receiver: account, id: uint256(uint160(token)), amount: amount});
    }

    function _ceilings(Case memory work) internal pure returns (ImpactShare.Ceilings memory parts) {
        uint256 award = ImpactShare.awardDown(work.terms.amount, work.state.multiplierBps);
        return ImpactShare.ceilings(award, work.terms.baseBps, work.terms.success.shareBps);
    }

    /// @dev What follows when nothing of an award is open any more; the state that prevents a second time is stored.
    function _finish(Case memory work, ImpactShare.Ceilings memory parts) internal {
        SubmissionState memory state = work.state;
        uint256 earned = parts.earned(state.success.achievedBps, state.longTerm.achievedBps);
        uint256 topUp = ImpactShare.topUp({guaranteed: work.terms.guaranteed, earnedAmount: earned});
        uint256 returned = work.terms.maxAward() - earned - topUp;

        emit AwardCompleted(work.bountyId, work.submissionId, earned + topUp, topUp, returned);

        _pay(work, topUp);
        _credit({token: work.terms.token, account: _bounties[work.bountyId].state.funder, amount: returned});
    }

    /* PROJECT TOKENS */

    /// @inheritdoc IBountyEscrow
    function claimTokens(uint256 submissionId, Terms memory terms, Submission memory submission) external nonReentrant {
        Case memory work = _load(submissionId, terms, submission);
        if (work.state.stage != Stage.Completed) _requireStage(work, Stage.Accepted);
        if (terms.tokenReward == 0 || work.state.tokensClaimed) revert BountyEscrow_NoTokensToClaim(submissionId);

        work.state.tokensClaimed = true;
        _store(work);

        emit TokensClaimed(work.bountyId, submissionId, terms.tokenReward);

        IProjectToken token = _projectToken(terms);
        uint256[] memory amounts = uint256(terms.tokenReward).splitDown(submission.sharesBps);
        for (uint256 i = 0; i < amounts.length; ++i) {
            if (amounts[i] > 0) token.mintReserved({to: submission.payees[i], amount: amounts[i]});
        }
    }

    function _projectToken(Terms memory terms) internal view returns (IProjectToken token) {
        return IProjectToken(projects.tokenOf(terms.projectId));
    }
}
