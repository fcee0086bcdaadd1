// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Vm} from "forge-std/Vm.sol";

import {Doors} from "./Doors.sol";

/// @notice At every stage of a rotation an outsider calls every function that writes, aimed at the worker's credit: what
/// is taken concerns the outsider alone.
contract OutsiderTest is Doors {
    function _assertNothingIsTaken(string memory stage) private {
        bytes32 before = _stateOf(worker);
        Door[] memory doors = _doorsTo(address(yen), worker, outsider);
        for (uint256 i = 0; i < doors.length; ++i) {
            vm.startStateDiffRecording();
            vm.prank(outsider);
            (bool taken, ) = address(vault).call(doors[i].call);
            Vm.AccountAccess[] memory accesses = vm.stopAndReturnStateDiff();
            assertEq(taken, doors[i].harmless, string.concat(stage, ": ", doors[i].name));
            if (!taken) _assertNoWrite(accesses, doors[i].name);
        }
        assertEq(_stateOf(worker), before, stage);
        assertEq(yen.balanceOf(outsider), 0, "money");
        assertEq(vault.creditOf(address(yen), outsider), 0, "credit");
    }

    /// @dev The guard's bit is transient; storage that a refused call wrote is marked as reverted.
    function _assertNoWrite(Vm.AccountAccess[] memory accesses, string memory name) private pure {
        for (uint256 i = 0; i < accesses.length; ++i) {
            for (uint256 j = 0; j < accesses[i].storageAccesses.length; ++j) {
                Vm.StorageAccess memory access = accesses[i].storageAccesses[j];
                assertTrue(!access.isWrite || access.reverted, name);
            }
        }
    }

    function _stateOf(address account) private view returns (bytes32) {
        bytes memory money = abi.encode(
            vault.creditOf(address(yen), account),
            vault.nonces(account),
            vault.refusesPush(account),
            vault.isOperator(account, outsider),
            vault.allowance(account, outsider, _idOf(address(yen)))
        );
        (address[] memory members, uint256 threshold) = vault.guardiansOf(account);
        bytes memory office = abi.encode(members, threshold, vault.guardianChangeOf(account));
        bytes memory rotation = abi.encode(
            vault.payeeOf(account),
            vault.announcementOf(account),
            vault.approvalOf(account, guardians[0])
        );
        return keccak256(abi.encode(money, office, rotation));
    }

    function test_pitfall_02_outsider_can_do_nothing() external {
        _assertNothingIsTaken("credit");
        vm.prank(worker);
        vault.announceGuardians(guardians, 2);
        _assertNothingIsTaken("guardians announced");
        skip(COOLING_OFF);
        vault.finishGuardians(worker, guardians, 2);
        _assertNothingIsTaken("guardians in office");
        _announce(guardians[0], worker, wallet);
        _assertNothingIsTaken("announced by a guardian");
        _announce(worker, worker, wallet);
        _assertNothingIsTaken("announced by the account");
        _approve(guardians[0], worker, wallet);
        skip(COOLING_OFF - 1);
        _assertNothingIsTaken("half approved, one second early");
    }

    function test_pitfall_02_outsider_can_do_nothing_after_a_rotation() external {
        _rotate(worker, wallet);
        vault.shortenPath(worker);
        vm.prank(wallet);
        vault.announceRotation(wallet, funder);
        Door[] memory doors = _doorsTo(address(yen), worker, outsider);
        for (uint256 i = 0; i < doors.length; ++i) {
            vm.prank(outsider);
            (bool taken, ) = address(vault).call(doors[i].call);
            bool path = keccak256(bytes(doors[i].name)) == keccak256("shortenPath");
            assertEq(taken, doors[i].harmless || path, doors[i].name);
        }
        assertEq(vault.payeeOf(worker), wallet, "payee");
        assertEq(vault.creditOf(address(yen), worker), 100, "credit");
    }
}
