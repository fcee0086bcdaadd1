// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";

import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {EscrowTest} from "./EscrowTest.sol";

contract ChallengeTest is EscrowTest {
    string private constant REASON = "bafkreichallenge";

    function _expectChallengeRefused(address caller, string memory reason, bytes memory refusal) private {
        vm.prank(caller);
        vm.expectRevert(refusal);
        escrow.challenge(submissionId, _terms(), _work(), SUCCESS, caller, reason, _unsigned());
    }

    function test_challenge_reverts_when_work_or_terms_are_others() external {
        _toReported(SUCCESS, 8_000);
        uint256 snapshot = vm.snapshotState();
        work.payees[0] = outsider;

        // it should revert with the mismatch
        _expectChallengeRefused(outsider, REASON, _mismatch());
        vm.revertToState(snapshot);
        terms.arbiterWindow = 1;
        _expectChallengeRefused(worker, REASON, _termsMismatch());
        vm.revertToState(snapshot);
        ++submissionId;
        _expectChallengeRefused(worker, REASON, _mismatch());
        vm.revertToState(snapshot);
        work.bountyId = 2;
        _expectChallengeRefused(worker, REASON, _termsMismatch());
    }

    function test_challenge_reverts_when_caller_is_not_the_challenger() external {
        _toReported(SUCCESS, 8_000);

        // it should revert with BountyEscrow_NotSender
        vm.prank(colleague);
        vm.expectRevert(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_NotSender.selector, worker, colleague));
        escrow.challenge(submissionId, _terms(), _work(), SUCCESS, worker, REASON, _unsigned());
    }

    function test_challenge_reverts_when_challenger_is_no_party() external {
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
        _expectChallengeRefused(worker, REASON, _wrongStage(IBountyEscrow.Stage.Pending));
        _review(0, REJECT);
        _review(1, REJECT);
        _expectChallengeRefused(worker, REASON, _wrongStage(IBountyEscrow.Stage.Rejected));
    }

    function test_challenge_reverts_given_award_is_completed() external {
        _toCompleted(8_000, 5_000);

        _expectChallengeRefused(worker, REASON, _wrongStage(IBountyEscrow.Stage.Completed));
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
        _expectChallengeRefused(owner, REASON, _wrongTranche(SUCCESS, IBountyEscrow.TrancheStage.Settled));
    }

    function test_challenge_reverts_given_reports_are_final() external {
        terms.success.challengeWindow = 0;
        _toReported(SUCCESS, 8_000);

        // it should revert with BountyEscrow_TrancheStage as it is settled
        _expectChallengeRefused(worker, REASON, _wrongTranche(SUCCESS, IBountyEscrow.TrancheStage.Settled));
    }

    function test_pitfall_06_challenge_is_taken_within_its_window_and_not_a_second_more() external {
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

    function test_challenge_reverts_when_value_is_sent_without_a_bond() external {
        _toReported(SUCCESS, 8_000);
        vm.deal(worker, 1);

        // it should revert with BountyEscrow_NotFunded
        vm.prank(worker);
        vm.expectRevert(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_NotFunded.selector, 1, 0));
        escrow.challenge{value: 1}(submissionId, _terms(), _work(), SUCCESS, worker, REASON, _unsigned());
    }

    function test_challenge_is_taken_from_every_party() external {
        address steward = makeAddr("steward");
        vm.prank(owner);
        projects.setSteward(projectId, steward, true);
        work.payees = [makeAddr("first payee"), colleague];
        terms.funder = steward;
        terms.tokenReward = 0;
        _fund(steward);
        _submit();
        _approve(0);
        _approve(1);
        skip(30 days);
        _report(SUCCESS, 8_000);
        // Who funded stays a party, whoever acts for the project later.
        address second = makeAddr("second steward");
        vm.startPrank(owner);
        projects.setSteward(projectId, steward, false);
        projects.setSteward(projectId, second, true);
        vm.stopPrank();
        address[6] memory parties = [worker, work.payees[0], colleague, steward, owner, second];
        uint256 snapshot = vm.snapshotState();
        for (uint256 i = 0; i < parties.length; ++i) {
            // it should take the challenge
            _challengeBy(parties[i], SUCCESS);
            assertEq(uint8(_state().success.stage), uint8(IBountyEscrow.TrancheStage.Challenged));
            vm.revertToState(snapshot);
        }
    }

    function _fund(address funder) private {
        yen.mint(funder, 2 * MAX_AWARD);
        vm.startPrank(funder);
        yen.approve(address(opener), 2 * MAX_AWARD);
        bountyId = opener.open(terms);
        vm.stopPrank();
        work.bountyId = bountyId;
    }

    function test_challenge_stores_and_emits() external {
        _toReported(SUCCESS, 8_000);
        skip(2 days);
        uint256 before = _credit(address(escrow));

        // it should emit {OutcomeChallenged}
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.OutcomeChallenged(bountyId, submissionId, SUCCESS, colleague, REASON);
        _challengeBy(colleague, SUCCESS);

        // it should start the arbiter's clock and keep the report
        assertEq(uint8(_state().success.stage), uint8(IBountyEscrow.TrancheStage.Challenged), "tranche stage");
        assertEq(_state().success.clock, NOW + 32 days, "clock");
        assertEq(_state().success.achievedBps, 8_000, "report kept");

        // it should move no money
        assertEq(_credit(address(escrow)), before, "credit");
    }

    /* BY SIGNATURE */

    struct Message {
        uint256 bountyId;
        uint256 submissionId;
        IBountyEscrow.Tranche tranche;
        string reason;
        uint256 nonce;
        uint256 deadline;
    }

    function _message() private view returns (Message memory) {
        return Message(bountyId, submissionId, SUCCESS, REASON, escrow.nonces(worker), block.timestamp + 1 hours);
    }

    function _signature(uint256 key, Message memory message) private view returns (IBountyEscrow.Signed memory signed) {
        bytes32 typehash = keccak256(
            "ChallengeOutcome(uint256 bountyId,uint256 submissionId,uint8 tranche,string reason,address challenger,"
            "uint256 nonce,uint256 deadline)"
        );
        bytes memory encoded = abi.encode(
            typehash,
            message.bountyId,
            message.submissionId,
            message.tranche,
            keccak256(bytes(message.reason)),
            worker,
            message.nonce,
            message.deadline
        );
        return _signed(key, message.deadline, MessageHashUtils.toTypedDataHash(_domain(), keccak256(encoded)));
    }

    function _domain() private view returns (bytes32) {
        bytes32 typehash = keccak256(
            "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
        );
        return
            keccak256(abi.encode(typehash, keccak256("BountyEscrow"), keccak256("1"), block.chainid, address(escrow)));
    }

    function _relay(IBountyEscrow.Signed memory signed) private {
        vm.prank(outsider);
        escrow.challenge(submissionId, _terms(), _work(), SUCCESS, worker, REASON, signed);
    }

    function _expectRelayRefused(IBountyEscrow.Signed memory signed, bytes memory refusal) private {
        vm.prank(outsider);
        vm.expectRevert(refusal);
        escrow.challenge(submissionId, _terms(), _work(), SUCCESS, worker, REASON, signed);
    }

    function test_pitfall_11_challenge_reverts_when_signature_is_for_another_message() external {
        _toReported(SUCCESS, 8_000);
        Message[6] memory wrong;
        for (uint256 i = 0; i < wrong.length; ++i) wrong[i] = _message();
        ++wrong[0].bountyId;
        ++wrong[1].submissionId;
        wrong[2].tranche = LONG_TERM;
        wrong[3].reason = "bafkreiother";
        ++wrong[4].nonce;
        bytes memory refusal = abi.encodeWithSelector(IBountyEscrow.BountyEscrow_SignatureInvalid.selector, worker);

        // it should revert with BountyEscrow_SignatureInvalid for any other message or signer
        for (uint256 i = 0; i < 5; ++i) _expectRelayRefused(_signature(workerKey, wrong[i]), refusal);
        _expectRelayRefused(_signature(reviewerKeys[0], wrong[5]), refusal);
        IBountyEscrow.Signed memory late = _signature(workerKey, wrong[5]);
        ++late.deadline;
        _expectRelayRefused(late, refusal);
        IBountyEscrow.Signed memory elsewhere = _signature(workerKey, wrong[5]);
        vm.chainId(2);
        _expectRelayRefused(elsewhere, refusal);
    }

    function test_challenge_by_signature_is_taken_until_its_deadline() external {
        _toReported(SUCCESS, 8_000);
        Message memory message = _message();
        IBountyEscrow.Signed memory signed = _signature(workerKey, message);

        // it should revert with BountyEscrow_OutsideWindow from its deadline on
        vm.warp(message.deadline);
        _expectRelayRefused(signed, _outside(0, message.deadline));

        // it should take the challenge of the signer from anybody
        vm.warp(message.deadline - 1);
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.OutcomeChallenged(bountyId, submissionId, SUCCESS, worker, REASON);
        _relay(signed);
        assertEq(escrow.nonces(worker), 1, "nonce");
    }

    function test_challenge_by_signature_reverts_given_it_was_cancelled() external {
        _toReported(SUCCESS, 8_000);
        IBountyEscrow.Signed memory signed = _signature(workerKey, _message());
        vm.prank(worker);
        escrow.cancelSignature();

        // it should revert with BountyEscrow_SignatureInvalid after it was cancelled
        bytes memory refusal = abi.encodeWithSelector(IBountyEscrow.BountyEscrow_SignatureInvalid.selector, worker);
        _expectRelayRefused(signed, refusal);
    }
}
