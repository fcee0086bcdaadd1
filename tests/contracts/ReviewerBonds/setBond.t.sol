// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IReviewerBonds} from "../../../contracts/interfaces/IReviewerBonds.sol";
import {BondsTest} from "./BondsTest.sol";

contract SetBondTest is BondsTest {
    function _expectRefused(address caller, uint128 bond, uint16 lossBps, bytes memory refusal) private {
        bytes memory encoded = _terms();
        vm.prank(caller);
        vm.expectRevert(refusal);
        bonds.setBond(BOUNTY, encoded, bond, lossBps);
    }

    function test_setBond_reverts_when_terms_differ() external {
        terms.maxAwards = 3;

        // it should revert with ReviewerBonds_TermsMismatch
        _expectRefused(owner, BOND, LOSS_BPS, _termsMismatch());
    }

    function test_setBond_reverts_when_caller_is_not_of_the_project() external {
        address[3] memory strangers = [outsider, reviewers[0], worker];

        // it should revert with ReviewerBonds_NotAuthorized
        bytes4 selector = IReviewerBonds.ReviewerBonds_NotAuthorized.selector;
        for (uint256 i = 0; i < 3; ++i) {
            _expectRefused(strangers[i], BOND, LOSS_BPS, abi.encodeWithSelector(selector, projectId, strangers[i]));
        }
    }

    function test_setBond_reverts_when_bounty_is_closed() external {
        bounty.closed = true;
        _write();

        // it should revert with ReviewerBonds_Closed
        _expectRefused(owner, BOND, LOSS_BPS, _closed());
    }

    function test_setBond_reverts_when_work_came_in() external {
        bounty.submissions = 1;
        _write();

        // it should revert with ReviewerBonds_WorkCameIn
        bytes4 selector = IReviewerBonds.ReviewerBonds_WorkCameIn.selector;
        _expectRefused(owner, BOND, LOSS_BPS, abi.encodeWithSelector(selector, BOUNTY, 1));
    }

    function test_setBond_reverts_when_set_before() external {
        _setBond();

        // it should revert with ReviewerBonds_AlreadySet
        bytes4 selector = IReviewerBonds.ReviewerBonds_AlreadySet.selector;
        _expectRefused(owner, BOND - 1, LOSS_BPS, abi.encodeWithSelector(selector, BOUNTY));
    }

    function test_setBond_reverts_when_loss_is_nothing_or_more_than_all() external {
        bytes4 selector = IReviewerBonds.ReviewerBonds_LossInvalid.selector;

        // it should revert with ReviewerBonds_LossInvalid
        _expectRefused(owner, 0, LOSS_BPS, abi.encodeWithSelector(selector, 0, LOSS_BPS));
        _expectRefused(owner, BOND, 0, abi.encodeWithSelector(selector, BOND, 0));
        _expectRefused(owner, 9_999, 1, abi.encodeWithSelector(selector, 9_999, 1));
        _expectRefused(owner, BOND, 10_001, abi.encodeWithSelector(selector, BOND, 10_001));

        // it should take a loss of all, and of one unit
        uint256 before = vm.snapshotState();
        vm.startPrank(owner);
        bonds.setBond(BOUNTY, _terms(), type(uint128).max, 10_000);
        vm.revertToState(before);
        bonds.setBond(BOUNTY, _terms(), 10_000, 1);
        vm.stopPrank();
    }

    function test_setBond_keeps_bond_and_loss(uint128 bond, uint16 lossBps) external {
        lossBps = uint16(bound(lossBps, 1, 10_000));
        bond = uint128(bound(bond, 10_000, type(uint128).max));

        // it should keep bond and loss and emit BondSet
        vm.expectEmit(address(bonds));
        emit IReviewerBonds.BondSet(BOUNTY, owner, bond, lossBps);
        vm.prank(owner);
        bonds.setBond(BOUNTY, _terms(), bond, lossBps);
        IReviewerBonds.BountyBonds memory found = bonds.bondsOf(BOUNTY);
        assertEq(found.bond, bond, "bond");
        assertEq(found.lossBps, lossBps, "loss");
        assertEq(found.bonded, 0, "bonded");
        assertEq(found.endedAt, 0, "endedAt");
    }

    function test_setBond_takes_a_stewards_word() external {
        bytes memory encoded = _terms();

        // it should let a steward set them
        vm.prank(steward);
        bonds.setBond(BOUNTY, encoded, BOND, LOSS_BPS);
        assertEq(bonds.bondsOf(BOUNTY).bond, BOND, "bond");
    }
}
