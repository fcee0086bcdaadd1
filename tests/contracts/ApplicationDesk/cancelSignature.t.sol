// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IApplicationDesk} from "../../../contracts/interfaces/IApplicationDesk.sol";
import {DeskTest} from "./DeskTest.sol";

contract CancelSignatureTest is DeskTest {
    function test_cancelSignature_uses_a_nonce_of_the_caller(address caller) external {
        vm.assume(caller != worker);
        uint256 nonce = desk.nonces(caller);

        // it should use one nonce of the caller and say so
        vm.expectEmit(address(desk));
        emit IApplicationDesk.NonceUsed(caller, nonce);
        vm.prank(caller);
        desk.cancelSignature();
        assertEq(desk.nonces(caller), nonce + 1, "nonce");

        // it should leave the nonces of others
        assertEq(desk.nonces(worker), 0, "worker's nonce");
    }
}
