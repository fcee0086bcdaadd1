// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";

import {FundingPool} from "./FundingPool.sol";
import {IBountyEscrow} from "./interfaces/IBountyEscrow.sol";
import {IFundingPool} from "./interfaces/IFundingPool.sol";
import {IFundingPools} from "./interfaces/IFundingPools.sol";

/// @title FundingPools
/// @notice Opens funding pools.
/// @dev It keeps nothing and has no power over a pool once it is open. The opener is part of a pool's address, so
/// nobody can open, with other terms, the pool that somebody else has written into theirs.
contract FundingPools is IFundingPools {
    /// @inheritdoc IFundingPools
    address public immutable POOL_IMPLEMENTATION;

    constructor(IBountyEscrow escrow) {
        POOL_IMPLEMENTATION = address(new FundingPool(escrow));
    }

    /// @inheritdoc IFundingPools
    function open(bytes calldata terms, Opening calldata opening) external returns (address pool) {
        if (terms.length == 0 || opening.token == address(0) || opening.goal == 0) revert FundingPools_Empty();
        if (opening.deadline <= block.timestamp) {
            revert FundingPools_DeadlinePassed(opening.deadline, block.timestamp);
        }
        pool = poolAt(msg.sender, opening);
        if (pool.code.length > 0) revert FundingPools_AlreadyOpen(pool);

        Clones.cloneDeterministicWithImmutableArgs(POOL_IMPLEMENTATION, _plan(opening), _salt(msg.sender, opening));
        bytes32 termsHash = keccak256(terms);
        IFundingPool(pool).begin(termsHash);

        emit PoolOpened(pool, termsHash, msg.sender, opening, terms);
    }

    /// @inheritdoc IFundingPools
    function poolAt(address opener, Opening calldata opening) public view returns (address pool) {
        return
            Clones.predictDeterministicAddressWithImmutableArgs(
                POOL_IMPLEMENTATION,
                _plan(opening),
                _salt(opener, opening)
            );
    }

    function _plan(Opening calldata opening) private pure returns (bytes memory) {
        return abi.encode(opening.token, opening.goal, opening.deadline);
    }

    function _salt(address opener, Opening calldata opening) private pure returns (bytes32) {
        return keccak256(abi.encode(opener, opening.salt));
    }
}
