// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Create3} from "@openzeppelin/contracts/utils/Create3.sol";

import {IWithholdingSchedules} from "../../../contracts/interfaces/IWithholdingSchedules.sol";
import {SchedulesTest} from "./SchedulesTest.sol";

contract RegisterTest is SchedulesTest {
    function _refuse(IWithholdingSchedules.Schedule memory schedule, bytes memory reason) private {
        vm.expectRevert(reason);
        schedules.register(schedule);
    }

    function test_register_reverts_on_zero() external {
        bytes memory zero = abi.encodeWithSelector(IWithholdingSchedules.WithholdingSchedules_Zero.selector);
        IWithholdingSchedules.Schedule[3] memory wrong = [_japan(), _japan(), _japan()];
        wrong[0].token = address(0);
        wrong[1].unit = 0;
        wrong[2].collector = address(0);
        for (uint256 i = 0; i < wrong.length; i++) {
            // it should revert with WithholdingSchedules_Zero
            _refuse(wrong[i], zero);
        }
    }

    function test_register_reverts_on_a_label_of_no_or_65_bytes() external {
        bytes4 selector = IWithholdingSchedules.WithholdingSchedules_LabelLength.selector;
        IWithholdingSchedules.Schedule memory schedule = _japan();

        // it should revert with WithholdingSchedules_LabelLength
        schedule.label = "";
        _refuse(schedule, abi.encodeWithSelector(selector, 0));
        schedule.label = string(new bytes(65));
        _refuse(schedule, abi.encodeWithSelector(selector, 65));
    }

    function test_register_reverts_on_no_or_33_brackets() external {
        bytes4 selector = IWithholdingSchedules.WithholdingSchedules_BracketCount.selector;

        // it should revert with WithholdingSchedules_BracketCount
        _refuse(_steps(0), abi.encodeWithSelector(selector, 0));
        _refuse(_steps(17), abi.encodeWithSelector(selector, 17));
    }

    function test_register_reverts_when_a_start_does_not_begin_at_zero() external {
        IWithholdingSchedules.Schedule memory first = _japan();
        first.brackets[0].from = 1;
        IWithholdingSchedules.Schedule memory later = _reformed();
        later.brackets[2].from = 1;

        // it should revert with WithholdingSchedules_Unsorted where a start begins
        _refuse(first, _unsorted(0));
        _refuse(later, _unsorted(2));
    }

    function test_register_reverts_when_brackets_do_not_ascend() external {
        IWithholdingSchedules.Schedule memory same = _japan();
        same.brackets[1] = same.brackets[0];
        IWithholdingSchedules.Schedule memory lower = _reformed();
        lower.brackets[4].from = lower.brackets[3].from;
        IWithholdingSchedules.Schedule memory earlier = _japan();
        earlier.brackets[1].start = START - 1;
        IWithholdingSchedules.Schedule memory back = _reformed();
        back.brackets[2].start = START - 1;

        // it should revert with WithholdingSchedules_Unsorted between brackets
        _refuse(same, _unsorted(1));
        _refuse(lower, _unsorted(4));
        _refuse(earlier, _unsorted(1));
        _refuse(back, _unsorted(2));
    }

    function test_register_reverts_on_a_rate_above_a_half() external {
        IWithholdingSchedules.Schedule memory schedule = _japan();
        schedule.brackets[1].rateBps = 5001;

        // it should revert with WithholdingSchedules_RateTooHigh
        bytes4 selector = IWithholdingSchedules.WithholdingSchedules_RateTooHigh.selector;
        _refuse(schedule, abi.encodeWithSelector(selector, 1, 5001));
    }

    function test_register_reverts_on_a_fixed_tax_above_a_half() external {
        bytes4 selector = IWithholdingSchedules.WithholdingSchedules_FixedTaxTooHigh.selector;
        IWithholdingSchedules.Schedule memory first = _japan();
        first.brackets[0].fixedTax = 1;
        IWithholdingSchedules.Schedule memory odd = _japan();
        (odd.brackets[1].from, odd.brackets[1].fixedTax) = (999_999, 500_000);

        // it should revert with WithholdingSchedules_FixedTaxTooHigh
        _refuse(first, abi.encodeWithSelector(selector, 0, 1, 0));
        _refuse(odd, abi.encodeWithSelector(selector, 1, 500_000, 499_999));
    }

    function test_register_reverts_when_the_tax_would_fall() external {
        IWithholdingSchedules.Schedule memory schedule = _japan();
        schedule.brackets[1].fixedTax = 102_099;

        // it should revert with WithholdingSchedules_TaxFalls
        bytes4 selector = IWithholdingSchedules.WithholdingSchedules_TaxFalls.selector;
        _refuse(schedule, abi.encodeWithSelector(selector, 1, 102_099, 102_100));
    }

    function test_register_twice_changes_nothing() external {
        bytes32 id = schedules.register(_japan());

        vm.recordLogs();
        vm.prank(outsider);
        bytes32 again = schedules.register(_japan());

        // it should return the same id to anyone
        assertEq(again, id);
        // it should emit nothing
        assertEq(vm.getRecordedLogs().length, 0);
    }

    function test_register_takes_the_widest() external {
        IWithholdingSchedules.Schedule memory schedule = _steps(16);
        schedule.label = string(new bytes(64));
        schedule.brackets[15].rateBps = 5000;
        schedule.brackets[15].fixedTax = schedule.brackets[15].from / 2;

        // it should take exactly a half, 16 brackets and 64 bytes
        assertEq(schedules.hashSchedule(schedule), schedules.register(schedule));
    }

    function test_register_writes_and_tells() external {
        IWithholdingSchedules.Schedule memory schedule = _japan();
        bytes32 expected = keccak256(abi.encode(schedule));

        // it should emit {ScheduleRegistered}
        vm.expectEmit(address(schedules));
        emit IWithholdingSchedules.ScheduleRegistered(expected, yenCoin, collector, schedule);
        bytes32 id = schedules.register(schedule);

        // it should return the hash of the schedule
        assertEq(id, expected);
        // it should keep the schedule as code whose hash is the id
        address place = Create3.computeAddress(id, address(schedules));
        assertEq(place.codehash, id);
        assertEq(place.code, abi.encode(schedule));
    }

    function test_register_keeps_inert_code() external {
        bytes32 id = schedules.register(_japan());
        address place = Create3.computeAddress(id, address(schedules));

        vm.recordLogs();
        (bool done, bytes memory answer) = place.call{gas: 100}(hex"ffffffff");

        // it should keep code that does nothing when called
        assertTrue(done);
        assertEq(answer.length, 0);
        assertEq(vm.getRecordedLogs().length, 0);
        assertEq(place.codehash, id);
    }

    function test_register_tells_schedules_apart() external {
        IWithholdingSchedules.Schedule[5] memory other = [_japan(), _japan(), _japan(), _japan(), _japan()];
        other[0].token = outsider;
        other[1].unit = 1;
        other[2].collector = outsider;
        other[3].label = "JP 204-1-2";
        other[4].brackets[1].rateBps = 2043;
        bytes32 id = schedules.register(_japan());
        for (uint256 i = 0; i < other.length; i++) {
            // it should tell schedules apart that differ in anything
            assertNotEq(schedules.register(other[i]), id);
        }
    }

    function testFuzz_register_changes_no_other(uint96 unit, uint16 rateBps, string memory label) external {
        vm.assume(unit != 0 && bytes(label).length != 0 && bytes(label).length <= 64);
        bytes32 id = schedules.register(_japan());
        IWithholdingSchedules.Schedule memory other = _steps(1);
        (other.unit, other.label, other.brackets[0].rateBps) = (unit, label, uint16(bound(rateBps, 0, 5000)));
        bytes32 otherId = schedules.register(other);

        // it should change no other schedule
        assertEq(abi.encode(schedules.scheduleOf(id)), abi.encode(_japan()));
        assertEq(abi.encode(schedules.scheduleOf(otherId)), abi.encode(other));
    }

    /// @dev Brackets of one start, 1,000 units each, free of tax.
    function _steps(uint256 count) private view returns (IWithholdingSchedules.Schedule memory schedule) {
        schedule = _japan();
        schedule.brackets = new IWithholdingSchedules.Bracket[](count);
        for (uint256 i = 0; i < count; i++) {
            schedule.brackets[i] = IWithholdingSchedules.Bracket(START, uint96(1000 * i), 0, 0);
        }
    }

    function _unsorted(uint256 index) private pure returns (bytes memory reason) {
        return abi.encodeWithSelector(IWithholdingSchedules.WithholdingSchedules_Unsorted.selector, index);
    }
}
