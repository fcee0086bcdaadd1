// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title IFunder
/// @notice A contract that funds bounties when their project opens them, such as a pool of many funders.
interface IFunder {
    /// @notice Adds exactly `amount` to the caller's credit at the payout vault, or reverts to refuse the bounty.
    /// @dev The escrow calls it while the bounty is being opened.
    /// @param bountyId The new bounty, of the escrow that calls.
    /// @param termsHash The hash of its terms, which name this contract as their funder.
    /// @param token The token.
    /// @param amount The amount, in base units.
    function fund(uint256 bountyId, bytes32 termsHash, address token, uint256 amount) external;
}
