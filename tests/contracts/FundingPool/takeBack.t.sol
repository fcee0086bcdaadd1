// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IFundingPool} from "../../../contracts/interfaces/IFundingPool.sol";
import {PoolTest} from "./PoolTest.sol";

contract TakeBackTest is PoolTest {
    /* THE CONTRIBUTOR */

    function test_takeBack_reverts_when_funded() external {
        _fill();
        _fund();

        // it should revert with FundingPool_AlreadyFunded
        vm.prank(alice);
        vm.expectRevert(_alreadyFunded());
        pool.takeBack(1);
    }

    function test_takeBack_reverts_when_the_amount_is_zero() external {
        _contribute(alice, 10);

        // it should revert with FundingPool_AmountZero
        vm.prank(alice);
        vm.expectRevert(IFundingPool.FundingPool_AmountZero.selector);
        pool.takeBack(0);
    }

    function test_pitfall_10_takeBack_reverts_beyond_the_contribution() external {
        _contribute(alice, 50);
        _contribute(bob, 10);
        vm.startPrank(bob);

        // it should revert with FundingPool_ContributionExceeded
        vm.expectRevert(abi.encodeWithSelector(IFundingPool.FundingPool_ContributionExceeded.selector, bob, 10, 11));
        pool.takeBack(11);
        pool.takeBack(10);
        vm.expectRevert(abi.encodeWithSelector(IFundingPool.FundingPool_ContributionExceeded.selector, bob, 0, 1));
        pool.takeBack(1);
    }

    function test_takeBack_returns() external {
        _fill();

        // it should emit {ContributionReturned}
        vm.expectEmit(address(pool));
        emit IFundingPool.ContributionReturned(alice, alice, 20, 80);
        vm.prank(alice);
        pool.takeBack(20);

        // it should become the contributor's credit
        assertEq(_credit(alice), 20);
        assertEq(_credit(address(pool)), 80);
        assertEq(pool.contributionOf(alice).amount, 30);

        // it should leave room for others
        _contribute(bob, 20);
        _fund();
        assertEq(pool.contributionOf(bob).amount, 50);
    }

    function test_takeBack_at_any_time() external {
        _contribute(alice, 30);
        for (uint256 i = 0; i < 3; ++i) {
            vm.warp(DEADLINE - 1 + i);

            // it should work before, at and after the deadline
            vm.prank(alice);
            pool.takeBack(10);
        }
        assertEq(_credit(alice), 30);
        assertEq(_credit(address(pool)), 0);
    }

    /* ANYONE */

    function test_giveBack_reverts_before_the_deadline() external {
        _contribute(alice, 30);
        vm.warp(DEADLINE - 1);

        // it should revert with FundingPool_DeadlineAhead
        vm.prank(outsider);
        vm.expectRevert(
            abi.encodeWithSelector(IFundingPool.FundingPool_DeadlineAhead.selector, DEADLINE, vm.getBlockTimestamp())
        );
        pool.giveBack(alice);
    }

    function test_giveBack_reverts_when_funded() external {
        _fill();
        _fund();
        vm.warp(DEADLINE);

        // it should revert with FundingPool_AlreadyFunded for others too
        vm.prank(outsider);
        vm.expectRevert(_alreadyFunded());
        pool.giveBack(alice);
    }

    function test_giveBack_reverts_without_a_contribution() external {
        vm.warp(DEADLINE);

        // it should revert with FundingPool_AmountZero for others too
        vm.expectRevert(IFundingPool.FundingPool_AmountZero.selector);
        pool.giveBack(outsider);
    }

    function test_giveBack_returns_to_the_contributor() external {
        _fill();
        vm.prank(alice);
        pool.takeBack(20);
        vm.warp(DEADLINE);

        // it should return all of it to the contributor, whoever calls
        vm.startPrank(outsider);
        vm.expectEmit(address(pool));
        emit IFundingPool.ContributionReturned(alice, outsider, 30, 50);
        assertEq(pool.giveBack(alice), 30);
        skip(1);
        assertEq(pool.giveBack(bob), 30);
        assertEq(pool.giveBack(carol), 20);
        assertEq(_credit(alice), 50);
        assertEq(_credit(bob), 30);
        assertEq(_credit(carol), 20);
        assertEq(_credit(outsider), 0);
        assertEq(_credit(address(pool)), 0);
    }
}
