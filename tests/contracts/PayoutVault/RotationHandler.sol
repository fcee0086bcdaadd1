// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {PayoutVault} from "../../../contracts/PayoutVault.sol";
import {IPayeeRotation} from "../../../contracts/interfaces/IPayeeRotation.sol";

/// @title RotationHandler
/// @notice Eight accounts that announce, veto, approve and finish rotations at random; what is refused is passed over.
/// @dev A rotation may only come about in the two ways that are checked here, with the state of just before.
abstract contract RotationHandler is Test {
    PayoutVault public immutable VAULT;

    uint256 public rotations;
    mapping(address account => address successor) public firstSuccessor;
    mapping(address account => uint256 members) public pendingMembers;
    mapping(address account => uint256 threshold) public pendingThreshold;

    constructor(PayoutVault vault) {
        VAULT = vault;
    }

    function accountOf(uint256 which) public pure returns (address account) {
        return address(uint160(0xA11CE000 + (which % 8)));
    }

    /// @notice Lets time pass: part of a cooling-off, or a little more than one.
    function wait(uint256 time) external {
        skip(bound(time, 0, 10 days));
    }

    function announceRotation(uint256 who, uint256 from, uint256 to) external {
        address by = _speaker(who, accountOf(from));
        bool entitled = _mayActFor(by, accountOf(from));
        vm.prank(by);
        try VAULT.announceRotation(accountOf(from), accountOf(to)) {
            assertTrue(entitled, "a stranger announced");
        } catch {
            return;
        }
    }

    function vetoRotation(uint256 who, uint256 from) external {
        address by = _speaker(who, accountOf(from));
        bool entitled = _mayActFor(by, accountOf(from));
        address successor = VAULT.announcementOf(accountOf(from)).successor;
        vm.prank(by);
        try VAULT.vetoRotation(accountOf(from), successor) {
            assertTrue(entitled, "a stranger vetoed");
        } catch {
            return;
        }
    }

    function finishRotation(uint256 from) external {
        address account = accountOf(from);
        for (uint256 i = 0; i < 8 && VAULT.announcementOf(account).finishableAt == 0; ++i)
            account = accountOf((from % 8) + i);
        IPayeeRotation.Announcement memory waiting = VAULT.announcementOf(account);
        try VAULT.finishRotation(account, waiting.successor) {
            assertGe(vm.getBlockTimestamp(), waiting.finishableAt, "too early");
            _rotated(account, waiting.successor);
        } catch {
            return;
        }
    }

    function approveRotation(uint256 who, uint256 from, uint256 to) external {
        address account = accountOf(from);
        address[] memory guardians;
        uint256 threshold = 0;
        for (uint256 i = 0; i < 8 && threshold == 0; ++i) {
            account = accountOf((from % 8) + i);
            (guardians, threshold) = VAULT.guardiansOf(account);
        }
        address by = threshold == 0 ? accountOf(who) : guardians[who % guardians.length];
        uint256 others = _approvals(account, accountOf(to), by);
        vm.prank(by);
        try VAULT.approveRotation(account, accountOf(to)) {
            bool enough = others + 1 >= threshold;
            assertEq(VAULT.successorOf(account) != address(0), enough, "threshold");
            if (enough) _rotated(account, accountOf(to));
        } catch {
            return;
        }
    }

    function announceGuardians(uint256 who, uint256 members, uint256 threshold) external {
        address[] memory guardians = _guardians(members);
        if (guardians.length > 0) threshold = bound(threshold, 1, guardians.length);
        else threshold = 0;
        vm.prank(accountOf(who));
        try VAULT.announceGuardians(guardians, threshold) {
            pendingMembers[accountOf(who)] = members;
            pendingThreshold[accountOf(who)] = threshold;
        } catch {
            return;
        }
    }

    function finishGuardians(uint256 who) external {
        address account = accountOf(who);
        for (uint256 i = 0; i < 8 && VAULT.guardianChangeOf(account).finishableAt == 0; ++i)
            account = accountOf((who % 8) + i);
        IPayeeRotation.GuardianChange memory change = VAULT.guardianChangeOf(account);
        address[] memory guardians = _guardians(pendingMembers[account]);
        try VAULT.finishGuardians(account, guardians, pendingThreshold[account]) {
            assertGe(vm.getBlockTimestamp(), change.finishableAt, "too early");
        } catch {
            return;
        }
    }

    function shortenPath(uint256 who) external {
        if (VAULT.successorOf(accountOf(who)) == address(0)) return;
        address payee = _payeeOf(accountOf(who));
        VAULT.shortenPath(accountOf(who));
        assertEq(VAULT.payeeOf(accountOf(who)), payee, "payee");
    }

    /// @dev Mostly the account or one of its guardians, sometimes anyone.
    function _speaker(uint256 who, address account) private view returns (address by) {
        (address[] memory guardians, ) = VAULT.guardiansOf(account);
        uint256 choice = who % (guardians.length + 3);
        if (choice < 2) return account;
        return choice == 2 ? accountOf(who >> 8) : guardians[choice - 3];
    }

    /// @dev Eight accounts make no path that is too long to follow.
    function _payeeOf(address account) internal view returns (address payee) {
        return VAULT.payeeOf(account);
    }

    function _rotated(address account, address successor) private {
        assertEq(firstSuccessor[account], address(0), "rotated twice");
        firstSuccessor[account] = successor;
        ++rotations;
    }

    function _mayActFor(address by, address account) private view returns (bool) {
        if (VAULT.successorOf(by) != address(0)) return false;
        if (by == account) return true;
        (address[] memory guardians, ) = VAULT.guardiansOf(account);
        for (uint256 i = 0; i < guardians.length; ++i) if (guardians[i] == by) return true;
        return false;
    }

    function _approvals(address account, address successor, address besides) private view returns (uint256 count) {
        (address[] memory guardians, ) = VAULT.guardiansOf(account);
        for (uint256 i = 0; i < guardians.length; ++i) {
            bool counts = guardians[i] != besides && VAULT.successorOf(guardians[i]) == address(0);
            if (counts && VAULT.approvalOf(account, guardians[i]) == successor) ++count;
        }
    }

    /// @dev The accounts whose bits are set, ascending.
    function _guardians(uint256 members) private pure returns (address[] memory guardians) {
        guardians = new address[](8);
        uint256 count = 0;
        for (uint256 i = 0; i < 8; ++i) if ((members >> i) & 1 == 1) guardians[count++] = accountOf(i);
        assembly ("memory-safe") {
            mstore(guardians, count)
        }
    }
}
