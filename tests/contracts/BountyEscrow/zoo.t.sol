// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import {IPayoutVault} from "../../../contracts/interfaces/IPayoutVault.sol";
import {ApprovalRaceToken} from "../mocks/ApprovalRaceToken.sol";
import {AuthorizationToken} from "../mocks/AuthorizationToken.sol";
import {BlocklistToken} from "../mocks/BlocklistToken.sol";
import {FeeOnTransferToken} from "../mocks/FeeOnTransferToken.sol";
import {HookToken} from "../mocks/HookToken.sol";
import {NoReturnToken} from "../mocks/NoReturnToken.sol";
import {PausableToken} from "../mocks/PausableToken.sol";
import {RebasingToken} from "../mocks/RebasingToken.sol";
import {ReturnsFalseToken} from "../mocks/ReturnsFalseToken.sol";
import {Uint96Token} from "../mocks/Uint96Token.sol";
import {EscrowTest} from "./EscrowTest.sol";

/// @notice Tokens that misbehave, from the opening to the withdrawal: refused at the door, or held to what was measured.
/// What one of them does never touches a bounty in another token.
contract ZooTest is EscrowTest {
    uint256 private constant ESCROWED = 2 * MAX_AWARD;

    function setUp() public override {
        super.setUp();
        _open();
    }

    /// @dev A bounty in yen was opened before, and must be as it was after.
    modifier leavesYenAlone() {
        _;
        assertEq(_credit(address(escrow)), ESCROWED, "yen");
        assertEq(yen.balanceOf(address(vault)), ESCROWED, "yen held");
    }

    function _prepare(address token) private {
        terms.token = token;
        // Every one of them mints and approves in the same way.
        ApprovalRaceToken(token).mint(owner, 2 * ESCROWED);
        vm.prank(owner);
        IERC20(token).approve(address(opener), ESCROWED);
    }

    function _expectOpenRefused(bytes memory refusal) private {
        vm.prank(owner);
        vm.expectRevert(refusal);
        opener.open(terms);
        assertEq(vault.creditOf(terms.token, address(escrow)), 0, "credit");
        assertEq(escrow.bountyCount(), 1, "bounties");
    }

    function _notFunded(uint256 found, uint256 needed) private view returns (bytes memory) {
        return abi.encodeWithSelector(IPayoutVault.PayoutVault_NotFunded.selector, terms.token, found, needed);
    }

    function _live() private {
        vm.warp(block.timestamp + 400 days);
        _settle(SUCCESS);
        _settle(LONG_TERM);
        _close();
    }

    function _accept() private {
        _submit();
        _approve(0);
        _approve(1);
    }

    function _withdraw(address account) private {
        uint256 credit = vault.creditOf(terms.token, account);
        vm.prank(account);
        vault.withdraw(terms.token, credit);
    }

    function _assertAllWithdrawn() private {
        _withdraw(worker);
        _withdraw(colleague);
        _withdraw(owner);
        IERC20 token = IERC20(terms.token);
        assertEq(token.balanceOf(worker), (180_000 ether * 7) / 10, "worker");
        assertEq(token.balanceOf(colleague), (180_000 ether * 3) / 10, "colleague");
        assertEq(token.balanceOf(address(vault)), 0, "vault");
    }

    function _assertLives(address token) private {
        NoReturnToken(token).mint(owner, 2 * ESCROWED);
        terms.token = token;
        vm.prank(owner);
        NoReturnToken(token).approve(address(opener), ESCROWED);
        _open();
        _accept();
        _live();
        _assertAllWithdrawn();
    }

    /* TAKEN */

    function test_zoo_token_without_return_values_lives() external leavesYenAlone {
        _assertLives(address(new NoReturnToken()));
    }

    function test_zoo_token_with_an_approval_race_guard_lives() external leavesYenAlone {
        _assertLives(address(new ApprovalRaceToken()));
    }

    function test_zoo_token_of_96_bits_lives() external leavesYenAlone {
        _assertLives(address(new Uint96Token()));
    }

    function test_zoo_token_of_96_bits_is_refused_beyond_them() external leavesYenAlone {
        Uint96Token token = new Uint96Token();
        (terms.token, terms.amount, terms.maxAwards) = (address(token), type(uint96).max, 1);
        vm.prank(owner);
        token.approve(address(opener), type(uint256).max);
        uint256 escrowed = opener.escrowOf(terms);

        _expectOpenRefused(abi.encodeWithSelector(Uint96Token.Uint96Token_TooLarge.selector, escrowed));
    }

    function test_zoo_token_with_hooks_lives_and_one_that_refuses_blocks_only_itself() external leavesYenAlone {
        HookToken token = new HookToken();
        _prepare(address(token));
        _open();
        // An account without code cannot answer a hook.
        vm.prank(colleague);
        token.setHook(true);
        _accept();
        _live();
        _withdraw(worker);
        _withdraw(owner);
        uint256 credit = vault.creditOf(address(token), colleague);
        vm.prank(colleague);
        vm.expectRevert();
        vault.withdraw(address(token), credit);
        vm.prank(colleague);
        vault.withdrawTo(address(token), outsider, credit);
        assertEq(token.balanceOf(outsider), (180_000 ether * 3) / 10, "elsewhere");
    }

    function test_zoo_token_with_a_blocklist_pays_and_blocks_only_who_is_on_it() external leavesYenAlone {
        BlocklistToken token = new BlocklistToken();
        _prepare(address(token));
        _open();
        _submit();
        token.setBlocked(worker, true);
        token.setBlocked(address(escrow), true);
        _approve(0);
        _approve(1);
        _live();
        _withdraw(colleague);
        _withdraw(owner);
        assertEq(token.balanceOf(colleague), (180_000 ether * 3) / 10, "colleague");
        uint256 credit = vault.creditOf(address(token), worker);
        vm.prank(worker);
        vm.expectRevert(abi.encodeWithSelector(BlocklistToken.BlocklistToken_Blocked.selector, worker));
        vault.withdraw(address(token), credit);
        token.setBlocked(worker, false);
        _withdraw(worker);
        assertEq(token.balanceOf(address(vault)), 0, "vault");
    }

    function test_zoo_token_that_is_paused_still_pays_and_is_withdrawn_later() external leavesYenAlone {
        PausableToken token = new PausableToken();
        _prepare(address(token));
        _open();
        _submit();
        token.pause();
        _approve(0);
        _approve(1);
        _live();
        uint256 credit = vault.creditOf(address(token), worker);
        vm.prank(worker);
        vm.expectRevert(Pausable.EnforcedPause.selector);
        vault.withdraw(address(token), credit);
        token.unpause();
        _assertAllWithdrawn();
    }

    /* REFUSED */

    function test_pitfall_08_token_with_a_fee_is_refused() external leavesYenAlone {
        _prepare(address(new FeeOnTransferToken()));

        _expectOpenRefused(_notFunded((ESCROWED * 99) / 100, ESCROWED));
    }

    function test_pitfall_08_token_that_fails_without_reverting_is_refused() external leavesYenAlone {
        ReturnsFalseToken token = new ReturnsFalseToken();
        _prepare(address(token));
        token.set(true, false);
        _expectOpenRefused(abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, address(token)));
        token.set(false, true);
        _expectOpenRefused(_notFunded(0, ESCROWED));
    }

    function test_pitfall_08_the_highest_number_is_not_taken_for_all() external leavesYenAlone {
        (terms.amount, terms.maxMultiplierBps) = (type(uint128).max, 50_000);
        (terms.maxAwards, terms.tokenReward) = (type(uint16).max, 0);
        uint256 escrowed = opener.escrowOf(terms);
        assertEq(escrowed, uint256(type(uint128).max) * 5 * type(uint16).max, "no overflow");
        vm.prank(owner);
        vm.expectRevert();
        opener.open(terms);
    }

    /* WHAT CHANGES ITS MIND */

    function test_pitfall_08_token_that_takes_a_fee_later_refuses_bonds_and_still_pays() external leavesYenAlone {
        AuthorizationToken token = new AuthorizationToken();
        terms.challengeBond = 1_000 ether;
        _prepare(address(token));
        token.mint(worker, 1_000 ether);
        vm.prank(worker);
        token.approve(address(escrow), 1_000 ether);
        _open();
        _accept();
        vm.warp(NOW + 30 days);
        _report(SUCCESS, 8_000);
        token.setFee(1);
        bytes memory refusal = _notFunded(990 ether, 1_000 ether);
        vm.prank(worker);
        vm.expectRevert(refusal);
        escrow.challenge(submissionId, _terms(), _work(), SUCCESS, worker, "bafkreichallenge", _unsigned());
        vm.warp(NOW + 37 days);
        _settle(SUCCESS);
        assertEq(vault.creditOf(address(token), worker), (210_000 ether * 7) / 10, "paid");
    }

    function test_zoo_token_that_shrinks_pays_credits_and_takes_no_new_bounty() external leavesYenAlone {
        RebasingToken token = new RebasingToken();
        _prepare(address(token));
        _open();
        _accept();
        token.rebase(50);
        token.mint(owner, 2 * ESCROWED);
        vm.prank(owner);
        token.approve(address(opener), ESCROWED);
        terms.submitBy = uint64(block.timestamp + 1 days);
        vm.prank(owner);
        // Of the 720,000 the vault still holds 360,000, and would hold all with 720,000 more.
        vm.expectRevert(_notFunded(MAX_AWARD, ESCROWED));
        opener.open(terms);
        terms.submitBy = NOW + 30 days;
        _live();
        _withdraw(worker);
        assertEq(token.balanceOf(worker), (180_000 ether * 7) / 10, "first come");
        assertEq(vault.creditOf(address(token), colleague), (180_000 ether * 3) / 10, "credit");
    }
}
