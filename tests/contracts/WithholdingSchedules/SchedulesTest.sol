// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {WithholdingSchedules} from "../../../contracts/WithholdingSchedules.sol";
import {IWithholdingSchedules} from "../../../contracts/interfaces/IWithholdingSchedules.sol";

/// @title SchedulesTest
/// @notice The cast: the register, a collector, an outsider, and Japan's schedule for a yen coin with 18 decimals.
abstract contract SchedulesTest is Test {
    uint256 internal constant YEN = 1e18;
    uint40 internal constant START = 1_356_966_000;

    WithholdingSchedules internal schedules;
    address internal yenCoin = makeAddr("yenCoin");
    address internal collector = makeAddr("collector");
    address internal outsider = makeAddr("outsider");

    function setUp() public virtual {
        schedules = new WithholdingSchedules();
    }

    function _japan() internal view returns (IWithholdingSchedules.Schedule memory schedule) {
        schedule.token = yenCoin;
        schedule.unit = uint96(YEN);
        schedule.collector = collector;
        schedule.label = "JP 204-1-1";
        schedule.brackets = new IWithholdingSchedules.Bracket[](2);
        schedule.brackets[0] = IWithholdingSchedules.Bracket({start: START, from: 0, fixedTax: 0, rateBps: 1021});
        schedule.brackets[1] = IWithholdingSchedules.Bracket({
            start: START,
            from: 1_000_000,
            fixedTax: 102_100,
            rateBps: 2042
        });
    }

    /// @dev Two starts, the later of which has three brackets.
    function _reformed() internal view returns (IWithholdingSchedules.Schedule memory schedule) {
        schedule = _japan();
        IWithholdingSchedules.Bracket[] memory before = schedule.brackets;
        schedule.brackets = new IWithholdingSchedules.Bracket[](5);
        (schedule.brackets[0], schedule.brackets[1]) = (before[0], before[1]);
        uint40 later = START + 365 days;
        schedule.brackets[2] = IWithholdingSchedules.Bracket({start: later, from: 0, fixedTax: 0, rateBps: 0});
        schedule.brackets[3] = IWithholdingSchedules.Bracket({start: later, from: 100, fixedTax: 0, rateBps: 3000});
        schedule.brackets[4] = IWithholdingSchedules.Bracket({start: later, from: 200, fixedTax: 30, rateBps: 5000});
    }
}
