// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {IContributionRegistry} from "../../../contracts/interfaces/IContributionRegistry.sol";
import {Judgement} from "../../../contracts/libraries/Judgement.sol";
import {EscrowTest} from "./EscrowTest.sol";

contract RequestChangesTest is EscrowTest {
    function setUp() public override {
        super.setUp();
        _toPending();
    }

    /* REFUSED */

    function test_requestChanges_reverts_when_changes_were_requested() external {
        _review(0, REQUEST_CHANGES);

        // it should revert with BountyEscrow_WrongStage
        bytes memory refusal = _wrongStage(IBountyEscrow.Stage.ChangesRequested);
        _expectReviewRefused(0, _reviewOf(REQUEST_CHANGES), refusal);
        _expectReviewRefused(1, _reviewOf(REQUEST_CHANGES), refusal);
    }

    function test_requestChanges_reverts_when_requested_three_times_before() external {
        for (uint256 i = 0; i < 3; ++i) {
            _review(i, REQUEST_CHANGES);
            _revise(vm.toString(i));
        }

        // it should revert with BountyEscrow_LimitReached
        bytes memory refusal = abi.encodeWithSelector(IBountyEscrow.BountyEscrow_LimitReached.selector, 3);
        for (uint256 i = 0; i < 3; ++i) _expectReviewRefused(i, _reviewOf(REQUEST_CHANGES), refusal);
        assertEq(_state().changeRequests, 3, "requests");
        assertEq(_state().version, 4, "version");

        // it should still approve and reject
        _approve(0);
        _review(1, REJECT);
        _approve(2);
        _assertStage(IBountyEscrow.Stage.Accepted);
    }

    /* REQUESTED */

    function test_requestChanges_asks_the_worker() external {
        for (uint8 i = 1; i <= 3; ++i) {
            skip(1 days);
            IContributionRegistry.Attestation memory attestation = _attestation(
                escrow.REVIEW_SCHEMA(),
                _values(_reviewOf(REQUEST_CHANGES))
            );
            bytes32 uid = registry.uidOf(attestation);

            // it should emit {ReviewCounted}
            vm.expectEmit(address(escrow));
            emit IBountyEscrow.ReviewCounted(
                bountyId,
                submissionId,
                reviewers[1],
                uid,
                REQUEST_CHANGES,
                2_000,
                "off-brief",
                "bafkreireview"
            );
            vm.prank(reviewers[1]);
            registry.attest(attestation, _context());

            // it should ask the worker for changes and start its window
            IBountyEscrow.SubmissionState memory wanted;
            (wanted.stage, wanted.version) = (IBountyEscrow.Stage.ChangesRequested, i);
            (wanted.changeRequests, wanted.clock) = (i, uint40(block.timestamp));
            assertEq(abi.encode(_state()), abi.encode(wanted), "state");

            // it should keep the work pending for the bounty and move no money
            assertEq(_bounty().pending, 1, "pending");
            assertEq(_credit(address(escrow)), 2 * MAX_AWARD, "credit");
            _revise(vm.toString(i));
        }
    }

    function test_requestChanges_is_no_vote() external {
        _approve(0);
        _review(1, REJECT);
        _review(2, REQUEST_CHANGES);

        // it should count as no vote and keep the votes that there are
        assertEq(_state().approvals, 1, "approvals");
        assertEq(_state().rejections, 2, "rejections");
        _assertStage(IBountyEscrow.Stage.ChangesRequested);
    }

    function test_requestChanges_lets_reviewers_decide_the_version_as_it_is() external {
        _review(0, REQUEST_CHANGES);
        uint256 asked = vm.snapshotState();

        // it should let reviewers accept the version as it is
        _approve(1);
        _assertStage(IBountyEscrow.Stage.ChangesRequested);
        _approve(0);
        _assertStage(IBountyEscrow.Stage.Accepted);
        assertEq(_bounty().pending, 0, "pending");

        // it should let reviewers reject the version as it is
        vm.revertToState(asked);
        _review(1, REJECT);
        _review(2, REJECT);
        _assertStage(IBountyEscrow.Stage.Rejected);
        assertEq(_bounty().pending, 0, "pending after rejection");
    }

    function test_pitfall_06_requestChanges_lets_reviewers_vote_in_the_workers_window() external {
        skip(5 days);
        _review(0, REQUEST_CHANGES);
        uint256 asked = block.timestamp;
        uint256 end = asked + terms.reviewWindow;

        // it should count votes until one second before the worker's window ends
        vm.warp(end - 1);
        _approve(1);
        assertEq(_state().approvals, 2, "approvals");

        // it should keep the worker's clock when a vote does not decide
        assertEq(_state().clock, asked, "clock");

        // it should revert votes with BountyEscrow_OutsideWindow at that time and after
        for (uint256 late = 0; late < 2; ++late) {
            vm.warp(end + late);
            _expectReviewRefused(0, _reviewOf(APPROVE), _outside(asked, end));
            _expectReviewRefused(2, _reviewOf(REJECT), _outside(asked, end));
        }
    }

    /* CHANGED */

    function test_pitfall_09_requestChanges_starts_a_version_without_votes() external {
        _approve(0);
        _review(1, REJECT);
        _review(2, REQUEST_CHANGES);
        Judgement.Review memory stale = _reviewOf(APPROVE);
        _revise("bafkreisecond");

        // it should count nothing of the former version
        assertEq(_state().approvals | _state().rejections, 0, "votes");
        _review(0, REJECT);
        _assertStage(IBountyEscrow.Stage.Pending);

        // it should refuse a review that names the former version
        _expectReviewRefused(2, stale, _mismatch());

        // it should let the reviewer who asked vote on the new version
        _approve(2);
        _approve(1);
        _assertStage(IBountyEscrow.Stage.Accepted);
    }
}
