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
        escrow.submit(_terms(), work, _unsigned());
    }

    function _nameSolePayee(address payee) private {
        (work.payees, work.sharesBps) = (new address[](1), new uint16[](1));
        (work.payees[0], work.sharesBps[0]) = (payee, 10_000);
    }

    /// @dev All but the first have 40 basis points.
    function _namePayees(uint160 count) private {
        (work.payees, work.sharesBps) = (new address[](count), new uint16[](count));
        for (uint160 i = 0; i < count; ++i) (work.payees[i], work.sharesBps[i]) = (address(0x1000 + i), 40);
        work.sharesBps[0] = uint16(10_000 - 40 * (count - 1));
    }

    /* REFUSED */

    function test_submit_reverts_when_there_is_no_such_bounty() external {
        for (uint256 i = 0; i < 2; ++i) {
            work.bountyId = i * 2;

            // it should revert with BountyEscrow_TermsMismatch
            _expectSubmitRefused(_termsMismatch());
        }
    }

    function test_submit_reverts_when_terms_are_not_the_bountys() external {
        uint256 whole = vm.snapshotState();
        for (uint256 i = 0; i < 6; ++i) {
            if (i == 0) terms.amount += 1;
            if (i == 1) terms.reviewers[0] = outsider;
            if (i == 2) terms.submitBy += 1;
            if (i == 3) terms.arbiter = outsider;
            if (i == 4) terms.longTerm.source = outsider;
            if (i == 5) terms.document = "bafkreiother";

            // it should revert with BountyEscrow_TermsMismatch for each part that was changed
            _expectSubmitRefused(_termsMismatch());
            vm.revertToState(whole);
        }
        bytes memory longer = bytes.concat(_terms(), hex"00");
        vm.prank(worker);
        vm.expectRevert(_termsMismatch());
        escrow.submit(longer, work, _unsigned());
    }

    function test_submit_reverts_when_caller_is_not_the_worker() external {
        address[4] memory callers = [outsider, owner, colleague, reviewers[0]];
        for (uint256 i = 0; i < callers.length; ++i) {
            // it should revert with BountyEscrow_NotSender
            vm.prank(callers[i]);
            vm.expectRevert(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_NotSender.selector, worker, callers[i]));
            escrow.submit(_terms(), work, _unsigned());
        }
    }

    function test_submit_reverts_given_bounty_was_closed() external {
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

    function test_pitfall_06_submit_takes_work_until_the_time_is_over() external {
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
        bytes memory refusal = abi.encodeWithSelector(IBountyEscrow.BountyEscrow_PayeesInvalid.selector);

        // it should revert with BountyEscrow_PayeesInvalid
        work.payees.push(outsider);
        _expectSubmitRefused(refusal);
        work.payees.pop();
        work.sharesBps.push(1);
        _expectSubmitRefused(refusal);
        work.sharesBps.pop();
        work.payees[1] = address(0);
        _expectSubmitRefused(refusal);
        (work.payees, work.sharesBps) = (new address[](0), new uint16[](0));
        _expectSubmitRefused(refusal);
        _namePayees(251 - 1);
        work.payees.push(outsider);
        work.sharesBps.push(1);
        work.sharesBps[0] -= 1;
        _expectSubmitRefused(refusal);
    }

    function test_submit_reverts_when_a_share_is_zero() external {
        (work.sharesBps[0], work.sharesBps[1]) = (10_000, 0);

        // it should revert with BountyEscrow_Zero
        _expectSubmitRefused(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_Zero.selector));
    }

    function testFuzz_submit_reverts_when_shares_sum_to_something_else(uint16 first, uint16 second) external {
        (first, second) = (uint16(bound(first, 1, 65_535)), uint16(bound(second, 1, 65_535)));
        uint256 sum = uint256(first) + second;
        vm.assume(sum != 10_000);
        (work.sharesBps[0], work.sharesBps[1]) = (first, second);

        // it should revert with BountyEscrow_SharesSum
        _expectSubmitRefused(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_SharesSum.selector, sum));
    }

    function test_submit_reverts_when_a_judge_is_a_payee() external {
        address[5] memory judges = [reviewers[0], reviewers[1], reviewers[2], source, arbiter];
        for (uint256 i = 0; i < judges.length; ++i) {
            work.payees[1] = judges[i];

            // it should revert with BountyEscrow_PayeeJudges
            _expectSubmitRefused(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_PayeeJudges.selector, judges[i]));
        }
    }

    function test_submit_reverts_when_a_judge_is_the_worker() external {
        terms.longTerm.source = outsider;
        _open();
        address[6] memory judges = [reviewers[0], reviewers[1], reviewers[2], source, outsider, arbiter];
        _nameSolePayee(colleague);
        for (uint256 i = 0; i < judges.length; ++i) {
            work.worker = judges[i];

            // it should revert with BountyEscrow_PayeeJudges for the worker
            _expectSubmitRefused(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_PayeeJudges.selector, judges[i]));
        }
    }

    function test_submit_reverts_when_evidence_has_the_wrong_length() external {
        uint8[2] memory wrong = [0, 129];
        for (uint256 i = 0; i < 2; ++i) {
            work.evidence = string(new bytes(wrong[i]));

            // it should revert with BountyEscrow_TextLength
            _expectSubmitRefused(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_TextLength.selector, wrong[i]));
        }

        // it should take evidence of 1 byte and of 128
        work.evidence = "e";
        _submit();
        work.evidence = string(new bytes(128));
        _submit();
        assertEq(submissionId, 2, "id");
    }

    /* TAKEN */

    function test_submit_takes_work() external {
        vm.warp(NOW + 3 days);
        bytes32 contentHash = _contentHash();

        // it should emit {SubmissionReceived} with the bytes that were hashed
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.SubmissionReceived(bountyId, 1, worker, contentHash, AMOUNT, _work());
        _submit();

        // it should store the hash of terms and work
        (bytes32 stored, IBountyEscrow.SubmissionState memory state) = escrow.submissionOf(bountyId, submissionId);
        assertEq(stored, keccak256(abi.encodePacked(keccak256(_terms()), keccak256(_work()))), "hash");
        assertEq(stored, contentHash, "hash of the view");

        // it should wait for the reviewers as version 1
        IBountyEscrow.SubmissionState memory wanted;
        (wanted.stage, wanted.version, wanted.clock) = (IBountyEscrow.Stage.Pending, 1, uint40(NOW + 3 days));
        assertEq(abi.encode(state), abi.encode(wanted), "state");

        // it should count it as pending
        IBountyEscrow.BountyState memory bounty;
        (bounty.submissions, bounty.pending) = (1, 1);
        assertEq(abi.encode(_bounty()), abi.encode(bounty), "bounty");

        // it should move no money and use no nonce
        assertEq(_credit(address(escrow)), 2 * MAX_AWARD, "credit");
        assertEq(escrow.nonces(worker), 0, "nonce");
        assertEq(escrow.agreedAmountOf(bountyId, submissionId), 0, "agreed");
    }

    function test_submit_numbers_work_bounty_by_bounty() external {
        for (uint256 i = 1; i <= 3; ++i) {
            _submit();

            // it should give each submission of a bounty the next id
            assertEq(submissionId, i, "id");
        }
        _open();
        _submit();
        assertEq(submissionId, 1, "id in the next bounty");
        assertEq(_bounty().pending, 1, "pending in the next bounty");
    }

    function test_submit_takes_250_payees() external {
        _namePayees(250);

        // it should take 250 payees
        _submit();
        _assertStage(IBountyEscrow.Stage.Pending);
    }

    function testFuzz_submit_takes_shares_that_sum(uint16 first) external {
        first = uint16(bound(first, 1, 9_999));
        (work.sharesBps[0], work.sharesBps[1]) = (first, 10_000 - first);

        // it should take any shares that sum to 10,000
        _submit();
        _assertStage(IBountyEscrow.Stage.Pending);
    }

    function testFuzz_pitfall_01_submit_hashes_every_field(uint8 field, uint256 value) external {
        bytes32 contentHash = _contentHash();
        if (field % 5 == 0) work.exempt ^= value;
        if (field % 5 == 1) work.payees[0] = address(uint160(value));
        if (field % 5 == 2) work.sharesBps[1] = uint16(value);
        if (field % 5 == 3) work.evidence = vm.toString(value);
        if (field % 5 == 4) terms.amount = uint128(value);

        // it should store another hash for every other field
        bool isSame = field % 5 == 0 && value == 0;
        isSame = isSame || (field % 5 == 1 && address(uint160(value)) == worker);
        isSame = isSame || (field % 5 == 2 && uint16(value) == 3_000);
        isSame = isSame || (field % 5 == 4 && uint128(value) == AMOUNT);
        assertEq(_contentHash() == contentHash, isSame, "hash");
    }
}
