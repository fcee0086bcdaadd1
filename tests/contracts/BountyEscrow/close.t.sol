// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {StatedAdmission} from "../mocks/StatedAdmission.sol";
import {EscrowTest} from "./EscrowTest.sol";

contract CloseTest is EscrowTest {
    bytes32 private constant CODE = "enough";
    bytes32 private constant EXPIRED = "expired";
    string private constant REASON = "bafkreireason";

    function _expectCloseRefused(address caller, bytes32 code, string memory reason, bytes memory refusal) private {
        bytes memory encoded = _terms();
        vm.prank(caller);
        vm.expectRevert(refusal);
        escrow.close(bountyId, encoded, code, reason);
    }

    /* REFUSED */

    function test_close_reverts_when_there_is_no_such_bounty() external {
        for (uint256 id = 0; id < 2; ++id) {
            bountyId = id;

            // it should revert with BountyEscrow_TermsMismatch
            bytes memory refusal = abi.encodeWithSelector(IBountyEscrow.BountyEscrow_TermsMismatch.selector, id);
            _expectCloseRefused(owner, CODE, REASON, refusal);
        }
    }

    function test_close_reverts_when_terms_are_not_the_bountys() external {
        _open();
        terms.amount += 1;

        // it should revert with BountyEscrow_TermsMismatch
        _expectCloseRefused(owner, CODE, REASON, _termsMismatch());
    }

    function test_close_reverts_given_it_is_closed() external {
        _open();
        _close();

        // it should revert with BountyEscrow_Closed
        _expectCloseRefused(
            owner,
            CODE,
            REASON,
            abi.encodeWithSelector(IBountyEscrow.BountyEscrow_Closed.selector, bountyId)
        );
    }

    function test_close_reverts_when_reason_has_the_wrong_length() external {
        _open();
        uint8[2] memory wrong = [0, 129];
        for (uint256 i = 0; i < wrong.length; ++i) {
            // it should revert with BountyEscrow_TextLength
            bytes memory refusal = abi.encodeWithSelector(IBountyEscrow.BountyEscrow_TextLength.selector, wrong[i]);
            _expectCloseRefused(owner, CODE, string(new bytes(wrong[i])), refusal);
        }
    }

    function test_close_reverts_when_code_is_none() external {
        _open();
        for (uint256 late = 0; late < 2; ++late) {
            vm.warp(late == 0 ? NOW : terms.submitBy);

            // it should revert with BountyEscrow_ReasonCodeInvalid
            _expectCloseRefused(owner, 0, REASON, _codeInvalid(0));
        }
    }

    function test_close_reverts_when_the_project_says_expired_before_submitBy() external {
        _open();
        vm.warp(terms.submitBy - 1);

        // it should revert with BountyEscrow_ReasonCodeInvalid before submitBy
        _expectCloseRefused(owner, EXPIRED, REASON, _codeInvalid(EXPIRED));

        // it should close from submitBy on
        for (uint256 late = 0; late < 2; ++late) {
            uint256 snapshot = vm.snapshotState();
            bytes memory encoded = _terms();
            vm.warp(terms.submitBy + late);
            vm.prank(owner);
            escrow.close(bountyId, encoded, EXPIRED, REASON);
            assertTrue(_bounty().closed, "closed");
            vm.revertToState(snapshot);
        }
    }

    function _codeInvalid(bytes32 code) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IBountyEscrow.BountyEscrow_ReasonCodeInvalid.selector, code);
    }

    /* STRANGERS */

    function test_close_by_an_outsider_reverts_before_submitBy() external {
        _open();
        vm.warp(terms.submitBy - 1);

        // it should revert with BountyEscrow_NotAuthorized
        _expectCloseRefused(outsider, EXPIRED, "", _notAuthorized(outsider));
    }

    function test_close_by_an_outsider_reverts_when_it_chooses_the_reason() external {
        _open();
        vm.warp(terms.submitBy);

        // it should revert with BountyEscrow_NotAuthorized
        _expectCloseRefused(outsider, CODE, "", _notAuthorized(outsider));
        _expectCloseRefused(outsider, EXPIRED, REASON, _notAuthorized(outsider));
        _expectCloseRefused(outsider, 0, "", _notAuthorized(outsider));
    }

    function test_close_by_an_outsider_closes_from_submitBy_on() external {
        for (uint256 late = 0; late < 2; ++late) {
            vm.warp(NOW);
            _open();
            vm.warp(terms.submitBy + late);
            bytes memory encoded = _terms();

            // it should close and say that it expired
            vm.expectEmit(address(escrow));
            emit IBountyEscrow.BountyClosed(bountyId, outsider, EXPIRED, "");
            vm.prank(outsider);
            escrow.close(bountyId, encoded, EXPIRED, "");
            assertTrue(_bounty().closed, "closed");
            assertTrue(_bounty().reclaimed, "reclaimed");
        }
    }

    /* THE PROJECT */

    function test_close_returns_what_nobody_won() external {
        _open();
        vm.prank(owner);
        projects.setSteward(projectId, colleague, true);
        bytes memory encoded = _terms();

        // it should emit {BountyClosed} and {AwardsReclaimed}
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.BountyClosed(bountyId, colleague, CODE, REASON);
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.AwardsReclaimed(bountyId, 2, 2 * MAX_AWARD);
        vm.prank(colleague);
        escrow.close(bountyId, encoded, CODE, REASON);

        // it should return what nobody won to the funder and not to the caller
        assertEq(_credit(owner), 2 * MAX_AWARD, "returned");
        assertEq(_credit(colleague), 0, "caller");
        assertEq(_credit(address(escrow)), 0, "kept");

        // it should release the project tokens that nobody won
        assertEq(projectToken.reservedBy(address(escrow)), 0, "reserved");
    }

    function test_close_stops_intake_and_harms_no_work_that_is_in() external {
        _toPending();
        _close();

        // it should close and keep the money
        assertTrue(_bounty().closed, "closed");
        assertFalse(_bounty().reclaimed, "reclaimed");
        assertEq(_credit(address(escrow)), 2 * MAX_AWARD, "kept");
        assertEq(_credit(owner), 0, "returned");

        // it should take no more work
        bytes memory encoded = _terms();
        vm.prank(worker);
        vm.expectRevert(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_Closed.selector, bountyId));
        escrow.submit(encoded, work, _unsigned());

        // it should still let the work be accepted
        _approve(0);
        _approve(1);
        _assertStage(IBountyEscrow.Stage.Accepted);
        _reclaim();
        assertEq(_credit(owner), MAX_AWARD, "returned");
    }

    function test_close_keeps_the_money_while_a_rejection_can_be_appealed() external {
        _toRejected();
        uint256 end = block.timestamp + terms.appealWindow;
        vm.warp(end - 1);
        _close();

        // it should keep the money until the appeal window ends
        assertFalse(_bounty().reclaimed, "reclaimed");
        assertEq(_credit(address(escrow)), 2 * MAX_AWARD, "kept");
    }

    function test_close_keeps_what_an_open_award_can_cost() external {
        _toAccepted();
        _close();

        // it should keep what the award can still cost, and its project tokens
        uint256 base = (AMOUNT * 3) / 10;
        assertEq(_credit(owner), MAX_AWARD, "returned");
        assertEq(_credit(address(escrow)), MAX_AWARD - base, "kept");
        assertEq(projectToken.reservedBy(address(escrow)), 1_000 ether, "reserved");
    }

    function test_close_closes_given_project_is_closed() external {
        _open();
        vm.prank(owner);
        projects.close(projectId, "done", REASON);

        // it should close
        _close();
        assertEq(_credit(owner), 2 * MAX_AWARD, "returned");
    }

    /* PITFALLS */

    function test_pitfall_03_the_owner_cannot_leave_after_acceptance() external {
        terms.maxAwards = 1;
        _toAccepted();
        uint256 held = _credit(address(escrow));
        _close();

        assertEq(_credit(owner), 0, "returned");
        assertEq(_credit(address(escrow)), held, "kept");
        vm.prank(owner);
        projects.close(projectId, "gone", REASON);
        skip(terms.success.closesAfter);
        _settle(SUCCESS);
        assertEq(_credit(worker) + _credit(colleague), (AMOUNT * 3) / 10 + (AMOUNT * 25) / 100, "paid");
    }

    function test_close_waits_for_who_was_selected_until_submitBy() external {
        StatedAdmission admission = new StatedAdmission();
        admission.hold(2);
        terms.admission = address(admission);
        _open();
        vm.warp(terms.submitBy - 1);

        // it should revert with BountyEscrow_WorkersSelected before submitBy
        bytes4 selector = IBountyEscrow.BountyEscrow_WorkersSelected.selector;
        _expectCloseRefused(owner, CODE, REASON, abi.encodeWithSelector(selector, bountyId, 2));

        // it should close at submitBy, whatever the admission says
        admission.refuse();
        vm.warp(terms.submitBy);
        _close();
        assertTrue(_bounty().reclaimed, "reclaimed");
    }
}
