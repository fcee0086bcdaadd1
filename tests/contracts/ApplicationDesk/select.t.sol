// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IApplicationDesk} from "../../../contracts/interfaces/IApplicationDesk.sol";
import {DeskTest} from "./DeskTest.sol";

contract SelectTest is DeskTest {
    bytes32 private _hash;

    function setUp() public override {
        super.setUp();
        _hash = _apply(worker, BID);
    }

    function _expectRefused(address caller, uint64 deliverBy, bytes memory refusal) private {
        bytes memory encoded = _terms();
        vm.prank(caller);
        vm.expectRevert(refusal);
        desk.select(BOUNTY, encoded, worker, _hash, deliverBy);
    }

    function _expectNoPlace(uint256 taken) private {
        _expectRefused(owner, DELIVER_BY, _noPlace(taken));
        assertEq(desk.takenOf(BOUNTY), taken, "taken");
    }

    function _count(uint32 submissions, uint32 pending, uint16 awards, uint64 appealableUntil) private {
        (state.submissions, state.pending, state.awards) = (submissions, pending, awards);
        state.appealableUntil = uint40(appealableUntil);
        _write();
    }

    /* THE BOUNTY */

    function test_select_reverts_when_terms_differ() external {
        terms.maxAwards = 3;

        // it should revert with ApplicationDesk_TermsMismatch
        _expectRefused(owner, DELIVER_BY, _termsMismatch());
    }

    function test_select_reverts_when_terms_name_another_admission() external {
        terms.admission = address(0);
        _write();

        // it should revert with ApplicationDesk_OtherAdmission
        _expectRefused(owner, DELIVER_BY, _otherAdmission(address(0)));
    }

    function test_select_reverts_when_caller_is_not_of_the_project() external {
        // it should revert with ApplicationDesk_NotAuthorized
        _expectRefused(outsider, DELIVER_BY, _notAuthorized(outsider));
        _expectRefused(worker, DELIVER_BY, _notAuthorized(worker));
        _expectRefused(reviewer, DELIVER_BY, _notAuthorized(reviewer));
    }

    function test_select_reverts_when_bounty_is_closed() external {
        state.closed = true;
        _write();

        // it should revert with ApplicationDesk_Closed
        _expectRefused(owner, DELIVER_BY, _closed());
    }

    function test_select_takes_a_time_within_the_bounty() external {
        uint64[3] memory wrong = [uint64(0), NOW, SUBMIT_BY + 1];

        // it should revert with ApplicationDesk_DeliverByInvalid
        bytes4 selector = IApplicationDesk.ApplicationDesk_DeliverByInvalid.selector;
        for (uint256 i = 0; i < wrong.length; ++i) {
            _expectRefused(owner, wrong[i], abi.encodeWithSelector(selector, wrong[i], SUBMIT_BY, NOW));
        }

        // it should take one second from now, and the end of handing in
        bytes32 other = _apply(rival, BID);
        vm.startPrank(owner);
        desk.select(BOUNTY, _terms(), worker, _hash, NOW + 1);
        desk.select(BOUNTY, _terms(), rival, other, SUBMIT_BY);
        vm.stopPrank();
    }

    /* THE APPLICATION */

    function test_select_reverts_when_application_does_not_stand() external {
        bytes memory encoded = _terms();

        // it should revert with ApplicationDesk_ApplicationMismatch and what stands
        vm.startPrank(owner);
        vm.expectRevert(_mismatch(rival, 0));
        desk.select(BOUNTY, encoded, rival, 0, DELIVER_BY);
        vm.expectRevert(_mismatch(rival, 0));
        desk.select(BOUNTY, encoded, rival, _hash, DELIVER_BY);
        vm.expectRevert(_mismatch(worker, _hash));
        desk.select(BOUNTY, encoded, worker, 0, DELIVER_BY);
        vm.stopPrank();
    }

    function test_select_reverts_when_the_worker_raised_its_bid_first(uint128 bid) external {
        bid = uint128(bound(bid, 1, AMOUNT));
        vm.assume(bid != BID);
        bytes32 raised = _apply(worker, bid);

        // it should revert with ApplicationDesk_ApplicationMismatch so that nothing unseen is selected
        _expectRefused(owner, DELIVER_BY, _mismatch(worker, raised));
    }

    function test_select_reverts_when_worker_is_selected() external {
        _select(worker);

        // it should revert with ApplicationDesk_AlreadySelected
        _expectRefused(owner, DELIVER_BY, _alreadySelected());
    }

    /* NO PLACE */

    function test_select_reverts_when_every_place_is_taken() external {
        // it should revert with ApplicationDesk_NoPlaceFree when waiting work takes them
        _count(2, 2, 0, 0);
        _expectNoPlace(2);
        _count(2, 1, 1, 0);
        _expectNoPlace(2);

        // it should revert with ApplicationDesk_NoPlaceFree when awards take them
        _count(2, 0, 2, 0);
        _expectNoPlace(2);

        // it should revert with ApplicationDesk_NoPlaceFree when selections take them
        _count(1, 0, 1, 0);
        _apply(rival, BID);
        _select(rival);
        _expectNoPlace(2);
    }

    function test_select_waits_for_the_end_of_appeals() external {
        uint64 until = NOW + 3 days;

        // it should revert with ApplicationDesk_NoPlaceFree when no place is free beyond it
        _count(2, 0, 1, until);
        _expectNoPlace(2);
        vm.warp(until - 1);
        _expectNoPlace(2);

        // it should select at the end of the appeal window
        vm.warp(until);
        _select(worker);
        assertEq(desk.placesOf(BOUNTY).finalRejections, 1, "final");
    }

    function test_select_takes_a_place_beyond_a_rejection() external {
        _count(1, 0, 0, NOW + 3 days);

        // it should select when a place is free beyond it
        assertEq(desk.takenOf(BOUNTY), 1, "taken");
        _select(worker);
        _apply(rival, BID);
        _hash = _hashOf(rival);
        bytes memory encoded = _terms();
        vm.prank(owner);
        vm.expectRevert(_noPlace(2));
        desk.select(BOUNTY, encoded, rival, _hash, DELIVER_BY);
    }

    function test_select_counts_only_rejections_that_may_be_appealed() external {
        _count(5, 0, 0, NOW);
        _select(worker);
        _admit(worker);

        // it should count only rejections that are not known to be final
        _count(6, 0, 0, NOW + 3 days);
        assertEq(desk.takenOf(BOUNTY), 1, "the sixth alone");
        _apply(worker, BID);
        _select(worker);
        assertEq(desk.placesOf(BOUNTY).finalRejections, 5, "final");
        assertEq(desk.takenOf(BOUNTY), 2, "and the selection");
    }

    /* SELECTED */

    function test_select_keeps_an_award(uint64 deliverBy) external {
        deliverBy = uint64(bound(deliverBy, NOW + 1, SUBMIT_BY));

        // it should emit WorkerSelected
        vm.expectEmit(address(desk));
        emit IApplicationDesk.WorkerSelected(BOUNTY, worker, _hash, owner, deliverBy, 0);
        vm.prank(owner);
        desk.select(BOUNTY, _terms(), worker, _hash, deliverBy);

        // it should keep an award for the worker until its time is over
        _assertApplication(worker, _hash, BID, deliverBy);
        assertEq(_selected(), 1, "selected");
        assertEq(desk.takenOf(BOUNTY), 1, "taken");
    }

    function test_select_takes_a_stewards_choice() external {
        bytes memory encoded = _terms();

        // it should let a steward select
        vm.prank(steward);
        desk.select(BOUNTY, encoded, worker, _hash, DELIVER_BY);
        assertEq(_selected(), 1, "selected");
    }

    function test_select_goes_as_far_as_the_awards(uint8 rejected, uint8 pending, uint8 awards, uint8 most) external {
        terms.maxAwards = most;
        _write();
        _hash = _apply(worker, BID);
        _count(uint32(rejected) + pending + awards, pending, awards, NOW + 3 days);
        uint256 taken = uint256(rejected) + pending + awards;

        // it should select as long as fewer places are taken than there are awards
        if (taken >= most) _expectNoPlace(taken);
        else _select(worker);
    }
}
