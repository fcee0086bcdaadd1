// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC6909} from "@openzeppelin/contracts/token/ERC6909/ERC6909.sol";
import {IERC6909, IERC6909TokenSupply} from "@openzeppelin/contracts/interfaces/IERC6909.sol";

import {VaultTest} from "./VaultTest.sol";

contract CreditTest is VaultTest {
    uint256 private _id;

    function setUp() public override {
        super.setUp();
        _id = _idOf(address(yen));
        _deposit(worker, 100);
    }

    function test_transferFrom_reverts_for_an_outsider() external {
        // it should revert with ERC6909InsufficientAllowance
        vm.prank(outsider);
        vm.expectRevert(abi.encodeWithSelector(ERC6909.ERC6909InsufficientAllowance.selector, outsider, 0, 100, _id));
        vault.transferFrom(worker, outsider, _id, 100);
    }

    function test_transfer_moves_credit_and_no_money() external {
        vm.prank(worker);
        vault.transfer(outsider, _id, 60);

        // it should move the credit and no money
        assertEq(vault.creditOf(address(yen), worker), 40);
        assertEq(vault.creditOf(address(yen), outsider), 60);
        assertEq(yen.balanceOf(address(vault)), 100);

        // it should let the receiver withdraw
        vm.prank(outsider);
        vault.withdraw(address(yen), 60);
        assertEq(yen.balanceOf(outsider), 60);
    }

    function test_transferFrom_spends_the_allowance() external {
        vm.prank(worker);
        vault.approve(outsider, _id, 70);
        vm.prank(outsider);
        vault.transferFrom(worker, funder, _id, 60);

        // it should move the credit and spend the allowance
        assertEq(vault.creditOf(address(yen), funder), 60);
        assertEq(vault.allowance(worker, outsider, _id), 10);
    }

    function test_transferFrom_by_an_operator() external {
        vm.prank(worker);
        vault.setOperator(outsider, true);
        vm.prank(outsider);
        vault.transferFrom(worker, outsider, _id, 100);

        // it should move the credit
        assertEq(vault.creditOf(address(yen), outsider), 100);
    }

    function testFuzz_ids_beyond_addresses_are_empty(uint256 id) external view {
        vm.assume(id > type(uint160).max);

        // it should have no supply and no credit
        assertEq(vault.totalSupply(id), 0);
        assertEq(vault.balanceOf(worker, id), 0);
    }

    function test_interfaces_are_announced() external view {
        // it should say that it is ERC-6909 with token supply
        assertTrue(vault.supportsInterface(type(IERC6909).interfaceId));
        assertTrue(vault.supportsInterface(type(IERC6909TokenSupply).interfaceId));
    }
}
