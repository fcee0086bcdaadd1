// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {FundingPool} from "../../../contracts/FundingPool.sol";
import {PoolHandler} from "./PoolHandler.sol";
import {PoolTest} from "./PoolTest.sol";

contract PoolInvariantTest is PoolTest {
    PoolHandler private _handler;
    FundingPool private _other;

    function setUp() public override {
        super.setUp();
        _other = _openPool(address(yen), "other");
        vm.startPrank(alice);
        yen.approve(address(_other), 60);
        _other.contribute(60);
        vm.stopPrank();
        _handler = new PoolHandler(pool, yen, vault, escrow);
        targetContract(address(_handler));
    }

    function _sums() private view returns (uint256 put, uint256 released, uint256 pending) {
        for (uint256 i = 0; i < 4; ++i) {
            address account = _handler.accounts(i);
            put += _handler.put(account);
            released += _handler.released(account);
            pending += pool.pendingOf(account);
        }
    }

    function invariant_until_the_funding_the_pool_has_what_was_put_in() external view {
        (uint256 put, , ) = _sums();
        assertEq(pool.raised(), put);
        assertLe(put, GOAL);
        if (pool.bountyId() == 0) assertEq(_credit(address(pool)), put + _handler.gifts());
    }

    function invariant_what_came_back_is_released_or_there() external view {
        if (pool.bountyId() == 0) return;
        (uint256 put, uint256 released, uint256 pending) = _sums();
        assertEq(put, GOAL, "contributions stand still");
        assertEq(pool.received(), _handler.refunds() + _handler.gifts(), "received");
        assertEq(_credit(address(pool)) + released, pool.received(), "to the unit");
        assertLe(pending, _credit(address(pool)), "solvent");
        assertLt(_credit(address(pool)) - pending, 4, "the rest is less than the contributors");
    }

    function invariant_nobody_has_the_share_of_another() external view {
        for (uint256 i = 0; i < 4; ++i) {
            address account = _handler.accounts(i);
            uint256 share = _handler.released(account) + pool.pendingOf(account);
            uint256 exact = pool.received() * _handler.put(account);
            Math.Rounding rounding = account == pool.firstContributor() ? Math.Rounding.Ceil : Math.Rounding.Floor;
            assertEq(share, Math.mulDiv(exact, 1, GOAL, rounding));
        }
    }

    function invariant_whoever_is_first_has_a_contribution_when_it_counts() external view {
        if (pool.bountyId() != 0) assertGt(pool.contributionOf(pool.firstContributor()).amount, 0);
    }

    function invariant_another_pool_keeps_its_own() external view {
        assertEq(_credit(address(_other)), 60);
        assertEq(_other.received(), 0);
    }

    /// @dev Whatever happened, everything goes back to those who brought it.
    function afterInvariant() external {
        vm.warp(DEADLINE);
        for (uint256 i = 0; i < 4; ++i) _handler.giveBack(i);
        while (pool.bountyId() != 0 && _handler.refunds() < GOAL) _handler.refund(type(uint256).max);
        for (uint256 i = 0; i < 4; ++i) _handler.release(i);
        if (pool.bountyId() == 0) assertEq(_credit(address(pool)), _handler.gifts());
        else assertLt(_credit(address(pool)), 4);
    }
}
