// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBountyEscrow} from "../../../contracts/interfaces/IBountyEscrow.sol";
import {EscrowTest} from "./EscrowTest.sol";

contract RegisterTest is EscrowTest {
    function test_register_reverts_for_everyone_but_the_opener() external {
        address[4] memory callers = [owner, outsider, address(vault), address(this)];
        bytes memory encoded = _terms();
        for (uint256 i = 0; i < callers.length; ++i) {
            // it should revert with BountyEscrow_NotOpener
            vm.prank(callers[i]);
            vm.expectRevert(abi.encodeWithSelector(IBountyEscrow.BountyEscrow_NotOpener.selector, callers[i]));
            escrow.register(encoded, 2 * MAX_AWARD);
        }
    }

    function test_register_counts_and_stores() external {
        terms.tokenReward = 0;
        bytes memory encoded = _terms();
        for (uint256 i = 1; i < 3; ++i) {
            vm.expectEmit(address(escrow));
            emit IBountyEscrow.BountyOpened(i, projectId, owner, keccak256(encoded), 7, encoded);
            vm.prank(address(opener));

            // it should count from 1 and store the hash of the bytes
            assertEq(escrow.register(encoded, 7), i);
            (bytes32 termsHash, ) = escrow.bountyOf(i);
            assertEq(termsHash, keccak256(encoded));
        }
    }
}
