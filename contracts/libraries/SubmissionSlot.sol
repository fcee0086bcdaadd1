// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../interfaces/IBountyEscrow.sol";

/// @notice A submission's whole state in one storage slot.
/// @dev 248 bits, from the lowest: stage 8, flags 8 (bySilence, appealed), version 8, changeRequests 8,
/// multiplierBps 16, approvals 16, rejections 16, clock 40, then the success and the long-term tranche with stage 8,
/// achievedBps 16, clock 40 each.
type SubmissionSlot is uint256;

using {unpack} for SubmissionSlot global;

uint256 constant SUCCESS_AT = 120;
uint256 constant LONG_TERM_AT = 184;

/// @notice Packs a state into its slot.
/// @param state The state.
/// @return slot The slot.
function pack(IBountyEscrow.SubmissionState memory state) pure returns (SubmissionSlot slot) {
    uint256 word = uint256(state.stage);
    if (state.bySilence) word |= 1 << 8;
    if (state.appealed) word |= 1 << 9;
    word |= uint256(state.version) << 16;
    word |= uint256(state.changeRequests) << 24;
    word |= uint256(state.multiplierBps) << 32;
    word |= uint256(state.approvals) << 48;
    word |= uint256(state.rejections) << 64;
    word |= uint256(state.clock) << 80;
    word |= _packTranche(state.success) << SUCCESS_AT;
    word |= _packTranche(state.longTerm) << LONG_TERM_AT;
    return SubmissionSlot.wrap(word);
}

/// @notice Unpacks a slot into the state it holds.
/// @param slot The slot.
/// @return state The state.
function unpack(SubmissionSlot slot) pure returns (IBountyEscrow.SubmissionState memory state) {
    uint256 word = SubmissionSlot.unwrap(slot);
    state.stage = IBountyEscrow.Stage(uint8(word));
    state.bySilence = word & (1 << 8) != 0;
    state.appealed = word & (1 << 9) != 0;
    state.version = uint8(word >> 16);
    state.changeRequests = uint8(word >> 24);
    state.multiplierBps = uint16(word >> 32);
    state.approvals = uint16(word >> 48);
    state.rejections = uint16(word >> 64);
    state.clock = uint40(word >> 80);
    state.success = _unpackTranche(word >> SUCCESS_AT);
    state.longTerm = _unpackTranche(word >> LONG_TERM_AT);
}

function _packTranche(IBountyEscrow.TrancheState memory state) pure returns (uint256 word) {
    return uint256(state.stage) | (uint256(state.achievedBps) << 8) | (uint256(state.clock) << 24);
}

function _unpackTranche(uint256 word) pure returns (IBountyEscrow.TrancheState memory state) {
    state.stage = IBountyEscrow.TrancheStage(uint8(word));
    state.achievedBps = uint16(word >> 8);
    state.clock = uint40(word >> 24);
}
