// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC6909} from "@openzeppelin/contracts/token/ERC6909/ERC6909.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import {IPayoutVault} from "../../../contracts/interfaces/IPayoutVault.sol";
import {BlocklistToken} from "../mocks/BlocklistToken.sol";
import {ReturnsFalseToken} from "../mocks/ReturnsFalseToken.sol";
import {VaultTest} from "./VaultTest.sol";

contract WithdrawTest is VaultTest {
    function _lacking(address account, uint256 credit, uint256 needed) private view returns (bytes memory) {
        return
            abi.encodeWithSelector(
                ERC6909.ERC6909InsufficientBalance.selector,
                account,
                credit,
                needed,
                _idOf(address(yen))
            );
    }

    /* WITHDRAW */

    function test_withdraw_reverts_when_token_is_zero() external {
        // it should revert with PayoutVault_AddressZero
        vm.expectRevert(IPayoutVault.PayoutVault_AddressZero.selector);
        vault.withdraw(address(0), 1);
    }

    function test_withdraw_reverts_when_amount_is_zero() external {
        _deposit(worker, 100);

        // it should revert with PayoutVault_AmountZero
        vm.prank(worker);
        vm.expectRevert(IPayoutVault.PayoutVault_AmountZero.selector);
        vault.withdraw(address(yen), 0);
    }

    function test_withdraw_reverts_when_outsider_has_no_credit() external {
        _deposit(worker, 100);

        // it should revert with ERC6909InsufficientBalance
        vm.prank(outsider);
        vm.expectRevert(_lacking(outsider, 0, 100));
        vault.withdraw(address(yen), 100);
    }

    function test_pitfall_10_withdraw_reverts_when_amount_is_above_credit() external {
        _deposit(worker, 100);
        _deposit(outsider, 100);

        // it should revert with ERC6909InsufficientBalance
        vm.prank(worker);
        vm.expectRevert(_lacking(worker, 100, 101));
        vault.withdraw(address(yen), 101);
    }

    function test_withdraw_reverts_given_token_fails() external {
        ReturnsFalseToken token = new ReturnsFalseToken();
        token.mint(address(vault), 100);
        vault.settle(address(token), worker, 100);
        token.set(true, false);

        // it should revert and keep the credit
        vm.prank(worker);
        vm.expectRevert(abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, address(token)));
        vault.withdraw(address(token), 100);
        assertEq(vault.creditOf(address(token), worker), 100);
    }

    function test_withdraw_sends_money_to_the_caller() external {
        _deposit(worker, 100);

        // it should emit {Withdrawn}
        vm.expectEmit(address(vault));
        emit IPayoutVault.Withdrawn(address(yen), worker, worker, worker, 60);
        vm.prank(worker);
        vault.withdraw(address(yen), 60);

        // it should send the money to the caller
        assertEq(yen.balanceOf(worker), 60);

        // it should lower credit and supply by the amount
        assertEq(vault.creditOf(address(yen), worker), 40);
        assertEq(vault.totalSupply(_idOf(address(yen))), 40);
    }

    /* WITHDRAW TO */

    function test_withdrawTo_reverts_when_receiver_is_zero() external {
        _deposit(worker, 100);

        // it should revert with PayoutVault_AddressZero
        vm.prank(worker);
        vm.expectRevert(IPayoutVault.PayoutVault_AddressZero.selector);
        vault.withdrawTo(address(yen), address(0), 100);
    }

    function test_withdrawTo_reverts_when_amount_is_zero() external {
        // it should revert with PayoutVault_AmountZero
        vm.expectRevert(IPayoutVault.PayoutVault_AmountZero.selector);
        vault.withdrawTo(address(yen), worker, 0);
    }

    function test_withdrawTo_reverts_when_outsider_names_itself() external {
        _deposit(worker, 100);

        // it should revert with ERC6909InsufficientBalance
        vm.prank(outsider);
        vm.expectRevert(_lacking(outsider, 0, 100));
        vault.withdrawTo(address(yen), outsider, 100);
    }

    function test_withdrawTo_sends_money_to_the_receiver() external {
        _deposit(worker, 100);
        address wallet = makeAddr("wallet");

        // it should emit {Withdrawn}
        vm.expectEmit(address(vault));
        emit IPayoutVault.Withdrawn(address(yen), worker, wallet, worker, 100);
        vm.prank(worker);
        vault.withdrawTo(address(yen), wallet, 100);

        // it should send the money to the receiver
        assertEq(yen.balanceOf(wallet), 100);

        // it should spend the credit of the caller
        assertEq(vault.creditOf(address(yen), worker), 0);
    }

    /* PUSH */

    function test_push_reverts_when_account_is_zero() external {
        // it should revert with PayoutVault_AddressZero
        vm.expectRevert(IPayoutVault.PayoutVault_AddressZero.selector);
        vault.push(address(yen), address(0));
    }

    function test_push_reverts_when_account_has_no_credit() external {
        // it should revert with PayoutVault_AmountZero
        vm.expectRevert(IPayoutVault.PayoutVault_AmountZero.selector);
        vault.push(address(yen), worker);
    }

    function test_pitfall_15_push_to_a_blocked_account_blocks_nobody_else() external {
        BlocklistToken token = new BlocklistToken();
        token.mint(address(vault), 300);
        vault.settle(address(token), worker, 100);
        vault.settle(address(token), outsider, 100);
        vault.settle(address(token), funder, 100);
        token.setBlocked(worker, true);

        // it should revert, keep the credit, and let every other account be paid
        vm.expectRevert(abi.encodeWithSelector(BlocklistToken.BlocklistToken_Blocked.selector, worker));
        vault.push(address(token), worker);
        assertEq(vault.creditOf(address(token), worker), 100);

        vault.push(address(token), outsider);
        vault.push(address(token), funder);
        assertEq(token.balanceOf(outsider), 100);
        assertEq(token.balanceOf(funder), 100);

        // The credit is a standard token: its owner can still take it elsewhere.
        address wallet = makeAddr("wallet");
        vm.prank(worker);
        vault.withdrawTo(address(token), wallet, 100);
        assertEq(token.balanceOf(wallet), 100);
    }

    function test_push_sends_all_credit_to_its_owner() external {
        _deposit(worker, 100);

        // it should emit {Withdrawn}
        vm.expectEmit(address(vault));
        emit IPayoutVault.Withdrawn(address(yen), worker, worker, outsider, 100);
        vm.prank(outsider);
        uint256 amount = vault.push(address(yen), worker);

        // it should send all of the credit to the account
        assertEq(yen.balanceOf(worker), 100);
        assertEq(vault.creditOf(address(yen), worker), 0);

        // it should send nothing to the outsider
        assertEq(yen.balanceOf(outsider), 0);

        // it should return the amount
        assertEq(amount, 100);
    }

    /* PROPERTY */

    function testFuzz_what_comes_in_can_go_out(uint128 amount, uint128 part) external {
        amount = uint128(bound(amount, 2, type(uint128).max));
        part = uint128(bound(part, 1, amount - 1));
        yen.mint(funder, amount);
        _deposit(worker, amount);

        vm.prank(worker);
        vault.withdraw(address(yen), part);
        vault.push(address(yen), worker);

        assertEq(yen.balanceOf(worker), amount);
        assertEq(yen.balanceOf(address(vault)), 0);
        assertEq(vault.totalSupply(_idOf(address(yen))), 0);
    }
}
