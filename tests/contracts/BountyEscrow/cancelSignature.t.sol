// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {SignedActs} from "./SignedActs.sol";

contract CancelSignatureTest is SignedActs {
    uint256 private constant DEADLINE = NOW + 400 days;

    function test_cancelSignature_emits_the_nonce_that_is_used_up() external {
        for (uint256 nonce = 0; nonce < 2; ++nonce) {
            // it should emit {NonceUsed} with the nonce that is used up
            vm.expectEmit(address(escrow));
            emit IBountyEscrow.NonceUsed(outsider, nonce);
            vm.prank(outsider);
            escrow.cancelSignature();
        }
    }

    function test_every_signature_that_is_used_emits_its_nonce() external {
        for (uint256 i = 0; i < ACTS; ++i) {
            uint256 snapshot = vm.snapshotState();
            _toAct(Act(i));
            IBountyEscrow.Signed memory signed = _signedBy(workerKey, Act(i), DEADLINE);

            // it should emit {NonceUsed} for the one who signed and not for the one who relays
            vm.expectEmit(address(escrow));
            emit IBountyEscrow.NonceUsed(worker, 0);
            _relay(Act(i), signed);
            vm.revertToState(snapshot);
        }
    }
}
