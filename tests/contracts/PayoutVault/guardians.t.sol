// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPayeeRotation} from "../../../contracts/interfaces/IPayeeRotation.sol";
import {RotationTest} from "./RotationTest.sol";

contract PayeeGuardiansTest is RotationTest {
    function _expectInvalid(address[] memory members, uint256 threshold) private {
        vm.prank(worker);
        vm.expectRevert(IPayeeRotation.PayeeRotation_GuardiansInvalid.selector);
        vault.announceGuardians(members, threshold);
    }

    function _requireGuardians(address account, address[] memory members, uint256 threshold) private view {
        (address[] memory found, uint256 foundThreshold) = vault.guardiansOf(account);
        assertEq(found, members, "guardians");
        assertEq(foundThreshold, threshold, "threshold");
    }

    function _notAnnouncedGuardians() private view returns (bytes memory) {
        return abi.encodeWithSelector(IPayeeRotation.PayeeRotation_GuardiansNotAnnounced.selector, worker);
    }

    /* ANNOUNCE */

    function test_announce_reverts_given_account_is_retired() external {
        _rotate(worker, wallet);

        // it should revert with PayeeRotation_Retired
        vm.prank(worker);
        vm.expectRevert(_retired(worker));
        vault.announceGuardians(guardians, 2);
    }

    function test_announce_reverts_when_guardians_are_invalid() external {
        // it should revert with PayeeRotation_GuardiansInvalid
        _expectInvalid(_people("many", 9), 2);
        address[] memory members = _people("guardian", 3);
        members[1] = members[0];
        _expectInvalid(members, 2);
        members = _people("guardian", 3);
        (members[0], members[1]) = (members[1], members[0]);
        _expectInvalid(members, 2);
        members = _people("guardian", 3);
        members[0] = address(0);
        _expectInvalid(members, 2);
        members = new address[](1);
        members[0] = worker;
        _expectInvalid(members, 1);
    }

    function test_announce_reverts_when_threshold_is_invalid() external {
        // it should revert because of the threshold
        _expectInvalid(guardians, 0);
        _expectInvalid(guardians, 4);
        _expectInvalid(new address[](0), 1);
    }

    function test_announce_waits_the_first_time_too() external {
        uint256 finishableAt = vm.getBlockTimestamp() + 7 days;

        // it should emit {GuardiansAnnounced}
        vm.expectEmit(address(vault));
        emit IPayeeRotation.GuardiansAnnounced(worker, guardians, 2, finishableAt);
        vm.prank(worker);
        vault.announceGuardians(guardians, 2);

        // it should wait for seven days, the first time too
        IPayeeRotation.GuardianChange memory change = vault.guardianChangeOf(worker);
        assertEq(change.guardiansHash, keccak256(abi.encode(guardians, 2)), "hash");
        assertEq(change.finishableAt, finishableAt, "time");
        _requireGuardians(worker, new address[](0), 0);
        vm.prank(guardians[0]);
        vm.expectRevert(_notEntitled(worker, guardians[0]));
        vault.approveRotation(worker, wallet);
    }

    /* VETO */

    function test_veto_reverts_when_nothing_waits() external {
        // it should revert with PayeeRotation_GuardiansNotAnnounced
        vm.prank(worker);
        vm.expectRevert(_notAnnouncedGuardians());
        vault.vetoGuardians(worker);
    }

    function test_veto_reverts_for_who_holds_no_office() external {
        vm.prank(worker);
        vault.announceGuardians(guardians, 2);

        // it should revert with PayeeRotation_NotEntitled
        vm.prank(outsider);
        vm.expectRevert(_notEntitled(worker, outsider));
        vault.vetoGuardians(worker);
        vm.prank(guardians[0]);
        vm.expectRevert(_notEntitled(worker, guardians[0]));
        vault.vetoGuardians(worker);
    }

    function test_veto_reverts_for_a_retired_guardian() external {
        _appoint(worker, guardians, 2);
        _rotate(guardians[0], wallet);
        vm.prank(worker);
        vault.announceGuardians(new address[](0), 0);

        // it should refuse the retired guardian
        vm.prank(guardians[0]);
        vm.expectRevert(_retired(guardians[0]));
        vault.vetoGuardians(worker);
    }

    function test_veto_by_who_may() external {
        _appoint(worker, guardians, 2);
        vm.startPrank(worker);
        vault.announceGuardians(new address[](0), 0);

        // it should emit {GuardiansVetoed}
        vm.expectEmit(address(vault));
        emit IPayeeRotation.GuardiansVetoed(worker, worker);
        vault.vetoGuardians(worker);

        // it should void the change
        vault.announceGuardians(new address[](0), 0);
        vm.stopPrank();
        vm.prank(guardians[2]);
        vault.vetoGuardians(worker);
        assertEq(vault.guardianChangeOf(worker).guardiansHash, 0, "change");
        skip(COOLING_OFF);
        vm.expectRevert(_notAnnouncedGuardians());
        vault.finishGuardians(worker, new address[](0), 0);
        _requireGuardians(worker, guardians, 2);
    }

    /* FINISH */

    function test_finish_reverts_when_others_were_announced() external {
        vm.prank(worker);
        vault.announceGuardians(guardians, 2);
        skip(COOLING_OFF);

        // it should refuse them for want of an announcement
        vm.expectRevert(_notAnnouncedGuardians());
        vault.finishGuardians(worker, guardians, 1);
        vm.expectRevert(_notAnnouncedGuardians());
        vault.finishGuardians(worker, _people("other", 3), 2);
        vm.expectRevert(abi.encodeWithSelector(IPayeeRotation.PayeeRotation_GuardiansNotAnnounced.selector, outsider));
        vault.finishGuardians(outsider, new address[](0), 0);
    }

    function test_finish_reverts_one_second_early() external {
        vm.prank(worker);
        vault.announceGuardians(guardians, 2);
        skip(COOLING_OFF - 1);

        // it should revert with PayeeRotation_CoolingOff
        vm.expectRevert(_coolingOff(vm.getBlockTimestamp() + 1));
        vault.finishGuardians(worker, guardians, 2);
    }

    function test_finish_reverts_given_account_was_rotated() external {
        vm.prank(worker);
        vault.announceGuardians(guardians, 2);
        _rotate(worker, wallet);

        // it should revert because the account is retired
        vm.expectRevert(_retired(worker));
        vault.finishGuardians(worker, guardians, 2);
    }

    function test_finish_on_the_second() external {
        address[] memory eight = _people("guardian", 8);
        vm.prank(worker);
        vault.announceGuardians(eight, 8);
        skip(COOLING_OFF);

        // it should emit {GuardiansChanged}
        vm.expectEmit(address(vault));
        emit IPayeeRotation.GuardiansChanged(worker, eight, 8);
        vm.prank(outsider);
        vault.finishGuardians(worker, eight, 8);

        // it should put them into office
        _requireGuardians(worker, eight, 8);
        assertEq(vault.guardianChangeOf(worker).finishableAt, 0, "change");
    }

    function test_finish_replaces_guardians() external {
        _appoint(worker, guardians, 2);
        _approve(guardians[0], worker, wallet);
        _announce(guardians[1], worker, wallet);
        address[] memory next = _people("next", 2);
        _appoint(worker, next, 2);

        // it should void the approvals of the others
        assertEq(vault.approvalOf(worker, guardians[0]), address(0), "approval");
        _approve(next[0], worker, wallet);
        assertEq(vault.payeeOf(worker), worker, "payee");

        // it should void what a guardian announced and keep what the account announced
        vm.expectRevert(_notAnnounced(worker, wallet));
        vault.finishRotation(worker, wallet);
        _announce(worker, worker, outsider);
        _appoint(worker, guardians, 2);
        vault.finishRotation(worker, outsider);
        assertEq(vault.payeeOf(worker), outsider, "payee");
    }

    function test_finish_of_an_empty_list() external {
        _appoint(worker, guardians, 2);

        // it should leave the account without guardians
        _appoint(worker, new address[](0), 0);
        _requireGuardians(worker, new address[](0), 0);
        vm.prank(guardians[0]);
        vm.expectRevert(_notEntitled(worker, guardians[0]));
        vault.approveRotation(worker, wallet);
    }
}
