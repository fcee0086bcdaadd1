// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FundingPool} from "../../../contracts/FundingPool.sol";
import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {IFundingPool} from "../../../contracts/interfaces/IFundingPool.sol";
import {IFundingPools} from "../../../contracts/interfaces/IFundingPools.sol";
import {PoolTest} from "./PoolTest.sol";

contract OpenPoolTest is PoolTest {
    /* REFUSALS */

    function test_open_reverts_when_the_deadline_has_passed() external {
        IBountyEscrow.Terms memory terms = _terms(address(yen), "other");
        vm.startPrank(opener);
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
            pools.open(terms, DEADLINE, "other");
        }
        vm.warp(DEADLINE - 1);
        pools.open(terms, DEADLINE, "other");
    }

    function test_open_reverts_when_there_is_nothing_to_fund() external {
        IBountyEscrow.Terms memory terms = _terms(address(yen), "other");
        terms.amount = 0;

        // it should revert with FundingPools_GoalZero
        vm.expectRevert(IFundingPools.FundingPools_GoalZero.selector);
        pools.open(terms, DEADLINE, "other");
    }

    function test_open_reverts_for_terms_of_another_funder() external {
        IBountyEscrow.Terms memory terms = _terms(address(yen), "other");
        address asked = terms.funder;
        address others = pools.poolAt(outsider, terms, DEADLINE, "other");

        // it should revert with FundingPools_FunderMismatch
        vm.prank(outsider);
        vm.expectRevert(abi.encodeWithSelector(IFundingPools.FundingPools_FunderMismatch.selector, asked, others));
        pools.open(terms, DEADLINE, "other");
        terms.funder = opener;
        vm.prank(opener);
        vm.expectRevert(abi.encodeWithSelector(IFundingPools.FundingPools_FunderMismatch.selector, opener, asked));
        pools.open(terms, DEADLINE, "other");
    }

    function test_open_reverts_when_the_pool_is_open() external {
        IBountyEscrow.Terms memory terms = _terms(address(yen), "salt");
        terms.document = "another document";

        // it should revert with FundingPools_AlreadyOpen
        vm.prank(opener);
        vm.expectRevert(abi.encodeWithSelector(IFundingPools.FundingPools_AlreadyOpen.selector, address(pool)));
        pools.open(terms, DEADLINE, "salt");
    }

    /* OPENING */

    function test_open_opens_the_pool_of_the_terms() external {
        IBountyEscrow.Terms memory terms = _terms(address(yen), "other");
        bytes memory encoded = abi.encode(terms);

        // it should emit {PoolOpened}
        vm.expectEmit(address(pools));
        emit IFundingPools.PoolOpened(
            terms.funder,
            3,
            opener,
            keccak256(encoded),
            address(yen),
            GOAL,
            DEADLINE,
            encoded
        );
        vm.prank(opener);
        address opened = pools.open(terms, DEADLINE, "other");

        // it should open it at the address that was asked for
        assertEq(opened, terms.funder);
        assertEq(FundingPool(opened).termsHash(), keccak256(encoded));
        (address token, uint128 goal, uint64 deadline) = FundingPool(opened).plan();
        assertEq(token, address(yen));
        assertEq(goal, GOAL);
        assertEq(deadline, DEADLINE);

        // it should make the pool refuse pushes
        assertTrue(vault.refusesPush(opened));
    }

    function test_every_pool_has_its_own_address() external view {
        IBountyEscrow.Terms memory terms = _terms(address(yen), "other");
        address[6] memory addresses;
        addresses[0] = pools.poolAt(opener, terms, DEADLINE, "other");

        // it should not depend on the funder that is to be written
        terms.funder = address(0);
        assertEq(pools.poolAt(opener, terms, DEADLINE, "other"), addresses[0]);

        // it should depend on opener, token, goal, deadline and salt
        addresses[1] = pools.poolAt(outsider, terms, DEADLINE, "other");
        addresses[2] = pools.poolAt(opener, terms, DEADLINE, "another");
        addresses[3] = pools.poolAt(opener, terms, DEADLINE + 1, "other");
        terms.amount += 1;
        addresses[4] = pools.poolAt(opener, terms, DEADLINE, "other");
        terms.token = NATIVE;
        addresses[5] = pools.poolAt(opener, terms, DEADLINE, "other");
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
        bounties.openFrom(bare, BOUNTY, 0, address(0), 0);
    }
}
