// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {IReviewerBonds} from "../../../contracts/interfaces/IReviewerBonds.sol";
import {BondsTest} from "./BondsTest.sol";

contract ClaimSilenceTest is BondsTest {
    function _expectRefused(bytes4 reason) private {
        _expectRefused(_terms(), _work(), reason);
    }

    function _expectRefused(bytes memory encodedTerms, bytes memory encodedWork, bytes4 reason) private {
        vm.expectRevert(abi.encodeWithSelector(reason, BOUNTY, SUBMISSION));
        bonds.claimSilence(SUBMISSION, encodedTerms, encodedWork);
    }

    /* REFUSED */

    function test_claimSilence_reverts_when_submission_differs() external {
        _toBonded();
        _toSilent();
        bytes4 mismatch = IReviewerBonds.ReviewerBonds_SubmissionMismatch.selector;

        // it should revert with ReviewerBonds_SubmissionMismatch
        work.worker = outsider;
        _expectRefused(mismatch);
        work.worker = worker;
        terms.reviewWindow -= 1;
        _expectRefused(mismatch);
        terms.reviewWindow += 1;
        bytes memory encoded = _terms();
        vm.expectRevert(abi.encodeWithSelector(mismatch, BOUNTY, SUBMISSION + 1));
        bonds.claimSilence(SUBMISSION + 1, encoded, _work());
        vm.expectRevert(abi.encodeWithSelector(mismatch, 0, SUBMISSION));
        bonds.claimSilence(SUBMISSION, encoded, "");
        _expectRefused("", _work(), mismatch);
    }

    function test_claimSilence_reverts_when_work_is_not_accepted() external {
        _toBonded();
        _toSilent();

        // it should revert with ReviewerBonds_NotSilent at every such stage
        for (uint8 stage = 0; stage < uint8(IBountyEscrow.Stage.Accepted); ++stage) {
            state.stage = IBountyEscrow.Stage(stage);
            _write();
            _expectRefused(IReviewerBonds.ReviewerBonds_NotSilent.selector);
        }
    }

    function test_claimSilence_reverts_when_reviewers_accepted() external {
        _toBonded();
        _toSilent();
        (state.bySilence, state.approvals) = (false, 1);
        _write();

        // it should revert with ReviewerBonds_NotSilent
        _expectRefused(IReviewerBonds.ReviewerBonds_NotSilent.selector);
    }

    function test_claimSilence_reverts_when_appealed() external {
        _toBonded();
        _toSilent();
        state.appealed = true;
        _write();

        // it should revert with ReviewerBonds_NotSilent
        _expectRefused(IReviewerBonds.ReviewerBonds_NotSilent.selector);
    }

    function test_claimSilence_reverts_when_claimed_before() external {
        _toBonded();
        _toSilent();
        assertFalse(bonds.isClaimed(BOUNTY, SUBMISSION), "before");
        _claim();
        assertTrue(bonds.isClaimed(BOUNTY, SUBMISSION), "after");

        // it should revert with ReviewerBonds_AlreadyClaimed
        _expectRefused(IReviewerBonds.ReviewerBonds_AlreadyClaimed.selector);
    }

    function test_claimSilence_reverts_when_nobody_silent_has_a_bond() external {
        // it should revert with ReviewerBonds_NothingToClaim
        _toSilent();
        _expectRefused(IReviewerBonds.ReviewerBonds_NothingToClaim.selector);
        vm.warp(NOW);
        _setBond();
        _post(0);
        _post(2);
        (state.approvals, state.rejections) = (1, 4);
        _toSilent();
        _expectRefused(IReviewerBonds.ReviewerBonds_NothingToClaim.selector);
        assertFalse(bonds.isClaimed(BOUNTY, SUBMISSION), "claimed");
    }

    function test_claimSilence_counts_bonds_that_stood_when_work_came_in() external {
        _setBond();
        bounty.submissions = uint32(SUBMISSION);
        _write();
        _post(0);
        // The window in which the reviewer could have spoken may be over; the worker chooses when to end the silence.
        skip(REVIEW_WINDOW);
        _toSilent();

        // it should revert with ReviewerBonds_NothingToClaim however long the bond stood
        _expectRefused(IReviewerBonds.ReviewerBonds_NothingToClaim.selector);

        // it should move the loss for work that came next
        bytes32 contentHash = keccak256(abi.encodePacked(keccak256(_terms()), keccak256(_work())));
        escrow.setSubmission(BOUNTY, SUBMISSION + 1, contentHash, state);
        assertEq(bonds.claimSilence(SUBMISSION + 1, _terms(), _work()), LOSS, "amount");
    }

    /* LOST */

    function test_claimSilence_moves_the_loss_of_the_silent() external {
        _toBonded();
        (state.approvals, state.rejections) = (1, 0);
        _toSilent();

        // it should emit BondLost for each of them
        for (uint256 i = 1; i < 3; ++i) {
            vm.expectEmit(address(bonds));
            emit IReviewerBonds.BondLost(BOUNTY, SUBMISSION, reviewers[i], worker, LOSS);
        }
        uint256 amount = _claim();

        // it should move the loss of each silent reviewer to the worker and nobody else
        assertEq(amount, 2 * LOSS, "amount");
        assertEq(_credit(worker), 2 * LOSS, "worker");
        assertEq(_credit(outsider), 0, "caller");
        assertEq(_left(1), BOND - LOSS, "second");
        assertEq(_left(2), BOND - LOSS, "third");
        assertEq(_credit(address(bonds)), 3 * uint256(BOND) - 2 * LOSS, "credit");

        // it should take nothing from who approved or rejected
        assertEq(_left(0), BOND, "first");
        assertEq(bonds.bondedOf(BOUNTY), 7, "bonded");
    }

    function test_claimSilence_takes_exactly_from_the_silent(uint16 spoke, uint16 posted) external {
        _setBond();
        uint256 expected = 0;
        for (uint256 i = 0; i < 3; ++i) {
            if ((posted >> i) & 1 == 0) continue;
            _post(i);
            if ((spoke >> i) & 1 == 0) expected += LOSS;
        }
        (state.approvals, state.rejections) = (spoke & 5, spoke & 2);
        _toSilent();

        if (expected == 0) _expectRefused(IReviewerBonds.ReviewerBonds_NothingToClaim.selector);
        else assertEq(_claim(), expected, "amount");
        assertEq(_credit(worker), expected, "worker");
    }

    function test_claimSilence_takes_what_is_left_at_most() external {
        _toBonded();
        (state.approvals, state.rejections) = (1, 2);
        _toSilent();

        // it should take what is left at most, and then the reviewer is bonded no more
        uint256[5] memory lost = [LOSS, LOSS, LOSS, LOSS, 1];
        for (uint256 i = 0; i < lost.length; ++i) {
            bytes32 contentHash = keccak256(abi.encodePacked(keccak256(_terms()), keccak256(_work())));
            escrow.setSubmission(BOUNTY, 10 + i, contentHash, state);
            assertTrue(bonds.isBonded(BOUNTY, reviewers[2]), "bonded");
            assertEq(bonds.claimSilence(10 + i, _terms(), _work()), lost[i], "lost");
        }
        assertFalse(bonds.isBonded(BOUNTY, reviewers[2]), "bonded no more");
        assertEq(bonds.bondedOf(BOUNTY), 3, "bits");
        _expectRefused(IReviewerBonds.ReviewerBonds_NothingToClaim.selector);

        // it should let who lost all put down a new bond, which answers for nothing before
        bounty.submissions = 14;
        _write();
        _post(2);
        assertEq(_left(2), BOND, "left");
        _expectRefused(IReviewerBonds.ReviewerBonds_NothingToClaim.selector);
    }

    function test_claimSilence_claims_late() external {
        _toBonded();
        _toSilent();
        state.stage = IBountyEscrow.Stage.Completed;
        _toEnded();
        skip(bonds.GRACE());

        // it should claim for completed work, and after the end was noted
        assertEq(_claim(), 3 * LOSS, "amount");
    }

    function test_claimSilence_pays_in_the_native_coin() external {
        terms.token = NATIVE;
        _write();
        _setBond();
        vm.prank(reviewers[0]);
        bonds.post{value: BOND}(BOUNTY, _terms(), BOND, LOSS_BPS);
        _toSilent();

        // it should pay in the native coin
        assertEq(_claim(), LOSS, "amount");
        assertEq(_credit(worker), LOSS, "worker");
    }

    function test_claimSilence_rounds_down(uint128 bond, uint16 lossBps) external {
        lossBps = uint16(bound(lossBps, 1, 10_000));
        bond = uint128(bound(bond, 10_000, type(uint128).max));
        yen.mint(reviewers[0], bond);
        vm.prank(owner);
        bonds.setBond(BOUNTY, _terms(), bond, lossBps);
        vm.prank(reviewers[0]);
        bonds.post(BOUNTY, _terms(), bond, lossBps);
        _toSilent();

        // it should round the loss down
        uint256 amount = _claim();
        assertLe(amount * 10_000, uint256(bond) * lossBps, "not more");
        assertGt((amount + 1) * 10_000, uint256(bond) * lossBps, "not a unit less");
        assertEq(_left(0), bond - amount, "left");
    }
}
