// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {stdError} from "forge-std/StdError.sol";
import {VmSafe} from "forge-std/Vm.sol";

import {IWithholdingSchedules} from "../../../contracts/interfaces/IWithholdingSchedules.sol";
import {DrawnSchedule} from "./DrawnSchedule.sol";
import {PlainTax} from "./PlainTax.sol";
import {SchedulesTest} from "./SchedulesTest.sol";

contract TaxOfTest is SchedulesTest {
    using DrawnSchedule for DrawnSchedule.Stream;

    bytes32 private _id;

    function setUp() public override {
        super.setUp();
        _id = schedules.register(_japan());
    }

    function _tax(uint256 gross, uint256 time) private view returns (uint256 tax) {
        (tax, ) = schedules.taxAt(_id, gross, time);
    }

    function test_taxOf_reverts_when_unknown() external {
        bytes memory unknown = abi.encodeWithSelector(
            IWithholdingSchedules.WithholdingSchedules_Unknown.selector,
            bytes32("none")
        );

        // it should revert with WithholdingSchedules_Unknown
        vm.expectRevert(unknown);
        schedules.taxOf("none", 1);
        vm.expectRevert(unknown);
        schedules.taxAt("none", 1, START);
    }

    function test_taxOf_reverts_beyond_its_arithmetic() external {
        assertLe(_tax(2 ** 240, START), 2 ** 239);

        // it should revert with a panic
        vm.expectRevert(stdError.arithmeticError);
        schedules.taxAt(_id, type(uint256).max, START);
    }

    function test_taxOf_names_the_collector() external view {
        (uint256 none, address early) = schedules.taxAt(_id, 100 * YEN, START - 1);
        (uint256 some, address late) = schedules.taxAt(_id, 100 * YEN, START);

        // it should name the collector, also when there is no tax
        assertEq(none, 0);
        assertGt(some, 0);
        assertEq(early, collector);
        assertEq(late, collector);
    }

    function test_taxOf_begins_at_the_first_start() external view {
        // it should take nothing until one second before the first start
        assertEq(_tax(1000 * YEN, 0), 0);
        assertEq(_tax(1000 * YEN, START - 1), 0);
        assertEq(_tax(1000 * YEN, START), 102 * YEN);
        assertEq(_tax(1000 * YEN, START + 1), 102 * YEN);
    }

    function test_taxOf_follows_the_latest_start() external {
        bytes32 id = schedules.register(_reformed());
        uint256 later = START + 365 days;
        uint256[3] memory times = [later - 1, later, later + 1];
        uint256[3] memory taxes = [uint256(21), 35, 35];
        for (uint256 i = 0; i < times.length; i++) {
            (uint256 tax, ) = schedules.taxAt(id, 210 * YEN, times[i]);

            // it should take the new rates from the very second of a start
            assertEq(tax, taxes[i] * YEN);
        }
    }

    function test_taxOf_is_the_law() external view {
        // it should take 10.21 percent up to a million yen and 20.42 above
        assertEq(_tax(0, START), 0);
        assertEq(_tax(999_999 * YEN, START), 102_099 * YEN);
        assertEq(_tax(1_000_000 * YEN, START), 102_100 * YEN);
        assertEq(_tax(1_000_001 * YEN, START), 102_100 * YEN);
        assertEq(_tax(1_000_005 * YEN, START), 102_101 * YEN);
        assertEq(_tax(2_000_000 * YEN, START), 306_300 * YEN);
    }

    function test_taxOf_drops_fractions() external view {
        // it should drop fractions of a yen
        assertEq(_tax(9 * YEN, START), 0);
        assertEq(_tax(97 * YEN, START), 9 * YEN);
        assertEq(_tax(98 * YEN, START), 10 * YEN);
        assertEq(_tax(98 * YEN - 1, START), 10 * YEN);
        assertEq(_tax((10_000 * YEN) / 1021, START), 0);
        assertEq(_tax((10_000 * YEN) / 1021 + 1, START), YEN);
    }

    function testFuzz_taxOf_uses_the_block(uint256 gross, uint64 time) external {
        gross = bound(gross, 0, 2 ** 240);
        vm.warp(time);
        (uint256 tax, ) = schedules.taxOf(_id, gross);

        // it should use the time of the block for taxOf
        assertEq(tax, _tax(gross, time));
    }

    function testFuzz_taxOf_keeps_its_laws(uint256 seed, uint256 more) external {
        DrawnSchedule.Stream memory stream = DrawnSchedule.Stream(seed, 0);
        IWithholdingSchedules.Schedule memory schedule = stream.schedule();
        bytes32 id = schedules.register(schedule);
        (uint256 gross, uint256 time) = stream.payment(schedule);
        more = bound(more, gross, 2 ** 240);
        (uint256 tax, ) = schedules.taxAt(id, gross, time);
        (uint256 taxOfMore, ) = schedules.taxAt(id, more, time);

        // it should take at most a half, in whole units
        assertLe(tax, gross / 2);
        assertEq(tax % schedule.unit, 0);
        // it should never take less of more
        assertLe(tax, taxOfMore);
        // it should read as its plain twin does
        assertEq(tax, PlainTax.taxDown(schedule, gross, time));
        assertEq(taxOfMore, PlainTax.taxDown(schedule, more, time));
    }

    /// forge-config: default.isolate = true
    function test_taxOf_is_cheap() external {
        vm.skip(vm.isContext(VmSafe.ForgeContext.Coverage), "coverage compiles without the optimizer");
        bytes32 reformed = schedules.register(_reformed());
        vm.warp(START + 365 days);
        // In isolation the register is warm as the transaction's target and its schedule cold.
        schedules.taxOf(reformed, YEN);

        // it should cost less than 12000 gas, cold
        assertLt(vm.lastCallGas().gasTotalUsed + 2600, 12_000);
    }
}
