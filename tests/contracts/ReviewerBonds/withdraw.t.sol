// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IReviewerBonds} from "../../../contracts/interfaces/IReviewerBonds.sol";
import {BondsTest} from "./BondsTest.sol";

contract WithdrawTest is BondsTest {
    uint256 private constant GRACE = 30 days;

    function _expectRefused(address reviewer, bytes memory refusal) private {
        bytes memory encoded = _terms();
        vm.expectRevert(refusal);
        bonds.withdraw(BOUNTY, encoded, reviewer);
    }

    function test_withdraw_reverts_when_terms_differ() external {
        _toBonded();
        _toEnded();
        skip(GRACE);
        terms.token = NATIVE;

        // it should revert with ReviewerBonds_TermsMismatch
        _expectRefused(reviewers[0], _termsMismatch());
    }

    function test_withdraw_reverts_when_the_end_was_not_noted() external {
        _toBonded();
        (bounty.closed, bounty.reclaimed) = (true, true);
        _write();
        skip(3650 days);

        // it should revert with ReviewerBonds_NotEnded
        _expectRefused(reviewers[0], _notEnded());
    }

    function test_withdraw_waits_for_the_grace() external {
        _toBonded();
        skip(1 days);
        _toEnded();
        uint256 end = NOW + 1 days + GRACE;

        // it should revert with ReviewerBonds_OutsideWindow one second before
        vm.warp(end - 1);
        _expectRefused(reviewers[0], _outside(end, type(uint256).max));

        // it should return the bond at that time and after
        vm.warp(end);
        _withdraw(0);
        vm.warp(end + 1);
        _withdraw(1);
    }

    function test_withdraw_reverts_when_nothing_is_left() external {
        _setBond();
        _post(0);
        _toEnded();
        skip(GRACE);

        // it should revert with ReviewerBonds_NotBonded, for strangers too
        _expectRefused(reviewers[1], _notBonded(reviewers[1]));
        _expectRefused(outsider, _notBonded(outsider));
    }

    function test_withdraw_returns_what_is_left() external {
        _toBonded();
        (state.approvals, state.rejections) = (1, 4);
        _toSilent();
        _claim();
        _toEnded();
        skip(GRACE);

        // it should emit BondReturned
        vm.expectEmit(address(bonds));
        emit IReviewerBonds.BondReturned(BOUNTY, reviewers[1], address(yen), BOND - LOSS);
        _withdraw(1);

        // it should return what is left to the reviewer's credit, whoever calls
        assertEq(_credit(reviewers[1]), BOND - LOSS, "credit");
        assertEq(_left(1), 0, "left");
        assertFalse(bonds.isBonded(BOUNTY, reviewers[1]), "bonded");

        // it should leave the bonds of others
        assertEq(_left(0), BOND, "first");
        assertEq(bonds.bondedOf(BOUNTY), 5, "bits");
        assertEq(_credit(address(bonds)), 2 * uint256(BOND), "backing");
    }

    function test_withdraw_reverts_when_the_bond_came_back() external {
        _setBond();
        _post(0);
        _toSilent();
        _toEnded();
        skip(GRACE);
        _withdraw(0);

        // it should revert with ReviewerBonds_NotBonded, and silence costs nothing any more
        _expectRefused(reviewers[0], _notBonded(reviewers[0]));
        bytes memory encoded = _terms();
        vm.expectPartialRevert(IReviewerBonds.ReviewerBonds_NothingToClaim.selector);
        bonds.claimSilence(SUBMISSION, encoded, _work());
        assertEq(_credit(address(bonds)), 0, "backing");
    }
}
