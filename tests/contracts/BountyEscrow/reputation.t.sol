// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {EscrowTest} from "./EscrowTest.sol";

contract ReputationTest is EscrowTest {
    function _expectAsked(uint64 times) private {
        vm.expectCall(address(reputation), abi.encodeCall(reputation.multiplierBps, (projectId, worker)), times);
    }

    function test_reputation_is_not_asked_given_a_band_of_one_value() external {
        (terms.minMultiplierBps, terms.maxMultiplierBps) = (11_000, 11_000);
        vm.mockCallRevert(address(reputation), abi.encodeWithSelector(reputation.multiplierBps.selector), "asked");
        _expectAsked(0);
        _toAccepted();

        // it should ask nobody
        assertEq(_state().multiplierBps, 11_000);
        assertEq(_credit(worker) + _credit(colleague), 99_000 ether, "base");
    }

    function test_reputation_is_held_in_the_band() external {
        uint256[6] memory stated = [uint256(1), 7_999, 8_000, 12_000, 12_001, type(uint256).max];
        uint256[6] memory held = [uint256(8_000), 8_000, 8_000, 12_000, 12_000, 12_000];
        for (uint256 i = 0; i < stated.length; ++i) {
            uint256 snapshot = vm.snapshotState();
            reputation.state(projectId, worker, stated[i]);
            _toAccepted();

            // it should hold it at the end of the band
            assertEq(_state().multiplierBps, held[i], "multiplier");
            assertEq(_credit(worker) + _credit(colleague), (90_000 ether * held[i]) / 10_000, "base");
            vm.revertToState(snapshot);
        }
    }

    function test_reputation_sets_the_award() external {
        reputation.state(projectId, worker, 11_000);
        // What others are worth, or the worker elsewhere, does not count.
        reputation.state(projectId + 1, worker, 8_000);
        reputation.state(projectId, colleague, 8_000);
        _toPending();
        _approve(0);

        // it should ask for the worker in the project of the terms
        _expectAsked(1);

        // it should emit {SubmissionAccepted} with multiplier, award and base
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.SubmissionAccepted(
            bountyId,
            submissionId,
            _contentHash(),
            11_000,
            330_000 ether,
            99_000 ether,
            false
        );
        _approve(1);

        // it should pay by it
        assertEq(_credit(worker) + _credit(colleague), 99_000 ether);
    }

    function test_pitfall_01_reputation_is_read_at_acceptance() external {
        reputation.state(projectId, worker, 8_000);
        _toPending();
        _approve(0);
        reputation.state(projectId, worker, 12_000);
        _approve(1);

        // it should read it at acceptance
        assertEq(_state().multiplierBps, 12_000);
    }

    function test_reputation_of_later_changes_nothing() external {
        _expectAsked(1);
        _toAccepted();
        reputation.state(projectId, worker, 12_000);
        skip(30 days);
        _report(SUCCESS, 10_000);
        skip(7 days);
        _settle(SUCCESS);
        reputation.state(projectId, worker, 1);
        vm.warp(NOW + 400 days);
        _settle(LONG_TERM);

        // it should pay the rest by the multiplier of the acceptance
        assertEq(_state().multiplierBps, 10_000, "multiplier");
        assertEq(_credit(worker) + _credit(colleague), 90_000 ether + 150_000 ether + 15_000 ether, "paid");
    }

    function test_reputation_never_asks_for_more_than_was_escrowed(uint256 stated, uint16 value) external {
        terms.maxAwards = 1;
        reputation.state(projectId, worker, stated);
        _toCompleted(value, value);

        // it should escrow enough and return the rest
        assertEq(_credit(worker) + _credit(colleague) + _credit(owner), MAX_AWARD, "all of it");
        assertEq(_credit(address(escrow)), 0, "escrow");
    }
}
