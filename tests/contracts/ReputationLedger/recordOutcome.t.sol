// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IOutcomeSource} from "../../../contracts/interfaces/IOutcomeSource.sol";
import {IReputationLedger} from "../../../contracts/interfaces/IReputationLedger.sol";
import {LedgerTest} from "./LedgerTest.sol";
import {OutcomeBook} from "./OutcomeBook.sol";

contract RecordOutcomeTest is LedgerTest {
    function _notSettled() private pure returns (bytes memory) {
        return abi.encodeWithSelector(IReputationLedger.ReputationLedger_NotSettled.selector, 1, 7, 0);
    }

    function _expectRefused(bytes memory refusal) private {
        vm.expectRevert(refusal);
        ledger.recordOutcome(address(book), "terms", "submission", 7, 0);
    }

    /* REFUSED */

    function test_recordOutcome_reverts_when_the_source_does_not_know_the_work() external {
        _setPolicy();
        _write(_outcome(worker, 8_000), 7);

        // it should revert with what the source says
        vm.expectRevert("unknown work");
        ledger.recordOutcome(address(book), "other terms", "submission", 7, 0);
        vm.expectRevert();
        ledger.recordOutcome(outsider, "terms", "submission", 7, 0);
    }

    function test_recordOutcome_reverts_given_project_has_no_policy() external {
        _write(_outcome(worker, 8_000), 7);

        // it should revert with ReputationLedger_NoPolicy
        _expectRefused(abi.encodeWithSelector(IReputationLedger.ReputationLedger_NoPolicy.selector, projectId));
    }

    function test_recordOutcome_reverts_when_escrow_is_another() external {
        _setPolicy();
        OutcomeBook forged = new OutcomeBook();
        forged.write("terms", "submission", 7, 0, _outcome(outsider, 10_000));

        // it should revert with ReputationLedger_EscrowMismatch
        vm.expectRevert(
            abi.encodeWithSelector(
                IReputationLedger.ReputationLedger_EscrowMismatch.selector,
                address(forged),
                address(book)
            )
        );
        ledger.recordOutcome(address(forged), "terms", "submission", 7, 0);
    }

    function test_recordOutcome_reverts_when_outcome_is_not_settled() external {
        _setPolicy();
        IOutcomeSource.Outcome memory outcome = _outcome(worker, 8_000);
        outcome.settled = false;
        _write(outcome, 7);

        // it should revert with ReputationLedger_NotSettled
        _expectRefused(_notSettled());
    }

    function test_recordOutcome_reverts_when_outcome_is_of_the_future() external {
        _setPolicy();
        _write(_outcome(worker, 8_000), 7);
        vm.warp(NOW - 1);

        // it should revert with ReputationLedger_NotSettled, one second before its time
        _expectRefused(_notSettled());
        vm.warp(NOW);
        _recordAgain(7);
    }

    function test_recordOutcome_reverts_given_outcome_was_counted() external {
        _setPolicy();
        _record(worker, 7, 8_000);
        _write(_outcome(worker, 9_000), 7);
        skip(400 days);

        // it should revert with ReputationLedger_AlreadyCounted
        _expectRefused(abi.encodeWithSelector(IReputationLedger.ReputationLedger_AlreadyCounted.selector, 1, 7, 0));
    }

    /* COUNTED */

    function test_recordOutcome_counts_what_was_achieved() external {
        _setPolicy();
        _write(_outcome(worker, 8_000), 7);
        assertFalse(ledger.isCounted(address(book), 1, 7, 0), "before");

        // it should emit {OutcomeCounted}
        vm.expectEmit(address(ledger));
        emit IReputationLedger.OutcomeCounted(projectId, worker, 1, 7, 0, 8_000, NOW);
        _recordAgain(7);

        // it should add what was achieved, whoever calls
        _assertTally(TRACK_RECORD, 0.8e18, 1e18);
        assertEq(_value(worker, TRACK_RECORD), 0.2e18, "value");
        assertEq(_value(outsider, TRACK_RECORD), 0, "caller");

        // it should say that it was counted
        assertTrue(ledger.isCounted(address(book), 1, 7, 0), "counted");
        assertFalse(ledger.isCounted(address(book), 1, 7, 1), "other tranche");
        assertFalse(ledger.isCounted(address(book), 1, 8, 0), "other submission");
        assertFalse(ledger.isCounted(address(book), 2, 7, 0), "other bounty");
        assertFalse(ledger.isCounted(address(projects), 1, 7, 0), "other escrow");
    }

    function test_recordOutcome_counts_more_than_the_target_as_one() external {
        _setPolicy();
        uint16[3] memory achieved = [10_000, 10_001, type(uint16).max];
        for (uint256 i = 0; i < achieved.length; ++i) {
            // it should count more than 10,000 as one
            _write(_outcome(worker, achieved[i]), i);
            vm.expectEmit(address(ledger));
            emit IReputationLedger.OutcomeCounted(projectId, worker, 1, i, 0, achieved[i], NOW);
            _recordAgain(i);
            _assertTally(TRACK_RECORD, (i + 1) * 1e18, (i + 1) * 1e18);
        }
    }

    function test_recordOutcome_counts_the_same_however_late() external {
        _setPolicy();
        _write(_outcome(worker, 8_000), 1);
        _write(_outcome(peer, 8_000), 2);
        _recordAgain(1);
        skip(270 days);
        _recordAgain(2);

        // it should count as old as it is, and so the same however late it is recorded
        assertApproxEqAbs(_value(peer, TRACK_RECORD), _value(worker, TRACK_RECORD), 300, "late");
        assertApproxEqAbs(_tally(peer, TRACK_RECORD).weight, uint256(1e18) / 8, 300, "three half-lives");
        assertEq(_tally(peer, TRACK_RECORD).day, 20_270, "day");
    }

    function test_recordOutcome_counts_each_outcome_by_itself() external {
        _setPolicy();
        _record(worker, 1, 5_000);
        book.write("terms", "submission", 1, 1, _outcome(worker, 7_000));
        ledger.recordOutcome(address(book), "terms", "submission", 1, 1);

        // it should count the other tranche and the next submission too
        _record(worker, 2, 0);
        _assertTally(TRACK_RECORD, 1.2e18, 3e18);
    }

    function test_recordOutcome_counts_in_its_own_project() external {
        _setPolicy();
        _record(worker, 1, 10_000);
        uint256 first = projectId;
        projectId = _openProject();
        _setPolicy();

        // it should count in its own project only
        assertEq(_value(worker, TRACK_RECORD), 0, "other project");
        assertEq(ledger.multiplierBps(projectId, worker), 10_000, "other multiplier");
        assertEq(ledger.multiplierBps(first, worker), 10_500, "own multiplier");
    }
}
