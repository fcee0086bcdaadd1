// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {IContributionRegistry} from "../../../contracts/interfaces/IContributionRegistry.sol";
import {Judgement} from "../../../contracts/libraries/Judgement.sol";
import {EscrowTest} from "./EscrowTest.sol";

contract OutcomeTest is EscrowTest {
    uint256 private constant BASE = 90_000 ether;

    function _notSource(address attester, address needed) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IBountyEscrow.BountyEscrow_NotSource.selector, attester, needed);
    }

    function _assertTranche(IBountyEscrow.TrancheStage stage, uint16 achievedBps, uint256 clock) private view {
        IBountyEscrow.TrancheState memory state = _state().success;
        assertEq(uint8(state.stage), uint8(stage), "tranche stage");
        assertEq(state.achievedBps, achievedBps, "achieved");
        assertEq(state.clock, clock, "clock");
    }

    /// @dev Attests a success outcome; the event must name the uid under which the registry stores it.
    function _expectReported(address attester, uint128 value, uint16 achievedBps, bool ruling) private {
        IContributionRegistry.Attestation memory attestation = _attestation(
            escrow.OUTCOME_SCHEMA(),
            _values(_outcomeOf(SUCCESS, value))
        );
        bytes32 uid = registry.uidOf(attestation);
        bytes memory context = _context();
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.OutcomeReported(
            bountyId,
            submissionId,
            SUCCESS,
            attester,
            uid,
            value,
            achievedBps,
            ruling,
            "bafkreioutcome"
        );
        vm.prank(attester);
        registry.attest(attestation, context);
        assertEq(registry.statusOf(attester, uid).attestedAt, block.timestamp, "stored under the uid");
    }

    /* WRONG STAGE */

    function test_outcome_reverts_given_submission_is_not_accepted() external {
        _toPending();

        // it should revert with BountyEscrow_WrongStage
        Judgement.Outcome memory outcome = _outcomeOf(SUCCESS, 8_000);
        _expectOutcomeRefused(source, outcome, _wrongStage(IBountyEscrow.Stage.Pending));
        uint256 snapshot = vm.snapshotState();
        _review(0, REQUEST_CHANGES);
        _expectOutcomeRefused(source, outcome, _wrongStage(IBountyEscrow.Stage.ChangesRequested));
        vm.revertToState(snapshot);
        _review(0, REJECT);
        _review(1, REJECT);
        _expectOutcomeRefused(source, outcome, _wrongStage(IBountyEscrow.Stage.Rejected));
        _appeal();
        _expectOutcomeRefused(source, outcome, _wrongStage(IBountyEscrow.Stage.Appealed));
        _expectOutcomeRefused(arbiter, outcome, _wrongStage(IBountyEscrow.Stage.Appealed));
    }

    function test_outcome_reverts_given_award_is_completed() external {
        _toCompleted(8_000, 5_000);

        bytes memory refusal = _wrongStage(IBountyEscrow.Stage.Completed);
        _expectOutcomeRefused(source, _outcomeOf(SUCCESS, 10_000), refusal);
        _expectOutcomeRefused(source, _outcomeOf(LONG_TERM, 10_000), refusal);
        _expectOutcomeRefused(arbiter, _outcomeOf(LONG_TERM, 10_000), refusal);
    }

    /* REPORT */

    function test_report_reverts_when_attester_is_not_the_source() external {
        _toAccepted();
        skip(30 days);
        address[5] memory attesters = [outsider, owner, worker, reviewers[0], arbiter];
        for (uint256 i = 0; i < attesters.length; ++i) {
            // it should revert with BountyEscrow_NotSource
            _expectOutcomeRefused(attesters[i], _outcomeOf(SUCCESS, 8_000), _notSource(attesters[i], source));
        }
    }

    function test_report_reverts_when_the_source_of_one_tranche_reports_the_other() external {
        address other = makeAddr("other source");
        terms.longTerm.source = other;
        _toAccepted();
        skip(30 days);

        _expectOutcomeRefused(other, _outcomeOf(SUCCESS, 8_000), _notSource(other, source));
    }

    function test_pitfall_06_report_is_taken_within_its_window_and_not_a_second_more() external {
        _toAccepted();
        _assertWindow(SUCCESS, NOW + 30 days, NOW + 60 days);
        _assertWindow(LONG_TERM, NOW + 365 days, NOW + 400 days);
    }

    function _assertWindow(IBountyEscrow.Tranche tranche, uint256 start, uint256 end) private {
        // it should revert with BountyEscrow_OutsideWindow
        uint256[3] memory outside = [start - 1, end, end + 1];
        for (uint256 i = 0; i < outside.length; ++i) {
            vm.warp(outside[i]);
            _expectOutcomeRefused(source, _outcomeOf(tranche, 8_000), _outside(start, end));
        }

        // it should take a report at its first and at its last second
        uint256[3] memory inside = [start, start + 1, end - 1];
        uint256 snapshot = vm.snapshotState();
        for (uint256 i = 0; i < inside.length; ++i) {
            vm.warp(inside[i]);
            _report(tranche, 8_000);
            vm.revertToState(snapshot);
        }
    }

    function test_report_reverts_when_evidence_has_the_wrong_length() external {
        _toAccepted();
        skip(30 days);
        uint8[2] memory wrong = [0, 129];
        for (uint256 i = 0; i < wrong.length; ++i) {
            Judgement.Outcome memory outcome = _outcomeOf(SUCCESS, 8_000);
            outcome.evidence = string(new bytes(wrong[i]));

            // it should revert with BountyEscrow_TextLength
            _expectOutcomeRefused(
                source,
                outcome,
                abi.encodeWithSelector(IBountyEscrow.BountyEscrow_TextLength.selector, wrong[i])
            );
        }
    }

    function test_report_stores_and_emits() external {
        _toAccepted();
        skip(31 days);
        uint256 before = _credit(address(escrow));

        // it should emit {OutcomeReported}
        _expectReported(source, 8_000, 8_000, false);

        // it should store the achievement and the clock
        _assertTranche(IBountyEscrow.TrancheStage.Reported, 8_000, NOW + 31 days);

        // it should move no money
        assertEq(_credit(address(escrow)), before, "credit");

        // it should leave the other tranche as it is
        assertEq(uint8(_state().longTerm.stage), uint8(IBountyEscrow.TrancheStage.Waiting), "long-term");
        assertEq(_state().longTerm.clock, 0, "long-term clock");
        assertEq(_state().clock, NOW, "accepted at");
    }

    function test_report_pays_at_once_given_it_cannot_be_challenged() external {
        (terms.success.challengeWindow, terms.longTerm.challengeWindow) = (0, 0);
        _toAccepted();
        skip(30 days);

        // it should pay at once
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.TrancheSettled(bountyId, submissionId, SUCCESS, 8_000, 120_000 ether, false);
        _report(SUCCESS, 8_000);
        _assertTranche(IBountyEscrow.TrancheStage.Settled, 8_000, NOW + 30 days);
        assertEq(_credit(worker) + _credit(colleague), BASE + 120_000 ether, "paid");

        // it should complete the award with the last tranche
        skip(335 days);
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.AwardCompleted(bountyId, submissionId, 270_000 ether, 0, 90_000 ether);
        _report(LONG_TERM, 10_000);
        _assertStage(IBountyEscrow.Stage.Completed);
        assertEq(_credit(owner), 90_000 ether, "returned");
        assertEq(_credit(address(escrow)), MAX_AWARD, "escrow");
    }

    function test_report_rounds_down_and_holds_at_the_cap(uint128 value, uint128 target, uint16 capBps) external {
        target = uint128(bound(target, 1, type(uint128).max));
        (terms.success.target, terms.success.capBps) = (target, uint16(bound(capBps, 10_000, 20_000)));
        _toAccepted();
        skip(30 days);
        _report(SUCCESS, value);

        // it should round the achievement down and hold it at the cap
        uint256 found = _state().success.achievedBps;
        if (found < terms.success.capBps) {
            assertLe(found * target, uint256(value) * 10_000, "not above");
            assertGt((found + 1) * target, uint256(value) * 10_000, "the next is above");
        } else {
            assertEq(found, terms.success.capBps, "cap");
            assertGe(uint256(value) * 10_000, found * target, "reached");
        }
    }

    function test_report_reverts_given_tranche_is_reported() external {
        _toReported(SUCCESS, 8_000);

        // it should revert a second report with BountyEscrow_TrancheStage
        bytes memory refusal = _wrongTranche(SUCCESS, IBountyEscrow.TrancheStage.Reported);
        _expectOutcomeRefused(source, _outcomeOf(SUCCESS, 9_000), refusal);
        _expectOutcomeRefused(arbiter, _outcomeOf(SUCCESS, 9_000), refusal);
    }

    /* RULING */

    function test_ruling_reverts_when_attester_is_not_the_arbiter() external {
        _toChallenged(SUCCESS, 8_000);
        address[5] memory attesters = [outsider, owner, worker, reviewers[0], source];
        for (uint256 i = 0; i < attesters.length; ++i) {
            // it should revert with BountyEscrow_NotSource
            _expectOutcomeRefused(attesters[i], _outcomeOf(SUCCESS, 9_000), _notSource(attesters[i], arbiter));
        }
    }

    function test_pitfall_06_ruling_is_taken_within_the_arbiters_window_and_not_a_second_more() external {
        _toChallenged(SUCCESS, 8_000);
        uint256 start = NOW + 30 days;
        uint256 end = start + 5 days;

        // it should revert with BountyEscrow_OutsideWindow
        for (uint256 late = 0; late < 2; ++late) {
            vm.warp(end + late);
            _expectOutcomeRefused(arbiter, _outcomeOf(SUCCESS, 9_000), _outside(start, end));
        }

        // it should take a ruling one second before
        vm.warp(end - 1);
        _rule(SUCCESS, 9_000);
    }

    function test_ruling_pays_and_emits() external {
        _toChallenged(SUCCESS, 8_000);
        skip(1 days);
        uint256 snapshot = vm.snapshotState();

        // it should emit {OutcomeReported} as a ruling
        _expectReported(arbiter, 9_500, 9_500, true);
        vm.revertToState(snapshot);

        // it should pay what was ruled at once
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.TrancheSettled(bountyId, submissionId, SUCCESS, 9_500, 142_500 ether, false);
        _rule(SUCCESS, 9_500);
        _assertTranche(IBountyEscrow.TrancheStage.Settled, 9_500, NOW + 31 days);
        assertEq(_credit(worker) + _credit(colleague), BASE + 142_500 ether, "paid");
        assertEq(uint8(_state().longTerm.stage), uint8(IBountyEscrow.TrancheStage.Waiting), "long-term");
    }

    function test_ruling_is_taken_after_the_sources_window() external {
        _toAccepted();
        skip(60 days - 1);
        _report(SUCCESS, 8_000);
        skip(7 days - 1);
        _challenge(SUCCESS);
        skip(5 days - 1);

        // it should take a ruling after the source's window
        _rule(SUCCESS, 0);
        _assertTranche(IBountyEscrow.TrancheStage.Settled, 0, NOW + 72 days - 3);
    }

    /* TOO LATE */

    function test_outcome_reverts_given_tranche_is_settled() external {
        _toChallenged(SUCCESS, 8_000);
        _rule(SUCCESS, 9_500);

        // it should revert with BountyEscrow_TrancheStage
        bytes memory refusal = _wrongTranche(SUCCESS, IBountyEscrow.TrancheStage.Settled);
        _expectOutcomeRefused(arbiter, _outcomeOf(SUCCESS, 0), refusal);
        _expectOutcomeRefused(source, _outcomeOf(SUCCESS, 10_000), refusal);
    }

    function test_outcome_reverts_given_tranche_has_no_share() external {
        (terms.baseBps, terms.success.shareBps) = (8_000, 0);
        _toAccepted();
        skip(30 days);

        // it should revert with BountyEscrow_TrancheStage
        bytes memory refusal = _wrongTranche(SUCCESS, IBountyEscrow.TrancheStage.Settled);
        _expectOutcomeRefused(source, _outcomeOf(SUCCESS, 10_000), refusal);
    }
}
