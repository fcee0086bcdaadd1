// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {PayoutVault} from "../../../contracts/PayoutVault.sol";
import {TestYen} from "../../../contracts/mocks/TestYen.sol";
import {RotationHandler} from "./RotationHandler.sol";

/// @title VaultHandler
/// @notice Random business at the vault: eight accounts, two tokens and coin, every door, gifts from strangers, and people
/// who move to new wallets in between.
/// @dev `credits` is what each account must have by its own acts and its payee's; `paid` is what each wallet must have got.
contract VaultHandler is RotationHandler {
    address public immutable COIN;
    TestYen[2] public tokens;

    mapping(address token => uint256) public moneyIn;
    mapping(address token => uint256) public moneyOut;
    mapping(address token => mapping(address account => uint256)) public credits;
    mapping(address token => mapping(address wallet => uint256)) public paid;

    constructor(PayoutVault vault) RotationHandler(vault) {
        tokens = [new TestYen(), new TestYen()];
        COIN = vault.NATIVE();
    }

    function tokenOf(uint256 which) public view returns (address token) {
        return which % 3 == 2 ? COIN : address(tokens[which % 3]);
    }

    function heldOf(address token) public view returns (uint256 held) {
        return token == COIN ? address(VAULT).balance : TestYen(token).balanceOf(address(VAULT));
    }

    /* MONEY IN */

    function deposit(uint256 which, uint256 from, uint256 to, uint96 amount) external {
        address token = tokenOf(which);
        address payer = accountOf(from);
        amount = uint96(bound(amount, 1, type(uint96).max));
        uint256 kept = payer.balance;
        if (token == COIN) vm.deal(payer, amount);
        else TestYen(token).mint(payer, amount);
        vm.startPrank(payer);
        if (token == COIN) {
            VAULT.depositNative{value: amount}(accountOf(to));
        } else {
            TestYen(token).approve(address(VAULT), amount);
            VAULT.deposit(token, accountOf(to), amount);
        }
        vm.stopPrank();
        if (token == COIN) vm.deal(payer, kept);
        moneyIn[token] += amount;
        credits[token][accountOf(to)] += amount;
    }

    function donate(uint256 which, uint96 amount) external {
        address token = tokenOf(which);
        if (token == COIN) vm.deal(address(VAULT), address(VAULT).balance + amount);
        else TestYen(token).mint(address(VAULT), amount);
        moneyIn[token] += amount;
    }

    function settle(uint256 which, uint256 to, uint256 amount) external {
        address token = tokenOf(which);
        uint256 free = heldOf(token) - VAULT.totalSupply(uint256(uint160(token)));
        if (free == 0) return;
        amount = bound(amount, 1, free);
        VAULT.settle(token, accountOf(to), amount);
        credits[token][accountOf(to)] += amount;
    }

    /* MONEY OUT */

    function withdraw(uint256 which, uint256 from, uint256 to, uint256 amount) external {
        address token = tokenOf(which);
        address account = accountOf(from);
        uint256 credit = VAULT.creditOf(token, account);
        if (credit == 0) return;
        amount = bound(amount, 1, credit);
        address payee = _payeeOf(account);
        vm.prank(payee);
        if (payee == account) VAULT.withdrawTo(token, accountOf(to), amount);
        else VAULT.withdrawFrom(token, account, accountOf(to), amount);
        _spent(token, account, accountOf(to), amount);
    }

    function withdrawMany(uint256 from) external {
        address account = accountOf(from);
        if (VAULT.successorOf(account) != address(0)) return;
        address[] memory all = new address[](3);
        for (uint256 i = 0; i < 3; ++i) all[i] = tokenOf(i);
        vm.prank(account);
        uint256[] memory amounts = VAULT.withdrawMany(all);
        for (uint256 i = 0; i < 3; ++i) _spent(all[i], account, account, amounts[i]);
    }

    function push(uint256 which, uint256 to) external {
        address token = tokenOf(which);
        address account = accountOf(to);
        address payee = _payeeOf(account);
        if (VAULT.creditOf(token, account) == 0 || VAULT.refusesPush(payee)) return;
        _spent(token, account, payee, VAULT.push(token, account));
    }

    function pushMany(uint256 which, uint256 first) external {
        address token = tokenOf(which);
        address[] memory some = new address[](3);
        for (uint256 i = 0; i < 3; ++i) some[i] = accountOf((first % 8) + i);
        uint256 expected = 0;
        for (uint256 i = 0; i < 3; ++i) {
            address payee = _payeeOf(some[i]);
            uint256 credit = VAULT.creditOf(token, some[i]);
            if (credit == 0 || VAULT.refusesPush(payee)) ++expected;
            else _spent(token, some[i], payee, credit);
        }
        assertEq(VAULT.pushMany(token, some), expected, "failures");
    }

    function refusePush(uint256 who, bool refused) external {
        vm.prank(accountOf(who));
        VAULT.refusePush(refused);
    }

    function _spent(address token, address account, address to, uint256 amount) private {
        moneyOut[token] += amount;
        credits[token][account] -= amount;
        paid[token][to] += amount;
    }

    /* CREDIT */

    function transfer(uint256 which, uint256 from, uint256 to, uint256 amount) external {
        address token = tokenOf(which);
        address account = accountOf(from);
        amount = bound(amount, 0, VAULT.creditOf(token, account));
        address payee = _payeeOf(account);
        vm.prank(payee);
        if (payee == account) VAULT.transfer(accountOf(to), uint256(uint160(token)), amount);
        else VAULT.transferFrom(account, accountOf(to), uint256(uint160(token)), amount);
        credits[token][account] -= amount;
        credits[token][accountOf(to)] += amount;
    }

    /// @notice Small words: a grant, a cancelled signature, an approval or a change of guardians taken back.
    function speak(uint256 what, uint256 who, uint256 to) external {
        address account = accountOf(who);
        bytes memory call;
        if (what % 5 == 0) call = abi.encodeCall(VAULT.approve, (accountOf(to), uint256(uint160(COIN)), what));
        if (what % 5 == 1) call = abi.encodeCall(VAULT.setOperator, (accountOf(to), what % 2 == 0));
        if (what % 5 == 2) call = abi.encodeCall(VAULT.cancelSignature, ());
        if (what % 5 == 3) call = abi.encodeCall(VAULT.disapproveRotation, (accountOf(to)));
        if (what % 5 == 4) call = abi.encodeCall(VAULT.vetoGuardians, (accountOf(to)));
        vm.prank(account);
        (bool taken, ) = address(VAULT).call(call);
        if (what % 5 < 2) assertEq(taken, VAULT.successorOf(account) == address(0), "a retired account granted");
    }

    /// @notice Somebody who is not the payee tries to spend the credit, by every way there is.
    function intrude(uint256 which, uint256 from, uint256 who) external {
        address token = tokenOf(which);
        address account = accountOf(from);
        address intruder = accountOf(who);
        if (VAULT.creditOf(token, account) == 0 || intruder == _payeeOf(account)) return;
        // What a live account granted is its own word: only a grant that fell with its giver must be void.
        bool isGrantee =
            VAULT.isOperator(account, intruder) || VAULT.allowance(account, intruder, uint256(uint160(token))) > 0;
        if (isGrantee && VAULT.successorOf(account) == address(0)) return;
        bytes[3] memory calls = [
            abi.encodeCall(VAULT.withdrawFrom, (token, account, intruder, 1)),
            abi.encodeCall(VAULT.transferFrom, (account, intruder, uint256(uint160(token)), 1)),
            abi.encodeCall(VAULT.withdrawTo, (token, intruder, 1))
        ];
        for (uint256 i = 0; i < (intruder == account ? 3 : 2); ++i) {
            vm.prank(intruder);
            (bool taken, ) = address(VAULT).call(calls[i]);
            assertFalse(taken, "a stranger spent credit");
        }
    }
}
