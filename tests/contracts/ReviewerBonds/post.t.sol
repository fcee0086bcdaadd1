// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPayoutVault} from "../../../contracts/interfaces/IPayoutVault.sol";
import {IReviewerBonds} from "../../../contracts/interfaces/IReviewerBonds.sol";
import {FeeOnTransferToken} from "../mocks/FeeOnTransferToken.sol";
import {BondsTest} from "./BondsTest.sol";

contract PostTest is BondsTest {
    function _expectRefused(address caller, uint256 value, bytes memory refusal) private {
        bytes memory encoded = _terms();
        vm.prank(caller);
        vm.expectRevert(refusal);
        bonds.post{value: value}(BOUNTY, encoded, BOND, LOSS_BPS);
    }

    function _expectNotAgreed(uint128 bond, uint16 lossBps, bytes memory refusal) private {
        bytes memory encoded = _terms();
        vm.prank(reviewers[0]);
        vm.expectRevert(refusal);
        bonds.post(BOUNTY, encoded, bond, lossBps);
    }

    function _valueMismatch(uint256 found, uint256 needed) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IReviewerBonds.ReviewerBonds_ValueMismatch.selector, found, needed);
    }

    /* REFUSED */

    function test_post_reverts_when_terms_differ() external {
        _setBond();
        terms.maxAwards = 3;

        // it should revert with ReviewerBonds_TermsMismatch
        _expectRefused(reviewers[0], 0, _termsMismatch());
    }

    function test_post_reverts_when_caller_is_no_reviewer() external {
        _setBond();
        bytes4 selector = IReviewerBonds.ReviewerBonds_NotReviewer.selector;

        // it should revert with ReviewerBonds_NotReviewer
        _expectRefused(outsider, 0, abi.encodeWithSelector(selector, outsider));
        _expectRefused(owner, 0, abi.encodeWithSelector(selector, owner));
    }

    function test_post_reverts_when_bounty_is_closed() external {
        _setBond();
        bounty.closed = true;
        _write();

        // it should revert with ReviewerBonds_Closed
        _expectRefused(reviewers[0], 0, _closed());
    }

    function test_post_takes_bonds_until_submitBy() external {
        _setBond();

        // it should take a bond one second before
        vm.warp(SUBMIT_BY - 1);
        _post(0);

        // it should revert with ReviewerBonds_OutsideWindow at that time and after
        for (uint256 late = 0; late < 2; ++late) {
            vm.warp(SUBMIT_BY + late);
            _expectRefused(reviewers[1], 0, _outside(0, SUBMIT_BY));
        }
    }

    function test_post_reverts_when_no_bond_is_set() external {
        bytes memory refusal = abi.encodeWithSelector(IReviewerBonds.ReviewerBonds_NotAgreed.selector, 0, 0);

        // it should revert with ReviewerBonds_NotAgreed even when nothing is offered
        _expectNotAgreed(BOND, LOSS_BPS, refusal);
        _expectNotAgreed(0, 0, refusal);
    }

    function test_post_reverts_when_something_else_is_agreed_to() external {
        _setBond();
        bytes4 selector = IReviewerBonds.ReviewerBonds_NotAgreed.selector;
        bytes memory refusal = abi.encodeWithSelector(selector, BOND, LOSS_BPS);

        // it should revert with ReviewerBonds_NotAgreed
        _expectNotAgreed(BOND - 1, LOSS_BPS, refusal);
        _expectNotAgreed(BOND + 1, LOSS_BPS, refusal);
        _expectNotAgreed(BOND, LOSS_BPS - 1, refusal);
        _expectNotAgreed(BOND, LOSS_BPS + 1, refusal);
    }

    function test_post_reverts_when_posted_before() external {
        _setBond();
        _post(0);

        // it should revert with ReviewerBonds_AlreadyPosted
        bytes4 selector = IReviewerBonds.ReviewerBonds_AlreadyPosted.selector;
        _expectRefused(reviewers[0], 0, abi.encodeWithSelector(selector, BOUNTY, reviewers[0]));
    }

    function test_post_reverts_when_value_is_wrong() external {
        // it should revert with ReviewerBonds_ValueMismatch
        _setBond();
        _expectRefused(reviewers[0], 1, _valueMismatch(1, 0));
        _expectRefused(reviewers[0], BOND, _valueMismatch(BOND, 0));

        terms.token = NATIVE;
        _write();
        _expectRefused(reviewers[0], 0, _valueMismatch(0, BOND));
        _expectRefused(reviewers[0], BOND - 1, _valueMismatch(BOND - 1, BOND));
        _expectRefused(reviewers[0], BOND + 1, _valueMismatch(BOND + 1, BOND));
    }

    function test_post_reverts_when_token_takes_a_fee() external {
        FeeOnTransferToken token = new FeeOnTransferToken();
        token.mint(reviewers[0], 1_000_000);
        vm.prank(reviewers[0]);
        token.approve(address(bonds), type(uint256).max);
        terms.token = address(token);
        _write();
        _setBond();
        bytes memory encoded = _terms();

        // it should revert in the vault
        vm.prank(reviewers[0]);
        vm.expectPartialRevert(IPayoutVault.PayoutVault_NotFunded.selector);
        bonds.post(BOUNTY, encoded, BOND, LOSS_BPS);
    }

    /* TAKEN */

    function test_post_brings_the_bond() external {
        _setBond();
        bounty.submissions = 2;
        _write();
        assertFalse(bonds.isBonded(BOUNTY, reviewers[1]), "before");

        // it should mark the reviewer as bonded and emit BondPosted
        vm.expectEmit(address(bonds));
        emit IReviewerBonds.BondPosted(BOUNTY, reviewers[1], address(yen), BOND);
        _post(1);
        assertTrue(bonds.isBonded(BOUNTY, reviewers[1]), "bonded");
        assertEq(bonds.bondedOf(BOUNTY), 2, "bits");
        assertEq(_left(1), BOND, "left");
        assertEq(bonds.bondOf(BOUNTY, reviewers[1]).postedAt, NOW, "postedAt");
        assertEq(bonds.bondOf(BOUNTY, reviewers[1]).formerWork, 2, "formerWork");

        // it should bring the bond into the credit of this contract
        assertEq(_credit(address(bonds)), BOND, "credit");
        assertEq(yen.balanceOf(address(vault)), BOND, "vault");
        assertEq(yen.balanceOf(address(bonds)), 0, "own");
        assertEq(yen.balanceOf(reviewers[1]), 1_000_000 - BOND, "reviewer");

        // it should leave nobody else bonded
        assertFalse(bonds.isBonded(BOUNTY, reviewers[0]), "first");
        assertFalse(bonds.isBonded(BOUNTY + 1, reviewers[1]), "other bounty");
        _post(0);
        _post(2);
        assertEq(bonds.bondedOf(BOUNTY), 7, "all bits");
    }

    function test_post_brings_the_native_coin() external {
        terms.token = NATIVE;
        _write();
        _setBond();
        bytes memory encoded = _terms();

        // it should bring the value into the credit of this contract
        vm.prank(reviewers[0]);
        bonds.post{value: BOND}(BOUNTY, encoded, BOND, LOSS_BPS);
        assertEq(_credit(address(bonds)), BOND, "credit");
        assertEq(address(vault).balance, BOND, "vault");
        assertEq(address(bonds).balance, 0, "own");
    }

    function test_post_brings_credit_that_cannot_be_pushed() external {
        _setBond();
        _post(0);

        // it should revert in the vault
        vm.expectRevert(abi.encodeWithSelector(IPayoutVault.PayoutVault_PushRefused.selector, address(bonds)));
        vault.push(address(yen), address(bonds));
    }
}
