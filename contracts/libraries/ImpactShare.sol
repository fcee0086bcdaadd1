// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title ImpactShare
/// @notice The arithmetic of an award: its size, the ceilings of its parts, what a tranche pays, what a guarantee adds.
/// @dev Twin of `economy/impact_share.py`; `tests/vectors/impact_share.json` pins them to each other. Amounts are below
/// 2^128 and basis points fit 16 bits, so no product overflows.
library ImpactShare {
    /// @notice Basis points in the whole.
    uint256 internal constant BPS = 10_000;

    /// @notice What each part of an award pays when just the target is achieved; together exactly the award.
    /// @param base The part credited at acceptance, in base units.
    /// @param success The success tranche, in base units.
    /// @param longTerm The long-term tranche, in base units.
    struct Ceilings {
        uint256 base;
        uint256 success;
        uint256 longTerm;
    }

    /// @notice Returns the award for work at a multiplier.
    /// @param amount The award at a multiplier of 1, in base units.
    /// @param multiplierBps The multiplier; 10,000 is 1.
    /// @return award The award, rounded down.
    function awardDown(uint256 amount, uint256 multiplierBps) internal pure returns (uint256 award) {
        return (amount * multiplierBps) / BPS;
    }

    /// @notice Returns the ceilings of an award's parts.
    /// @dev Cut at running sums, so that no unit is lost and a part without a share gets nothing.
    /// @param award The award, in base units.
    /// @param baseBps The share of the base.
    /// @param successBps The share of the success tranche; the long-term tranche has the rest of 10,000.
    /// @return parts The ceilings.
    function ceilings(
        uint256 award,
        uint256 baseBps,
        uint256 successBps
    ) internal pure returns (Ceilings memory parts) {
        parts.base = (award * baseBps) / BPS;
        parts.success = (award * (baseBps + successBps)) / BPS - parts.base;
        parts.longTerm = award - parts.base - parts.success;
    }

    /// @notice Returns what a measured value counts as.
    /// @param value The value, in units of the metric, below 2^128.
    /// @param target The value that counts as 10,000.
    /// @param capBps The most that counts.
    /// @return achievedBps The achievement, rounded down to a basis point.
    function achieved(uint256 value, uint256 target, uint256 capBps) internal pure returns (uint256 achievedBps) {
        achievedBps = (value * BPS) / target;
        if (achievedBps > capBps) achievedBps = capBps;
    }

    /// @notice Returns what a tranche pays.
    /// @param ceiling What the tranche pays at the target, in base units.
    /// @param achievedBps What was achieved; beyond 10,000 more than the target.
    /// @return amount The amount, rounded down.
    function trancheDown(uint256 ceiling, uint256 achievedBps) internal pure returns (uint256 amount) {
        return (ceiling * achievedBps) / BPS;
    }

    /// @notice Returns what an award paid before any top-up, once both tranches are settled.
    /// @param parts The ceilings.
    /// @param successBps What the success tranche achieved.
    /// @param longTermBps What the long-term tranche achieved.
    /// @return amount The sum of base and tranches, in base units.
    function earned(
        Ceilings memory parts,
        uint256 successBps,
        uint256 longTermBps
    ) internal pure returns (uint256 amount) {
        return parts.base + trancheDown(parts.success, successBps) + trancheDown(parts.longTerm, longTermBps);
    }

    /// @notice Returns the guarantee of an award whose agreed amount is lower than that of the terms.
    /// @param guaranteed The guarantee for the amount of the terms, in base units.
    /// @param agreed The agreed amount, in base units.
    /// @param amount The amount of the terms, in base units.
    /// @return least The guarantee in proportion, rounded down.
    function guaranteeDown(uint256 guaranteed, uint256 agreed, uint256 amount) internal pure returns (uint256 least) {
        return (guaranteed * agreed) / amount;
    }

    /// @notice Returns what the guarantee adds to what was earned.
    /// @param guaranteed The least that the award pays, in base units.
    /// @param earnedAmount What it paid so far, in base units.
    /// @return amount The difference, or zero.
    function topUp(uint256 guaranteed, uint256 earnedAmount) internal pure returns (uint256 amount) {
        return guaranteed > earnedAmount ? guaranteed - earnedAmount : 0;
    }
}
