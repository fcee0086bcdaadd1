// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Decay
/// @notice Half-life decay by whole days, in fixed point with 18 decimals, rounded down at every step.
/// @dev Twin of `economy/decay.py`; `tests/vectors/reputation.json` pins them to each other. The order of the
/// multiplications is part of the definition: from the lowest bit of the exponent up, power before square.
///
/// A power of `n` days is at most the exact power of the factor, and less than `n` units of 1e-18 below it.
library Decay {
    /// @notice One, in fixed point.
    uint256 internal constant ONE = 1e18;

    /// @notice What a day leaves: `floor(2^(-1/30) x 1e18)`.
    uint256 internal constant DAYS_30 = 977159968434245954;

    /// @notice What a day leaves: `floor(2^(-1/90) x 1e18)`.
    uint256 internal constant DAYS_90 = 992327946262943481;

    /// @notice What a day leaves: `floor(2^(-1/180) x 1e18)`.
    uint256 internal constant DAYS_180 = 996156587220575217;

    /// @notice What a day leaves: `floor(2^(-1/365) x 1e18)`.
    uint256 internal constant DAYS_365 = 998102768651594634;

    /// @notice Returns a factor raised to a number of days.
    /// @param factor What one day leaves, at most 1e18.
    /// @param elapsed The number of days.
    /// @return power What the days leave together, rounded down.
    function powerDown(uint256 factor, uint256 elapsed) internal pure returns (uint256 power) {
        power = ONE;
        // No number here exceeds 1e18, so no product exceeds 1e36.
        unchecked {
            for (; elapsed != 0; elapsed >>= 1) {
                if (elapsed & 1 != 0) power = (power * factor) / ONE;
                factor = (factor * factor) / ONE;
            }
        }
    }

    /// @notice Returns what is left of an amount.
    /// @param amount The amount, at most 2^196.
    /// @param power What the days leave of one, from `powerDown`.
    /// @return left The rest, rounded down.
    function leftDown(uint256 amount, uint256 power) internal pure returns (uint256 left) {
        // A power is at most 1e18, which is below 2^60.
        unchecked {
            return (amount * power) / ONE;
        }
    }
}
