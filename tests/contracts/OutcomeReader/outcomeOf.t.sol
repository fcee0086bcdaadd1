// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {OutcomeReader} from "../../../contracts/OutcomeReader.sol";
import {IOutcomeSource} from "../../../contracts/interfaces/IOutcomeSource.sol";
import {EscrowTest} from "../BountyEscrow/EscrowTest.sol";

contract OutcomeOfTest is EscrowTest {
    OutcomeReader private _reader;

    function setUp() public override {
        super.setUp();
        _reader = new OutcomeReader(escrow);
    }

    function _read(uint8 tranche) private view returns (IOutcomeSource.Outcome memory) {
        return _reader.outcomeOf(_terms(), _work(), submissionId, tranche);
    }

    function test_outcomeOf_refuses_bytes_of_other_work() external {
        _toAccepted();
        work.evidence = "bafkreiother";
        (bytes memory encodedTerms, bytes memory encodedWork) = (_terms(), _work());

        // it should revert with BountyEscrow_SubmissionMismatch
        vm.expectRevert(_mismatch());
        _reader.outcomeOf(encodedTerms, encodedWork, submissionId, 0);
    }

    function test_outcomeOf_refuses_other_terms() external {
        _toAccepted();
        terms.projectId = 7;
        (bytes memory encodedTerms, bytes memory encodedWork) = (_terms(), _work());

        vm.expectRevert(_mismatch());
        _reader.outcomeOf(encodedTerms, encodedWork, submissionId, 0);
    }

    function test_outcomeOf_refuses_a_tranche_that_is_none() external {
        _toAccepted();
        (bytes memory encodedTerms, bytes memory encodedWork) = (_terms(), _work());

        // it should revert
        vm.expectRevert();
        _reader.outcomeOf(encodedTerms, encodedWork, submissionId, 2);
    }

    function test_outcomeOf_waits_for_the_settlement() external {
        _toReported(SUCCESS, 8_000);

        // it should say so
        assertFalse(_read(0).settled);
        assertFalse(_read(1).settled);
    }

    function test_outcomeOf_never_settles_a_tranche_without_a_share() external {
        terms.baseBps = 5_000;
        terms.longTerm.shareBps = 0;
        _toReported(SUCCESS, 8_000);
        skip(7 days);
        _settle(SUCCESS);

        // it should say that it never settled
        assertFalse(_read(1).settled);
        assertTrue(_read(0).settled);
    }

    function test_outcomeOf_tells_a_settled_tranche() external {
        _toReported(SUCCESS, 8_000);
        skip(8 days);
        _settle(SUCCESS);
        uint256 settledAt = block.timestamp;
        skip(1 days);

        // it should say what was achieved, when, by whom and for which project
        IOutcomeSource.Outcome memory outcome = _read(0);
        assertEq(outcome.projectId, projectId);
        assertEq(outcome.bountyId, bountyId);
        assertEq(outcome.worker, worker);
        assertTrue(outcome.settled);
        assertEq(outcome.achievedBps, 8_000);
        assertEq(outcome.settledAt, settledAt);
    }
}
