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
        uint256 maxAward = ImpactShare.awardDown(cases.amount[i], cases.maxMultiplierBps[i]);
        assertEq(maxAward - earned - topUp, cases.returned[i], "returned");
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
        assertEq(Allocation.splitDown(amount, sharesBps), wanted, "parts");
    }

    function _at(uint256 i, string memory field) private pure returns (string memory) {
        return string.concat(".splits[", Strings.toString(i), "]", field);
    }

    /* LAWS */

    /// forge-config: default.fuzz.runs = 2000
    function testFuzz_no_unit_of_an_award_is_lost(
        uint128 amount,
        uint16[4] memory bps,
        uint16[2] memory achieved,
        uint128 guaranteed
    ) external pure {
        bps[0] = uint16(bound(bps[0], 1, 50_000));
        bps[1] = uint16(bound(bps[1], 1, bps[0]));
        bps[2] = uint16(bound(bps[2], 0, 10_000));
        bps[3] = uint16(bound(bps[3], 0, 10_000 - bps[2]));
        uint256 maxAward = ImpactShare.awardDown(amount, bps[0]);
        uint256 award = ImpactShare.awardDown(amount, bps[1]);
        ImpactShare.Ceilings memory parts = ImpactShare.ceilings(award, bps[2], bps[3]);
        assertEq(parts.base + parts.success + parts.longTerm, award, "ceilings");
        if (bps[3] == 0) assertEq(parts.success, 0, "no share, no success");
        if (bps[2] + bps[3] == 10_000) assertEq(parts.longTerm, 0, "no share, no long-term");

        achieved[0] = uint16(bound(achieved[0], 0, 10_000));
        achieved[1] = uint16(bound(achieved[1], 0, 10_000));
        guaranteed = uint128(bound(guaranteed, 0, award > type(uint128).max ? type(uint128).max : award));
        uint256 earned = ImpactShare.earned(parts, achieved[0], achieved[1]);
        uint256 paid = earned + ImpactShare.topUp(guaranteed, earned);
        assertGe(paid, guaranteed, "guarantee kept");
        assertLe(paid, award, "never more than the award");
        assertLe(award, maxAward, "never more than was escrowed");
    }

    /// forge-config: default.fuzz.runs = 2000
    function testFuzz_no_unit_of_a_split_is_lost(uint256 amount, uint256 seed, uint8 count) external pure {
        amount = bound(amount, 0, 1 << 240);
        uint16[] memory sharesBps = _shares(seed, bound(count, 1, 250));
        uint256[] memory parts = Allocation.splitDown(amount, sharesBps);
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
        // Stages are small numbers; whatever else the word holds is a state.
        uint256 stages = (uint256(0xff) << 168) | (uint256(0xff) << 104) | 0xffff;
        word = (word & ~stages & (type(uint256).max >> 24)) | (word % 5) | ((word % 2) << 8);
        word |= ((word % 3) << 104) | ((word % 4) << 168);

        IBountyEscrow.SubmissionState memory state = SubmissionSlot.wrap(word).unpack();
        assertEq(SubmissionSlot.unwrap(pack(state)), word, "slot");
        assertEq(uint8(state.stage), word % (1 << 8), "stage");
        assertEq(state.multiplierBps, uint16(word >> 16), "multiplier");
        assertEq(state.clock, uint40(word >> 64), "clock");
        assertEq(state.longTerm.clock, uint40(word >> 192), "long-term clock");
    }

    function test_a_state_takes_232_bits_and_no_field_touches_another() external pure {
        IBountyEscrow.SubmissionState memory full = SubmissionSlot.wrap(0).unpack();
        assertEq(SubmissionSlot.unwrap(pack(full)), 0, "empty");
        (full.stage, full.tokensClaimed) = (IBountyEscrow.Stage.Completed, true);
        (full.multiplierBps, full.approvals, full.rejections) = (type(uint16).max, type(uint16).max, type(uint16).max);
        full.clock = type(uint40).max;
        IBountyEscrow.TrancheState memory tranche = IBountyEscrow.TrancheState(
            IBountyEscrow.TrancheStage.Settled,
            type(uint16).max,
            type(uint40).max
        );
        (full.success, full.longTerm) = (tranche, tranche);
        uint256 wanted = 0x00_00_00_ffffffffff_ffff_04_ffffffffff_ffff_04_ffffffffff_ffff_ffff_ffff_01_04;
        assertEq(SubmissionSlot.unwrap(pack(full)), wanted, "full");
    }
}
