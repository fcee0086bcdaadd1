// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {IContributionRegistry} from "../../../contracts/interfaces/IContributionRegistry.sol";
import {Judgement} from "../../../contracts/libraries/Judgement.sol";
import {EscrowTest} from "./EscrowTest.sol";

contract OutcomeTest is EscrowTest {
    function _notSource(address attester, address needed) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IBountyEscrow.BountyEscrow_NotSource.selector, attester, needed);
    }

    function _assertTranche(IBountyEscrow.TrancheStage stage, uint16 achievedBps, uint256 clock) private view {
        IBountyEscrow.TrancheState memory state = _state().success;
        assertEq(uint8(state.stage), uint8(stage), "tranche stage");
        assertEq(state.achievedBps, achievedBps, "achieved");
        assertEq(state.clock, clock, "clock");
    }

    /* WRONG STAGE */

    function test_outcome_reverts_given_submission_is_not_accepted() external {
        _toPending();

        // it should revert with BountyEscrow_WrongStage
        Judgement.Outcome memory outcome = _outcomeOf(SUCCESS, 8_000);
        _expectOutcomeRefused(source, outcome, _wrongStage(IBountyEscrow.Stage.Pending, IBountyEscrow.Stage.Accepted));
        _review(0, false);
        _review(1, false);
        _expectOutcomeRefused(source, outcome, _wrongStage(IBountyEscrow.Stage.Rejected, IBountyEscrow.Stage.Accepted));
    }

    function test_outcome_reverts_given_award_is_completed() external {
        _toCompleted(8_000, 5_000);

        // it should revert with BountyEscrow_WrongStage
        _expectOutcomeRefused(
            source,
            _outcomeOf(SUCCESS, 10_000),
            _wrongStage(IBountyEscrow.Stage.Completed, IBountyEscrow.Stage.Accepted)
        );
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

    function test_report_is_taken_within_its_window() external {
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
        uint256[2] memory inside = [start, end - 1];
        uint256 snapshot = vm.snapshotState();
        for (uint256 i = 0; i < inside.length; ++i) {
            vm.warp(inside[i]);
            _report(tranche, 8_000);
            vm.revertToState(snapshot);
        }
    }

    function test_report_reverts_when_achievement_is_too_high() external {
        _toAccepted();
        skip(30 days);

        // it should revert with BountyEscrow_BpsTooHigh
        _expectOutcomeRefused(
            source,
            _outcomeOf(SUCCESS, 10_001),
            abi.encodeWithSelector(IBountyEscrow.BountyEscrow_BpsTooHigh.selector, 10_001)
        );
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
        bytes32 schema = escrow.OUTCOME_SCHEMA();
        IContributionRegistry.Attestation memory attestation = _attestation(
            schema,
            _values(_outcomeOf(SUCCESS, 8_000))
        );
        uint256 before = _credit(address(escrow));

        // it should emit {OutcomeReported}
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.OutcomeReported(
            bountyId,
            submissionId,
            SUCCESS,
            source,
            registry.uidOf(attestation),
            8_000,
            false,
            "bafkreioutcome"
        );
        vm.prank(source);
        registry.attest(attestation, abi.encode(terms, work));

        // it should store the achievement and the clock
        _assertTranche(IBountyEscrow.TrancheStage.Reported, 8_000, NOW + 31 days);

        // it should move no money
        assertEq(_credit(address(escrow)), before, "credit");

        // it should leave the other tranche as it is
        assertEq(uint8(_state().longTerm.stage), uint8(IBountyEscrow.TrancheStage.Waiting), "long-term");
        assertEq(_state().clock, NOW, "accepted at");
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
        address[4] memory attesters = [outsider, owner, worker, source];
        for (uint256 i = 0; i < attesters.length; ++i) {
            // it should revert with BountyEscrow_NotSource
            _expectOutcomeRefused(attesters[i], _outcomeOf(SUCCESS, 9_000), _notSource(attesters[i], arbiter));
        }
    }

    function test_ruling_is_taken_within_the_arbiters_window() external {
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

    function test_ruling_stores_and_emits() external {
        _toChallenged(SUCCESS, 8_000);
        skip(1 days);

        // it should store the ruling and emit {OutcomeReported} as a ruling
        vm.expectEmit(true, true, true, false, address(escrow));
        emit IBountyEscrow.OutcomeReported(bountyId, submissionId, SUCCESS, arbiter, 0, 9_500, true, "");
        _rule(SUCCESS, 9_500);
        _assertTranche(IBountyEscrow.TrancheStage.Ruled, 9_500, NOW + 31 days);
    }

    /* TOO LATE */

    function test_outcome_reverts_given_tranche_is_ruled() external {
        _toChallenged(SUCCESS, 8_000);
        _rule(SUCCESS, 9_500);

        // it should revert with BountyEscrow_TrancheStage
        bytes memory refusal = _wrongTranche(SUCCESS, IBountyEscrow.TrancheStage.Ruled);
        _expectOutcomeRefused(arbiter, _outcomeOf(SUCCESS, 0), refusal);
        _expectOutcomeRefused(source, _outcomeOf(SUCCESS, 0), refusal);
    }

    function test_outcome_reverts_given_tranche_is_settled() external {
        _toReported(SUCCESS, 8_000);
        skip(7 days);
        _settle(SUCCESS);

        // it should revert with BountyEscrow_TrancheStage
        bytes memory refusal = _wrongTranche(SUCCESS, IBountyEscrow.TrancheStage.Settled);
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
