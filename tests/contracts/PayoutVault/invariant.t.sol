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

    function invariant_every_law_of_the_vault_holds() external view {
        _balanceCoversAllCredits();
        _moneyIsConserved();
        _supplyIsTheSumOfCredits();
        _creditChangesByTheWordOfItsPayeeAlone();
        _rotationsAreFinalAndMakeNoCircle();
    }

    function _balanceCoversAllCredits() private view {
        for (uint256 i = 0; i < 3; i++) {
            address token = _handler.tokenOf(i);
            assertGe(_handler.heldOf(token), _vault.totalSupply(uint256(uint160(token))), "balance covers credits");
        }
    }

    function _moneyIsConserved() private view {
        for (uint256 i = 0; i < 3; i++) {
            address token = _handler.tokenOf(i);
            assertEq(_handler.heldOf(token), _handler.moneyIn(token) - _handler.moneyOut(token), "conserved");
        }
    }

    function _supplyIsTheSumOfCredits() private view {
        for (uint256 i = 0; i < 3; i++) {
            address token = _handler.tokenOf(i);
            uint256 sum;
            for (uint256 j = 0; j < 8; j++) sum += _vault.creditOf(token, _handler.accountOf(j));
            assertEq(_vault.totalSupply(uint256(uint160(token))), sum, "supply is the sum");
        }
    }

    function _creditChangesByTheWordOfItsPayeeAlone() private view {
        for (uint256 i = 0; i < 3; i++) {
            address token = _handler.tokenOf(i);
            for (uint256 j = 0; j < 8; j++) {
                address account = _handler.accountOf(j);
                assertEq(_vault.creditOf(token, account), _handler.credits(token, account), "credit");
                uint256 wallet = token == _handler.COIN() ? account.balance : TestYen(token).balanceOf(account);
                assertEq(wallet, _handler.paid(token, account), "paid");
            }
        }
    }

    function _rotationsAreFinalAndMakeNoCircle() private view {
        uint256 retired;
        for (uint256 j = 0; j < 8; j++) {
            address account = _handler.accountOf(j);
            address payee = _vault.payeeOf(account);
            assertEq(_vault.successorOf(payee), address(0), "the end of a path is live");
            assertEq(payee == account, _handler.firstSuccessor(account) == address(0), "retired for good");
            if (payee != account) {
                ++retired;
                assertEq(payee, _vault.payeeOf(_handler.firstSuccessor(account)), "the path goes on from there");
                assertEq(_vault.announcementOf(account).finishableAt, 0, "nothing waits");
            }
        }
        assertEq(retired, _handler.rotations(), "rotations");
    }

    // Whatever happened, everyone can be paid in full, and rotation loses nothing.
    function afterInvariant() external {
        for (uint256 i = 0; i < 3; i++) {
            address token = _handler.tokenOf(i);
            for (uint256 j = 0; j < 8; j++) {
                address account = _handler.accountOf(j);
                uint256 credit = _vault.creditOf(token, account);
                if (credit == 0) continue;
                address payee = _vault.payeeOf(account);
                vm.prank(payee);
                _vault.withdrawFrom(token, account, payee, credit);
            }
            assertEq(_vault.totalSupply(uint256(uint160(token))), 0, "all is paid");
        }
    }
}
