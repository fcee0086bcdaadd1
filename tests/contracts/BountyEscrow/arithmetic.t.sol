// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {Test} from "forge-std/Test.sol";

import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {Allocation} from "../../../contracts/libraries/Allocation.sol";
import {ImpactShare} from "../../../contracts/libraries/ImpactShare.sol";
import {SubmissionSlot, pack} from "../../../contracts/libraries/SubmissionSlot.sol";

/// @notice The arithmetic that decides who gets what, on the vectors that Python shares and on anything else.
contract ArithmeticTest is Test {
    string private _json;

    function setUp() external {
        _json = vm.readFile("tests/vectors/impact_share.json");
    }

    /* SHARED VECTORS */

    struct Awards {
        uint256[] amount;
        uint256[] multiplierBps;
        uint256[] maxMultiplierBps;
        uint256[] guaranteed;
        uint256[] baseBps;
        uint256[] successShareBps;
        uint256[] successBps;
        uint256[] longTermBps;
        uint256[] successCapBps;
        uint256[] longTermCapBps;
        uint256[] maxAward;
        uint256[] award;
        uint256[] baseCeiling;
        uint256[] successCeiling;
        uint256[] longTermCeiling;
        uint256[] success;
        uint256[] longTerm;
        uint256[] topUp;
        uint256[] returned;
    }

    function test_every_award_of_the_shared_vectors_comes_out() external view {
        Awards memory cases = _awards();
        assertGt(cases.amount.length, 100, "cases");
        for (uint256 i = 0; i < cases.amount.length; ++i) {
            uint256 award = ImpactShare.awardDown(cases.amount[i], cases.multiplierBps[i]);
            assertEq(award, cases.award[i], "award");
            ImpactShare.Ceilings memory parts = ImpactShare.ceilings(award, cases.baseBps[i], cases.successShareBps[i]);
            assertEq(parts.base, cases.baseCeiling[i], "base");
            assertEq(parts.success, cases.successCeiling[i], "success ceiling");
            assertEq(parts.longTerm, cases.longTermCeiling[i], "long-term ceiling");
            _assertSettled(cases, i, parts);
        }
    }

    function _assertSettled(Awards memory cases, uint256 i, ImpactShare.Ceilings memory parts) private pure {
        uint256 success = ImpactShare.trancheDown(parts.success, cases.successBps[i]);
        uint256 longTerm = ImpactShare.trancheDown(parts.longTerm, cases.longTermBps[i]);
        assertEq(success, cases.success[i], "success");
        assertEq(longTerm, cases.longTerm[i], "long-term");
        uint256 earned = ImpactShare.earned(parts, cases.successBps[i], cases.longTermBps[i]);
        assertEq(earned, parts.base + success + longTerm, "earned");
        uint256 topUp = ImpactShare.topUp(cases.guaranteed[i], earned);
        assertEq(topUp, cases.topUp[i], "top-up");
        uint256 maxAward = _most(cases, i);
        assertEq(maxAward, cases.maxAward[i], "most");
        assertEq(maxAward - earned - topUp, cases.returned[i], "returned");
    }

    function _most(Awards memory cases, uint256 i) private pure returns (uint256) {
        uint256 award = ImpactShare.awardDown(cases.amount[i], cases.maxMultiplierBps[i]);
        ImpactShare.Ceilings memory parts = ImpactShare.ceilings(award, cases.baseBps[i], cases.successShareBps[i]);
        return ImpactShare.earned(parts, cases.successCapBps[i], cases.longTermCapBps[i]);
    }

    function test_every_measurement_of_the_shared_vectors_comes_out() external view {
        uint256[] memory values = vm.parseJsonUintArray(_json, ".measured.value");
        uint256[] memory targets = vm.parseJsonUintArray(_json, ".measured.target");
        uint256[] memory caps = vm.parseJsonUintArray(_json, ".measured.capBps");
        uint256[] memory wanted = vm.parseJsonUintArray(_json, ".measured.achievedBps");
        assertGt(values.length, 90, "cases");
        for (uint256 i = 0; i < values.length; ++i) {
            assertEq(ImpactShare.achieved(values[i], targets[i], caps[i]), wanted[i], "achieved");
        }
    }

    function test_every_guarantee_of_the_shared_vectors_comes_out() external view {
        uint256[] memory guaranteed = vm.parseJsonUintArray(_json, ".guarantees.guaranteed");
        uint256[] memory agreed = vm.parseJsonUintArray(_json, ".guarantees.agreed");
        uint256[] memory amounts = vm.parseJsonUintArray(_json, ".guarantees.amount");
        uint256[] memory wanted = vm.parseJsonUintArray(_json, ".guarantees.least");
        assertGt(amounts.length, 30, "cases");
        for (uint256 i = 0; i < amounts.length; ++i) {
            assertEq(ImpactShare.guaranteeDown(guaranteed[i], agreed[i], amounts[i]), wanted[i], "least");
        }
    }

    function _awards() private view returns (Awards memory cases) {
        cases.amount = _column("amount");
        cases.multiplierBps = _column("multiplierBps");
        cases.maxMultiplierBps = _column("maxMultiplierBps");
        cases.guaranteed = _column("guaranteed");
        cases.baseBps = _column("baseBps");
        cases.successShareBps = _column("successShareBps");
        cases.successBps = _column("successBps");
        cases.longTermBps = _column("longTermBps");
        cases.successCapBps = _column("successCapBps");
        cases.longTermCapBps = _column("longTermCapBps");
        cases.maxAward = _column("maxAward");
        cases.award = _column("award");
        cases.baseCeiling = _column("baseCeiling");
        cases.successCeiling = _column("successCeiling");
        cases.longTermCeiling = _column("longTermCeiling");
        cases.success = _column("success");
        cases.longTerm = _column("longTerm");
        cases.topUp = _column("topUp");
        cases.returned = _column("returned");
    }

    function _column(string memory name) private view returns (uint256[] memory) {
        return vm.parseJsonUintArray(_json, string.concat(".awards.", name));
    }

    function test_every_split_of_the_shared_vectors_comes_out() external view {
        uint256 count = 0;
        for (; vm.keyExistsJson(_json, _at(count, "")); ++count) _assertSplit(count);
        assertGt(count, 30, "cases");
    }

    function _assertSplit(uint256 i) private view {
        uint256[] memory shares = vm.parseJsonUintArray(_json, _at(i, ".sharesBps"));
        uint256[] memory wanted = vm.parseJsonUintArray(_json, _at(i, ".amounts"));
        uint16[] memory sharesBps = new uint16[](shares.length);
        for (uint256 j = 0; j < shares.length; ++j) sharesBps[j] = uint16(shares[j]);
        uint256 amount = vm.parseJsonUint(_json, _at(i, ".amount"));
        assertEq(this.split(amount, sharesBps), wanted, "parts");
    }

    /// @dev The library reads shares in calldata.
    function split(uint256 amount, uint16[] calldata sharesBps) external pure returns (uint256[] memory) {
        return Allocation.splitDown(amount, sharesBps);
    }

    function _at(uint256 i, string memory field) private pure returns (string memory) {
        return string.concat(".splits[", Strings.toString(i), "]", field);
    }

    /* LAWS */

    /// @dev What is drawn for an award, bounded to what terms can hold.
    struct Drawn {
        uint128 amount;
        uint128 agreed;
        uint128 guaranteed;
        uint16 highest;
        uint16 lowest;
        uint16 multiplier;
        uint16 base;
        uint16 success;
        uint16[2] caps;
        uint16[2] achieved;
    }

    function _bound(Drawn memory drawn) private pure {
        drawn.amount = uint128(bound(drawn.amount, 1, type(uint128).max));
        drawn.agreed = uint128(bound(drawn.agreed, 1, drawn.amount));
        drawn.highest = uint16(bound(drawn.highest, 1, 50_000));
        drawn.lowest = uint16(bound(drawn.lowest, 1, drawn.highest));
        drawn.multiplier = uint16(bound(drawn.multiplier, drawn.lowest, drawn.highest));
        drawn.base = uint16(bound(drawn.base, 0, 10_000));
        drawn.success = uint16(bound(drawn.success, 0, 10_000 - drawn.base));
        for (uint256 i = 0; i < 2; ++i) {
            drawn.caps[i] = uint16(bound(drawn.caps[i], 10_000, 20_000));
            drawn.achieved[i] = uint16(bound(drawn.achieved[i], 0, drawn.caps[i]));
        }
        uint256 smallest = ImpactShare.awardDown(drawn.amount, drawn.lowest);
        if (smallest > type(uint128).max) smallest = type(uint128).max;
        drawn.guaranteed = uint128(bound(drawn.guaranteed, 0, smallest));
    }

    /// forge-config: default.fuzz.runs = 2000
    function testFuzz_what_is_escrowed_covers_every_award_to_the_unit(Drawn memory drawn) external pure {
        _bound(drawn);
        uint256 award = ImpactShare.awardDown(drawn.agreed, drawn.multiplier);
        ImpactShare.Ceilings memory parts = ImpactShare.ceilings(award, drawn.base, drawn.success);
        assertEq(parts.base + parts.success + parts.longTerm, award, "ceilings");
        if (drawn.success == 0) assertEq(parts.success, 0, "no share, no success");
        if (drawn.base + drawn.success == 10_000) assertEq(parts.longTerm, 0, "no share, no long-term");

        uint256 least = ImpactShare.guaranteeDown(drawn.guaranteed, drawn.agreed, drawn.amount);
        uint256 earned = ImpactShare.earned(parts, drawn.achieved[0], drawn.achieved[1]);
        uint256 paid = earned + ImpactShare.topUp(least, earned);
        assertGe(paid, least, "guarantee kept");
        assertLe(least, award, "no more guaranteed than the award");

        uint256 highest = ImpactShare.awardDown(drawn.amount, drawn.highest);
        ImpactShare.Ceilings memory most = ImpactShare.ceilings(highest, drawn.base, drawn.success);
        assertLe(paid, ImpactShare.earned(most, drawn.caps[0], drawn.caps[1]), "never more than was escrowed");
    }

    /// @dev The hard case: one unit more moves a unit from one part to its neighbour.
    /// forge-config: default.fuzz.runs = 2000
    function testFuzz_one_unit_more_never_needs_less(uint128 award, Drawn memory drawn) external pure {
        _bound(drawn);
        ImpactShare.Ceilings memory parts = ImpactShare.ceilings(award, drawn.base, drawn.success);
        ImpactShare.Ceilings memory more = ImpactShare.ceilings(uint256(award) + 1, drawn.base, drawn.success);
        assertLe(
            ImpactShare.earned(parts, drawn.caps[0], drawn.caps[1]),
            ImpactShare.earned(more, drawn.caps[0], drawn.caps[1])
        );
    }

    /// forge-config: default.fuzz.runs = 2000
    function testFuzz_no_unit_of_a_split_is_lost(uint256 amount, uint256 seed, uint8 count) external view {
        amount = bound(amount, 0, 1 << 240);
        uint16[] memory sharesBps = _shares(seed, bound(count, 1, 250));
        uint256[] memory parts = this.split(amount, sharesBps);
        uint256 sum = parts[0];
        for (uint256 i = 1; i < parts.length; ++i) {
            assertEq(parts[i], (amount * sharesBps[i]) / 10_000, "rounded down");
            sum += parts[i];
        }
        assertEq(sum, amount, "sum");
        uint256 first = (amount * sharesBps[0]) / 10_000;
        assertLe(parts[0] - first, parts.length - 1, "remainder");
    }

    function _shares(uint256 seed, uint256 count) private pure returns (uint16[] memory sharesBps) {
        sharesBps = new uint16[](count);
        uint256 left = 10_000;
        for (uint256 i = 1; i < count; ++i) {
            uint256 highest = left - (count - i);
            sharesBps[i] = uint16(1 + (uint256(keccak256(abi.encode(seed, i))) % ((2 * highest) / count + 1)));
            if (sharesBps[i] > highest) sharesBps[i] = uint16(highest);
            left -= sharesBps[i];
        }
        sharesBps[0] = uint16(left);
    }

    /// forge-config: default.fuzz.runs = 2000
    function testFuzz_a_state_survives_its_slot(uint256 word) external pure {
        // Stages are small numbers and two flags are used; whatever else the lowest 248 bits hold is a state.
        uint256 stages = (uint256(0xff) << 184) | (uint256(0xff) << 120) | 0xffff;
        word = (word & ~stages & (type(uint256).max >> 8)) | (word % 7) | ((word % 4) << 8);
        word |= ((word % 4) << 120) | (((word >> 2) % 4) << 184);

        IBountyEscrow.SubmissionState memory state = SubmissionSlot.wrap(word).unpack();
        assertEq(SubmissionSlot.unwrap(pack(state)), word, "slot");
        assertEq(uint8(state.stage), word % (1 << 8), "stage");
        assertEq(state.version, uint8(word >> 16), "version");
        assertEq(state.multiplierBps, uint16(word >> 32), "multiplier");
        assertEq(state.clock, uint40(word >> 80), "clock");
        assertEq(state.longTerm.clock, uint40(word >> 208), "long-term clock");
    }

    function test_a_state_takes_248_bits_and_no_field_touches_another() external pure {
        IBountyEscrow.SubmissionState memory full = SubmissionSlot.wrap(0).unpack();
        assertEq(SubmissionSlot.unwrap(pack(full)), 0, "empty");
        full.stage = IBountyEscrow.Stage.Completed;
        (full.bySilence, full.appealed) = (true, true);
        (full.version, full.changeRequests) = (type(uint8).max, type(uint8).max);
        (full.multiplierBps, full.approvals, full.rejections) = (type(uint16).max, type(uint16).max, type(uint16).max);
        full.clock = type(uint40).max;
        IBountyEscrow.TrancheState memory tranche = IBountyEscrow.TrancheState(
            IBountyEscrow.TrancheStage.Settled,
            type(uint16).max,
            type(uint40).max
        );
        (full.success, full.longTerm) = (tranche, tranche);
        uint256 wanted = 0x00_ffffffffff_ffff_03_ffffffffff_ffff_03_ffffffffff_ffff_ffff_ffff_ff_ff_03_06;
        assertEq(SubmissionSlot.unwrap(pack(full)), wanted, "full");
    }
}
