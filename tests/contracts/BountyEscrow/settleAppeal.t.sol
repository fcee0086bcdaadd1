// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {EscrowTest} from "./EscrowTest.sol";

contract SettleAppealTest is EscrowTest {
    uint256 private constant BASE = 90_000 ether;

    function setUp() public override {
        super.setUp();
        _toAppealed();
    }

    function _settleAppeal() private {
        vm.prank(outsider);
        escrow.settleAppeal(submissionId, _terms(), _work());
    }

    function _expectSettlingRefused(bytes memory refusal) private {
        vm.expectRevert(refusal);
        escrow.settleAppeal(submissionId, _terms(), _work());
    }

    /* REFUSED */

    function test_settleAppeal_reverts_when_it_is_of_other_bytes() external {
        skip(terms.arbiterWindow);
        uint256 waiting = vm.snapshotState();

        // it should revert with BountyEscrow_SubmissionMismatch
        submissionId = 2;
        _expectSettlingRefused(_mismatch());
        vm.revertToState(waiting);

        // it should revert with BountyEscrow_TermsMismatch
        terms.silentAppealAccepts = false;
        _expectSettlingRefused(_termsMismatch());
        vm.revertToState(waiting);

        // it should revert with BountyEscrow_SubmissionMismatch for the changed work
        work.payees[0] = outsider;
        _expectSettlingRefused(_mismatch());
    }

    function test_settleAppeal_reverts_given_it_is_not_appealed() external {
        uint256 appealed = vm.snapshotState();

        // it should revert with BountyEscrow_WrongStage
        _ruleAppeal(REJECT);
        skip(terms.arbiterWindow);
        _expectSettlingRefused(_wrongStage(IBountyEscrow.Stage.Rejected));
        vm.revertToState(appealed);
        skip(terms.arbiterWindow);
        _settleAppeal();
        _expectSettlingRefused(_wrongStage(IBountyEscrow.Stage.Accepted));
        _submit();
        skip(terms.arbiterWindow);
        _expectSettlingRefused(_wrongStage(IBountyEscrow.Stage.Pending));
    }

    function test_pitfall_06_settleAppeal_begins_where_the_arbiters_window_ends() external {
        uint256 end = NOW + terms.arbiterWindow;

        // it should revert with BountyEscrow_OutsideWindow one second before
        vm.warp(end - 1);
        _expectSettlingRefused(_outside(end, type(uint256).max));
        uint256 before = vm.snapshotState();

        // it should settle at that time and after
        for (uint256 late = 0; late < 2; ++late) {
            vm.revertToState(before);
            vm.warp(end + late);
            _settleAppeal();
            _assertStage(IBountyEscrow.Stage.Accepted);
        }
    }

    /* SILENCE ACCEPTS */

    function test_pitfall_19_settleAppeal_accepts_where_the_terms_say_so() external {
        skip(terms.arbiterWindow);
        bytes32 contentHash = _contentHash();

        // it should emit {SubmissionAccepted} by silence
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.SubmissionAccepted(bountyId, submissionId, contentHash, 10_000, AMOUNT, BASE, true);
        _settleAppeal();
        assertTrue(_state().bySilence, "by silence");
        assertEq(_state().clock, block.timestamp, "clock");
        assertEq(_bounty().pending, 0, "pending");
        assertEq(_bounty().awards, 1, "awards");

        // it should credit the base
        assertEq(_credit(worker), (BASE * 7) / 10, "worker");
        assertEq(_credit(colleague), (BASE * 3) / 10, "colleague");
        assertEq(_credit(outsider), 0, "caller");
    }

    function test_settleAppeal_reverts_given_every_award_was_given_meanwhile() external {
        for (uint256 i = 0; i < 2; ++i) {
            _submit();
            _approve(0);
            _approve(1);
        }
        submissionId = 1;
        skip(terms.arbiterWindow);

        // it should revert with BountyEscrow_NoAwardLeft when every award was given meanwhile
        _expectSettlingRefused(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_NoAwardLeft.selector, bountyId));
    }

    /* SILENCE REJECTS */

    function test_settleAppeal_rejects_where_the_terms_say_so() external {
        terms.silentAppealAccepts = false;
        _toAppealed();
        skip(terms.arbiterWindow);
        bytes32 contentHash = _contentHash();
        uint256 before = _credit(address(escrow));

        // it should emit {SubmissionRejected} with the code "arbiter-silent", no reason and no appeal
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.SubmissionRejected(bountyId, submissionId, contentHash, "arbiter-silent", "", 0);
        _settleAppeal();
        _assertStage(IBountyEscrow.Stage.Rejected);
        assertFalse(_state().bySilence, "by silence");

        // it should move no money and wait for nothing any more
        assertEq(_credit(address(escrow)), before, "credit");
        assertEq(_bounty().pending, 0, "pending");

        // it should let the unused awards go back
        _close();
        assertEq(_credit(owner), 2 * MAX_AWARD, "funder");
    }
}
