// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title IAdmission
/// @notice A contract that admits workers to a bounty, and the amount agreed with each.
interface IAdmission {
    /// @notice Uses up a worker's admission and returns the amount agreed, or reverts to refuse the worker.
    /// @dev The escrow calls it, once for each submission, before the work is taken.
    /// @param bountyId The bounty, of the escrow that calls.
    /// @param worker The worker.
    /// @return amount The award at a multiplier of 1, in base units; at most the amount of the terms.
    function admit(uint256 bountyId, address worker) external returns (uint256 amount);

    /// @notice Returns how many workers were promised that they may hand in work and have not done so.
    /// @dev While there are any, the project cannot close the bounty before `submitBy`.
    /// @param bountyId The bounty.
    /// @return count The number.
    function heldOf(uint256 bountyId) external view returns (uint256 count);
}
