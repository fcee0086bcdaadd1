// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPayeeRotation} from "../../../contracts/interfaces/IPayeeRotation.sol";
import {RotationTest} from "./RotationTest.sol";

contract PayeeRotationTest is RotationTest {
    /* ANNOUNCE */

    function test_announce_reverts_given_account_is_retired() external {
        _rotate(worker, wallet);

        // it should revert with PayeeRotation_Retired
        vm.prank(worker);
        vm.expectRevert(_retired(worker));
        vault.announceRotation(worker, outsider);

        // Nor can the successor speak for the retired account: what it was is decided.
        vm.prank(wallet);
        vm.expectRevert(_retired(worker));
        vault.announceRotation(worker, outsider);
    }

    function test_announce_reverts_when_successor_is_no_wallet() external {
        _rotate(outsider, funder);

        // it should revert with PayeeRotation_SuccessorInvalid or PayeeRotation_Retired
        vm.startPrank(worker);
        vm.expectRevert(_successorInvalid(address(0)));
        vault.announceRotation(worker, address(0));
        vm.expectRevert(_successorInvalid(worker));
        vault.announceRotation(worker, worker);
        vm.expectRevert(_successorInvalid(address(vault)));
        vault.announceRotation(worker, address(vault));
        vm.expectRevert(_retired(outsider));
        vault.announceRotation(worker, outsider);
    }

    function test_announce_reverts_for_an_outsider() external {
        _appoint(worker, guardians, 2);

        // it should revert with PayeeRotation_NotEntitled
        vm.prank(outsider);
        vm.expectRevert(_notEntitled(worker, outsider));
        vault.announceRotation(worker, outsider);
    }

    function test_announce_by_a_guardian() external {
        _appoint(worker, guardians, 2);

        // it should wait as long and say that a guardian announced it
        _announce(guardians[1], worker, wallet);
        IPayeeRotation.Announcement memory waiting = vault.announcementOf(worker);
        assertEq(waiting.successor, wallet, "successor");
        assertEq(waiting.finishableAt, vm.getBlockTimestamp() + COOLING_OFF, "time");
        assertTrue(waiting.byGuardian, "by guardian");
    }

    function test_announce_by_a_guardian_reverts_when_something_waits() external {
        _appoint(worker, guardians, 2);
        _announce(worker, worker, wallet);

        // it should revert with PayeeRotation_AlreadyAnnounced
        vm.prank(guardians[0]);
        vm.expectRevert(abi.encodeWithSelector(IPayeeRotation.PayeeRotation_AlreadyAnnounced.selector, worker, wallet));
        vault.announceRotation(worker, outsider);
    }

    function test_announce_by_a_retired_guardian_reverts() external {
        _appoint(worker, guardians, 2);
        _rotate(guardians[0], makeAddr("another wallet"));

        // it should revert because the guardian is retired
        vm.prank(guardians[0]);
        vm.expectRevert(_retired(guardians[0]));
        vault.announceRotation(worker, thief);
    }

    function test_announce_waits_for_seven_days() external {
        uint256 finishableAt = vm.getBlockTimestamp() + 7 days;

        // it should emit {RotationAnnounced}
        vm.expectEmit(address(vault));
        emit IPayeeRotation.RotationAnnounced(worker, thief, worker, finishableAt);
        _announce(worker, worker, thief);

        // it should wait for seven days
        IPayeeRotation.Announcement memory waiting = vault.announcementOf(worker);
        assertEq(waiting.finishableAt, finishableAt, "time");
        assertFalse(waiting.byGuardian, "by the account");
        assertEq(vault.payeeOf(worker), worker, "nothing has happened");

        // it should replace what waits and start the clock anew
        skip(COOLING_OFF - 1);
        _announce(worker, worker, wallet);
        skip(1);
        vm.expectRevert(_notAnnounced(worker, thief));
        vault.finishRotation(worker, thief);
        vm.expectRevert(_coolingOff(vm.getBlockTimestamp() - 1 + COOLING_OFF));
        vault.finishRotation(worker, wallet);
    }

    /* VETO */

    function test_veto_reverts_when_not_announced() external {
        vm.startPrank(worker);

        // it should revert with PayeeRotation_NotAnnounced
        vm.expectRevert(_notAnnounced(worker, wallet));
        vault.vetoRotation(worker, wallet);
        vm.expectRevert(_notAnnounced(worker, address(0)));
        vault.vetoRotation(worker, address(0));
        vault.announceRotation(worker, wallet);
        vm.expectRevert(_notAnnounced(worker, thief));
        vault.vetoRotation(worker, thief);
    }

    function test_veto_reverts_for_an_outsider() external {
        _announce(worker, worker, wallet);

        // it should refuse the outsider
        vm.prank(outsider);
        vm.expectRevert(_notEntitled(worker, outsider));
        vault.vetoRotation(worker, wallet);

        _appoint(worker, guardians, 2);
        _announce(worker, worker, outsider);
        vm.prank(worker);
        vault.vetoRotation(worker, outsider);
        _announce(guardians[0], worker, wallet);
        vm.prank(outsider);
        vm.expectRevert(_notEntitled(worker, outsider));
        vault.vetoRotation(worker, wallet);
    }

    function test_veto_by_a_guardian_of_what_the_account_announced_reverts() external {
        _appoint(worker, guardians, 2);
        _announce(worker, worker, wallet);

        // it should refuse the guardian
        vm.prank(guardians[0]);
        vm.expectRevert(_notEntitled(worker, guardians[0]));
        vault.vetoRotation(worker, wallet);
    }

    function test_veto_by_a_guardian_of_what_a_guardian_announced() external {
        _appoint(worker, guardians, 2);
        _announce(guardians[0], worker, thief);

        // it should void it
        vm.prank(guardians[2]);
        vault.vetoRotation(worker, thief);
        assertEq(vault.announcementOf(worker).successor, address(0), "waiting");
    }

    function test_veto_by_the_account() external {
        _appoint(worker, guardians, 2);
        _announce(guardians[0], worker, thief);

        // it should emit {RotationVetoed}
        vm.expectEmit(address(vault));
        emit IPayeeRotation.RotationVetoed(worker, thief, worker);
        vm.startPrank(worker);
        vault.vetoRotation(worker, thief);

        // it should void whatever waits
        skip(COOLING_OFF);
        vm.expectRevert(_notAnnounced(worker, thief));
        vault.finishRotation(worker, thief);

        // it should also hold after the cooling-off
        vault.announceRotation(worker, wallet);
        skip(COOLING_OFF + 1);
        vault.vetoRotation(worker, wallet);
        vm.expectRevert(_notAnnounced(worker, wallet));
        vault.finishRotation(worker, wallet);
    }

    /* FINISH */

    function test_finish_reverts_when_not_announced() external {
        // it should refuse for want of an announcement
        vm.expectRevert(_notAnnounced(worker, wallet));
        vault.finishRotation(worker, wallet);
        vm.expectRevert(_notAnnounced(worker, address(0)));
        vault.finishRotation(worker, address(0));
        _announce(worker, worker, wallet);
        skip(COOLING_OFF);
        vm.expectRevert(_notAnnounced(worker, thief));
        vault.finishRotation(worker, thief);
    }

    function test_finish_reverts_one_second_early() external {
        _announce(worker, worker, wallet);
        skip(COOLING_OFF - 1);

        // it should revert with PayeeRotation_CoolingOff
        vm.expectRevert(_coolingOff(vm.getBlockTimestamp() + 1));
        vault.finishRotation(worker, wallet);
    }

    function test_finish_reverts_given_successor_retired() external {
        _announce(worker, worker, wallet);
        _rotate(wallet, outsider);

        // it should revert because the successor is retired
        vm.expectRevert(_retired(wallet));
        vault.finishRotation(worker, wallet);
    }

    function test_finish_on_the_second() external {
        _announce(worker, worker, wallet);
        skip(COOLING_OFF);

        // it should rotate
        vault.finishRotation(worker, wallet);
        assertEq(vault.successorOf(worker), wallet, "successor");
        assertEq(vault.payeeOf(worker), wallet, "payee");
    }

    function test_finish_by_anyone_later() external {
        _announce(worker, worker, wallet);
        skip(COOLING_OFF + 1);

        // it should emit {Rotated}
        vm.expectEmit(address(vault));
        emit IPayeeRotation.Rotated(worker, wallet);
        vm.prank(outsider);
        vault.finishRotation(worker, wallet);

        // it should leave nothing waiting
        assertEq(vault.announcementOf(worker).finishableAt, 0, "waiting");

        // it should rotate once
        vm.expectRevert(_notAnnounced(worker, wallet));
        vault.finishRotation(worker, wallet);
    }

    /* PATHS */

    function _chain(uint256 length) private returns (address[] memory accounts) {
        accounts = new address[](length);
        for (uint256 i = 0; i < length; ++i) accounts[i] = makeAddr(string.concat("link", vm.toString(i)));
        for (uint256 i = 0; i + 1 < length; ++i) _rotate(accounts[i], accounts[i + 1]);
    }

    function test_shortenPath_reverts_given_account_is_live() external {
        // it should revert with PayeeRotation_SuccessorInvalid
        vm.expectRevert(_successorInvalid(address(0)));
        vault.shortenPath(worker);
    }

    function test_shortenPath_brings_the_payee_within_reach() external {
        address[] memory accounts = _chain(25);
        _deposit(accounts[0], 5);
        assertEq(vault.payeeOf(accounts[16]), accounts[24], "eight hops are followed");

        // it should make payeeOf revert with PayeeRotation_PathTooLong
        vm.expectRevert(abi.encodeWithSelector(IPayeeRotation.PayeeRotation_PathTooLong.selector, accounts[15]));
        vault.payeeOf(accounts[15]);
        vm.expectRevert(abi.encodeWithSelector(IPayeeRotation.PayeeRotation_PathTooLong.selector, accounts[0]));
        vault.push(address(yen), accounts[0]);

        // it should bring the payee within reach and change nobody's payee
        vault.shortenPath(accounts[0]);
        assertEq(vault.successorOf(accounts[0]), accounts[8], "eight further");
        vault.shortenPath(accounts[0]);
        assertEq(vault.successorOf(accounts[0]), accounts[15], "seven further, after the one that is known");
        vault.shortenPath(accounts[0]);
        assertEq(vault.payeeOf(accounts[0]), accounts[24], "payee");
        vault.push(address(yen), accounts[0]);
        assertEq(yen.balanceOf(accounts[24]), 5, "paid");
        assertEq(vault.successorOf(accounts[1]), accounts[2], "others");
    }

    function test_shortenPath_of_a_short_path() external {
        address[] memory accounts = _chain(3);

        // it should emit {PathShortened}
        vm.expectEmit(address(vault));
        emit IPayeeRotation.PathShortened(accounts[0], accounts[2]);
        vault.shortenPath(accounts[0]);
    }

    function test_payeeOf_follows_every_rotation() external {
        // it should be the account itself while it is live
        assertEq(vault.payeeOf(worker), worker, "live");

        // it should follow every rotation
        _rotate(worker, wallet);
        _rotate(outsider, wallet);
        _rotate(wallet, funder);
        assertEq(vault.payeeOf(worker), funder, "worker");
        assertEq(vault.payeeOf(outsider), funder, "outsider");
        assertEq(vault.payeeOf(funder), funder, "funder");
    }

    function testFuzz_payeeOf_never_goes_in_a_circle(uint256 choices) external {
        address[] memory accounts = _people("wanderer", 6);
        for (uint256 i = 0; i < 12; ++i) {
            address from = accounts[(choices >> (i * 8)) % 6];
            address to = accounts[(choices >> (i * 8 + 4)) % 6];
            vm.prank(from);
            try vault.announceRotation(from, to) {
                skip(COOLING_OFF);
                vault.finishRotation(from, to);
            } catch {
                continue;
            }
        }
        // it should never go in a circle
        for (uint256 i = 0; i < 6; ++i) {
            address payee = vault.payeeOf(accounts[i]);
            assertEq(vault.successorOf(payee), address(0), "the end of a path is live");
        }
    }
}
