// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPayoutVault} from "../../../contracts/interfaces/IPayoutVault.sol";
import {RebasingToken} from "../mocks/RebasingToken.sol";
import {VaultTest} from "./VaultTest.sol";

contract SettleTest is VaultTest {
    function test_settle_reverts_when_token_is_zero() external {
        // it should revert with PayoutVault_AddressZero
        vm.expectRevert(IPayoutVault.PayoutVault_AddressZero.selector);
        vault.settle(address(0), worker, 1);
    }

    function test_settle_reverts_when_account_is_zero() external {
        // it should revert with PayoutVault_AddressZero
        vm.expectRevert(IPayoutVault.PayoutVault_AddressZero.selector);
        vault.settle(address(yen), address(0), 1);
    }

    function test_settle_reverts_when_amount_is_zero() external {
        // it should revert with PayoutVault_AmountZero
        vm.expectRevert(IPayoutVault.PayoutVault_AmountZero.selector);
        vault.settle(address(yen), worker, 0);
    }

    function test_settle_reverts_when_nothing_was_sent() external {
        _deposit(worker, 100);

        // it should revert with PayoutVault_NotFunded
        vm.prank(outsider);
        vm.expectRevert(_notFunded(address(yen), 0, 1));
        vault.settle(address(yen), outsider, 1);
    }

    function test_settle_reverts_when_less_was_sent() external {
        yen.mint(address(vault), 99);

        // it should revert with PayoutVault_NotFunded
        vm.expectRevert(_notFunded(address(yen), 99, 100));
        vault.settle(address(yen), worker, 100);
    }

    function test_settle_reverts_when_settled_before() external {
        yen.mint(address(vault), 100);
        vault.settle(address(yen), worker, 100);

        // it should revert with PayoutVault_NotFunded
        vm.expectRevert(_notFunded(address(yen), 0, 100));
        vault.settle(address(yen), outsider, 100);
    }

    function test_settle_reverts_given_vault_holds_less_than_it_owes() external {
        RebasingToken token = new RebasingToken();
        token.mint(address(vault), 1000);
        vault.settle(address(token), worker, 1000);
        token.rebase(50);
        token.mint(address(vault), 400);

        // it should revert with PayoutVault_NotFunded
        vm.expectRevert(_notFunded(address(token), 0, 1));
        vault.settle(address(token), outsider, 1);
    }

    function test_settle_credits_what_was_sent() external {
        vm.prank(funder);
        yen.transfer(address(vault), 100);

        // it should emit {Deposited}
        vm.expectEmit(address(vault));
        emit IPayoutVault.Deposited(address(yen), worker, funder, 60);
        vm.prank(funder);
        vault.settle(address(yen), worker, 60);

        // it should credit the account
        assertEq(vault.creditOf(address(yen), worker), 60);

        // it should leave what is not claimed for a later settlement
        vault.settle(address(yen), outsider, 40);
        assertEq(vault.creditOf(address(yen), outsider), 40);
    }

    function testFuzz_settle_never_credits_more_than_is_there(uint128 sent, uint128 claimed) external {
        vm.assume(claimed != 0);
        yen.mint(address(vault), sent);

        if (claimed > sent) vm.expectRevert(_notFunded(address(yen), sent, claimed));
        vault.settle(address(yen), worker, claimed);

        assertLe(vault.totalSupply(_idOf(address(yen))), yen.balanceOf(address(vault)));
    }
}
