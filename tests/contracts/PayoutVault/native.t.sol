// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC6909} from "@openzeppelin/contracts/token/ERC6909/ERC6909.sol";
import {Errors} from "@openzeppelin/contracts/utils/Errors.sol";

import {IPayoutVault} from "../../../contracts/interfaces/IPayoutVault.sol";
import {CoinReceiver} from "../mocks/CoinReceiver.sol";
import {VaultTest} from "./VaultTest.sol";

contract NativeTest is VaultTest {
    address private _coin;
    CoinReceiver private _receiver;

    function setUp() public override {
        super.setUp();
        _coin = vault.NATIVE();
        _receiver = new CoinReceiver();
        vm.deal(funder, 1_000);
    }

    function _pay(address account, uint256 amount) private {
        vm.prank(funder);
        vault.depositNative{value: amount}(account);
    }

    /* MONEY IN */

    function test_depositNative_reverts_when_account_is_zero() external {
        // it should revert with PayoutVault_AddressZero
        vm.prank(funder);
        vm.expectRevert(IPayoutVault.PayoutVault_AddressZero.selector);
        vault.depositNative{value: 1}(address(0));
    }

    function test_depositNative_reverts_when_nothing_is_sent() external {
        // it should revert with PayoutVault_AmountZero
        vm.prank(funder);
        vm.expectRevert(IPayoutVault.PayoutVault_AmountZero.selector);
        vault.depositNative(worker);
    }

    function test_plain_send_is_refused() external {
        // it should be refused
        vm.startPrank(funder);
        (bool taken, ) = address(vault).call{value: 1}("");
        assertFalse(taken, "empty call");
        (taken, ) = address(vault).call{value: 1}(hex"12345678");
        assertFalse(taken, "unknown call");
    }

    function test_coin_with_another_call_is_refused() external {
        // it should be refused too
        vm.prank(funder);
        (bool taken, ) = address(vault).call{value: 1}(abi.encodeCall(vault.refusePush, (true)));
        assertFalse(taken, "refusePush");
    }

    function test_doors_for_tokens_refuse_coin() external {
        IPayoutVault.Authorization memory authorization;

        // it should revert
        vm.startPrank(funder);
        vm.expectRevert();
        vault.deposit(_coin, worker, 1);
        vm.expectRevert();
        vault.depositWithPermit(_coin, worker, 1, type(uint256).max, 0, 0, 0);
        vm.expectRevert();
        vault.depositWithAuthorization(_coin, worker, 1, authorization);
        vm.expectRevert(_notFunded(_coin, 0, 1));
        vault.settle(_coin, worker, 1);
    }

    function test_depositNative_credits_what_was_sent() external {
        // it should emit {Deposited}
        vm.expectEmit(address(vault));
        emit IPayoutVault.Deposited(0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE, worker, funder, 60);
        _pay(worker, 60);

        // it should credit the account under the native id
        assertEq(vault.creditOf(_coin, worker), 60, "credit");
        assertEq(vault.balanceOf(worker, uint256(uint160(_coin))), 60, "balance");
        assertEq(vault.totalSupply(_idOf(_coin)), 60, "supply");
        assertEq(address(vault).balance, 60, "held");
    }

    /* MONEY OUT */

    function test_withdraw_reverts_when_amount_is_above_credit() external {
        _pay(worker, 60);
        _pay(outsider, 60);

        // it should revert with ERC6909InsufficientBalance
        vm.prank(worker);
        vm.expectRevert(
            abi.encodeWithSelector(ERC6909.ERC6909InsufficientBalance.selector, worker, 60, 61, _idOf(_coin))
        );
        vault.withdraw(_coin, 61);
    }

    function test_withdraw_reverts_alone_given_receiver_reverts() external {
        _pay(address(_receiver), 60);
        _pay(worker, 40);
        _receiver.setMood(CoinReceiver.Mood.Reverts);

        // it should revert with the receiver's reason and keep the credit
        vm.startPrank(address(_receiver));
        vm.expectRevert(abi.encodeWithSelector(CoinReceiver.CoinReceiver_Refused.selector, 60));
        vault.withdraw(_coin, 60);
        assertEq(vault.creditOf(_coin, address(_receiver)), 60, "credit");

        // it should let the account send the coin elsewhere
        vault.withdrawTo(_coin, outsider, 60);
        assertEq(outsider.balance, 60, "elsewhere");
        vm.stopPrank();
        vault.push(_coin, worker);
        assertEq(worker.balance, 40, "nobody else is stopped");
    }

    function test_withdraw_reverts_given_receiver_gives_no_reason() external {
        _pay(address(_receiver), 60);
        _receiver.setMood(CoinReceiver.Mood.RevertsSilently);

        // it should revert with FailedCall
        vm.prank(address(_receiver));
        vm.expectRevert(Errors.FailedCall.selector);
        vault.withdraw(_coin, 60);
    }

    function test_withdraw_gives_the_receiver_gas() external {
        _pay(address(_receiver), 60);

        vm.prank(address(_receiver));
        vault.withdraw(_coin, 60);

        // it should give it the gas
        assertGt(_receiver.gasGiven(), 100_000, "gas");
        assertEq(address(_receiver).balance, 60, "coin");
    }

    function test_withdraw_sends_coin() external {
        _pay(worker, 60);

        // it should emit {Withdrawn}
        vm.expectEmit(address(vault));
        emit IPayoutVault.Withdrawn(_coin, worker, worker, worker, 40);
        vm.prank(worker);
        vault.withdraw(_coin, 40);

        // it should send the coin
        assertEq(worker.balance, 40, "coin");
        assertEq(vault.creditOf(_coin, worker), 20, "credit");
        assertEq(address(vault).balance, 20, "held");
    }

    /* FORCED COIN */

    function test_forced_coin_is_a_surplus() external {
        _pay(worker, 60);
        vm.deal(address(vault), 100);

        // it should owe nobody more
        assertEq(vault.totalSupply(_idOf(_coin)), 60, "supply");
        _pay(worker, 1);
        assertEq(vault.totalSupply(_idOf(_coin)), 61, "supply after a deposit");

        // it should never let a settlement reach what is owed
        vm.expectRevert(_notFunded(_coin, 40, 41));
        vault.settle(_coin, outsider, 41);

        // it should leave the surplus to whoever settles it
        vault.settle(_coin, outsider, 40);
        vault.push(_coin, outsider);
        vault.push(_coin, worker);
        assertEq(outsider.balance, 40, "surplus");
        assertEq(worker.balance, 61, "owed");
        assertEq(address(vault).balance, 0, "nothing is left");
    }

    function testFuzz_coin_that_comes_in_can_go_out(uint96 amount, uint96 forced, uint96 part) external {
        amount = uint96(bound(amount, 2, type(uint96).max));
        part = uint96(bound(part, 1, amount - 1));
        vm.deal(funder, amount);
        vm.deal(address(vault), forced);
        _pay(worker, amount);

        vm.prank(worker);
        vault.withdraw(_coin, part);
        vault.push(_coin, worker);

        assertEq(worker.balance, amount, "all of it");
        assertEq(address(vault).balance, forced, "nothing else");
    }
}
