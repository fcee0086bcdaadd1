// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IFundingPool} from "../../../contracts/interfaces/IFundingPool.sol";
import {PoolTest} from "./PoolTest.sol";

contract FundTest is PoolTest {
    function test_pitfall_02_fund_reverts_for_everyone_but_the_opener() external {
        _fill();
        address[4] memory callers = [alice, opener, outsider, address(escrow)];

        // it should revert with FundingPool_NotOpener
        for (uint256 i = 0; i < 4; ++i) {
            vm.prank(callers[i]);
            vm.expectRevert(abi.encodeWithSelector(IFundingPool.FundingPool_NotOpener.selector, callers[i]));
            pool.fund(BOUNTY, termsHash, address(yen), GOAL);
        }
    }

    function test_fund_reverts_for_another_bounty() external {
        _fill();

        // it should revert with FundingPool_BountyMismatch
        _expectMismatch("other", address(yen), GOAL);
        _expectMismatch(termsHash, NATIVE, GOAL);
        _expectMismatch(termsHash, address(yen), GOAL - 1);
        _expectMismatch(termsHash, address(yen), GOAL + 1);
    }

    function _expectMismatch(bytes32 hash, address token, uint256 amount) private {
        vm.expectRevert(abi.encodeWithSelector(IFundingPool.FundingPool_BountyMismatch.selector, hash, token, amount));
        bounties.openFrom(pool, BOUNTY, hash, token, amount);
    }

    function test_pitfall_06_fund_reverts_from_the_deadline_on() external {
        _fill();
        for (uint256 late = 0; late < 2; ++late) {
            vm.warp(DEADLINE + late);

            // it should revert with FundingPool_DeadlinePassed
            vm.expectRevert(_deadlinePassed());
            _fund();
        }
        vm.warp(DEADLINE - 1);
        _fund();
    }

    function test_fund_reverts_below_the_goal() external {
        _fill();
        vm.prank(alice);
        pool.takeBack(1);

        // it should revert with FundingPool_GoalNotReached
        vm.expectRevert(abi.encodeWithSelector(IFundingPool.FundingPool_GoalNotReached.selector, GOAL - 1, GOAL));
        _fund();
    }

    function test_fund_reverts_a_second_time() external {
        _fill();
        _fund();
        _refund(GOAL);

        // it should revert with FundingPool_AlreadyFunded
        vm.expectRevert(_alreadyFunded());
        _fund();
    }

    function test_fund_moves_the_goal() external {
        _fill();

        // it should emit {BountyFunded}
        vm.expectEmit(address(pool));
        emit IFundingPool.BountyFunded(BOUNTY, GOAL);
        _fund();

        // it should move exactly the goal to the escrow
        assertEq(_credit(address(escrow)), GOAL);
        assertEq(_credit(address(pool)), 0);

        // it should remember the bounty
        assertEq(pool.bountyId(), BOUNTY);
        assertEq(pool.received(), 0);
        assertEq(pool.pendingOf(alice), 0);
    }
}
