// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {IContributionRegistry} from "../../../contracts/interfaces/IContributionRegistry.sol";
import {EscrowTest} from "./EscrowTest.sol";

contract AppealTest is EscrowTest {
    uint256 private constant BASE = 90_000 ether;

    function setUp() public override {
        super.setUp();
        _toRejected();
    }

    function _expectAppealRefused(string memory reason, bytes memory refusal) private {
        vm.prank(work.worker);
        vm.expectRevert(refusal);
        escrow.appeal(submissionId, _terms(), _work(), reason, _unsigned());
    }

    function _expectAppealRefused(bytes memory refusal) private {
        _expectAppealRefused("bafkreiappeal", refusal);
    }

    function _expectRulingRefused(IBountyEscrow.Verdict verdict, bytes memory refusal) private {
        _expectRefused(arbiter, escrow.REVIEW_SCHEMA(), _values(_reviewOf(verdict)), refusal);
    }

    /// @dev Gives every award to other work, and leaves `submissionId` as it was.
    function _giveEveryAward() private {
        uint256 id = submissionId;
        for (uint256 i = 0; i < terms.maxAwards; ++i) {
            _submit();
            _approve(0);
            _approve(1);
        }
        submissionId = id;
    }

    /* REFUSED */

    function test_appeal_reverts_when_it_is_of_other_bytes() external {
        uint256 rejected = vm.snapshotState();

        // it should revert with BountyEscrow_SubmissionMismatch
        submissionId = 2;
        _expectAppealRefused(_mismatch());
        vm.revertToState(rejected);

        // it should revert with BountyEscrow_TermsMismatch
        terms.appealWindow = 3650 days;
        _expectAppealRefused(_termsMismatch());
        vm.revertToState(rejected);
        work.worker = outsider;
        _expectAppealRefused(_mismatch());
    }

    function test_appeal_reverts_when_caller_is_not_the_worker() external {
        address[4] memory callers = [outsider, owner, colleague, reviewers[0]];
        for (uint256 i = 0; i < callers.length; ++i) {
            // it should revert with BountyEscrow_NotSender
            vm.prank(callers[i]);
            vm.expectRevert(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_NotSender.selector, worker, callers[i]));
            escrow.appeal(submissionId, _terms(), _work(), "bafkreiappeal", _unsigned());
        }
    }

    function test_appeal_reverts_given_it_is_not_rejected() external {
        // it should revert with BountyEscrow_WrongStage
        _appeal();
        _expectAppealRefused(_wrongStage(IBountyEscrow.Stage.Appealed));
        _ruleAppeal(APPROVE);
        _expectAppealRefused(_wrongStage(IBountyEscrow.Stage.Accepted));
        _submit();
        _expectAppealRefused(_wrongStage(IBountyEscrow.Stage.Pending));
        _review(0, REQUEST_CHANGES);
        _expectAppealRefused(_wrongStage(IBountyEscrow.Stage.ChangesRequested));
    }

    function test_appeal_reverts_given_it_was_appealed_before() external {
        _appeal();
        _ruleAppeal(REJECT);

        // it should revert with BountyEscrow_LimitReached
        _expectAppealRefused(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_LimitReached.selector, 1));
    }

    function test_appeal_reverts_given_terms_let_nobody_appeal() external {
        terms.appealWindow = 0;
        _toRejected();

        // it should revert with BountyEscrow_OutsideWindow
        _expectAppealRefused(_outside(NOW, NOW));
    }

    function test_pitfall_06_appeal_is_taken_until_the_window_is_over() external {
        uint256 end = NOW + terms.appealWindow;

        // it should revert with BountyEscrow_OutsideWindow at that time and after
        for (uint256 late = 0; late < 2; ++late) {
            vm.warp(end + late);
            _expectAppealRefused(_outside(NOW, end));
        }

        // it should appeal one second before
        vm.warp(end - 1);
        _appeal();
        _assertStage(IBountyEscrow.Stage.Appealed);
    }

    function test_appeal_reverts_given_every_award_was_given() external {
        _giveEveryAward();

        // it should revert with BountyEscrow_NoAwardLeft
        _expectAppealRefused(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_NoAwardLeft.selector, bountyId));
    }

    function test_appeal_reverts_when_reason_has_the_wrong_length() external {
        bytes4 selector = IBountyEscrow.BountyEscrow_TextLength.selector;

        // it should revert with BountyEscrow_TextLength
        _expectAppealRefused("", abi.encodeWithSelector(selector, 0));
        _expectAppealRefused(string(new bytes(129)), abi.encodeWithSelector(selector, 129));
    }

    /* APPEALED */

    function test_appeal_waits_for_the_arbiter() external {
        _close();
        skip(1 days);

        // it should emit {RejectionAppealed}
        // it should appeal in a closed bounty
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.RejectionAppealed(bountyId, submissionId, worker, "bafkreiappeal");
        _appeal();

        // it should wait for the arbiter and count as pending again
        _assertStage(IBountyEscrow.Stage.Appealed);
        assertTrue(_state().appealed, "appealed");
        assertEq(_state().clock, NOW + 1 days, "clock");
        assertEq(_bounty().pending, 1, "pending");

        // it should keep the unused awards from going back
        uint256 until = NOW + terms.appealWindow;
        vm.warp(until);
        bytes memory encoded = _terms();
        vm.expectRevert(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_NotReclaimable.selector, bountyId, 1, until));
        escrow.reclaim(bountyId, encoded);
    }

    /* RULED */

    function test_pitfall_19_appeal_is_ruled_by_the_arbiter_alone() external {
        _appeal();
        address[5] memory attesters = [reviewers[0], reviewers[2], owner, worker, source];
        for (uint256 i = 0; i < attesters.length; ++i) {
            // it should refuse everybody but the arbiter with BountyEscrow_NotReviewer
            _expectRefused(
                attesters[i],
                escrow.REVIEW_SCHEMA(),
                _values(_reviewOf(APPROVE)),
                abi.encodeWithSelector(IBountyEscrow.BountyEscrow_NotReviewer.selector, attesters[i])
            );
        }

        // it should refuse a request for changes with BountyEscrow_VerdictInvalid
        _expectRulingRefused(
            REQUEST_CHANGES,
            abi.encodeWithSelector(IBountyEscrow.BountyEscrow_VerdictInvalid.selector, REQUEST_CHANGES)
        );
    }

    function test_pitfall_06_appeal_is_ruled_until_the_arbiters_window_is_over() external {
        skip(1 days);
        _appeal();
        uint256 start = block.timestamp;
        uint256 end = start + terms.arbiterWindow;

        // it should revert a ruling with BountyEscrow_OutsideWindow at that time and after
        for (uint256 late = 0; late < 2; ++late) {
            vm.warp(end + late);
            _expectRulingRefused(APPROVE, _outside(start, end));
            _expectRulingRefused(REJECT, _outside(start, end));
        }

        // it should take the arbiter's ruling until one second before its window ends
        vm.warp(end - 1);
        _ruleAppeal(APPROVE);
        _assertStage(IBountyEscrow.Stage.Accepted);
    }

    function test_appeal_is_not_accepted_given_every_award_was_given_meanwhile() external {
        _appeal();
        _giveEveryAward();

        // it should refuse an approval with BountyEscrow_NoAwardLeft when every award was given meanwhile
        bytes memory refusal = abi.encodeWithSelector(IBountyEscrow.BountyEscrow_NoAwardLeft.selector, bountyId);
        _expectRulingRefused(APPROVE, refusal);
        _ruleAppeal(REJECT);
        assertEq(_bounty().pending, 0, "pending");
    }

    function test_appeal_that_is_approved_pays() external {
        _appeal();
        IContributionRegistry.Attestation memory attestation = _attestation(
            escrow.REVIEW_SCHEMA(),
            _values(_reviewOf(APPROVE))
        );
        bytes32 uid = registry.uidOf(attestation);
        bytes32 contentHash = _contentHash();

        // it should emit {ReviewCounted} with the arbiter
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.ReviewCounted(bountyId, submissionId, arbiter, uid, APPROVE, 9_000, 0, "");
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.SubmissionAccepted(bountyId, submissionId, contentHash, 10_000, AMOUNT, BASE, false);
        vm.prank(arbiter);
        registry.attest(attestation, _context());

        // it should accept and pay when the arbiter approves
        _assertStage(IBountyEscrow.Stage.Accepted);
        assertFalse(_state().bySilence, "by silence");
        assertEq(_credit(worker) + _credit(colleague), BASE, "base");
        assertEq(_bounty().pending, 0, "pending");
        assertEq(_bounty().awards, 1, "awards");
    }

    function test_appeal_that_is_rejected_is_over() external {
        _appeal();
        skip(1 days);
        bytes32 contentHash = _contentHash();

        // it should reject for good when the arbiter rejects
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.SubmissionRejected(bountyId, submissionId, contentHash, "off-brief", "bafkreireview", 0);
        _ruleAppeal(REJECT);
        _assertStage(IBountyEscrow.Stage.Rejected);
        assertEq(_bounty().pending, 0, "pending");
        assertEq(_bounty().appealableUntil, NOW + terms.appealWindow, "appealable until");
        assertEq(_credit(address(escrow)), 2 * MAX_AWARD, "credit");
    }
}
