// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BountyEscrow} from "../../../contracts/BountyEscrow.sol";
import {WithholdingSchedules} from "../../../contracts/WithholdingSchedules.sol";
import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {IReputationLedger} from "../../../contracts/interfaces/IReputationLedger.sol";
import {IWithholdingSchedules} from "../../../contracts/interfaces/IWithholdingSchedules.sol";
import {Vm} from "forge-std/Vm.sol";
import {EscrowTest} from "./EscrowTest.sol";

contract WithholdingTest is EscrowTest {
    bytes32 private constant SCHEDULE = "ten percent";

    address private _collector = makeAddr("collector");

    function _withhold(uint256 rateBps) private {
        terms.withholding = SCHEDULE;
        withholdings.state(SCHEDULE, address(yen), _collector, rateBps);
    }

    function _expectTax(address payee, uint256 gross, uint256 tax) private {
        vm.expectEmit(address(escrow));
        emit IBountyEscrow.TaxWithheld(bountyId, submissionId, payee, _collector, gross, tax, gross - tax);
    }

    function _taxEvents() private returns (uint256 count) {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics[0] == IBountyEscrow.TaxWithheld.selector) ++count;
        }
    }

    function test_withholding_takes_nothing_without_a_schedule() external {
        vm.recordLogs();
        _toCompleted(8_000, 5_000);

        // it should withhold nothing
        assertEq(_taxEvents(), 0);
        assertEq(_credit(worker) + _credit(colleague), 240_000 ether);
    }

    function test_withholding_credits_net_and_tax() external {
        _withhold(1_000);
        _toPending();
        _approve(0);

        // it should emit {TaxWithheld} with gross, tax and net for every payee
        _expectTax(worker, 63_000 ether, 6_300 ether);
        _expectTax(colleague, 27_000 ether, 2_700 ether);
        _approve(1);

        // it should credit every payee with the net and the collector with the tax
        assertEq(_credit(worker), 56_700 ether, "worker");
        assertEq(_credit(colleague), 24_300 ether, "colleague");
        assertEq(_credit(_collector), 9_000 ether, "collector");
    }

    function test_withholding_takes_from_all_that_is_paid() external {
        _withhold(1_000);
        vm.recordLogs();
        _toCompleted(4_000, 0);

        // it should withhold from base, tranches and top-up alike
        assertEq(_credit(worker) + _credit(colleague), 162_000 ether, "net of the guarantee");
        assertEq(_credit(_collector), 18_000 ether, "collector");
        assertEq(_taxEvents(), 6, "base, success and top-up, of two payees each");
        assertEq(_credit(owner), 180_000 ether, "funder");
    }

    function test_withholding_leaves_out_who_is_exempt() external {
        _withhold(1_000);
        work.exempt = 1;
        vm.recordLogs();
        _toAccepted();

        // it should withhold from the others only
        assertEq(_credit(worker), 63_000 ether, "exempt");
        assertEq(_credit(colleague), 24_300 ether, "not exempt");
        assertEq(_taxEvents(), 1, "events");
    }

    function test_withholding_ignores_bits_beyond_the_payees() external {
        _withhold(1_000);
        work.exempt = type(uint256).max - 3;
        _toAccepted();

        // it should not matter
        assertEq(_credit(_collector), 9_000 ether);
    }

    function test_withholding_knows_the_last_of_250_payees() external {
        _withhold(1_000);
        (work.payees, work.sharesBps) = (new address[](250), new uint16[](250));
        for (uint160 i = 0; i < 250; ++i) (work.payees[i], work.sharesBps[i]) = (address(1_000_000 + i), 40);
        work.exempt = 1 << 249;
        _toAccepted();

        // it should withhold from the others only
        assertEq(_credit(work.payees[248]), 324 ether, "last but one");
        assertEq(_credit(work.payees[249]), 360 ether, "last");
        assertEq(_credit(_collector), 36 ether * 249, "collector");
    }

    function test_withholding_of_nothing_is_still_reported() external {
        _withhold(0);
        _toPending();
        _approve(0);

        // it should emit the event and credit the gross
        _expectTax(worker, 63_000 ether, 0);
        _approve(1);
        assertEq(_credit(worker), 63_000 ether);
        assertEq(_credit(_collector), 0);
    }

    function test_withholding_asks_nothing_of_nothing() external {
        _withhold(1_000);
        (terms.amount, terms.guaranteed, terms.tokenReward) = (10, 0, 0);
        vm.recordLogs();
        _toAccepted();

        // it should ask for no tax
        // Of a base of 3 the first payee gets 3 and the second nothing.
        assertEq(_taxEvents(), 1);
        assertEq(_credit(worker), 3);
    }

    function test_withholding_adds_up_given_the_collector_is_a_party() external {
        address[3] memory collectors = [worker, colleague, owner];
        for (uint256 i = 0; i < collectors.length; ++i) {
            uint256 snapshot = vm.snapshotState();
            _collector = collectors[i];
            _withhold(1_000);
            _toCompleted(8_000, 5_000);

            // it should add up
            assertEq(_credit(worker) + _credit(colleague) + _credit(owner), MAX_AWARD);
            assertEq(_credit(address(escrow)), MAX_AWARD);
            vm.revertToState(snapshot);
        }
    }

    function test_withholding_takes_nothing_of_bonds_and_returns() external {
        _withhold(5_000);
        (terms.challengeBond, terms.maxAwards) = (1_000 ether, 1);
        yen.mint(worker, 1_000 ether);
        vm.prank(worker);
        yen.approve(address(escrow), 1_000 ether);
        _toChallenged(SUCCESS, 8_000);
        _rule(SUCCESS, 8_000);
        vm.warp(NOW + 400 days);
        _settle(LONG_TERM);

        // it should withhold nothing
        assertEq(_credit(owner), MAX_AWARD - 225_000 ether + 1_000 ether, "bond and rest in full");
        assertEq(_credit(_collector), 112_500 ether, "half of 225,000");
    }

    /* A LAW'S BRACKETS */

    function test_withholding_follows_real_brackets_at_the_time_of_payment() external {
        WithholdingSchedules schedules = new WithholdingSchedules();
        _deployWith(schedules);
        terms.withholding = schedules.register(_law());
        terms.amount = 5_000_007.5 ether;
        (terms.guaranteed, terms.maxAwards) = (0, 1);
        (work.payees, work.sharesBps) = (new address[](1), new uint16[](1));
        (work.payees[0], work.sharesBps[0]) = (worker, 10_000);

        // it should withhold in whole units and by the time of the payment
        _toAccepted();
        assertEq(_credit(worker) + _credit(_collector), 1_500_002.25 ether, "base");
        assertEq(_credit(_collector), 204_200 ether, "102,100 and 20.42 % of 500,002.25, in whole yen");
        vm.warp(NOW + 60 days);
        _settle(SUCCESS);
        assertEq(_credit(_collector), 204_200 ether, "free from the second start");
    }

    /// @dev 10.21 % up to a million yen and 20.42 % above; nothing from 60 days on.
    function _law() private view returns (IWithholdingSchedules.Schedule memory schedule) {
        (schedule.token, schedule.unit, schedule.collector) = (address(yen), 1 ether, _collector);
        schedule.label = "two brackets";
        schedule.brackets = new IWithholdingSchedules.Bracket[](3);
        schedule.brackets[0] = IWithholdingSchedules.Bracket(0, 0, 0, 1_021);
        schedule.brackets[1] = IWithholdingSchedules.Bracket(0, 1_000_000, 102_100, 2_042);
        schedule.brackets[2] = IWithholdingSchedules.Bracket(uint40(NOW + 60 days), 0, 0, 0);
    }

    function _deployWith(IWithholdingSchedules schedules) private {
        escrow = new BountyEscrow(projects, registry, vault, IReputationLedger(address(reputation)), schedules);
        opener = escrow.opener();
        vm.startPrank(owner);
        projectToken.setMinter(address(escrow), true);
        yen.approve(address(opener), type(uint256).max);
        vm.stopPrank();
    }

    /* ROUNDING */

    function test_pitfall_17_withholding_loses_no_unit(
        uint128 amount,
        uint16 rateBps,
        uint16 share,
        uint8 exempt
    ) external {
        terms.amount = uint128(bound(amount, 10, 1_000_000 ether));
        (terms.guaranteed, terms.tokenReward, terms.maxAwards) = (0, 0, 1);
        work.sharesBps[0] = uint16(bound(share, 1, 9_999));
        work.sharesBps[1] = 10_000 - work.sharesBps[0];
        work.exempt = exempt;
        uint256 snapshot = vm.snapshotState();
        _toCompleted(7_777, 3_333);
        uint256[2] memory gross = [_credit(worker), _credit(colleague)];
        vm.revertToState(snapshot);
        _withhold(bound(rateBps, 0, 10_000));
        _toCompleted(7_777, 3_333);

        // it should pay the same gross to the unit as without tax
        assertEq(_credit(worker) + _credit(colleague) + _credit(_collector), gross[0] + gross[1], "sum");
        if (exempt & 1 != 0) assertEq(_credit(worker), gross[0], "worker");
        if (exempt & 2 != 0) assertEq(_credit(colleague), gross[1], "colleague");
        assertEq(_credit(address(escrow)), 0, "escrow");
    }
}
