// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title INativeVault
/// @notice The part of the payout vault by which the chain's own coin comes in.
interface INativeVault {
    /// @notice Credits `account` with the native coin sent along.
    /// @param account The account to credit.
    function depositNative(address account) external payable;
}
