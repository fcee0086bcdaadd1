// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {SubmissionSlot, pack} from "../../../contracts/libraries/SubmissionSlot.sol";

contract SubmissionSlotTest is Test {
    uint256 private constant USED = (1 << 248) - 1;

    // Bits 10 to 15 belong to no flag.
    uint256 private constant UNUSED_FLAGS = 0x3f << 10;

    function testFuzz_pack_keeps_every_state(uint256[14] calldata words) external pure {
        IBountyEscrow.SubmissionState memory state;
        state.stage = IBountyEscrow.Stage(words[0] % 7);
        (state.bySilence, state.appealed) = (words[1] & 1 != 0, words[1] & 2 != 0);
        (state.version, state.changeRequests) = (uint8(words[2]), uint8(words[3]));
        (state.multiplierBps, state.approvals) = (uint16(words[4]), uint16(words[5]));
        (state.rejections, state.clock) = (uint16(words[6]), uint40(words[7]));
        state.success = _tranche(words[8], words[9], words[10]);
        state.longTerm = _tranche(words[11], words[12], words[13]);
        assertEq(abi.encode(pack(state).unpack()), abi.encode(state), "state");
        assertEq(SubmissionSlot.unwrap(pack(state)) & ~(USED & ~UNUSED_FLAGS), 0, "unused bits");
    }

    function _tranche(
        uint256 stage,
        uint256 achievedBps,
        uint256 clock
    ) private pure returns (IBountyEscrow.TrancheState memory) {
        return IBountyEscrow.TrancheState(IBountyEscrow.TrancheStage(stage % 4), uint16(achievedBps), uint40(clock));
    }

    function testFuzz_unpack_keeps_every_slot(uint256 word) external pure {
        word = word & USED & ~UNUSED_FLAGS;
        // The three enumerations have 7, 4 and 4 values.
        word = (word & ~uint256(0xff)) | (word % 7);
        word &= ~(uint256(0xfc) << 120) & ~(uint256(0xfc) << 184);
        assertEq(SubmissionSlot.unwrap(pack(SubmissionSlot.wrap(word).unpack())), word, "word");
    }

    function test_pack_keeps_the_highest_values_apart() external pure {
        IBountyEscrow.TrancheState memory highest = IBountyEscrow.TrancheState(
            IBountyEscrow.TrancheStage.Settled,
            type(uint16).max,
            type(uint40).max
        );
        for (uint256 field = 0; field < 11; ++field) {
            IBountyEscrow.SubmissionState memory state;
            if (field == 0) state.stage = IBountyEscrow.Stage.Completed;
            if (field == 1) state.bySilence = true;
            if (field == 2) state.appealed = true;
            if (field == 3) state.version = type(uint8).max;
            if (field == 4) state.changeRequests = type(uint8).max;
            if (field == 5) state.multiplierBps = type(uint16).max;
            if (field == 6) state.approvals = type(uint16).max;
            if (field == 7) state.rejections = type(uint16).max;
            if (field == 8) state.clock = type(uint40).max;
            if (field == 9) state.success = highest;
            if (field == 10) state.longTerm = highest;
            assertEq(abi.encode(pack(state).unpack()), abi.encode(state), vm.toString(field));
        }
    }

    function test_pack_of_nothing_is_zero() external pure {
        IBountyEscrow.SubmissionState memory state;
        assertEq(SubmissionSlot.unwrap(pack(state)), 0, "word");
    }
}
