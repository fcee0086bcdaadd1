// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC6909} from "@openzeppelin/contracts/token/ERC6909/ERC6909.sol";

import {IPayoutVault} from "../../../contracts/interfaces/IPayoutVault.sol";
import {RotationTest} from "./RotationTest.sol";

contract SuccessionTest is RotationTest {
    address private _token;
    uint256 private _id;

    function setUp() public override {
        super.setUp();
        _token = address(yen);
        _id = _idOf(_token);
    }

    function _notPayee(address account, address caller) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IPayoutVault.PayoutVault_NotPayee.selector, account, caller);
    }

    function test_retired_account_withdraws_nothing() external {
        _rotate(worker, wallet);
        address[] memory tokens = new address[](1);
        tokens[0] = _token;

        // it should revert with PayeeRotation_Retired or PayoutVault_NotPayee
        vm.startPrank(worker);
        vm.expectRevert(_retired(worker));
        vault.withdraw(_token, 1);
        vm.expectRevert(_retired(worker));
        vault.withdrawTo(_token, worker, 1);
        vm.expectRevert(_retired(worker));
        vault.withdrawMany(tokens);
        vm.expectRevert(_notPayee(worker, worker));
        vault.withdrawFrom(_token, worker, worker, 1);
    }

    function test_retired_account_moves_nothing() external {
        _rotate(worker, wallet);

        // it should refuse with PayeeRotation_Retired
        vm.startPrank(worker);
        vm.expectRevert(_retired(worker));
        vault.transfer(thief, _id, 1);
        vm.expectRevert(_retired(worker));
        vault.transferFrom(worker, thief, _id, 1);
        vm.expectRevert(_retired(worker));
        vault.approve(thief, _id, 1);
        vm.expectRevert(_retired(worker));
        vault.setOperator(thief, true);
    }

    function test_grants_of_a_retired_account_are_void() external {
        vm.startPrank(worker);
        vault.setOperator(thief, true);
        vault.approve(outsider, _id, type(uint256).max);
        vm.stopPrank();
        _rotate(worker, wallet);

        // it should revert with ERC6909InsufficientAllowance
        vm.prank(thief);
        vm.expectRevert(abi.encodeWithSelector(ERC6909.ERC6909InsufficientAllowance.selector, thief, 0, 1, _id));
        vault.transferFrom(worker, thief, _id, 1);
        vm.prank(outsider);
        vm.expectRevert(abi.encodeWithSelector(ERC6909.ERC6909InsufficientAllowance.selector, outsider, 0, 1, _id));
        vault.transferFrom(worker, outsider, _id, 1);
        assertFalse(vault.isOperator(worker, thief), "operator");
        assertEq(vault.allowance(worker, outsider, _id), 0, "allowance");
    }

    function test_grants_to_a_retired_account_are_void() external {
        _deposit(outsider, 100);
        vm.prank(outsider);
        vault.setOperator(worker, true);
        _rotate(worker, wallet);

        // it should void the grant to a retired account
        vm.prank(worker);
        vm.expectRevert(_retired(worker));
        vault.transferFrom(outsider, worker, _id, 100);
    }

    function test_withdrawFrom_reverts_for_an_outsider() external {
        _rotate(worker, wallet);

        // it should revert with PayoutVault_NotPayee
        vm.prank(outsider);
        vm.expectRevert(_notPayee(worker, outsider));
        vault.withdrawFrom(_token, worker, outsider, 100);
    }

    function test_withdrawFrom_by_the_successor() external {
        _deposit(wallet, 7);
        _rotate(worker, wallet);

        // it should emit {Withdrawn} with the successor as caller
        vm.expectEmit(address(vault));
        emit IPayoutVault.Withdrawn(_token, worker, outsider, wallet, 60);
        vm.prank(wallet);
        vault.withdrawFrom(_token, worker, outsider, 60);

        // it should send the money and spend the old credit
        assertEq(yen.balanceOf(outsider), 60, "money");
        assertEq(vault.creditOf(_token, worker), 40, "old credit");
        assertEq(vault.creditOf(_token, wallet), 7, "own credit");
    }

    function test_transferFrom_by_the_successor() external {
        _rotate(worker, wallet);

        // it should need no allowance
        assertTrue(vault.isOperator(worker, wallet), "operator");
        vm.prank(wallet);
        vault.transferFrom(worker, wallet, _id, 100);
        assertEq(vault.creditOf(_token, wallet), 100, "credit");
    }

    function test_transferFrom_by_the_last_successor_alone() external {
        _rotate(worker, wallet);
        _rotate(wallet, outsider);

        // it should void the office of a successor that moved on
        assertFalse(vault.isOperator(worker, wallet), "the middle one");
        vm.prank(wallet);
        vm.expectRevert(_retired(wallet));
        vault.transferFrom(worker, wallet, _id, 100);
        vm.prank(outsider);
        vault.transferFrom(worker, outsider, _id, 100);
        assertEq(vault.creditOf(_token, outsider), 100, "credit");
    }

    function test_push_goes_to_the_last_successor() external {
        _rotate(worker, wallet);
        _rotate(wallet, outsider);
        address[] memory accounts = new address[](2);
        (accounts[0], accounts[1]) = (worker, wallet);

        // it should send it to the last successor
        vm.expectEmit(address(vault));
        emit IPayoutVault.Withdrawn(_token, worker, outsider, thief, 100);
        vm.prank(thief);
        vault.push(_token, worker);
        _deposit(worker, 5);
        _deposit(wallet, 6);
        assertEq(vault.pushMany(_token, accounts), 0, "failures");
        assertEq(yen.balanceOf(outsider), 111, "money");
    }

    function test_credit_that_arrives_later_belongs_to_the_successor() external {
        _rotate(worker, wallet);
        _deposit(worker, 11);
        vm.prank(funder);
        yen.transfer(address(vault), 13);
        vault.settle(_token, worker, 13);

        // it should belong to the successor too
        vm.prank(wallet);
        vault.withdrawFrom(_token, worker, wallet, 124);
        assertEq(yen.balanceOf(wallet), 124, "money");
    }

    function test_push_reverts_given_successor_refuses() external {
        _rotate(worker, wallet);
        vm.prank(wallet);
        vault.refusePush(true);

        // it should revert with PayoutVault_PushRefused
        vm.expectRevert(abi.encodeWithSelector(IPayoutVault.PayoutVault_PushRefused.selector, wallet));
        vault.push(_token, worker);
    }

    function test_push_heeds_no_refusal_of_a_retired_account() external {
        _rotate(worker, wallet);
        vm.prank(worker);
        vault.refusePush(true);

        // it should be pushed all the same
        vault.push(_token, worker);
        assertEq(yen.balanceOf(wallet), 100, "money");
    }

    function test_withdrawFrom_of_a_live_account() external {
        // it should let withdrawFrom serve its owner and nobody else
        vm.prank(wallet);
        vm.expectRevert(_notPayee(worker, wallet));
        vault.withdrawFrom(_token, worker, wallet, 1);
        vm.prank(worker);
        vault.withdrawFrom(_token, worker, outsider, 100);
        assertEq(yen.balanceOf(outsider), 100, "money");
    }

    function testFuzz_everything_reaches_the_successor(uint96 before, uint96 later, uint8 hops) external {
        hops = uint8(bound(hops, 1, 8));
        yen.mint(funder, uint256(before) + later + 2);
        _deposit(worker, uint256(before) + 1);
        address last = worker;
        for (uint256 i = 0; i < hops; ++i) {
            address next = makeAddr(string.concat("hop", vm.toString(i)));
            _rotate(last, next);
            last = next;
        }
        _deposit(worker, uint256(later) + 1);
        vault.push(_token, worker);

        // it should all reach the successor to the last unit
        assertEq(yen.balanceOf(last), uint256(before) + later + 102, "money");
        assertEq(vault.totalSupply(_id), 0, "nothing is left");
    }
}
