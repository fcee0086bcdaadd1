// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {ERC3009} from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC3009.sol";

import {FundingPool} from "../../../contracts/FundingPool.sol";
import {IFundingPool} from "../../../contracts/interfaces/IFundingPool.sol";
import {PoolTest} from "./PoolTest.sol";

contract ContributeTest is PoolTest {
    bytes32 private constant PERMIT = keccak256(
        "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
    );
    bytes32 private constant RECEIVE = keccak256(
        "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );

    /* ALLOWANCE */

    function test_contribute_reverts_when_funded() external {
        _fill();
        _fund();

        // it should revert with FundingPool_AlreadyFunded
        vm.prank(alice);
        vm.expectRevert(_alreadyFunded());
        pool.contribute(1);
    }

    function test_pitfall_06_contribute_reverts_from_the_deadline_on() external {
        vm.warp(DEADLINE - 1);
        _contribute(alice, 1);
        for (uint256 late = 0; late < 2; ++late) {
            vm.warp(DEADLINE + late);

            // it should revert with FundingPool_DeadlinePassed
            vm.prank(alice);
            vm.expectRevert(_deadlinePassed());
            pool.contribute(1);
        }
    }

    function test_contribute_reverts_when_the_amount_is_zero() external {
        // it should revert with FundingPool_AmountZero
        vm.prank(alice);
        vm.expectRevert(IFundingPool.FundingPool_AmountZero.selector);
        pool.contribute(0);
    }

    function test_pitfall_10_contribute_reverts_beyond_the_goal() external {
        _contribute(alice, 60);

        // it should revert with FundingPool_RoomExceeded
        vm.startPrank(bob);
        vm.expectRevert(abi.encodeWithSelector(IFundingPool.FundingPool_RoomExceeded.selector, 40, 41));
        pool.contribute(41);
        vm.expectRevert(abi.encodeWithSelector(IFundingPool.FundingPool_RoomExceeded.selector, 40, type(uint256).max));
        pool.contribute(type(uint256).max);
        pool.contribute(40);
        assertEq(pool.raised(), GOAL);
    }

    function test_contribute_reverts_without_allowance() external {
        yen.mint(outsider, 10);

        // it should revert with the token's error
        vm.prank(outsider);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(pool), 0, 10));
        pool.contribute(10);
    }

    function test_contribute_counts() external {
        // it should emit {Contributed}
        vm.expectEmit(address(pool));
        emit IFundingPool.Contributed(alice, 50, 50);
        _contribute(alice, 50);

        // it should become the pool's credit and the contributor's contribution
        assertEq(_credit(address(pool)), 50);
        assertEq(pool.raised(), 50);
        assertEq(pool.contributionOf(alice).amount, 50);
        assertEq(yen.balanceOf(alice), 950);

        // it should add up several contributions of one account
        _contribute(bob, 10);
        _contribute(alice, 5);
        assertEq(pool.contributionOf(alice).amount, 55);
        assertEq(pool.raised(), 65);

        // it should name the first, and another when the first has left
        assertEq(pool.firstContributor(), alice);
        vm.prank(alice);
        pool.takeBack(54);
        _contribute(bob, 1);
        assertEq(pool.firstContributor(), alice);
        vm.prank(alice);
        pool.takeBack(1);
        _contribute(carol, 1);
        assertEq(pool.firstContributor(), carol);
    }

    /* PERMIT */

    function _signPermit(string memory name, uint256 amount) private returns (address, uint8, bytes32, bytes32) {
        (address signer, uint256 key) = makeAddrAndKey(name);
        yen.mint(signer, 1_000);
        bytes32 structHash = keccak256(abi.encode(PERMIT, signer, address(pool), amount, 0, DEADLINE));
        (uint8 v, bytes32 r, bytes32 s) = _sign(key, structHash);
        return (signer, v, r, s);
    }

    function _sign(uint256 key, bytes32 structHash) private view returns (uint8, bytes32, bytes32) {
        return vm.sign(key, keccak256(abi.encodePacked(hex"1901", yen.DOMAIN_SEPARATOR(), structHash)));
    }

    function test_permit_that_somebody_used_before() external {
        (address signer, uint8 v, bytes32 r, bytes32 s) = _signPermit("signer", 40);
        vm.prank(outsider);
        yen.permit(signer, address(pool), 40, DEADLINE, v, r, s);

        // it should contribute all the same
        vm.prank(signer);
        pool.contributeWithPermit(40, DEADLINE, v, r, s);
        assertEq(pool.contributionOf(signer).amount, 40);
    }

    function test_permit_of_somebody_else() external {
        (, uint8 v, bytes32 r, bytes32 s) = _signPermit("signer", 40);
        yen.mint(outsider, 40);

        // it should revert for want of an allowance
        vm.prank(outsider);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(pool), 0, 40));
        pool.contributeWithPermit(40, DEADLINE, v, r, s);
    }

    function test_permit_of_the_caller() external {
        (address signer, uint8 v, bytes32 r, bytes32 s) = _signPermit("signer", 40);

        // it should contribute without an allowance before
        vm.prank(signer);
        pool.contributeWithPermit(40, DEADLINE, v, r, s);
        assertEq(pool.contributionOf(signer).amount, 40);
        assertEq(_credit(address(pool)), 40);
        assertEq(yen.allowance(signer, address(pool)), 0);
    }

    /* AUTHORIZATION */

    function _authorize(FundingPool to, uint256 amount) private returns (IFundingPool.Authorization memory signed) {
        (address signer, uint256 key) = makeAddrAndKey("signer");
        yen.mint(signer, 1_000);
        signed = IFundingPool.Authorization(signer, 0, DEADLINE, "nonce", 0, 0, 0);
        (signed.v, signed.r, signed.s) = _sign(
            key,
            keccak256(abi.encode(RECEIVE, signer, address(to), amount, 0, DEADLINE, bytes32("nonce")))
        );
    }

    function test_authorization_for_another_pool() external {
        IFundingPool.Authorization memory signed = _authorize(_openPool(address(yen), "other"), 40);

        // it should revert with ERC3009InvalidSignature
        vm.expectRevert(ERC3009.ERC3009InvalidSignature.selector);
        pool.contributeWithAuthorization(40, signed);
    }

    function test_authorization_of_another_amount() external {
        IFundingPool.Authorization memory signed = _authorize(pool, 40);

        // it should revert with ERC3009InvalidSignature for the amount
        vm.expectRevert(ERC3009.ERC3009InvalidSignature.selector);
        pool.contributeWithAuthorization(41, signed);
    }

    function test_authorization_counts_once_for_the_signer() external {
        IFundingPool.Authorization memory signed = _authorize(pool, 40);

        // it should count for the signer
        vm.prank(outsider);
        pool.contributeWithAuthorization(40, signed);
        assertEq(pool.contributionOf(signed.from).amount, 40);
        assertEq(pool.contributionOf(outsider).amount, 0);
        assertEq(_credit(address(pool)), 40);
        assertEq(yen.balanceOf(address(pool)), 0);

        // it should revert with ERC3009UsedAuthorization
        vm.expectRevert(
            abi.encodeWithSelector(ERC3009.ERC3009UsedAuthorization.selector, signed.from, bytes32("nonce"))
        );
        pool.contributeWithAuthorization(40, signed);
    }

    /* NATIVE COIN */

    function test_native_coin_for_a_pool_of_yen() external {
        // it should revert with FundingPool_NotNative
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(IFundingPool.FundingPool_NotNative.selector, address(yen)));
        pool.contributeNative{value: 10}();
    }

    function test_native_coin_for_its_pool() external {
        pool = _openPool(NATIVE, "native");
        vm.startPrank(alice);
        pool.contributeNative{value: 10}();

        // it should become credit of native coin
        assertEq(vault.creditOf(NATIVE, address(pool)), 10);
        assertEq(address(vault).balance, 10);
        assertEq(pool.contributionOf(alice).amount, 10);

        // it should refuse plain sends and the other lanes
        (bool taken, ) = address(pool).call{value: 1}("");
        assertFalse(taken);
        vm.expectRevert();
        pool.contribute(1);
        vm.expectRevert();
        pool.contributeWithPermit(1, DEADLINE, 27, "r", "s");
        vm.expectRevert();
        pool.contributeWithAuthorization(1, IFundingPool.Authorization(alice, 0, DEADLINE, 0, 27, "r", "s"));
        vm.expectRevert(IFundingPool.FundingPool_AmountZero.selector);
        pool.contributeNative();
    }
}
