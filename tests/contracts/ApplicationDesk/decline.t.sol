// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IApplicationDesk} from "../../../contracts/interfaces/IApplicationDesk.sol";
import {DeskTest} from "./DeskTest.sol";

contract DeclineTest is DeskTest {
    bytes32 private _hash;

    function setUp() public override {
        super.setUp();
        _hash = _apply(worker, BID);
    }

    function _expectRefused(address caller, bytes32 hash, string memory reason, bytes memory refusal) private {
        bytes memory encoded = _terms();
        vm.prank(caller);
        vm.expectRevert(refusal);
        desk.decline(BOUNTY, encoded, worker, hash, "over-budget", reason);
    }

    function test_decline_reverts_when_terms_differ() external {
        terms.maxAwards = 3;

        // it should revert with ApplicationDesk_TermsMismatch
        _expectRefused(owner, _hash, "bafkreireason", _termsMismatch());
    }

    function test_decline_reverts_when_caller_is_not_of_the_project() external {
        // it should revert with ApplicationDesk_NotAuthorized
        _expectRefused(outsider, _hash, "bafkreireason", _notAuthorized(outsider));
        _expectRefused(worker, _hash, "bafkreireason", _notAuthorized(worker));
        _expectRefused(reviewer, _hash, "bafkreireason", _notAuthorized(reviewer));
    }

    function test_decline_reverts_when_reason_is_empty_or_too_long() external {
        // it should revert with ApplicationDesk_TextLength
        _expectRefused(owner, _hash, "", _textLength(0));
        _expectRefused(owner, _hash, _text(129), _textLength(129));
    }

    function test_decline_reverts_when_application_does_not_stand() external {
        bytes32 changed = _apply(worker, BID - 1);

        // it should revert with ApplicationDesk_ApplicationMismatch and what stands
        _expectRefused(owner, _hash, "bafkreireason", _mismatch(worker, changed));
        _withdraw(worker);
        _expectRefused(owner, changed, "bafkreireason", _mismatch(worker, 0));
        _expectRefused(owner, 0, "bafkreireason", _mismatch(worker, 0));
    }

    function test_decline_reverts_when_worker_is_selected() external {
        _select(worker);

        // it should revert with ApplicationDesk_AlreadySelected
        _expectRefused(owner, _hash, "bafkreireason", _alreadySelected());
    }

    function test_decline_ends_the_application() external {
        // it should end the application and emit ApplicationDeclined
        vm.expectEmit(address(desk));
        emit IApplicationDesk.ApplicationDeclined(BOUNTY, worker, _hash, owner, "over-budget", "bafkreireason");
        _decline(worker);
        _assertApplication(worker, 0, 0, 0);

        // it should let the worker apply again
        _apply(worker, BID - 1);

        // it should let a steward decline
        bytes32 second = _hashOf(worker);
        vm.prank(steward);
        desk.decline(BOUNTY, _terms(), worker, second, "over-budget", _text(128));
        _assertApplication(worker, 0, 0, 0);
    }

    function test_decline_works_after_the_close() external {
        state.closed = true;
        _write();
        vm.warp(SUBMIT_BY);

        // it should decline after the bounty was closed
        _decline(worker);
        _assertApplication(worker, 0, 0, 0);
    }
}
