// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import {IPayoutVault} from "../../../contracts/interfaces/IPayoutVault.sol";
import {ApprovalRaceToken} from "../mocks/ApprovalRaceToken.sol";
import {FeeOnTransferToken} from "../mocks/FeeOnTransferToken.sol";
import {NoReturnToken} from "../mocks/NoReturnToken.sol";
import {PausableToken} from "../mocks/PausableToken.sol";
import {RebasingToken} from "../mocks/RebasingToken.sol";
import {ReturnsFalseToken} from "../mocks/ReturnsFalseToken.sol";
import {Uint96Token} from "../mocks/Uint96Token.sol";
import {VaultTest} from "./VaultTest.sol";

/// @notice Nine kinds of misbehaving token: each is refused, or accounted by balance. The blocklist is in withdraw.t.sol,
/// the hooks are in reentrancy.t.sol.
contract ZooTest is VaultTest {
    function test_pitfall_08_fee_on_transfer_is_accounted_by_balance_when_settled() external {
        FeeOnTransferToken token = new FeeOnTransferToken();
        token.mint(funder, 1000);
        vm.prank(funder);
        token.transfer(address(vault), 1000);

        vm.expectRevert(_notFunded(address(token), 990, 1000));
        vault.settle(address(token), worker, 1000);

        vault.settle(address(token), worker, 990);
        vault.push(address(token), worker);
        assertEq(token.balanceOf(address(vault)), 0);
    }

    function test_pitfall_08_rebase_down_harms_only_its_own_token() external {
        RebasingToken token = new RebasingToken();
        token.mint(address(vault), 200);
        vault.settle(address(token), worker, 100);
        vault.settle(address(token), outsider, 100);
        _deposit(worker, 100);
        token.rebase(50);

        // First come, first served, and never out of another token's money.
        vault.push(address(token), worker);
        vm.expectRevert();
        vault.push(address(token), outsider);
        vault.push(address(yen), worker);
        assertEq(yen.balanceOf(worker), 100);
    }

    function test_rebase_up_leaves_credits_as_they_are() external {
        RebasingToken token = new RebasingToken();
        token.mint(address(vault), 100);
        vault.settle(address(token), worker, 100);
        token.rebase(200);
        assertEq(vault.creditOf(address(token), worker), 100);

        vault.settle(address(token), outsider, 100);
        vault.push(address(token), worker);
        vault.push(address(token), outsider);
        assertEq(token.balanceOf(address(vault)), 0);
    }

    function test_pitfall_08_no_return_value_works() external {
        NoReturnToken token = new NoReturnToken();
        token.mint(funder, 100);
        vm.startPrank(funder);
        token.approve(address(vault), 100);
        vault.deposit(address(token), worker, 100);
        vault.push(address(token), worker);
        assertEq(token.balanceOf(worker), 100);
    }

    function test_pitfall_08_false_is_refused() external {
        ReturnsFalseToken token = new ReturnsFalseToken();
        token.set(true, false);

        vm.prank(funder);
        vm.expectRevert(abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, address(token)));
        vault.deposit(address(token), worker, 100);
    }

    function test_pitfall_08_false_success_is_refused() external {
        ReturnsFalseToken token = new ReturnsFalseToken();
        token.set(false, true);

        vm.prank(funder);
        vm.expectRevert(_notFunded(address(token), 0, 100));
        vault.deposit(address(token), worker, 100);
    }

    function test_pause_delays_and_loses_nothing() external {
        PausableToken token = new PausableToken();
        token.mint(address(vault), 100);
        vault.settle(address(token), worker, 100);
        token.pause();
        vm.expectRevert(Pausable.EnforcedPause.selector);
        vault.push(address(token), worker);

        token.unpause();
        vault.push(address(token), worker);
        assertEq(token.balanceOf(worker), 100);
    }

    function test_uint96_takes_what_the_token_takes() external {
        Uint96Token token = new Uint96Token();
        token.mint(funder, type(uint96).max);
        vm.startPrank(funder);
        token.approve(address(vault), type(uint256).max);
        vm.expectRevert(abi.encodeWithSelector(Uint96Token.Uint96Token_TooLarge.selector, 2 ** 96));
        vault.deposit(address(token), worker, 2 ** 96);

        vault.deposit(address(token), worker, type(uint96).max);
        vault.push(address(token), worker);
        assertEq(token.balanceOf(worker), type(uint96).max);
    }

    function test_approval_race_is_no_matter() external {
        ApprovalRaceToken token = new ApprovalRaceToken();
        token.mint(funder, 100);
        vm.startPrank(funder);
        token.approve(address(vault), 100);
        vault.deposit(address(token), worker, 60);
        vault.deposit(address(token), worker, 40);
        vault.push(address(token), worker);
        assertEq(token.balanceOf(worker), 100);
    }

    /* THE SAME ANIMALS AT THE NEWER DOORS */

    function _settled(address token, uint256 amount) private returns (address[] memory accounts) {
        accounts = new address[](2);
        (accounts[0], accounts[1]) = (worker, outsider);
        vault.settle(token, worker, amount);
        vault.settle(token, outsider, amount);
    }

    function _expectWithdrawn(address token, address account, uint256 amount) private {
        vm.expectEmit(address(vault));
        emit IPayoutVault.Withdrawn(token, account, account, address(this), amount);
    }

    function test_rebase_down_in_a_batch_pays_who_comes_first() external {
        RebasingToken token = new RebasingToken();
        token.mint(address(vault), 200);
        address[] memory accounts = _settled(address(token), 100);
        token.rebase(50);

        assertEq(vault.pushMany(address(token), accounts), 1, "failures");
        assertEq(vault.creditOf(address(token), outsider), 100, "the credit stays");
    }

    function test_no_return_value_works_in_a_batch() external {
        NoReturnToken token = new NoReturnToken();
        token.mint(address(vault), 200);
        address[] memory accounts = _settled(address(token), 100);

        _expectWithdrawn(address(token), worker, 100);
        assertEq(vault.pushMany(address(token), accounts), 0, "failures");
        assertEq(token.balanceOf(outsider), 100, "money");
    }

    function test_false_in_a_batch_keeps_the_credit() external {
        ReturnsFalseToken token = new ReturnsFalseToken();
        token.mint(address(vault), 200);
        address[] memory accounts = _settled(address(token), 100);
        token.set(true, false);

        vm.expectEmit(address(vault));
        emit IPayoutVault.PushFailed(
            address(token),
            worker,
            abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, address(token))
        );
        assertEq(vault.pushMany(address(token), accounts), 2, "failures");
        assertEq(vault.totalSupply(_idOf(address(token))), 200, "credit");
    }

    function test_pause_in_a_batch_keeps_the_credit() external {
        PausableToken token = new PausableToken();
        token.mint(address(vault), 200);
        address[] memory accounts = _settled(address(token), 100);
        token.pause();
        assertEq(vault.pushMany(address(token), accounts), 2, "failures");

        token.unpause();
        assertEq(vault.pushMany(address(token), accounts), 0, "failures");
        assertEq(token.balanceOf(worker) + token.balanceOf(outsider), 200, "money");
    }

    function test_tokens_without_permit_need_an_allowance() external {
        Uint96Token token = new Uint96Token();
        token.mint(funder, 100);
        vm.startPrank(funder);
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(vault), 0, 100)
        );
        vault.depositWithPermit(address(token), worker, 100, type(uint256).max, 0, 0, 0);

        token.approve(address(vault), 100);
        vault.depositWithPermit(address(token), worker, 100, type(uint256).max, 0, 0, 0);
        assertEq(vault.creditOf(address(token), worker), 100, "credit");
    }

    function test_false_success_is_refused_with_a_permit_too() external {
        ReturnsFalseToken token = new ReturnsFalseToken();
        token.set(false, true);

        vm.prank(funder);
        vm.expectRevert(_notFunded(address(token), 0, 100));
        vault.depositWithPermit(address(token), worker, 100, type(uint256).max, 0, 0, 0);
    }

    function test_a_broken_token_can_be_left_out_of_a_withdrawal_of_many() external {
        PausableToken token = new PausableToken();
        token.mint(address(vault), 100);
        vault.settle(address(token), worker, 100);
        _deposit(worker, 100);
        token.pause();
        address[] memory tokens = new address[](2);
        (tokens[0], tokens[1]) = (address(yen), address(token));
        vm.startPrank(worker);
        vm.expectRevert(Pausable.EnforcedPause.selector);
        vault.withdrawMany(tokens);

        tokens = new address[](1);
        tokens[0] = address(yen);
        vault.withdrawMany(tokens);
        assertEq(yen.balanceOf(worker), 100, "money");
    }
}
