// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {PayoutVault} from "../../../contracts/PayoutVault.sol";
import {IPayeeRotation} from "../../../contracts/interfaces/IPayeeRotation.sol";
import {VaultHandler} from "./VaultHandler.sol";
import {VaultReplay} from "./VaultReplay.sol";

/// @notice After random business, the state that the events tell is the state that the vault has.
contract EventsTest is Test {
    PayoutVault private _vault;
    VaultHandler private _handler;
    VaultReplay private _replay;

    function setUp() external {
        _vault = new PayoutVault();
        _handler = new VaultHandler(_vault);
        _replay = new VaultReplay();
    }

    function _step(uint256 random) private {
        uint256 choice = random % 20;
        (uint256 a, uint256 b, uint256 c) = (random >> 8, random >> 16, random >> 24);
        if (choice == 0) _handler.deposit(a, b, c, uint96(random >> 32));
        else if (choice == 1) _handler.withdraw(a, b, c, random >> 32);
        else if (choice == 2) _handler.transfer(a, b, c, random >> 32);
        else if (choice == 3) _handler.push(a, b);
        else if (choice == 4) _handler.refusePush(a, b % 2 == 0);
        else if (choice < 7) _handler.announceRotation(a, b, c);
        else if (choice == 7) _handler.vetoRotation(a, b);
        else if (choice == 8) _handler.finishRotation(a);
        else if (choice < 11) _handler.approveRotation(a, b, c);
        else if (choice < 13) _handler.announceGuardians(a, b, c);
        else if (choice < 15) _handler.finishGuardians(a);
        else if (choice == 15) _handler.shortenPath(a);
        else if (choice == 16) _handler.speak(a, b, c);
        else _handler.wait(random >> 32);
    }

    function _walk(uint256 seed, uint256 steps) private {
        vm.recordLogs();
        for (uint256 i = 0; i < steps; ++i) _step(uint256(keccak256(abi.encode(seed, i))));
        _replay.replay(vm.getRecordedLogs(), address(_vault));
    }

    function testFuzz_events_tell_the_whole_state(uint256 seed) external {
        _walk(seed, 60);
        for (uint256 i = 0; i < 8; ++i) _compare(_handler.accountOf(i));
    }

    function test_the_walk_comes_by_every_kind_of_change() external {
        uint256 announced;
        uint256 offices;
        uint256 approvals;
        _walk(7, 400);
        for (uint256 i = 0; i < 8; ++i) {
            address account = _handler.accountOf(i);
            (address[] memory guardians, ) = _replay.guardiansOf(account);
            (address successor, , ) = _replay.announcementOf(account);
            offices += guardians.length;
            announced += successor == address(0) ? 0 : 1;
            for (uint256 j = 0; j < 8; ++j) {
                approvals += _replay.approvalOf(account, _handler.accountOf(j)) == address(0) ? 0 : 1;
            }
            _compare(account);
        }
        assertGt(_handler.rotations(), 1, "rotations");
        assertGt(offices + announced + approvals, 0, "nothing waits");
    }

    function _compare(address account) private view {
        _compareMoney(account);
        _compareRotation(account);
        IPayeeRotation.GuardianChange memory change = _vault.guardianChangeOf(account);
        (bytes32 guardiansHash, uint64 finishableAt) = _replay.guardianChangeOf(account);
        assertEq(guardiansHash, change.guardiansHash, "guardians to be");
        assertEq(finishableAt, change.finishableAt, "their time");
        (address[] memory guardians, uint256 threshold) = _vault.guardiansOf(account);
        (address[] memory told, uint256 toldThreshold) = _replay.guardiansOf(account);
        assertEq(told, guardians, "guardians");
        assertEq(toldThreshold, threshold, "threshold");
    }

    function _compareMoney(address account) private view {
        assertEq(_replay.refusesPush(account), _vault.refusesPush(account), "refusal");
        assertEq(_replay.nonces(account), _vault.nonces(account), "nonce");
        for (uint256 i = 0; i < 3; ++i) {
            uint256 id = uint256(uint160(_handler.tokenOf(i)));
            assertEq(_replay.credit(account, id), _vault.balanceOf(account, id), "credit");
            if (_vault.successorOf(account) != address(0)) continue;
            for (uint256 j = 0; j < 8; ++j) {
                address spender = _handler.accountOf(j);
                assertEq(_replay.allowance(account, spender, id), _vault.allowance(account, spender, id), "allowance");
                assertEq(_replay.isOperator(account, spender), _vault.isOperator(account, spender), "operator");
            }
        }
    }

    function _compareRotation(address account) private view {
        IPayeeRotation.Announcement memory waiting = _vault.announcementOf(account);
        (address successor, uint64 finishableAt, bool byGuardian) = _replay.announcementOf(account);
        assertEq(_replay.successorOf(account), _vault.successorOf(account), "successor");
        assertEq(successor, waiting.successor, "successor to be");
        assertEq(finishableAt, waiting.finishableAt, "its time");
        assertEq(byGuardian, waiting.byGuardian, "by a guardian");
        for (uint256 j = 0; j < 8; ++j) {
            address guardian = _handler.accountOf(j);
            assertEq(_replay.approvalOf(account, guardian), _vault.approvalOf(account, guardian), "approval");
        }
    }
}
