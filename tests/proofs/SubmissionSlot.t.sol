// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {IBountyEscrow} from "../../contracts/interfaces/IBountyEscrow.sol";
import {SubmissionSlot, pack} from "../../contracts/libraries/SubmissionSlot.sol";

/// @title SubmissionSlotProof
/// @notice Packing loses nothing: compared word by word, so that a field added later is compared too.
contract SubmissionSlotProof is Test {
    /// Every state, packed and unpacked, is that state again.
    function check_unpacking_gives_back_every_state(IBountyEscrow.SubmissionState memory state) external pure {
        IBountyEscrow.SubmissionState memory back = pack(state).unpack();

        assert(keccak256(abi.encode(back)) == keccak256(abi.encode(state)));
    }

    /// Every packed slot, unpacked and packed, is that slot again: no bit has two meanings.
    function check_packing_gives_back_every_slot_it_made(IBountyEscrow.SubmissionState memory state) external pure {
        SubmissionSlot slot = pack(state);

        assert(SubmissionSlot.unwrap(pack(slot.unpack())) == SubmissionSlot.unwrap(slot));
    }
}
