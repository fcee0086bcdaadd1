// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title IFunder
/// @notice A contract that funds bounties when their project opens them, such as a pool of many funders.
/// @dev What is not owed comes back as this contract's credit at the payout vault. One that cannot move tokens must
/// refuse pushes there (`refusePush`), or anybody can turn its credit into tokens that are lost in it.
interface IFunder {
    /// @notice Adds exactly `amount` to the escrow's credit at the payout vault, or reverts to refuse the bounty.
    /// @dev The escrow's opener calls it while the bounty is being opened.
    /// @param bountyId The number that the bounty will have.
    /// @param termsHash The hash of its terms, which name this contract as their funder.
    /// @param token The token.
    /// @param amount The amount, in base units.
    function fund(uint256 bountyId, bytes32 termsHash, address token, uint256 amount) external;
}
