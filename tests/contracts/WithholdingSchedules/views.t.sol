// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IWithholdingSchedules} from "../../../contracts/interfaces/IWithholdingSchedules.sol";
import {DrawnSchedule} from "./DrawnSchedule.sol";
import {SchedulesTest} from "./SchedulesTest.sol";

contract ScheduleViewsTest is SchedulesTest {
    using DrawnSchedule for DrawnSchedule.Stream;

    function test_scheduleOf_reverts_when_unknown() external {
        bytes32 id = schedules.hashSchedule(_japan());

        // it should revert with WithholdingSchedules_Unknown
        vm.expectRevert(abi.encodeWithSelector(IWithholdingSchedules.WithholdingSchedules_Unknown.selector, id));
        schedules.scheduleOf(id);
    }

    function test_tokenOf_an_unknown_schedule() external view {
        // it should return zero
        assertEq(schedules.tokenOf(schedules.hashSchedule(_japan())), address(0));
        assertEq(schedules.tokenOf(0), address(0));
    }

    function test_tokenOf_a_schedule() external {
        // it should return its token
        assertEq(schedules.tokenOf(schedules.register(_japan())), yenCoin);
    }

    function testFuzz_scheduleOf_returns_it_whole(uint256 seed) external {
        IWithholdingSchedules.Schedule memory schedule = DrawnSchedule.Stream(seed, 0).schedule();

        // it should return it whole
        bytes32 id = schedules.register(schedule);
        assertEq(abi.encode(schedules.scheduleOf(id)), abi.encode(schedule));
    }

    function testFuzz_hashSchedule_is_the_id(uint256 seed) external {
        IWithholdingSchedules.Schedule memory schedule = DrawnSchedule.Stream(seed, 0).schedule();
        bytes32 before = schedules.hashSchedule(schedule);

        // it should return the id whether registered or not
        assertEq(schedules.register(schedule), before);
        assertEq(schedules.hashSchedule(schedule), before);
    }
}
