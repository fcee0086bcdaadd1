// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IBountyEscrow} from "./IBountyEscrow.sol";

/// @title IFundingPools
/// @notice Opens funding pools, each a clone at an address of its own, so that the money of each is its own.
/// @dev The terms of a bounty name its funder, and the pool keeps the hash of the terms. So a pool's address follows
/// from everything but the rest of the terms: ask `poolAt`, write the answer into the terms, then open.
interface IFundingPools {
    /// @notice Thrown when terms name another funder than the pool.
    /// @param funder The funder that the terms name.
    /// @param pool The pool.
    error FundingPools_FunderMismatch(address funder, address pool);

    /// @notice Thrown when the terms need no money, so that there is nothing to fund.
    error FundingPools_GoalZero();

    /// @notice Thrown when the deadline is not in the future.
    /// @param deadline The deadline, unix s.
    /// @param time The time now, unix s.
    error FundingPools_DeadlinePassed(uint64 deadline, uint256 time);

    /// @notice Thrown when the pool is open already.
    /// @param pool The pool.
    error FundingPools_AlreadyOpen(address pool);

    /// @notice Emitted when a pool is opened.
    /// @param pool The pool.
    /// @param projectId The project whose owner or steward can open the bounty.
    /// @param opener Who opened the pool.
    /// @param termsHash The hash of the terms.
    /// @param token The token.
    /// @param goal What the bounty needs, in base units.
    /// @param deadline Until when the pool takes money and can fund, exclusive, unix s.
    /// @param terms The terms, as the escrow hashes them.
    event PoolOpened(
        address indexed pool,
        uint256 indexed projectId,
        address indexed opener,
        bytes32 termsHash,
        address token,
        uint256 goal,
        uint64 deadline,
        bytes terms
    );

    /// @notice Opens a pool for one bounty. Anyone; that the bounty is ever opened is up to its project.
    /// @param terms The terms of the bounty, with the pool's address as their funder.
    /// @param deadline Until when the pool takes money and can fund, exclusive, unix s.
    /// @param salt A number of the opener's choice.
    /// @return pool The pool.
    function open(IBountyEscrow.Terms calldata terms, uint64 deadline, bytes32 salt) external returns (address pool);

    /// @notice Returns the address that a pool for these terms has or will have, whatever funder they name.
    /// @param opener Who opens it.
    /// @param terms The terms: their token and what they escrow count.
    /// @param deadline Until when the pool takes money and can fund, exclusive, unix s.
    /// @param salt A number of the opener's choice.
    /// @return pool The address.
    function poolAt(
        address opener,
        IBountyEscrow.Terms calldata terms,
        uint64 deadline,
        bytes32 salt
    ) external view returns (address pool);

    /// @notice Returns the code behind every pool.
    /// @return implementation The contract.
    function POOL_IMPLEMENTATION() external view returns (address implementation);
}
