// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAdmission} from "../../../contracts/interfaces/IAdmission.sol";
import {IApplicationDesk} from "../../../contracts/interfaces/IApplicationDesk.sol";
import {DeskTest} from "./DeskTest.sol";

contract AdmitTest is DeskTest {
    function test_admit_reverts_when_caller_is_not_the_escrow(address caller) external {
        vm.assume(caller != address(escrow));
        _toSelected();

        // it should revert with ApplicationDesk_NotEscrow
        vm.prank(caller);
        vm.expectRevert(abi.encodeWithSelector(IApplicationDesk.ApplicationDesk_NotEscrow.selector, caller));
        desk.admit(BOUNTY, worker);
    }

    function test_admit_reverts_when_worker_is_not_selected() external {
        // it should revert with ApplicationDesk_NotSelected
        vm.expectRevert(_notSelected());
        _admit(worker);
        _apply(worker, BID);
        vm.expectRevert(_notSelected());
        _admit(worker);
    }

    function test_admit_reverts_for_another_bounty() external {
        _toSelected();

        // it should revert with ApplicationDesk_NotSelected for this one
        vm.expectRevert(
            abi.encodeWithSelector(IApplicationDesk.ApplicationDesk_NotSelected.selector, BOUNTY + 1, worker)
        );
        escrow.admit(IAdmission(address(desk)), BOUNTY + 1, worker);
    }

    function test_admit_uses_up_the_selection(uint128 bid) external {
        bid = uint128(bound(bid, 1, AMOUNT));
        bytes32 applicationHash = _apply(worker, bid);
        _select(worker);

        // it should use up the selection and emit WorkerAdmitted
        vm.expectEmit(address(desk));
        emit IApplicationDesk.WorkerAdmitted(BOUNTY, worker, applicationHash, bid);
        uint256 amount = _admit(worker);
        _assertApplication(worker, 0, 0, 0);
        assertEq(_selected(), 0, "selected");
        vm.expectRevert(_notSelected());
        _admit(worker);

        // it should return the bid that was selected
        assertEq(amount, bid, "amount");

        // it should let the worker apply again
        assertEq(_apply(worker, bid), applicationHash, "hash");
    }

    function test_admit_takes_late_work_that_nobody_released() external {
        _toSelected();
        vm.warp(DELIVER_BY + 1 days);

        // it should admit as long as nobody has released the selection
        assertEq(_admit(worker), BID, "amount");
    }
}
