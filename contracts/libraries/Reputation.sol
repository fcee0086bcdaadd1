// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IReputationLedger} from "../interfaces/IReputationLedger.sol";
import {Decay} from "./Decay.sol";

/// @title Reputation
/// @notice The arithmetic of reputation: how a tally fades, grows and shrinks, and what multiplier follows from it.
/// @dev Twin of `economy/reputation.py`; `tests/vectors/reputation.json` pins them to each other. Everything is rounded
/// down. The sum of a tally never exceeds its weight, so a component is below 1.
library Reputation {
    using SafeCast for uint256;

    /// @notice Basis points in the whole.
    uint256 internal constant BPS = 10_000;

    /// @notice The weight of zero that every component starts with: three judgements.
    uint256 internal constant PRIOR = 3e18;

    /// @notice What passion adds to the multiplier, in basis points.
    uint256 internal constant PASSION_BPS = 3_000;

    /// @notice What the track record adds to the multiplier, in basis points.
    uint256 internal constant TRACK_RECORD_BPS = 2_000;

    /// @notice What the peer rating adds to the multiplier, in basis points.
    uint256 internal constant PEER_RATING_BPS = 2_000;

    uint256 private constant VALUE_OF_BPS = Decay.ONE / BPS;

    /* HALF-LIVES */

    /// @notice Returns what a day leaves of one.
    /// @param halfLife The half-life.
    /// @return factor The factor, with 18 decimals.
    function dailyFactor(IReputationLedger.HalfLife halfLife) internal pure returns (uint256 factor) {
        if (halfLife == IReputationLedger.HalfLife.Days30) return Decay.DAYS_30;
        if (halfLife == IReputationLedger.HalfLife.Days90) return Decay.DAYS_90;
        if (halfLife == IReputationLedger.HalfLife.Days180) return Decay.DAYS_180;
        return Decay.DAYS_365;
    }

    /// @notice Returns the length of a half-life.
    /// @param halfLife The half-life.
    /// @return length The length, in days.
    function lengthOf(IReputationLedger.HalfLife halfLife) internal pure returns (uint256 length) {
        if (halfLife == IReputationLedger.HalfLife.Days30) return 30;
        if (halfLife == IReputationLedger.HalfLife.Days90) return 90;
        if (halfLife == IReputationLedger.HalfLife.Days180) return 180;
        return 365;
    }

    /* TALLIES */

    /// @notice Lets a tally fade until a day.
    /// @param tally The tally, changed in place.
    /// @param factor What a day leaves.
    /// @param today The day, not before the tally's.
    function fade(IReputationLedger.Tally memory tally, uint256 factor, uint256 today) internal pure {
        uint256 power = Decay.powerDown(factor, today - tally.day);
        // What is left is never more than what was there.
        tally.sum = uint112(Decay.leftDown(tally.sum, power));
        tally.weight = uint112(Decay.leftDown(tally.weight, power));
        tally.day = today.toUint32();
    }

    /// @notice Adds what is left of a judgement.
    /// @param tally The tally, changed in place.
    /// @param valueBps The judgement's value, at most 10,000.
    /// @param power What its age leaves of one.
    function add(IReputationLedger.Tally memory tally, uint256 valueBps, uint256 power) internal pure {
        tally.sum = (tally.sum + Decay.leftDown(valueBps * VALUE_OF_BPS, power)).toUint112();
        tally.weight = (tally.weight + power).toUint112();
    }

    /// @notice Takes away what is left of a judgement that was added before.
    /// @param tally The tally, changed in place.
    /// @param valueBps The judgement's value, at most 10,000.
    /// @param power What its age leaves of one.
    function remove(IReputationLedger.Tally memory tally, uint256 valueBps, uint256 power) internal pure {
        uint256 sum = _lessDown(tally.sum, Decay.leftDown(valueBps * VALUE_OF_BPS, power));
        uint256 weight = _lessDown(tally.weight, power);
        // Both are rounded on their own, so the last units of the sum may outlive those of the weight.
        tally.sum = uint112(sum < weight ? sum : weight);
        tally.weight = uint112(weight);
    }

    /// @dev What fades in several steps may have lost a unit more than what fades in one.
    function _lessDown(uint256 amount, uint256 taken) private pure returns (uint256 left) {
        return amount > taken ? amount - taken : 0;
    }

    /* WHAT FOLLOWS */

    /// @notice Returns a component.
    /// @param sum The sum that is stored, below 2^112.
    /// @param weight The weight that is stored, below 2^112.
    /// @param power What the days since leave of one.
    /// @return value The component, in [0, 1) with 18 decimals, rounded down.
    function valueDown(uint256 sum, uint256 weight, uint256 power) internal pure returns (uint256 value) {
        // One is below 2^60, so no product reaches 2^172.
        unchecked {
            return (Decay.leftDown(sum, power) * Decay.ONE) / (Decay.leftDown(weight, power) + PRIOR);
        }
    }

    /// @notice Returns the multiplier.
    /// @param passion The passion, at most 1e18.
    /// @param trackRecord The track record, at most 1e18.
    /// @param peerRating The peer rating, at most 1e18.
    /// @return bps The multiplier, from 10,000 to 17,000, rounded down.
    function multiplierDown(
        uint256 passion,
        uint256 trackRecord,
        uint256 peerRating
    ) internal pure returns (uint256 bps) {
        // Components are at most 1e18, so no sum exceeds 7e21.
        unchecked {
            uint256 added = PASSION_BPS * passion + TRACK_RECORD_BPS * trackRecord + PEER_RATING_BPS * peerRating;
            return BPS + added / Decay.ONE;
        }
    }
}
