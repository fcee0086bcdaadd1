// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FundingPool} from "../../../contracts/FundingPool.sol";
import {IFundingPool} from "../../../contracts/interfaces/IFundingPool.sol";
import {IFundingPools} from "../../../contracts/interfaces/IFundingPools.sol";
import {PoolTest} from "./PoolTest.sol";

contract OpenPoolTest is PoolTest {
    /* REFUSALS */

    function test_open_reverts_when_something_is_empty() external {
        IFundingPools.Opening memory opening = _opening(address(yen), "other");

        // it should revert with FundingPools_Empty
        vm.expectRevert(IFundingPools.FundingPools_Empty.selector);
        pools.open("", opening);
        opening.goal = 0;
        vm.expectRevert(IFundingPools.FundingPools_Empty.selector);
        pools.open(TERMS, opening);
        opening = _opening(address(0), "other");
        vm.expectRevert(IFundingPools.FundingPools_Empty.selector);
        pools.open(TERMS, opening);
    }

    function test_open_reverts_when_the_deadline_has_passed() external {
        IFundingPools.Opening memory opening = _opening(address(yen), "other");
        for (uint256 late = 0; late < 2; ++late) {
            vm.warp(DEADLINE + late);

            // it should revert with FundingPools_DeadlinePassed
            vm.expectRevert(
                abi.encodeWithSelector(
                    IFundingPools.FundingPools_DeadlinePassed.selector,
                    DEADLINE,
                    vm.getBlockTimestamp()
                )
            );
            pools.open(TERMS, opening);
        }
        vm.warp(DEADLINE - 1);
        pools.open(TERMS, opening);
    }

    function test_open_reverts_when_the_pool_is_open() external {
        IFundingPools.Opening memory opening = _opening(address(yen), "salt");

        // it should revert with FundingPools_AlreadyOpen
        vm.prank(opener);
        vm.expectRevert(abi.encodeWithSelector(IFundingPools.FundingPools_AlreadyOpen.selector, address(pool)));
        pools.open("other terms", opening);
    }

    /* OPENING */

    function test_open_opens_the_predicted_pool() external {
        IFundingPools.Opening memory opening = _opening(address(yen), "other");
        address predicted = pools.poolAt(opener, opening);

        // it should emit {PoolOpened}
        vm.expectEmit(address(pools));
        emit IFundingPools.PoolOpened(predicted, TERMS_HASH, opener, opening, TERMS);
        vm.prank(opener);
        address opened = pools.open(TERMS, opening);

        // it should open it at the address that was predicted
        assertEq(opened, predicted);
        assertEq(FundingPool(opened).termsHash(), TERMS_HASH);
        (address token, uint128 goal, uint64 deadline) = FundingPool(opened).plan();
        assertEq(token, address(yen));
        assertEq(goal, GOAL);
        assertEq(deadline, DEADLINE);

        // it should make the pool refuse pushes
        assertTrue(vault.refusesPush(opened));
    }

    function test_open_gives_every_pool_its_own_address() external view {
        IFundingPools.Opening memory opening = _opening(address(yen), "other");
        address[6] memory addresses;
        addresses[0] = pools.poolAt(opener, opening);
        addresses[1] = pools.poolAt(outsider, opening);
        addresses[2] = pools.poolAt(opener, _opening(address(yen), "another"));
        addresses[3] = pools.poolAt(opener, _opening(NATIVE, "other"));
        opening.goal += 1;
        addresses[4] = pools.poolAt(opener, opening);
        opening.deadline += 1;
        addresses[5] = pools.poolAt(opener, opening);

        // it should depend on the opener and on everything but the terms
        for (uint256 i = 0; i < 6; ++i) {
            for (uint256 j = 0; j < i; ++j) assertNotEq(addresses[i], addresses[j]);
        }
    }

    function test_begin_reverts_for_everyone() external {
        // it should revert with FundingPool_NotFactory
        vm.prank(opener);
        vm.expectRevert(abi.encodeWithSelector(IFundingPool.FundingPool_NotFactory.selector, opener));
        pool.begin("other terms");
    }

    function test_the_implementation_is_no_pool() external {
        FundingPool bare = FundingPool(pools.POOL_IMPLEMENTATION());
        vm.startPrank(alice);

        // it should take, fund and release nothing
        vm.expectRevert(
            abi.encodeWithSelector(IFundingPool.FundingPool_DeadlinePassed.selector, 0, vm.getBlockTimestamp())
        );
        bare.contribute(1);
        vm.expectRevert(
            abi.encodeWithSelector(IFundingPool.FundingPool_DeadlinePassed.selector, 0, vm.getBlockTimestamp())
        );
        bare.contributeNative{value: 1}();
        vm.expectRevert(IFundingPool.FundingPool_AmountZero.selector);
        bare.giveBack(alice);
        vm.expectRevert(abi.encodeWithSelector(IFundingPool.FundingPool_ContributionExceeded.selector, alice, 0, 1));
        bare.takeBack(1);
        vm.expectRevert(abi.encodeWithSelector(IFundingPool.FundingPool_NothingPending.selector, alice));
        bare.release(alice);
        vm.stopPrank();
        vm.expectRevert(
            abi.encodeWithSelector(IFundingPool.FundingPool_DeadlinePassed.selector, 0, vm.getBlockTimestamp())
        );
        escrow.openFrom(bare, BOUNTY, 0, address(0), 0);
    }
}
