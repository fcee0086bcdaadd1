// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {PayoutVault} from "../../../contracts/PayoutVault.sol";
import {TestYen} from "../../../contracts/mocks/TestYen.sol";
import {VaultHandler} from "./VaultHandler.sol";

contract VaultInvariantTest is Test {
    PayoutVault private _vault;
    VaultHandler private _handler;

    function setUp() external {
        _vault = new PayoutVault();
        _handler = new VaultHandler(_vault);
        targetContract(address(_handler));
    }

    function invariant_balance_covers_all_credits() external view {
        for (uint256 i = 0; i < 2; i++) {
            TestYen token = _handler.tokens(i);
            assertGe(token.balanceOf(address(_vault)), _vault.totalSupply(uint256(uint160(address(token)))));
        }
    }

    function invariant_money_is_conserved() external view {
        for (uint256 i = 0; i < 2; i++) {
            address token = address(_handler.tokens(i));
            uint256 held = TestYen(token).balanceOf(address(_vault));
            assertEq(held, _handler.moneyIn(token) - _handler.moneyOut(token));
        }
    }

    function invariant_supply_is_the_sum_of_credits() external view {
        for (uint256 i = 0; i < 2; i++) {
            address token = address(_handler.tokens(i));
            uint256 sum;
            for (uint256 j = 0; j < 3; j++) sum += _vault.creditOf(token, _handler.accounts(j));
            assertEq(_vault.totalSupply(uint256(uint160(token))), sum);
        }
    }

    // Whatever happened, everyone can be paid in full.
    function afterInvariant() external {
        for (uint256 i = 0; i < 2; i++) {
            address token = address(_handler.tokens(i));
            for (uint256 j = 0; j < 3; j++) {
                if (_vault.creditOf(token, _handler.accounts(j)) != 0) _vault.push(token, _handler.accounts(j));
            }
            assertEq(_vault.totalSupply(uint256(uint160(token))), 0);
        }
    }
}
