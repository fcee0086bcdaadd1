// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title IFundingPools
/// @notice Opens funding pools, each a clone at an address of its own, so that the money of each is its own.
/// @dev The terms of a bounty name its funder, and the pool keeps the hash of the terms. So a pool's address follows
/// from everything but the terms: predict it with `poolAt`, write it into the terms, then open.
interface IFundingPools {
    /// @notice What the address of a pool follows from, with the account that opens it.
    /// @param token The token that the bounty pays with; the native coin is
    /// 0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE.
    /// @param goal Exactly what the escrow needs for the bounty, in base units.
    /// @param deadline Until when the pool takes money and can fund, exclusive, unix s.
    /// @param salt A number of the opener's choice.
    struct Opening {
        address token;
        uint128 goal;
        uint64 deadline;
        bytes32 salt;
    }

    /// @notice Thrown when the token, the goal or the terms are zero or empty.
    error FundingPools_Empty();

    /// @notice Thrown when the deadline is not in the future.
    /// @param deadline The deadline, unix s.
    /// @param time The time now, unix s.
    error FundingPools_DeadlinePassed(uint64 deadline, uint256 time);

    /// @notice Thrown when the pool is open already.
    /// @param pool The pool.
    error FundingPools_AlreadyOpen(address pool);

    /// @notice Emitted when a pool is opened.
    /// @param pool The pool.
    /// @param termsHash The hash of the terms.
    /// @param opener Who opened it.
    /// @param opening What its address follows from.
    /// @param terms The terms, as the escrow hashes them.
    event PoolOpened(
        address indexed pool,
        bytes32 indexed termsHash,
        address indexed opener,
        Opening opening,
        bytes terms
    );

    /// @notice Opens a pool for one bounty. Anyone.
    /// @dev Warning: the terms are not read here. A pool whose token, goal or address are not those that its terms
    /// ask for can never fund anything, and its contributors take their money back: compare before contributing.
    /// @param terms The terms of the bounty as the escrow hashes them, with the pool's address as their funder.
    /// @param opening What its address follows from.
    /// @return pool The pool.
    function open(bytes calldata terms, Opening calldata opening) external returns (address pool);

    /// @notice Returns the address of a pool, open or not.
    /// @param opener Who opens it.
    /// @param opening What its address follows from.
    /// @return pool The address.
    function poolAt(address opener, Opening calldata opening) external view returns (address pool);

    /// @notice Returns the code behind every pool.
    /// @return implementation The contract.
    function POOL_IMPLEMENTATION() external view returns (address implementation);
}
