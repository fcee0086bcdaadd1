// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {FundingPool} from "./FundingPool.sol";
import {IBountyEscrow} from "./interfaces/IBountyEscrow.sol";
import {IBountyOpener} from "./interfaces/IBountyOpener.sol";
import {IFundingPool} from "./interfaces/IFundingPool.sol";
import {IFundingPools} from "./interfaces/IFundingPools.sol";

/// @title FundingPools
/// @notice Opens funding pools.
/// @dev It keeps nothing and has no power over a pool once it is open. The opener is part of a pool's address, so
/// nobody can open, with other terms, the pool that somebody else has written into theirs. Token and goal are read
/// from the terms, so a pool that is full can fund them.
contract FundingPools is IFundingPools {
    using SafeCast for uint256;

    /// @inheritdoc IFundingPools
    address public immutable POOL_IMPLEMENTATION;

    IBountyOpener private immutable _BOUNTIES;

    constructor(IBountyEscrow escrow) {
        POOL_IMPLEMENTATION = address(new FundingPool(escrow));
        _BOUNTIES = escrow.opener();
    }

    /// @inheritdoc IFundingPools
    function open(IBountyEscrow.Terms calldata terms, uint64 deadline, bytes32 salt) external returns (address pool) {
        if (deadline <= block.timestamp) revert FundingPools_DeadlinePassed(deadline, block.timestamp);
        uint256 goal = _BOUNTIES.escrowOf(terms);
        if (goal == 0) revert FundingPools_GoalZero();
        bytes memory plan = _plan(terms.token, goal, deadline);
        bytes32 cloneSalt = _cloneSalt(msg.sender, salt);
        pool = _poolAt(plan, cloneSalt);
        if (terms.funder != pool) revert FundingPools_FunderMismatch(terms.funder, pool);
        if (pool.code.length > 0) revert FundingPools_AlreadyOpen(pool);

        bytes memory encoded = abi.encode(terms);
        bytes32 termsHash = keccak256(encoded);

        emit PoolOpened(pool, terms.projectId, msg.sender, termsHash, terms.token, goal, deadline, encoded);

        Clones.cloneDeterministicWithImmutableArgs(POOL_IMPLEMENTATION, plan, cloneSalt);
        IFundingPool(pool).begin(termsHash);
    }

    /// @inheritdoc IFundingPools
    function poolAt(
        address opener,
        IBountyEscrow.Terms calldata terms,
        uint64 deadline,
        bytes32 salt
    ) external view returns (address pool) {
        return _poolAt(_plan(terms.token, _BOUNTIES.escrowOf(terms), deadline), _cloneSalt(opener, salt));
    }

    function _poolAt(bytes memory plan, bytes32 cloneSalt) private view returns (address) {
        return Clones.predictDeterministicAddressWithImmutableArgs(POOL_IMPLEMENTATION, plan, cloneSalt);
    }

    /// @dev What the pool reads from its own code.
    function _plan(address token, uint256 goal, uint64 deadline) private pure returns (bytes memory) {
        return abi.encode(token, goal.toUint128(), deadline);
    }

    function _cloneSalt(address opener, bytes32 salt) private pure returns (bytes32) {
        return keccak256(abi.encode(opener, salt));
    }
}
