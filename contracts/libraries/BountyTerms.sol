// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../interfaces/IBountyEscrow.sol";
import {IBountyOpener} from "../interfaces/IBountyOpener.sol";
import {ImpactShare} from "./ImpactShare.sol";

/// @title BountyTerms
/// @notice What makes the terms of a bounty acceptable, and what follows from them.
library BountyTerms {
    using BountyTerms for IBountyEscrow.Terms;

    /// @notice The longest CID or code that is taken, in bytes.
    uint256 internal constant LONGEST_TEXT = 128;

    uint256 private constant LONGEST_TIME = 3650 days;
    uint256 private constant HIGHEST_MULTIPLIER_BPS = 50_000;
    uint256 private constant HIGHEST_CAP_BPS = 20_000;
    uint256 private constant MOST_REVIEWERS = 16;

    /* VALIDATION */

    /// @notice Reverts unless the terms can be opened now.
    /// @param terms The terms.
    function validate(IBountyEscrow.Terms calldata terms) internal view {
        _validateAmounts(terms);
        _validateReviewers(terms.reviewers, terms.quorum);
        _validateTimes(terms);
        _validateTranche(terms.success, IBountyEscrow.Tranche.Success);
        _validateTranche(terms.longTerm, IBountyEscrow.Tranche.LongTerm);
        uint256 length = bytes(terms.document).length;
        if (length == 0 || length > LONGEST_TEXT) revert IBountyOpener.BountyOpener_TextLength(length);
    }

    function _validateAmounts(IBountyEscrow.Terms calldata terms) private pure {
        uint256 sum = uint256(terms.baseBps) + terms.success.shareBps + terms.longTerm.shareBps;
        if (sum != ImpactShare.BPS) revert IBountyOpener.BountyOpener_SharesSum(sum);
        uint16 low = terms.minMultiplierBps;
        uint16 high = terms.maxMultiplierBps;
        if (low == 0 || low > high || high > HIGHEST_MULTIPLIER_BPS) {
            revert IBountyOpener.BountyOpener_BandInvalid(low, high);
        }
        if (terms.token == address(0) || terms.amount == 0 || terms.escrowed() == 0) {
            revert IBountyOpener.BountyOpener_Zero();
        }
        uint256 highest = ImpactShare.awardDown(terms.amount, low);
        if (terms.guaranteed > highest) {
            revert IBountyOpener.BountyOpener_GuaranteeTooHigh(terms.guaranteed, highest);
        }
    }

    function _validateReviewers(address[] calldata reviewers, uint256 quorum) private pure {
        uint256 count = reviewers.length;
        if (count > MOST_REVIEWERS || quorum == 0 || quorum > count) {
            revert IBountyOpener.BountyOpener_ReviewersInvalid();
        }
        address previous = address(0);
        for (uint256 i = 0; i < count; ++i) {
            if (reviewers[i] <= previous) revert IBountyOpener.BountyOpener_ReviewersInvalid();
            previous = reviewers[i];
        }
    }

    function _validateTimes(IBountyEscrow.Terms calldata terms) private view {
        uint64 time = uint64(block.timestamp);
        if (terms.submitBy <= time || terms.submitBy > time + LONGEST_TIME) {
            revert IBountyOpener.BountyOpener_DeadlineInvalid(terms.submitBy, time);
        }
        _validateWindow(terms.reviewWindow);
        if (terms.appealWindow > LONGEST_TIME) revert IBountyOpener.BountyOpener_WindowInvalid(terms.appealWindow);
        if (needsArbiter(terms)) {
            _validateWindow(terms.arbiterWindow);
            address arbiter = terms.arbiter;
            if (
                arbiter == address(0) ||
                arbiter == terms.funder ||
                arbiter == terms.success.source ||
                arbiter == terms.longTerm.source ||
                reviewerBit(terms, arbiter) != 0
            ) revert IBountyOpener.BountyOpener_ArbiterInvalid(arbiter);
        }
    }

    function _validateWindow(uint256 length) private pure {
        if (length == 0 || length > LONGEST_TIME) revert IBountyOpener.BountyOpener_WindowInvalid(length);
    }

    function _validateTranche(IBountyEscrow.TrancheTerms calldata part, IBountyEscrow.Tranche tranche) private pure {
        if (part.shareBps == 0) return;
        bool measured = part.source != address(0) && part.target > 0;
        bool bounded =
            part.silentBps <= ImpactShare.BPS && part.capBps >= ImpactShare.BPS && part.capBps <= HIGHEST_CAP_BPS;
        bool timed =
            part.opensAfter < part.closesAfter &&
                part.closesAfter <= LONGEST_TIME &&
                part.challengeWindow <= LONGEST_TIME;
        if (!(measured && bounded && timed)) revert IBountyOpener.BountyOpener_TrancheInvalid(tranche);
    }

    /* CONSEQUENCES */

    /// @notice Returns whether anything in the terms can come before an arbiter.
    /// @param terms The terms.
    /// @return needed True when rejections can be appealed or reports challenged.
    function needsArbiter(IBountyEscrow.Terms calldata terms) internal pure returns (bool needed) {
        return terms.appealWindow > 0 || terms.success.challengeWindow > 0 || terms.longTerm.challengeWindow > 0;
    }

    /// @notice Returns the most that one award can pay: at the upper end of the band, with both caps reached.
    /// @dev No award can pay more: with caps of at least 10,000, a unit that rounding moves out of a tranche into its
    /// neighbour never lowers the sum by more than it adds.
    /// @param terms The terms.
    /// @return amount The amount, in base units.
    function maxAward(IBountyEscrow.Terms calldata terms) internal pure returns (uint256 amount) {
        uint256 award = ImpactShare.awardDown(terms.amount, terms.maxMultiplierBps);
        ImpactShare.Ceilings memory parts = ImpactShare.ceilings(award, terms.baseBps, terms.success.shareBps);
        uint256 successBps = terms.success.shareBps == 0 ? ImpactShare.BPS : terms.success.capBps;
        uint256 longTermBps = terms.longTerm.shareBps == 0 ? ImpactShare.BPS : terms.longTerm.capBps;
        return ImpactShare.earned(parts, successBps, longTermBps);
    }

    /// @notice Returns all that a bounty can owe, which is escrowed at its opening.
    /// @param terms The terms.
    /// @return amount The amount, in base units.
    function escrowed(IBountyEscrow.Terms calldata terms) internal pure returns (uint256 amount) {
        return terms.maxAward() * terms.maxAwards;
    }

    /// @notice Returns a multiplier held inside the band of the terms.
    /// @param terms The terms.
    /// @param multiplierBps The multiplier.
    /// @return bps The multiplier, or the end of the band that it is beyond.
    function withinBand(IBountyEscrow.Terms calldata terms, uint256 multiplierBps) internal pure returns (uint16 bps) {
        if (multiplierBps < terms.minMultiplierBps) return terms.minMultiplierBps;
        if (multiplierBps > terms.maxMultiplierBps) return terms.maxMultiplierBps;
        return uint16(multiplierBps);
    }

    /// @notice Returns the terms of a tranche.
    /// @param terms The terms.
    /// @param tranche The tranche.
    /// @return trancheTerms Its terms.
    function trancheOf(
        IBountyEscrow.Terms calldata terms,
        IBountyEscrow.Tranche tranche
    ) internal pure returns (IBountyEscrow.TrancheTerms calldata trancheTerms) {
        return tranche == IBountyEscrow.Tranche.Success ? terms.success : terms.longTerm;
    }

    /// @notice Returns whether `account` judges work of this bounty.
    /// @param terms The terms.
    /// @param account The account.
    /// @return judges True for a reviewer, a source or the arbiter.
    function isJudge(IBountyEscrow.Terms calldata terms, address account) internal pure returns (bool judges) {
        if (account == terms.arbiter || account == terms.success.source || account == terms.longTerm.source)
            return true;
        return reviewerBit(terms, account) != 0;
    }

    /// @notice Returns the bit that stands for a reviewer.
    /// @param terms The terms.
    /// @param account The account.
    /// @return bit The bit, or zero when the account is no reviewer.
    function reviewerBit(IBountyEscrow.Terms calldata terms, address account) internal pure returns (uint16 bit) {
        for (uint256 i = 0; i < terms.reviewers.length; ++i) {
            if (terms.reviewers[i] == account) return uint16(1 << i);
        }
        return 0;
    }

    /// @notice Returns whether enough reviewers approved.
    /// @param terms The terms.
    /// @param approvals The reviewers who approved, one bit each.
    /// @return accepted True from the quorum on.
    function isAccepted(IBountyEscrow.Terms calldata terms, uint16 approvals) internal pure returns (bool accepted) {
        return _count(approvals) >= terms.quorum;
    }

    /// @notice Returns whether so many rejected that the quorum is out of reach.
    /// @param terms The terms.
    /// @param rejections The reviewers who rejected, one bit each.
    /// @return rejected True when those who are left are fewer than the quorum.
    function isRejected(IBountyEscrow.Terms calldata terms, uint16 rejections) internal pure returns (bool rejected) {
        return _count(rejections) + terms.quorum > terms.reviewers.length;
    }

    function _count(uint256 bits) private pure returns (uint256 count) {
        // Each round clears the lowest bit that is set.
        for (; bits != 0; bits &= bits - 1) ++count;
    }
}
