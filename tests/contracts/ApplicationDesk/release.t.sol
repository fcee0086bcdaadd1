// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IApplicationDesk} from "../../../contracts/interfaces/IApplicationDesk.sol";
import {DeskTest} from "./DeskTest.sol";

contract ReleaseTest is DeskTest {
    function test_release_reverts_when_worker_is_not_selected() external {
        // it should revert with ApplicationDesk_NotSelected
        vm.expectRevert(_notSelected());
        desk.release(BOUNTY, worker);
        _apply(worker, BID);
        vm.warp(SUBMIT_BY);
        vm.expectRevert(_notSelected());
        desk.release(BOUNTY, worker);
    }

    function test_release_waits_for_the_workers_time() external {
        _toSelected();
        vm.warp(DELIVER_BY - 1);

        // it should revert with ApplicationDesk_OutsideWindow one second before, even for the owner
        vm.prank(owner);
        vm.expectRevert(_outside(DELIVER_BY, type(uint256).max));
        desk.release(BOUNTY, worker);

        // it should release at that time and after
        uint256 atThatTime = vm.snapshotState();
        for (uint256 late = 0; late < 2; ++late) {
            vm.warp(DELIVER_BY + late);
            _release(worker);
            vm.revertToState(atThatTime);
        }
    }

    function test_release_reverts_when_work_was_handed_in() external {
        _toSelected();
        _apply(rival, BID);
        _select(rival);
        _admit(worker);
        vm.warp(DELIVER_BY);

        // it should revert with ApplicationDesk_NotSelected and release nobody else
        vm.expectRevert(_notSelected());
        desk.release(BOUNTY, worker);
        assertEq(_selected(), 1, "selected");
    }

    function test_release_ends_the_selection() external {
        terms.maxAwards = 1;
        _write();
        _toSelected();
        bytes32 applicationHash = _hashOf(worker);
        _apply(rival, BID);
        vm.warp(DELIVER_BY);

        // it should end the application and emit SelectionReleased
        vm.expectEmit(address(desk));
        emit IApplicationDesk.SelectionReleased(BOUNTY, worker, applicationHash, outsider);
        _release(worker);
        _assertApplication(worker, 0, 0, 0);

        // it should free the place for another worker
        assertEq(desk.takenOf(BOUNTY), 0, "taken");
        bytes32 other = _hashOf(rival);
        vm.prank(owner);
        desk.select(BOUNTY, _terms(), rival, other, SUBMIT_BY);
    }

    function test_release_works_after_the_close() external {
        _toSelected();
        state.closed = true;
        _write();
        vm.warp(DELIVER_BY);

        // it should release after the bounty was closed
        _release(worker);
        assertEq(_selected(), 0, "selected");
    }
}
