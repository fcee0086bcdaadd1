// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../interfaces/IBountyEscrow.sol";
import {ImpactShare} from "./ImpactShare.sol";

/// @title BountyTerms
/// @notice What makes the terms of a bounty acceptable, and what follows from them.
library BountyTerms {
    using BountyTerms for IBountyEscrow.Terms;

    uint256 private constant LONGEST_TIME = 3650 days;
    uint256 private constant LONGEST_TEXT = 128;
    uint256 private constant HIGHEST_MULTIPLIER_BPS = 50_000;
    uint256 private constant MOST_REVIEWERS = 16;

    /* VALIDATION */

    /// @notice Reverts unless the terms can be opened now.
    /// @param terms The terms.
    function validate(IBountyEscrow.Terms memory terms) internal view {
        _validateAmounts(terms);
        _validateReviewers(terms.reviewers, terms.quorum);
        _validateTimes(terms);
        _validateTranche(terms, IBountyEscrow.Tranche.Success);
        _validateTranche(terms, IBountyEscrow.Tranche.LongTerm);
        validateText(terms.document);
    }

    function _validateAmounts(IBountyEscrow.Terms memory terms) private pure {
        uint256 sum = uint256(terms.baseBps) + terms.success.shareBps + terms.longTerm.shareBps;
        if (sum != ImpactShare.BPS) revert IBountyEscrow.BountyEscrow_SharesSum(sum);
        uint16 low = terms.minMultiplierBps;
        uint16 high = terms.maxMultiplierBps;
        if (low == 0 || low > high || high > HIGHEST_MULTIPLIER_BPS) {
            revert IBountyEscrow.BountyEscrow_BandInvalid(low, high);
        }
        if (terms.token == address(0) || terms.escrowed() == 0) revert IBountyEscrow.BountyEscrow_Zero();
        uint256 highest = ImpactShare.awardDown(terms.amount, low);
        if (terms.guaranteed > highest) {
            revert IBountyEscrow.BountyEscrow_GuaranteeTooHigh(terms.guaranteed, highest);
        }
    }

    function _validateReviewers(address[] memory reviewers, uint256 quorum) private pure {
        uint256 count = reviewers.length;
        if (count > MOST_REVIEWERS || quorum == 0 || quorum > count) {
            revert IBountyEscrow.BountyEscrow_ReviewersInvalid();
        }
        address previous = address(0);
        for (uint256 i = 0; i < count; ++i) {
            if (reviewers[i] <= previous) revert IBountyEscrow.BountyEscrow_ReviewersInvalid();
            previous = reviewers[i];
        }
    }

    function _validateTimes(IBountyEscrow.Terms memory terms) private view {
        uint64 time = uint64(block.timestamp);
        if (terms.submitBy <= time || terms.submitBy > time + LONGEST_TIME) {
            revert IBountyEscrow.BountyEscrow_DeadlineInvalid(terms.submitBy, time);
        }
        _validateWindow(terms.reviewWindow);
        if (terms.success.challengeWindow > 0 || terms.longTerm.challengeWindow > 0) {
            _validateWindow(terms.arbiterWindow);
        }
    }

    function _validateWindow(uint256 length) private pure {
        if (length == 0 || length > LONGEST_TIME) revert IBountyEscrow.BountyEscrow_WindowInvalid(length);
    }

    function _validateTranche(IBountyEscrow.Terms memory terms, IBountyEscrow.Tranche tranche) private pure {
        IBountyEscrow.TrancheTerms memory part = terms.trancheOf(tranche);
        if (part.shareBps == 0) return;
        bool judged = part.source != address(0) && part.silentBps <= ImpactShare.BPS;
        bool timed =
            part.opensAfter < part.closesAfter &&
                part.closesAfter <= LONGEST_TIME &&
                part.challengeWindow <= LONGEST_TIME;
        bool appealed = part.challengeWindow == 0 || (terms.arbiter != address(0) && terms.arbiter != part.source);
        if (!(judged && timed && appealed)) revert IBountyEscrow.BountyEscrow_TrancheInvalid(tranche);
    }

    /// @notice Reverts unless a CID or code is 1 to 128 bytes long.
    /// @param text The text.
    function validateText(string memory text) internal pure {
        uint256 length = bytes(text).length;
        if (length == 0 || length > LONGEST_TEXT) revert IBountyEscrow.BountyEscrow_TextLength(length);
    }

    /* CONSEQUENCES */

    /// @notice Returns the hash that stands for the terms.
    /// @param terms The terms.
    /// @return termsHash The hash.
    function hash(IBountyEscrow.Terms memory terms) internal pure returns (bytes32 termsHash) {
        return keccak256(abi.encode(terms));
    }

    /// @notice Returns the most that one award can pay.
    /// @param terms The terms.
    /// @return amount The amount, in base units.
    function maxAward(IBountyEscrow.Terms memory terms) internal pure returns (uint256 amount) {
        return ImpactShare.awardDown(terms.amount, terms.maxMultiplierBps);
    }

    /// @notice Returns all that a bounty can owe, which is escrowed at its opening.
    /// @param terms The terms.
    /// @return amount The amount, in base units.
    function escrowed(IBountyEscrow.Terms memory terms) internal pure returns (uint256 amount) {
        return terms.maxAward() * terms.maxAwards;
    }

    /// @notice Returns a multiplier held inside the band of the terms.
    /// @param terms The terms.
    /// @param multiplierBps The multiplier.
    /// @return bps The multiplier, or the end of the band that it is beyond.
    function withinBand(IBountyEscrow.Terms memory terms, uint16 multiplierBps) internal pure returns (uint16 bps) {
        if (multiplierBps < terms.minMultiplierBps) return terms.minMultiplierBps;
        if (multiplierBps > terms.maxMultiplierBps) return terms.maxMultiplierBps;
        return multiplierBps;
    }

    /// @notice Returns the terms of a tranche.
    /// @param terms The terms.
    /// @param tranche The tranche.
    /// @return trancheTerms Its terms.
    function trancheOf(
        IBountyEscrow.Terms memory terms,
        IBountyEscrow.Tranche tranche
    ) internal pure returns (IBountyEscrow.TrancheTerms memory trancheTerms) {
        return tranche == IBountyEscrow.Tranche.Success ? terms.success : terms.longTerm;
    }

    /// @notice Returns whether `account` judges work of this bounty.
    /// @param terms The terms.
    /// @param account The account.
    /// @return judges True for a reviewer, a source or the arbiter.
    function isJudge(IBountyEscrow.Terms memory terms, address account) internal pure returns (bool judges) {
        if (account == terms.arbiter || account == terms.success.source || account == terms.longTerm.source)
            return true;
        return reviewerBit(terms, account) != 0;
    }

    /// @notice Returns the bit that stands for a reviewer.
    /// @param terms The terms.
    /// @param account The account.
    /// @return bit The bit, or zero when the account is no reviewer.
    function reviewerBit(IBountyEscrow.Terms memory terms, address account) internal pure returns (uint16 bit) {
        for (uint256 i = 0; i < terms.reviewers.length; ++i) {
            if (terms.reviewers[i] == account) return uint16(1 << i);
        }
        return 0;
    }

    /// @notice Returns whether enough reviewers approved.
    /// @param terms The terms.
    /// @param approvals The reviewers who approved, one bit each.
    /// @return accepted True from the quorum on.
    function isAccepted(IBountyEscrow.Terms memory terms, uint16 approvals) internal pure returns (bool accepted) {
        return _count(approvals) >= terms.quorum;
    }

    /// @notice Returns whether so many rejected that the quorum is out of reach.
    /// @param terms The terms.
    /// @param rejections The reviewers who rejected, one bit each.
    /// @return rejected True when those who are left are fewer than the quorum.
    function isRejected(IBountyEscrow.Terms memory terms, uint16 rejections) internal pure returns (bool rejected) {
        return _count(rejections) + terms.quorum > terms.reviewers.length;
    }

    function _count(uint256 bits) private pure returns (uint256 count) {
        // Each round clears the lowest bit that is set.
        for (; bits != 0; bits &= bits - 1) ++count;
    }
}
