// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {IPayoutVault} from "../../../contracts/interfaces/IPayoutVault.sol";
import {FeeOnTransferToken} from "../mocks/FeeOnTransferToken.sol";
import {HookToken, ITokenHook} from "../mocks/HookToken.sol";
import {RebasingToken} from "../mocks/RebasingToken.sol";
import {VaultTest} from "./VaultTest.sol";

/// @notice A sender that slips the vault one unit more while its deposit is being pulled.
contract GenerousSender is ITokenHook {
    HookToken private immutable TOKEN;
    IPayoutVault private immutable VAULT;

    constructor(HookToken token, IPayoutVault vault) {
        (TOKEN, VAULT) = (token, vault);
        token.approve(address(vault), type(uint256).max);
    }

    function deposit(uint256 amount) external {
        TOKEN.setHook(true);
        VAULT.deposit(address(TOKEN), address(this), amount);
    }

    function onTokenMoved() external {
        TOKEN.setHook(false);
        TOKEN.transfer(address(VAULT), 1);
    }
}

contract DepositTest is VaultTest {
    function test_deposit_reverts_when_token_is_zero() external {
        // it should revert with PayoutVault_AddressZero
        vm.expectRevert(IPayoutVault.PayoutVault_AddressZero.selector);
        vault.deposit(address(0), worker, 1);
    }

    function test_deposit_reverts_when_account_is_zero() external {
        // it should revert with PayoutVault_AddressZero
        vm.expectRevert(IPayoutVault.PayoutVault_AddressZero.selector);
        vault.deposit(address(yen), address(0), 1);
    }

    function test_deposit_reverts_when_amount_is_zero() external {
        // it should revert with PayoutVault_AmountZero
        vm.expectRevert(IPayoutVault.PayoutVault_AmountZero.selector);
        vault.deposit(address(yen), worker, 0);
    }

    function test_deposit_reverts_when_token_has_no_code() external {
        // it should revert
        vm.expectRevert();
        vault.deposit(outsider, worker, 1);
    }

    function test_deposit_reverts_when_no_allowance() external {
        yen.mint(outsider, 5);

        // it should revert with the token's error
        vm.prank(outsider);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(vault), 0, 5));
        vault.deposit(address(yen), outsider, 5);
    }

    function test_deposit_reverts_when_money_is_lacking() external {
        vm.startPrank(outsider);
        yen.approve(address(vault), 5);

        // it should revert with the token's error
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, outsider, 0, 5));
        vault.deposit(address(yen), outsider, 5);
    }

    function test_deposit_reverts_when_less_arrives() external {
        FeeOnTransferToken token = new FeeOnTransferToken();
        token.mint(funder, 1000);
        vm.startPrank(funder);
        token.approve(address(vault), 1000);

        // it should revert with PayoutVault_NotFunded
        vm.expectRevert(_notFunded(address(token), 990, 1000));
        vault.deposit(address(token), worker, 1000);
    }

    // A donation that stands ready must not pay for the missing part.
    function test_deposit_reverts_when_less_arrives_even_beside_a_surplus() external {
        FeeOnTransferToken token = new FeeOnTransferToken();
        token.mint(address(vault), 500);
        token.mint(funder, 1000);
        vm.startPrank(funder);
        token.approve(address(vault), 1000);

        vm.expectRevert(_notFunded(address(token), 990, 1000));
        vault.deposit(address(token), worker, 1000);
    }

    function test_deposit_reverts_when_more_arrives() external {
        HookToken token = new HookToken();
        GenerousSender sender = new GenerousSender(token, vault);
        token.mint(address(sender), 101);

        // it should revert with PayoutVault_NotFunded
        vm.expectRevert(_notFunded(address(token), 101, 100));
        sender.deposit(100);
    }

    function test_deposit_reverts_given_vault_holds_less_than_it_owes() external {
        RebasingToken token = new RebasingToken();
        token.mint(funder, 1000);
        vm.startPrank(funder);
        token.approve(address(vault), type(uint256).max);
        vault.deposit(address(token), worker, 500);
        token.rebase(50);

        // it should revert with PayoutVault_NotFunded
        vm.expectRevert(_notFunded(address(token), 0, 100));
        vault.deposit(address(token), funder, 100);
    }

    function test_deposit_credits_what_arrived() external {
        yen.mint(address(vault), 7);
        uint256 before = yen.balanceOf(funder);

        // it should emit {Deposited}
        vm.expectEmit(address(vault));
        emit IPayoutVault.Deposited(address(yen), worker, funder, 100);
        _deposit(worker, 100);

        // it should move the money from the caller to the vault
        assertEq(yen.balanceOf(funder), before - 100);
        assertEq(yen.balanceOf(address(vault)), 107);

        // it should credit the account and nobody else
        assertEq(vault.creditOf(address(yen), worker), 100);
        assertEq(vault.balanceOf(worker, _idOf(address(yen))), 100);
        assertEq(vault.creditOf(address(yen), funder), 0);

        // it should raise the supply of credits by the amount
        assertEq(vault.totalSupply(_idOf(address(yen))), 100);

        // it should leave the surplus of others unclaimed
        assertEq(yen.balanceOf(address(vault)) - vault.totalSupply(_idOf(address(yen))), 7);
    }

    function testFuzz_deposits_add_up(uint128 first, uint128 second) external {
        vm.assume(first != 0 && second != 0);
        yen.mint(funder, uint256(first) + second);

        _deposit(worker, first);
        _deposit(worker, second);

        assertEq(vault.creditOf(address(yen), worker), uint256(first) + second);
        assertEq(vault.totalSupply(_idOf(address(yen))), uint256(first) + second);
    }
}
