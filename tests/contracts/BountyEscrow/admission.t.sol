// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {IContributionRegistry} from "../../../contracts/interfaces/IContributionRegistry.sol";
import {StatedAdmission} from "../mocks/StatedAdmission.sol";
import {EscrowTest} from "./EscrowTest.sol";

contract AdmissionTest is EscrowTest {
    StatedAdmission private _admission;

    function setUp() public override {
        super.setUp();
        _admission = new StatedAdmission();
        terms.admission = address(_admission);
        _open();
    }

    function _expectSubmitRefused(bytes memory refusal) private {
        vm.prank(work.worker);
        vm.expectRevert(refusal);
        escrow.submit(_terms(), work, _unsigned());
    }

    function _notAgreed(uint256 amount) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IBountyEscrow.BountyEscrow_AmountNotAgreed.selector, amount, AMOUNT);
    }

    /* REFUSED */

    function test_admission_that_refuses_keeps_the_worker_out() external {
        _admission.agree(AMOUNT);
        _admission.refuse();

        // it should revert with the admission's reason
        _expectSubmitRefused(
            abi.encodeWithSelector(StatedAdmission.StatedAdmission_Refused.selector, bountyId, worker)
        );

        // it should store nothing
        (bytes32 contentHash, ) = escrow.submissionOf(bountyId, 1);
        assertEq(contentHash, 0, "hash");
        assertEq(_bounty().submissions, 0, "submissions");
        assertEq(_bounty().pending, 0, "pending");
    }

    function test_admission_that_lost_its_code_keeps_everybody_out() external {
        vm.etch(address(_admission), "");

        // it should revert
        _expectSubmitRefused("");
    }

    function test_admission_that_agreed_to_nothing() external {
        // it should revert with BountyEscrow_AmountNotAgreed
        _expectSubmitRefused(_notAgreed(0));
    }

    function testFuzz_admission_that_agreed_to_too_much(uint256 amount) external {
        amount = bound(amount, AMOUNT + 1, type(uint256).max);
        _admission.agree(amount);

        // it should revert with BountyEscrow_AmountNotAgreed for that amount
        _expectSubmitRefused(_notAgreed(amount));
        _admission.agree(AMOUNT + 1);
        _expectSubmitRefused(_notAgreed(AMOUNT + 1));
    }

    function test_admission_is_not_asked_about_work_that_cannot_come_in() external {
        vm.expectCall(address(_admission), abi.encodeWithSelector(StatedAdmission.admit.selector), 0);

        // it should not ask the admission
        work.sharesBps[0] = 7_001;
        _expectSubmitRefused(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_SharesSum.selector, 10_001));
        work.sharesBps[0] = 7_000;
        _close();
        _expectSubmitRefused(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_Closed.selector, bountyId));
    }

    /* RE-ENTERING */

    function test_admission_that_calls_back_is_refused_by_every_function() external {
        bytes memory refusal = abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        _admission.agree(AMOUNT);
        (bytes memory encoded, bytes memory submission) = (_terms(), _work());
        IBountyEscrow.Signed memory unsigned;
        IContributionRegistry.Attestation memory attestation;
        bytes[] memory calls = new bytes[](12);
        calls[0] = abi.encodeCall(escrow.submit, (encoded, work, unsigned));
        calls[1] = abi.encodeCall(escrow.revise, (1, encoded, submission, work, unsigned));
        calls[2] = abi.encodeCall(escrow.acceptBySilence, (1, encoded, submission));
        calls[3] = abi.encodeCall(escrow.rejectBySilence, (1, encoded, submission));
        calls[4] = abi.encodeCall(escrow.appeal, (1, encoded, submission, "bafkreiappeal", unsigned));
        calls[5] = abi.encodeCall(escrow.settleAppeal, (1, encoded, submission));
        calls[6] = abi.encodeCall(escrow.settle, (1, encoded, submission, SUCCESS));
        calls[7] = abi.encodeCall(escrow.claimTokens, (1, encoded, submission, 1));
        calls[8] = abi.encodeCall(escrow.close, (bountyId, encoded, "expired", ""));
        calls[9] = abi.encodeCall(escrow.reclaim, (bountyId, encoded));
        calls[10] = abi.encodeCall(escrow.onJudgement, (attestation, worker, 0, ""));
        calls[11] = abi.encodeCall(
            escrow.challenge,
            (1, encoded, submission, SUCCESS, worker, "bafkreichallenge", unsigned)
        );
        for (uint256 i = 0; i < calls.length; ++i) {
            _admission.callFirst(address(escrow), calls[i]);

            // it should revert with ReentrancyGuardReentrantCall in every function of the escrow
            _expectSubmitRefused(refusal);
        }
    }

    function test_admission_that_calls_back_through_opener_or_registry_is_refused() external {
        bytes memory refusal = abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        _admission.agree(AMOUNT);

        // it should revert when the way goes through the opener or the registry
        submissionId = 1;
        IContributionRegistry.Attestation memory attestation = _attestation(
            escrow.REVIEW_SCHEMA(),
            _values(_reviewOf(APPROVE))
        );
        _admission.callFirst(address(registry), abi.encodeCall(registry.attest, (attestation, _context())));
        _expectSubmitRefused(refusal);

        IBountyEscrow.Terms memory other = terms;
        other.funder = address(_admission);
        other.tokenReward = 0;
        vm.prank(owner);
        projects.setSteward(projectId, address(_admission), true);
        yen.mint(address(_admission), 2 * MAX_AWARD);
        vm.prank(address(_admission));
        yen.approve(address(opener), type(uint256).max);
        _admission.callFirst(address(opener), abi.encodeCall(opener.open, (other)));
        _expectSubmitRefused(refusal);
    }

    /* AGREED */

    function test_admission_is_asked_once_and_its_amount_kept() external {
        _admission.agree(100_000 ether);
        bytes32 contentHash = _contentHash();

        // it should emit {SubmissionReceived} with the amount agreed
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.SubmissionReceived(bountyId, 1, worker, contentHash, 100_000 ether, _work());
        _submit();

        // it should ask once, for this bounty and worker
        assertEq(_admission.calls(), 1, "calls");
        assertEq(_admission.caller(), address(escrow), "caller");
        assertEq(_admission.bountyId(), bountyId, "bounty");
        assertEq(_admission.worker(), worker, "worker");

        // it should store the amount agreed, submission by submission
        _admission.agree(1);
        _submit();
        assertEq(escrow.agreedAmountOf(bountyId, 1), 100_000 ether, "first");
        assertEq(escrow.agreedAmountOf(bountyId, 2), 1, "second");

        // it should keep the amount when the work is changed
        _admission.refuse();
        _revise("bafkreisecond");
        assertEq(escrow.agreedAmountOf(bountyId, 2), 1, "second after");
        assertEq(_admission.calls(), 2, "calls after");
    }

    function test_admission_may_agree_on_all_that_the_terms_allow() external {
        _admission.agree(AMOUNT);
        _submit();
        _approve(0);
        _approve(1);

        // it should take all that the terms allow
        assertEq(_credit(worker) + _credit(colleague), (AMOUNT * 3) / 10, "base");
    }

    function test_admission_lowers_award_and_guarantee_with_the_amount() external {
        _admission.agree(100_000 ether);
        _submit();
        reputation.state(projectId, worker, 12_000);
        _approve(0);
        bytes32 contentHash = _contentHash();

        // it should count the amount agreed in the award
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.SubmissionAccepted(
            bountyId,
            submissionId,
            contentHash,
            12_000,
            120_000 ether,
            36_000 ether,
            false
        );
        _approve(1);

        // it should lower the guarantee in proportion
        skip(30 days);
        _report(SUCCESS, 0);
        skip(335 days);
        _report(LONG_TERM, 0);
        skip(7 days);
        _settle(SUCCESS);
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.AwardCompleted(bountyId, submissionId, 60_000 ether, 24_000 ether, MAX_AWARD - 60_000 ether);
        _settle(LONG_TERM);
        assertEq(_credit(worker) + _credit(colleague), 60_000 ether, "paid");

        // it should give back what the award did not take
        assertEq(_credit(owner), MAX_AWARD - 60_000 ether, "returned");
    }

    function testFuzz_admission_never_pays_more_than_was_escrowed(
        uint256 amount,
        uint16 multiplierBps,
        uint16 successBps,
        uint16 longTermBps
    ) external {
        amount = bound(amount, 1, AMOUNT);
        _admission.agree(amount);
        reputation.state(projectId, worker, multiplierBps);
        _submit();
        _approve(0);
        _approve(1);
        _reportAndSettle(successBps, longTermBps);

        // it should pay and give back together what was escrowed for one award
        uint256 paid = _credit(worker) + _credit(colleague);
        assertEq(paid + _credit(owner), MAX_AWARD, "sum");
        assertEq(_credit(address(escrow)), MAX_AWARD, "left for the other award");
        assertGe(paid, (180_000 ether * amount) / AMOUNT, "guarantee");
        assertLe(paid, (amount * 12) / 10, "most");
    }

    function _reportAndSettle(uint16 successBps, uint16 longTermBps) private {
        skip(30 days);
        _report(SUCCESS, successBps);
        skip(335 days);
        _report(LONG_TERM, longTermBps);
        skip(7 days);
        _settle(SUCCESS);
        _settle(LONG_TERM);
    }
}
