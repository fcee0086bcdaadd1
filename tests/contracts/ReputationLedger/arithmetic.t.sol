// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {IReputationLedger} from "../../../contracts/interfaces/IReputationLedger.sol";
import {Decay} from "../../../contracts/libraries/Decay.sol";
import {Reputation} from "../../../contracts/libraries/Reputation.sol";

/// @notice The arithmetic of reputation, on the vectors that Python shares and on anything else.
contract ReputationArithmeticTest is Test {
    using Reputation for IReputationLedger.Tally;

    string private _json;

    function setUp() external {
        _json = vm.readFile("tests/vectors/reputation.json");
    }

    function _column(string memory name) private view returns (uint256[] memory) {
        return vm.parseJsonUintArray(_json, name);
    }

    /* SHARED VECTORS */

    function test_every_daily_factor_of_the_shared_vectors_comes_out() external view {
        uint256[] memory lengths = _column(".factors.days");
        uint256[] memory factors = _column(".factors.factor");
        assertEq(lengths.length, 4, "half-lives");
        for (uint8 i = 0; i < 4; ++i) {
            IReputationLedger.HalfLife halfLife = IReputationLedger.HalfLife(i);
            assertEq(Reputation.dailyFactor(halfLife), factors[i], "factor");
            assertEq(Reputation.lengthOf(halfLife), lengths[i], "length");
        }
    }

    function test_every_power_of_the_shared_vectors_comes_out() external view {
        uint256[] memory factors = _column(".powers.factor");
        uint256[] memory elapsed = _column(".powers.elapsed");
        uint256[] memory powers = _column(".powers.power");
        assertGt(powers.length, 100, "cases");
        for (uint256 i = 0; i < powers.length; ++i) {
            assertEq(Decay.powerDown(factors[i], elapsed[i]), powers[i], "power");
        }
    }

    struct Steps {
        uint256[] kind;
        uint256[] halfLife;
        uint256[] sum;
        uint256[] weight;
        uint256[] day;
        uint256[] valueBps;
        uint256[] since;
        uint256[] today;
        uint256[] sumAfter;
        uint256[] weightAfter;
        uint256[] value;
    }

    function test_every_step_of_the_shared_vectors_comes_out() external view {
        Steps memory steps = _steps();
        assertGt(steps.kind.length, 200, "cases");
        for (uint256 i = 0; i < steps.kind.length; ++i) _assertStep(steps, i);
    }

    function _assertStep(Steps memory steps, uint256 i) private pure {
        uint256 factor = Reputation.dailyFactor(IReputationLedger.HalfLife(steps.halfLife[i]));
        IReputationLedger.Tally memory tally = IReputationLedger.Tally(
            uint112(steps.sum[i]),
            uint112(steps.weight[i]),
            uint32(steps.day[i])
        );
        tally.fade(factor, steps.today[i]);
        uint256 power = Decay.powerDown(factor, steps.today[i] - steps.since[i]);
        if (steps.kind[i] == 1) tally.add(steps.valueBps[i], power);
        if (steps.kind[i] == 2) tally.remove(steps.valueBps[i], power);
        assertEq(tally.sum, steps.sumAfter[i], "sum");
        assertEq(tally.weight, steps.weightAfter[i], "weight");
        assertEq(tally.day, steps.today[i], "day");
        assertEq(Reputation.valueDown(tally.sum, tally.weight, Decay.ONE), steps.value[i], "value");
    }

    function _steps() private view returns (Steps memory steps) {
        steps.kind = _column(".steps.kind");
        steps.halfLife = _column(".steps.halfLife");
        steps.sum = _column(".steps.sum");
        steps.weight = _column(".steps.weight");
        steps.day = _column(".steps.day");
        steps.valueBps = _column(".steps.valueBps");
        steps.since = _column(".steps.since");
        steps.today = _column(".steps.today");
        steps.sumAfter = _column(".steps.sumAfter");
        steps.weightAfter = _column(".steps.weightAfter");
        steps.value = _column(".steps.value");
    }

    function test_every_multiplier_of_the_shared_vectors_comes_out() external view {
        uint256[] memory passion = _column(".multipliers.passion");
        uint256[] memory trackRecord = _column(".multipliers.trackRecord");
        uint256[] memory peerRating = _column(".multipliers.peerRating");
        uint256[] memory wanted = _column(".multipliers.multiplierBps");
        assertGt(wanted.length, 50, "cases");
        for (uint256 i = 0; i < wanted.length; ++i) {
            assertEq(Reputation.multiplierDown(passion[i], trackRecord[i], peerRating[i]), wanted[i], "multiplier");
        }
    }

    /* LAWS */

    /// forge-config: default.fuzz.runs = 10000
    function testFuzz_decay_is_the_same_with_every_product_checked(uint256 factor, uint32 elapsed) external pure {
        factor = bound(factor, 0, Decay.ONE);
        uint256 power = Decay.powerDown(factor, elapsed);
        assertLe(power, Decay.ONE, "at most one");
        assertEq(power, _checkedPower(factor, elapsed), "power");
    }

    function _checkedPower(uint256 factor, uint256 elapsed) private pure returns (uint256 power) {
        power = 1e18;
        while (elapsed > 0) {
            if (elapsed % 2 == 1) power = (power * factor) / 1e18;
            factor = (factor * factor) / 1e18;
            elapsed /= 2;
        }
    }

    /// forge-config: default.fuzz.runs = 10000
    function testFuzz_a_value_is_the_same_with_every_product_checked(
        uint112 sum,
        uint112 weight,
        uint256 power
    ) external pure {
        power = bound(power, 0, Decay.ONE);
        sum = uint112(bound(sum, 0, weight));
        uint256 left = (uint256(sum) * power) / 1e18;
        uint256 wanted = (left * 1e18) / ((uint256(weight) * power) / 1e18 + 3e18);
        assertEq(Reputation.valueDown(sum, weight, power), wanted, "value");
        assertLt(wanted, Decay.ONE, "below one");
    }

    /// forge-config: default.fuzz.runs = 10000
    function testFuzz_a_tally_stays_in_bounds(
        uint112[2] memory parts,
        uint32[2] memory dates,
        uint16[2] memory bps,
        uint8 halfLife
    ) external pure {
        uint256 factor = Reputation.dailyFactor(IReputationLedger.HalfLife(halfLife % 4));
        parts[1] = uint112(bound(parts[1], 0, type(uint112).max - 1e18));
        parts[0] = uint112(bound(parts[0], 0, parts[1]));
        dates[1] = uint32(bound(dates[1], dates[0], type(uint32).max));
        IReputationLedger.Tally memory tally = IReputationLedger.Tally(parts[0], parts[1], dates[0]);
        tally.fade(factor, dates[1]);
        assertLe(tally.weight, parts[1], "faded");
        tally.add(bps[0] % 10_001, Decay.powerDown(factor, dates[1] % 10_000));
        assertLe(tally.sum, tally.weight, "after adding");
        tally.remove(bps[1] % 10_001, Decay.powerDown(factor, dates[0] % 10_000));
        assertLe(tally.sum, tally.weight, "after removing");
    }

    /// forge-config: default.fuzz.runs = 10000
    function testFuzz_a_multiplier_stays_in_bounds(uint256[3] memory parts) external pure {
        for (uint256 i = 0; i < 3; ++i) parts[i] = bound(parts[i], 0, Decay.ONE);
        uint256 bps = Reputation.multiplierDown(parts[0], parts[1], parts[2]);
        assertEq(bps, 10_000 + (3_000 * parts[0] + 2_000 * parts[1] + 2_000 * parts[2]) / 1e18, "multiplier");
        assertGe(bps, 10_000, "lowest");
        assertLe(bps, 17_000, "highest");
    }
}
