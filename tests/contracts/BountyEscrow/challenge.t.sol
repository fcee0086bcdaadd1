// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {EscrowTest} from "./EscrowTest.sol";

contract ChallengeTest is EscrowTest {
    string private constant REASON = "bafkreichallenge";

    function _expectChallengeRefused(address caller, string memory reason, bytes memory refusal) private {
        vm.prank(caller);
        vm.expectRevert(refusal);
        escrow.challenge(submissionId, terms, work, SUCCESS, reason);
    }

    function test_challenge_reverts_when_work_or_terms_are_others() external {
        _toReported(SUCCESS, 8_000);
        work.payees[0] = outsider;

        // it should revert with the mismatch
        _expectChallengeRefused(outsider, REASON, _mismatch());
        terms.arbiterWindow = 1;
        _expectChallengeRefused(worker, REASON, _termsMismatch());
    }

    function test_challenge_reverts_when_caller_is_no_party() external {
        _toReported(SUCCESS, 8_000);
        address[4] memory callers = [outsider, reviewers[0], source, arbiter];
        for (uint256 i = 0; i < callers.length; ++i) {
            // it should revert with BountyEscrow_NotParty
            _expectChallengeRefused(
                callers[i],
                REASON,
                abi.encodeWithSelector(IBountyEscrow.BountyEscrow_NotParty.selector, callers[i])
            );
        }
    }

    function test_challenge_reverts_given_submission_is_not_accepted() external {
        _toPending();

        // it should revert with BountyEscrow_WrongStage
        bytes memory refusal = _wrongStage(IBountyEscrow.Stage.Pending, IBountyEscrow.Stage.Accepted);
        _expectChallengeRefused(worker, REASON, refusal);
    }

    function test_challenge_reverts_given_tranche_is_not_reported() external {
        _toAccepted();
        skip(30 days);

        // it should revert with BountyEscrow_TrancheStage
        _expectChallengeRefused(worker, REASON, _wrongTranche(SUCCESS, IBountyEscrow.TrancheStage.Waiting));
        _report(SUCCESS, 8_000);
        _challenge(SUCCESS);
        _expectChallengeRefused(owner, REASON, _wrongTranche(SUCCESS, IBountyEscrow.TrancheStage.Challenged));
        _rule(SUCCESS, 8_000);
        _expectChallengeRefused(owner, REASON, _wrongTranche(SUCCESS, IBountyEscrow.TrancheStage.Ruled));
        _settle(SUCCESS);
        _expectChallengeRefused(owner, REASON, _wrongTranche(SUCCESS, IBountyEscrow.TrancheStage.Settled));
    }

    function test_challenge_reverts_given_reports_are_final() external {
        terms.success.challengeWindow = 0;
        _toReported(SUCCESS, 8_000);

        // it should revert with BountyEscrow_OutsideWindow
        _expectChallengeRefused(worker, REASON, _outside(block.timestamp, block.timestamp));
    }

    function test_challenge_is_taken_within_its_window() external {
        _toReported(SUCCESS, 8_000);
        uint256 start = NOW + 30 days;
        uint256 end = start + 7 days;

        // it should revert with BountyEscrow_OutsideWindow at that time and after
        for (uint256 late = 0; late < 2; ++late) {
            vm.warp(end + late);
            _expectChallengeRefused(worker, REASON, _outside(start, end));
        }

        // it should take a challenge one second before
        vm.warp(end - 1);
        _challenge(SUCCESS);
    }

    function test_challenge_reverts_when_reason_has_the_wrong_length() external {
        _toReported(SUCCESS, 8_000);
        uint8[2] memory wrong = [0, 129];
        for (uint256 i = 0; i < wrong.length; ++i) {
            // it should revert with BountyEscrow_TextLength
            _expectChallengeRefused(
                worker,
                string(new bytes(wrong[i])),
                abi.encodeWithSelector(IBountyEscrow.BountyEscrow_TextLength.selector, wrong[i])
            );
        }
    }

    function test_challenge_is_taken_from_every_party() external {
        _toReported(SUCCESS, 8_000);
        address steward = makeAddr("steward");
        vm.prank(owner);
        projects.setSteward(projectId, steward, true);
        address[4] memory parties = [worker, colleague, owner, steward];
        uint256 snapshot = vm.snapshotState();
        for (uint256 i = 0; i < parties.length; ++i) {
            // it should take the challenge
            vm.prank(parties[i]);
            escrow.challenge(submissionId, terms, work, SUCCESS, REASON);
            vm.revertToState(snapshot);
        }
    }

    function test_challenge_stores_and_emits() external {
        _toReported(SUCCESS, 8_000);
        skip(2 days);
        uint256 before = _credit(address(escrow));

        // it should emit {OutcomeChallenged}
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.OutcomeChallenged(bountyId, submissionId, SUCCESS, colleague, REASON);
        vm.prank(colleague);
        escrow.challenge(submissionId, terms, work, SUCCESS, REASON);

        // it should start the arbiter's clock
        assertEq(uint8(_state().success.stage), uint8(IBountyEscrow.TrancheStage.Challenged), "tranche stage");
        assertEq(_state().success.clock, NOW + 32 days, "clock");
        assertEq(_state().success.achievedBps, 8_000, "report kept");

        // it should move no money
        assertEq(_credit(address(escrow)), before, "credit");
    }
}
