// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FundingPool} from "../../../contracts/FundingPool.sol";
import {IFundingPool} from "../../../contracts/interfaces/IFundingPool.sol";
import {PoolTest} from "./PoolTest.sol";

contract ReleaseTest is PoolTest {
    function _expectNothingPending(address contributor) private {
        vm.expectRevert(abi.encodeWithSelector(IFundingPool.FundingPool_NothingPending.selector, contributor));
        pool.release(contributor);
    }

    function test_release_reverts_before_the_funding() external {
        _fill();

        // it should revert with FundingPool_NothingPending before it has funded
        _expectNothingPending(alice);
        assertEq(pool.received(), 0);
    }

    function test_release_reverts_when_nothing_came_back() external {
        _fill();
        _fund();

        // it should revert with FundingPool_NothingPending
        _expectNothingPending(alice);
    }

    function test_release_reverts_for_an_outsider() external {
        _fill();
        _fund();
        _refund(60);

        // it should revert with FundingPool_NothingPending for an outsider
        _expectNothingPending(outsider);
        _expectNothingPending(address(escrow));
        _expectNothingPending(address(pool));
    }

    function test_release_shares_in_proportion() external {
        _fill();
        _fund();
        _refund(10);

        // it should emit {ShareReleased}
        vm.expectEmit(address(pool));
        emit IFundingPool.ShareReleased(alice, outsider, 5);
        vm.prank(outsider);
        assertEq(pool.release(alice), 5);

        // it should share in proportion, to the contributor whoever calls
        assertEq(pool.release(bob), 3);
        assertEq(pool.release(carol), 2);
        assertEq(_credit(alice), 5);
        assertEq(_credit(bob), 3);
        assertEq(_credit(carol), 2);
        assertEq(_credit(outsider), 0);
        _expectNothingPending(alice);

        // it should count later refunds with the earlier ones
        _refund(20);
        pool.release(bob);
        _refund(70);
        pool.release(bob);
        pool.release(alice);
        pool.release(carol);
        assertEq(_credit(alice), 50);
        assertEq(_credit(bob), 30);
        assertEq(_credit(carol), 20);
        assertEq(pool.received(), GOAL);
        assertEq(_credit(address(pool)), 0);
    }

    /// @dev Were all of a remainder given to the first, it would have 2 of the first 2; of 3 each must have 1, and a
    /// unit would be missing.
    function test_pitfall_17_release_rounds_by_name() external {
        _contribute(alice, 34);
        _contribute(bob, 33);
        _contribute(carol, 33);
        _fund();
        _refund(2);

        // it should round the first contributor up and the others down
        assertEq(pool.pendingOf(alice), 1);
        assertEq(pool.pendingOf(bob), 0);
        assertEq(pool.pendingOf(carol), 0);
        pool.release(alice);
        _refund(2);
        assertEq(pool.pendingOf(alice), 1);
        assertEq(pool.release(bob), 1);
        assertEq(pool.release(carol), 1);
        assertEq(pool.release(alice), 1);
        assertEq(_credit(address(pool)), 0);
    }

    function testFuzz_release_to_two_contributors(uint256 part, uint256[5] memory refunds) external {
        part = bound(part, 1, GOAL - 1);
        _contribute(alice, part);
        _contribute(bob, GOAL - part);
        _fund();
        uint256 left = GOAL;
        for (uint256 i = 0; i < 5; ++i) {
            uint256 amount = bound(refunds[i], 0, left);
            if (amount == 0) continue;
            left -= amount;
            _refund(amount);
            if (pool.pendingOf(bob) > 0) pool.release(bob);
            if (pool.pendingOf(alice) > 0) pool.release(alice);

            // it should leave nothing when there are two contributors
            assertEq(_credit(address(pool)), 0);
        }
    }

    function test_release_shares_gifts() external {
        _fill();
        yen.mint(outsider, 20);
        vm.startPrank(outsider);
        yen.approve(address(vault), 20);
        vault.deposit(address(yen), address(pool), 10);
        vm.stopPrank();
        _fund();

        // it should share gifts too
        assertEq(pool.received(), 10);
        vm.prank(outsider);
        vault.deposit(address(yen), address(pool), 10);
        assertEq(pool.release(alice), 10);
        assertEq(pool.release(bob), 6);
        assertEq(pool.release(carol), 4);
    }

    function test_release_of_one_pool_leaves_the_other_alone() external {
        FundingPool other = _openPool(address(yen), "other");
        vm.startPrank(alice);
        yen.approve(address(other), GOAL);
        other.contribute(GOAL);
        vm.stopPrank();
        _fill();
        _fund();
        _fund(other, BOUNTY + 1);
        _refund(10);

        // it should touch no other pool's money
        assertEq(other.received(), 0);
        assertEq(other.pendingOf(alice), 0);
        escrow.refund(address(yen), address(other), 30);
        assertEq(pool.received(), 10);
        assertEq(pool.release(alice), 5);
        assertEq(other.release(alice), 30);
        assertEq(_credit(address(pool)), 5);
    }

    function testFuzz_release_is_solvent(
        uint256 a,
        uint256 b,
        uint256[8] memory refunds,
        uint8[8] memory who
    ) external {
        a = bound(a, 1, GOAL - 2);
        b = bound(b, 1, GOAL - a - 1);
        _contribute(alice, a);
        _contribute(bob, b);
        _contribute(carol, GOAL - a - b);
        _fund();
        address[3] memory contributors = [alice, bob, carol];
        uint256 left = GOAL;
        for (uint256 i = 0; i < 8; ++i) {
            uint256 amount = bound(refunds[i], 0, left);
            left -= amount;
            if (amount > 0) _refund(amount);
            uint256 pending = pool.pendingOf(alice) + pool.pendingOf(bob) + pool.pendingOf(carol);

            // it should never promise more than came back, in any order
            assertLe(pending, _credit(address(pool)));
            assertLe(_credit(address(pool)) - pending, 1, "fewer units than contributors less one");
            address next = contributors[who[i] % 3];
            if (pool.pendingOf(next) > 0) pool.release(next);
        }
    }
}
