// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {EscrowTest} from "./EscrowTest.sol";

contract CloseTest is EscrowTest {
    bytes32 private constant CODE = "enough";
    string private constant REASON = "bafkreireason";

    /* REFUSED */

    function test_close_reverts_when_there_is_no_such_bounty() external {
        // it should revert with BountyEscrow_TermsMismatch
        for (uint256 id = 0; id < 2; ++id) {
            vm.prank(owner);
            vm.expectRevert(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_TermsMismatch.selector, id));
            escrow.close(id, terms, CODE, REASON);
        }
    }

    function test_close_reverts_when_terms_are_not_the_bountys() external {
        _open();
        terms.amount += 1;

        // it should revert with BountyEscrow_TermsMismatch
        vm.prank(owner);
        vm.expectRevert(_termsMismatch());
        escrow.close(bountyId, terms, CODE, REASON);
    }

    function test_close_by_an_outsider_reverts_before_submitBy() external {
        _open();
        vm.warp(terms.submitBy - 1);

        // it should revert with BountyEscrow_NotAuthorized
        vm.prank(outsider);
        vm.expectRevert(_notAuthorized(outsider));
        escrow.close(bountyId, terms, CODE, REASON);
    }

    function test_close_by_an_outsider_closes_from_submitBy_on() external {
        for (uint256 late = 0; late < 2; ++late) {
            vm.warp(NOW);
            _open();
            vm.warp(terms.submitBy + late);

            // it should close
            vm.prank(outsider);
            escrow.close(bountyId, terms, CODE, REASON);
            assertTrue(_bounty().closed, "closed");
        }
    }

    function test_close_reverts_given_it_is_closed() external {
        _open();
        _close();

        // it should revert with BountyEscrow_Closed
        vm.prank(owner);
        vm.expectRevert(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_Closed.selector, bountyId));
        escrow.close(bountyId, terms, CODE, REASON);
    }

    function test_close_reverts_given_a_submission_is_pending() external {
        _toPending();
        bytes memory refusal = abi.encodeWithSelector(
            IBountyEscrow.BountyEscrow_SubmissionsPending.selector,
            bountyId,
            1
        );

        // it should revert with BountyEscrow_SubmissionsPending
        vm.prank(owner);
        vm.expectRevert(refusal);
        escrow.close(bountyId, terms, CODE, REASON);

        vm.warp(terms.submitBy + 1_000 days);
        vm.expectRevert(refusal);
        escrow.close(bountyId, terms, CODE, REASON);
    }

    function test_close_reverts_given_work_is_pending_and_the_last_award_is_left() external {
        _toAccepted();
        _submit();

        // it should revert with BountyEscrow_SubmissionsPending
        vm.prank(owner);
        vm.expectRevert(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_SubmissionsPending.selector, bountyId, 1));
        escrow.close(bountyId, terms, CODE, REASON);
    }

    function test_close_reverts_when_reason_has_the_wrong_length() external {
        _open();
        uint8[2] memory wrong = [0, 129];
        for (uint256 i = 0; i < wrong.length; ++i) {
            // it should revert with BountyEscrow_TextLength
            vm.prank(owner);
            vm.expectRevert(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_TextLength.selector, wrong[i]));
            escrow.close(bountyId, terms, CODE, string(new bytes(wrong[i])));
        }
    }

    /* CLOSED */

    function test_close_returns_nothing_given_every_award_was_given() external {
        terms.maxAwards = 1;
        _toAccepted();
        uint256 before = _credit(address(escrow));

        // it should return nothing
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.BountyClosed(bountyId, owner, CODE, REASON, 0);
        vm.prank(owner);
        escrow.close(bountyId, terms, CODE, REASON);
        assertEq(_credit(owner), 0, "returned");
        assertEq(_credit(address(escrow)), before, "kept");
    }

    function test_close_closes_given_work_is_pending_and_no_award_is_left() external {
        _toPendingWithoutAward();
        uint256 before = _credit(address(escrow));
        vm.warp(terms.submitBy + 1_000 days);

        // it should close although work is pending
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.BountyClosed(bountyId, outsider, CODE, REASON, 0);
        vm.prank(outsider);
        escrow.close(bountyId, terms, CODE, REASON);
        assertTrue(_bounty().closed, "closed");
        assertEq(_bounty().pending, 1, "pending");

        // it should keep what the awards given can still cost
        assertEq(_credit(owner), 0, "returned");
        assertEq(_credit(address(escrow)), before, "kept");
        assertEq(projectToken.reservedBy(address(escrow)), 1_000 ether, "reserved");

        // it should accept no work by silence afterwards
        vm.expectRevert(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_NoAwardLeft.selector, bountyId));
        escrow.acceptBySilence(submissionId, terms, work);
    }

    function test_close_leaves_pending_work_to_its_reviewers_given_no_award_is_left() external {
        _toPendingWithoutAward();
        _close();

        // it should leave the work to its reviewers, who can only reject it
        _approve(0);
        _expectReviewRefused(
            1,
            _reviewOf(true),
            abi.encodeWithSelector(IBountyEscrow.BountyEscrow_NoAwardLeft.selector, bountyId)
        );
        _review(1, false);
        _review(2, false);
        _assertStage(IBountyEscrow.Stage.Rejected);
        assertEq(_bounty().pending, 0, "pending");
    }

    /// @dev Two works are in when the one award goes to the first; the second waits.
    function _toPendingWithoutAward() private {
        terms.maxAwards = 1;
        _toPending();
        _submit();
        submissionId = 1;
        _approve(0);
        _approve(1);
        submissionId = 2;
    }

    function test_close_closes_given_project_is_closed() external {
        _open();
        vm.startPrank(owner);
        projects.close(projectId, "done", REASON);

        // it should close
        escrow.close(bountyId, terms, CODE, REASON);
        assertEq(_credit(owner), 2 * MAX_AWARD, "returned");
    }

    function test_close_returns_all_to_the_funder_given_no_award_was_given() external {
        _open();
        vm.prank(owner);
        projects.setSteward(projectId, colleague, true);

        // it should emit {BountyClosed}
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.BountyClosed(bountyId, colleague, CODE, REASON, 2 * MAX_AWARD);
        vm.prank(colleague);
        escrow.close(bountyId, terms, CODE, REASON);

        // it should return what they could cost to the funder's credit
        assertEq(_credit(owner), 2 * MAX_AWARD, "returned");
        assertEq(_credit(address(escrow)), 0, "kept");

        // it should return it to the funder and not to the caller
        assertEq(_credit(colleague), 0, "caller");

        // it should release the project tokens that they promised
        assertEq(projectToken.reservedBy(address(escrow)), 0, "reserved");
    }

    function test_close_keeps_what_an_open_award_can_cost() external {
        _toAccepted();
        _close();

        // it should keep what an open award can still cost
        uint256 base = (AMOUNT * 3) / 10;
        assertEq(_credit(owner), MAX_AWARD, "returned");
        assertEq(_credit(address(escrow)), MAX_AWARD - base, "kept");

        // it should leave an open award's tokens reserved
        assertEq(projectToken.reservedBy(address(escrow)), 1_000 ether, "reserved");
    }
}
