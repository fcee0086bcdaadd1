// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {PayoutVault} from "../../../contracts/PayoutVault.sol";
import {TestYen} from "../../../contracts/mocks/TestYen.sol";

/// @title VaultHandler
/// @notice Random business at the vault: three accounts, two tokens, every door, and gifts from strangers.
contract VaultHandler is Test {
    PayoutVault public immutable VAULT;
    TestYen[2] public tokens;
    address[3] public accounts = [address(0xA11CE), address(0xB0B), address(0xCA401)];

    mapping(address token => uint256) public moneyIn;
    mapping(address token => uint256) public moneyOut;

    constructor(PayoutVault vault) {
        VAULT = vault;
        tokens = [new TestYen(), new TestYen()];
    }

    function deposit(uint256 which, uint256 from, uint256 to, uint128 amount) external {
        TestYen token = tokens[which % 2];
        amount = uint128(bound(amount, 1, type(uint128).max));
        token.mint(accounts[from % 3], amount);
        vm.startPrank(accounts[from % 3]);
        token.approve(address(VAULT), amount);
        VAULT.deposit(address(token), accounts[to % 3], amount);
        vm.stopPrank();
        moneyIn[address(token)] += amount;
    }

    function donate(uint256 which, uint128 amount) external {
        TestYen token = tokens[which % 2];
        token.mint(address(VAULT), amount);
        moneyIn[address(token)] += amount;
    }

    function settle(uint256 which, uint256 to, uint256 amount) external {
        TestYen token = tokens[which % 2];
        uint256 free = token.balanceOf(address(VAULT)) - VAULT.totalSupply(uint256(uint160(address(token))));
        if (free == 0) return;
        VAULT.settle(address(token), accounts[to % 3], bound(amount, 1, free));
    }

    function withdrawTo(uint256 which, uint256 from, uint256 to, uint256 amount) external {
        TestYen token = tokens[which % 2];
        uint256 credit = VAULT.creditOf(address(token), accounts[from % 3]);
        if (credit == 0) return;
        amount = bound(amount, 1, credit);
        vm.prank(accounts[from % 3]);
        VAULT.withdrawTo(address(token), accounts[to % 3], amount);
        moneyOut[address(token)] += amount;
    }

    function push(uint256 which, uint256 to) external {
        TestYen token = tokens[which % 2];
        if (VAULT.creditOf(address(token), accounts[to % 3]) == 0) return;
        moneyOut[address(token)] += VAULT.push(address(token), accounts[to % 3]);
    }

    function transfer(uint256 which, uint256 from, uint256 to, uint256 amount) external {
        address token = address(tokens[which % 2]);
        amount = bound(amount, 0, VAULT.creditOf(token, accounts[from % 3]));
        vm.prank(accounts[from % 3]);
        VAULT.transfer(accounts[to % 3], uint256(uint160(token)), amount);
    }
}
