// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPayeeRotation} from "../../../contracts/interfaces/IPayeeRotation.sol";
import {IPayoutVault} from "../../../contracts/interfaces/IPayoutVault.sol";
import {WordyToken} from "../mocks/WordyToken.sol";
import {VaultTest} from "./VaultTest.sol";

/// @notice The vault at the first and the last value of each bound.
contract EdgesTest is VaultTest {
    /// @dev How long a reason may be that `pushMany` tells.
    uint256 private constant _LONGEST_REASON = 256;

    function test_withdrawMany_sends_a_credit_of_one_unit() external {
        _deposit(worker, 1);
        address[] memory tokens = new address[](1);
        tokens[0] = address(yen);

        vm.prank(worker);
        assertEq(vault.withdrawMany(tokens)[0], 1, "amount");
        assertEq(yen.balanceOf(worker), 1, "money");
    }

    function test_pushMany_says_what_gas_a_push_needs() external {
        _deposit(worker, 1);
        address[] memory accounts = new address[](1);
        accounts[0] = worker;

        // The push, what is spent around it, and the 64th part that no call gives away.
        uint256 needed = ((vault.PUSH_GAS() + 10_000) * 64) / 63;
        try vault.pushMany{gas: 200_000}(address(yen), accounts) {
            fail();
        } catch (bytes memory reason) {
            assertEq(bytes4(reason), IPayoutVault.PayoutVault_GasTooLow.selector, "error");
            assertEq(uint256(bytes32(_tail(reason))), needed, "needed");
        }
    }

    function test_pushMany_tells_a_reason_of_256_bytes_and_none_that_is_longer() external {
        WordyToken token = new WordyToken();
        token.mint(address(vault), 1);
        vault.settle(address(token), worker, 1);
        address[] memory accounts = new address[](1);
        accounts[0] = worker;

        for (uint256 length = _LONGEST_REASON - 1; length <= _LONGEST_REASON + 1; ++length) {
            bytes memory reason = new bytes(length <= _LONGEST_REASON ? length : 0);
            token.setReason(length);
            vm.expectEmit(address(vault));
            emit IPayoutVault.PushFailed(address(token), worker, reason);
            assertEq(vault.pushMany(address(token), accounts), 1, "failures");
        }
    }

    function test_announceGuardians_takes_the_least_address_that_is_not_zero() external {
        address[] memory guardians = new address[](1);
        vm.startPrank(worker);
        vm.expectRevert(IPayeeRotation.PayeeRotation_GuardiansInvalid.selector);
        vault.announceGuardians(guardians, 1);

        guardians[0] = address(1);
        vault.announceGuardians(guardians, 1);
        assertEq(vault.guardianChangeOf(worker).guardiansHash, keccak256(abi.encode(guardians, 1)), "hash");
    }

    /// @dev ERC-6909 answers true; a caller that checks would take anything else for a failure.
    function test_every_move_of_credit_answers_true() external {
        _deposit(worker, 3);
        uint256 id = _idOf(address(yen));

        vm.startPrank(worker);
        assertTrue(vault.transfer(outsider, id, 1), "transfer");
        assertTrue(vault.approve(outsider, id, 1), "approve");
        assertTrue(vault.setOperator(funder, true), "setOperator");
        vm.stopPrank();
        vm.prank(outsider);
        assertTrue(vault.transferFrom(worker, outsider, id, 1), "transferFrom");
        vm.prank(funder);
        assertTrue(vault.transferFrom(worker, funder, id, 1), "transferFrom by an operator");
    }

    function _tail(bytes memory reason) private pure returns (bytes memory word) {
        word = new bytes(32);
        for (uint256 i = 0; i < 32; ++i) word[i] = reason[reason.length - 32 + i];
    }
}
