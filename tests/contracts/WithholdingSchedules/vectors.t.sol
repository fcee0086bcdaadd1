// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IWithholdingSchedules} from "../../../contracts/interfaces/IWithholdingSchedules.sol";
import {DrawnSchedule} from "./DrawnSchedule.sol";
import {SchedulesTest} from "./SchedulesTest.sol";

/// @notice The cases that Python and Solidity share.
contract WithholdingVectorsTest is SchedulesTest {
    using DrawnSchedule for DrawnSchedule.Stream;

    string private _json;

    function setUp() public override {
        super.setUp();
        _json = vm.readFile("tests/vectors/withholding.json");
    }

    function test_every_schedule_and_payment_written_out_comes_out() external {
        bytes32[] memory ids = new bytes32[](7);
        for (uint256 i = 0; i < ids.length; i++) {
            string memory path = string.concat(".schedules[", vm.toString(i), "]");
            ids[i] = schedules.register(_schedule(path));
            assertEq(ids[i], vm.parseJsonBytes32(_json, string.concat(path, ".id")), "id");
        }
        uint256[] memory chosen = vm.parseJsonUintArray(_json, ".payments.schedule");
        uint256[] memory gross = vm.parseJsonUintArray(_json, ".payments.gross");
        uint256[] memory time = vm.parseJsonUintArray(_json, ".payments.time");
        uint256[] memory tax = vm.parseJsonUintArray(_json, ".payments.tax");
        assertGt(tax.length, 500, "cases");
        for (uint256 i = 0; i < tax.length; i++) {
            (uint256 found, ) = schedules.taxAt(ids[chosen[i]], gross[i], time[i]);
            assertEq(found, tax[i], vm.toString(i));
        }
    }

    function test_every_drawn_payment_comes_out() external {
        bytes32[] memory digests = vm.parseJsonBytes32Array(_json, ".drawn.digests");
        uint256 payments = vm.parseJsonUint(_json, ".drawn.payments");
        assertEq(digests.length * payments, 10_000, "cases");
        DrawnSchedule.Stream memory stream = DrawnSchedule.Stream(vm.parseJsonUint(_json, ".drawn.seed"), 0);
        for (uint256 i = 0; i < digests.length; i++) {
            IWithholdingSchedules.Schedule memory schedule = stream.schedule();
            bytes32 id = schedules.register(schedule);
            bytes32 folded;
            for (uint256 j = 0; j < payments; j++) {
                (uint256 gross, uint256 time) = stream.payment(schedule);
                (uint256 tax, ) = schedules.taxAt(id, gross, time);
                folded = keccak256(abi.encode(folded, tax));
            }
            assertEq(folded, digests[i], vm.toString(i));
        }
    }

    function _schedule(string memory path) private view returns (IWithholdingSchedules.Schedule memory schedule) {
        schedule.token = vm.parseJsonAddress(_json, string.concat(path, ".token"));
        schedule.unit = uint96(vm.parseJsonUint(_json, string.concat(path, ".unit")));
        schedule.collector = vm.parseJsonAddress(_json, string.concat(path, ".collector"));
        schedule.label = vm.parseJsonString(_json, string.concat(path, ".label"));
        uint256[] memory start = vm.parseJsonUintArray(_json, string.concat(path, ".start"));
        uint256[] memory from = vm.parseJsonUintArray(_json, string.concat(path, ".from"));
        uint256[] memory fixedTax = vm.parseJsonUintArray(_json, string.concat(path, ".fixedTax"));
        uint256[] memory rateBps = vm.parseJsonUintArray(_json, string.concat(path, ".rateBps"));
        schedule.brackets = new IWithholdingSchedules.Bracket[](start.length);
        for (uint256 i = 0; i < start.length; i++) {
            schedule.brackets[i] = IWithholdingSchedules.Bracket({
                start: uint40(start[i]),
                from: uint96(from[i]),
                fixedTax: uint96(fixedTax[i]),
                rateBps: uint16(rateBps[i])
            });
        }
    }
}
