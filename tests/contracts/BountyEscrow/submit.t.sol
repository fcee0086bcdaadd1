// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {EscrowTest} from "./EscrowTest.sol";

contract SubmitTest is EscrowTest {
    function setUp() public override {
        super.setUp();
        _open();
    }

    function _expectSubmitRefused(bytes memory refusal) private {
        vm.prank(work.worker);
        vm.expectRevert(refusal);
        escrow.submit(terms, work);
    }

    /* REFUSED */

    function test_submit_reverts_when_caller_is_not_the_worker() external {
        address[3] memory callers = [outsider, owner, colleague];
        for (uint256 i = 0; i < callers.length; ++i) {
            // it should revert with BountyEscrow_NotWorker
            vm.prank(callers[i]);
            vm.expectRevert(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_NotWorker.selector, worker, callers[i]));
            escrow.submit(terms, work);
        }
    }

    function test_submit_reverts_when_there_is_no_such_bounty() external {
        work.bountyId = 2;

        // it should revert with BountyEscrow_TermsMismatch
        _expectSubmitRefused(_termsMismatch());
    }

    function test_submit_reverts_when_terms_are_not_the_bountys() external {
        terms.guaranteed += 1;

        // it should revert with BountyEscrow_TermsMismatch
        _expectSubmitRefused(_termsMismatch());
    }

    function test_submit_reverts_given_bounty_is_closed() external {
        _close();

        // it should revert with BountyEscrow_Closed
        _expectSubmitRefused(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_Closed.selector, bountyId));
    }

    function test_submit_reverts_given_every_award_was_given() external {
        for (uint256 i = 0; i < 2; ++i) {
            _submit();
            _approve(0);
            _approve(1);
        }

        // it should revert with BountyEscrow_NoAwardLeft
        _expectSubmitRefused(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_NoAwardLeft.selector, bountyId));
    }

    function test_submit_takes_work_until_submitBy() external {
        // it should take work one second before
        vm.warp(terms.submitBy - 1);
        _submit();

        // it should revert with BountyEscrow_OutsideWindow at that time and after
        for (uint256 late = 0; late < 2; ++late) {
            vm.warp(terms.submitBy + late);
            _expectSubmitRefused(_outside(0, terms.submitBy));
        }
    }

    function test_submit_reverts_when_payees_are_invalid() external {
        IBountyEscrow.Submission memory good = work;
        for (uint256 i = 0; i < 4; ++i) {
            work = good;
            if (i == 0) (work.payees, work.sharesBps) = (new address[](0), new uint16[](0));
            if (i == 1) (work.payees, work.sharesBps) = _many(251);
            if (i == 2) work.payees[1] = address(0);
            if (i == 3) work.sharesBps = new uint16[](3);

            // it should revert with BountyEscrow_PayeesInvalid
            _expectSubmitRefused(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_PayeesInvalid.selector));
        }
    }

    function _many(uint16 count) private pure returns (address[] memory payees, uint16[] memory sharesBps) {
        (payees, sharesBps) = (new address[](count), new uint16[](count));
        for (uint16 i = 0; i < count; ++i) {
            (payees[i], sharesBps[i]) = (address(uint160(1_000_000) + i), 10_000 / count);
        }
        sharesBps[0] += 10_000 % count;
    }

    function test_submit_reverts_when_a_share_is_zero() external {
        work.sharesBps = [10_000, 0];

        // it should revert with BountyEscrow_Zero
        _expectSubmitRefused(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_Zero.selector));
    }

    function test_submit_reverts_when_shares_do_not_sum() external {
        uint16[3] memory seconds_ = [2_999, 3_001, type(uint16).max];
        for (uint256 i = 0; i < seconds_.length; ++i) {
            work.sharesBps[1] = seconds_[i];

            // it should revert with BountyEscrow_SharesSum
            uint256 sum = uint256(7_000) + seconds_[i];
            _expectSubmitRefused(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_SharesSum.selector, sum));
        }
    }

    function test_submit_reverts_when_a_payee_or_the_worker_judges() external {
        address[5] memory judges = [reviewers[0], reviewers[1], reviewers[2], source, arbiter];
        for (uint256 i = 0; i < judges.length; ++i) {
            bytes memory refusal = abi.encodeWithSelector(IBountyEscrow.BountyEscrow_PayeeJudges.selector, judges[i]);
            // it should revert with BountyEscrow_PayeeJudges
            (work.payees[1], work.worker) = (judges[i], worker);
            _expectSubmitRefused(refusal);
            (work.payees[1], work.worker) = (colleague, judges[i]);
            _expectSubmitRefused(refusal);
        }
    }

    function test_submit_reverts_when_evidence_has_the_wrong_length() external {
        uint8[2] memory wrong = [0, 129];
        for (uint256 i = 0; i < wrong.length; ++i) {
            work.evidence = string(new bytes(wrong[i]));

            // it should revert with BountyEscrow_TextLength
            _expectSubmitRefused(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_TextLength.selector, wrong[i]));
        }
    }

    /* TAKEN */

    function test_submit_stores_and_emits() external {
        bytes32 contentHash = keccak256(abi.encode(keccak256(abi.encode(terms)), work));

        // it should emit {SubmissionReceived}
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.SubmissionReceived(bountyId, 1, worker, contentHash, work);
        _submit();

        // it should store the hash and the clock
        (bytes32 stored, IBountyEscrow.SubmissionState memory state) = escrow.submissionOf(bountyId, 1);
        assertEq(stored, contentHash, "hash");
        assertEq(_contentHash(), contentHash, "hash view");
        assertEq(uint8(state.stage), uint8(IBountyEscrow.Stage.Pending), "stage");
        assertEq(state.clock, NOW, "clock");

        // it should count it as pending
        assertEq(_bounty().pending, 1, "pending");

        // it should move no money
        assertEq(_credit(address(escrow)), 2 * MAX_AWARD, "credit");
    }

    function test_submit_counts_from_one() external {
        // it should count from 1
        _submit();
        assertEq(submissionId, 1, "first");
        _submit();
        assertEq(submissionId, 2, "second");
        assertEq(_bounty().submissions, 2, "submissions");
        assertEq(_bounty().pending, 2, "pending");
    }

    function test_submit_takes_250_payees() external {
        (work.payees, work.sharesBps) = _many(250);

        // it should take 250 payees
        _submit();
    }
}
