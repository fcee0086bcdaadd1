// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Allocation
/// @notice Divides an amount among payees so that no unit is lost.
/// @dev Twin of `economy/allocation.py`; `tests/vectors/impact_share.json` pins them to each other.
library Allocation {
    /// @notice Returns each payee's part, rounded down; the first payee also gets the remainder.
    /// @param amount The amount, in base units, at most 2^240.
    /// @param sharesBps The shares, at least one, which sum to 10,000.
    /// @return amounts The parts, which sum to `amount`.
    function splitDown(uint256 amount, uint16[] calldata sharesBps) internal pure returns (uint256[] memory amounts) {
        amounts = new uint256[](sharesBps.length);
        uint256 remainder = amount;
        for (uint256 i = 0; i < sharesBps.length; ++i) {
            amounts[i] = (amount * sharesBps[i]) / 10_000;
            remainder -= amounts[i];
        }
        amounts[0] += remainder;
    }
}
