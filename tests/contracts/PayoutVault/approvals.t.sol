// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPayeeRotation} from "../../../contracts/interfaces/IPayeeRotation.sol";
import {RotationTest} from "./RotationTest.sol";

contract PayeeApprovalsTest is RotationTest {
    /* APPROVE */

    function test_approve_reverts_for_an_outsider() external {
        _appoint(worker, guardians, 1);

        // it should revert for want of an office
        vm.prank(outsider);
        vm.expectRevert(_notEntitled(worker, outsider));
        vault.approveRotation(worker, outsider);
        vm.prank(worker);
        vm.expectRevert(_notEntitled(worker, worker));
        vault.approveRotation(worker, thief);
    }

    function test_approve_reverts_when_successor_is_no_wallet() external {
        // Two are needed, so the first approval alone must be refused.
        _appoint(worker, guardians, 2);
        vm.startPrank(guardians[0]);

        // it should revert with PayeeRotation_SuccessorInvalid
        vm.expectRevert(_successorInvalid(address(0)));
        vault.approveRotation(worker, address(0));
        vm.expectRevert(_successorInvalid(worker));
        vault.approveRotation(worker, worker);
        vm.expectRevert(_successorInvalid(address(vault)));
        vault.approveRotation(worker, address(vault));
    }

    function test_approve_reverts_given_account_is_rotated() external {
        _appoint(worker, guardians, 1);
        _approve(guardians[0], worker, wallet);

        // it should revert because there is nothing left to decide
        vm.prank(guardians[0]);
        vm.expectRevert(_retired(worker));
        vault.approveRotation(worker, thief);
        (address[] memory members, ) = vault.guardiansOf(worker);
        assertEq(members.length, 0, "guardians are gone");
    }

    function test_approve_reverts_given_guardian_is_retired() external {
        _appoint(worker, guardians, 2);
        _approve(guardians[0], worker, wallet);
        _rotate(guardians[0], outsider);

        // it should revert and not count what it approved before
        vm.prank(guardians[0]);
        vm.expectRevert(_retired(guardians[0]));
        vault.approveRotation(worker, wallet);
        _approve(guardians[1], worker, wallet);
        assertEq(vault.payeeOf(worker), worker, "one is not enough");
        _approve(guardians[2], worker, wallet);
        assertEq(vault.payeeOf(worker), wallet, "two are");
    }

    function test_approve_is_not_enough_alone() external {
        _appoint(worker, guardians, 2);

        // it should not be enough
        _approve(guardians[0], worker, wallet);
        _approve(guardians[0], worker, wallet);
        _approve(guardians[1], worker, thief);
        assertEq(vault.payeeOf(worker), worker, "payee");
        assertEq(vault.approvalOf(worker, guardians[1]), thief, "approval");
        // Who turns to another successor has left the first.
        _approve(guardians[0], worker, outsider);
        _approve(guardians[1], worker, wallet);
        assertEq(vault.payeeOf(worker), worker, "payee");
    }

    function test_approve_reaches_the_threshold() external {
        _appoint(worker, guardians, 2);
        _announce(guardians[0], worker, wallet);
        vm.prank(worker);
        vault.vetoRotation(worker, wallet);
        _announce(worker, worker, thief);
        _approve(guardians[0], worker, wallet);

        // it should emit {RotationApproved} and {Rotated}
        vm.expectEmit(address(vault));
        emit IPayeeRotation.RotationApproved(worker, wallet, guardians[2]);
        vm.expectEmit(address(vault));
        emit IPayeeRotation.Rotated(worker, wallet);
        _approve(guardians[2], worker, wallet);

        // it should rotate at once
        assertEq(vault.payeeOf(worker), wallet, "payee");

        // it should outweigh a veto and whatever waits
        skip(COOLING_OFF);
        vm.expectRevert(_notAnnounced(worker, thief));
        vault.finishRotation(worker, thief);
        assertEq(vault.approvalOf(worker, guardians[0]), address(0), "approvals are gone");
    }

    function testFuzz_approve_needs_exactly_the_threshold(uint256 count, uint256 threshold, uint256 order) external {
        count = bound(count, 1, 8);
        threshold = bound(threshold, 1, count);
        address[] memory members = _people("guardian", count);
        _appoint(worker, members, threshold);

        // it should need exactly the threshold
        for (uint256 i = 0; i < threshold; ++i) {
            assertEq(vault.payeeOf(worker), worker, "too early");
            _approve(members[addmod(order, i, count)], worker, wallet);
        }
        assertEq(vault.payeeOf(worker), wallet, "payee");
    }

    /* DISAPPROVE */

    function test_disapprove_reverts_when_nothing_is_approved() external {
        _appoint(worker, guardians, 2);

        // it should revert with PayeeRotation_NotApproved
        vm.prank(guardians[0]);
        vm.expectRevert(
            abi.encodeWithSelector(IPayeeRotation.PayeeRotation_NotApproved.selector, worker, guardians[0])
        );
        vault.disapproveRotation(worker);
    }

    function test_disapprove_takes_the_approval_back() external {
        _appoint(worker, guardians, 2);
        _approve(guardians[0], worker, wallet);

        // it should emit {RotationDisapproved}
        vm.expectEmit(address(vault));
        emit IPayeeRotation.RotationDisapproved(worker, wallet, guardians[0]);
        vm.prank(guardians[0]);
        vault.disapproveRotation(worker);

        // it should no longer count
        _approve(guardians[1], worker, wallet);
        assertEq(vault.payeeOf(worker), worker, "payee");
    }

    /* THE THIEF, who calls as the worker */

    function test_thief_does_not_swap_guardians() external {
        _appoint(worker, guardians, 3);
        address[] memory gang = _people("gang", 1);
        vm.prank(worker);
        vault.announceGuardians(gang, 1);
        skip(COOLING_OFF - 1);
        vm.prank(gang[0]);
        vm.expectRevert(_notEntitled(worker, gang[0]));
        vault.approveRotation(worker, thief);

        // it should not get guardians of its own into office while anyone of the others watches
        vm.prank(guardians[0]);
        vault.vetoGuardians(worker);
        skip(1);
        vm.expectRevert(abi.encodeWithSelector(IPayeeRotation.PayeeRotation_GuardiansNotAnnounced.selector, worker));
        vault.finishGuardians(worker, gang, 1);
    }

    function test_thief_does_not_rotate_against_the_owner() external {
        _appoint(worker, guardians, 2);

        // it should not rotate while the owner or the guardians act within seven days
        _announce(worker, worker, thief);
        skip(COOLING_OFF - 1);
        vm.prank(worker);
        vault.vetoRotation(worker, thief);
        _announce(worker, worker, thief);
        skip(COOLING_OFF - 1);
        _approve(guardians[0], worker, wallet);
        _approve(guardians[1], worker, wallet);
        skip(1);
        vm.expectRevert(_notAnnounced(worker, thief));
        vault.finishRotation(worker, thief);
        assertEq(vault.payeeOf(worker), wallet, "payee");
    }

    function test_thief_does_not_stop_guardians() external {
        _appoint(worker, guardians, 2);
        _announce(guardians[0], worker, wallet);
        _approve(guardians[0], worker, wallet);
        vm.startPrank(worker);
        vault.vetoRotation(worker, wallet);
        vault.announceRotation(worker, thief);
        vault.announceGuardians(new address[](0), 0);
        vault.cancelSignature();
        vm.stopPrank();

        // it should not stop the guardians
        _approve(guardians[1], worker, wallet);
        assertEq(vault.payeeOf(worker), wallet, "payee");
    }

    function test_thief_commands_nothing_after_the_rotation() external {
        _appoint(worker, guardians, 2);
        _approve(guardians[0], worker, wallet);
        _approve(guardians[1], worker, wallet);

        // it should command nothing after the rotation
        vm.startPrank(worker);
        vm.expectRevert(_retired(worker));
        vault.withdraw(address(yen), 100);
        vm.expectRevert(_retired(worker));
        vault.announceRotation(worker, thief);
        vm.expectRevert(_retired(worker));
        vault.announceGuardians(guardians, 2);
        vm.expectRevert(_retired(worker));
        vault.vetoGuardians(worker);
        vm.expectRevert(_retired(worker));
        vault.vetoRotation(worker, wallet);
        vm.stopPrank();
        assertEq(vault.creditOf(address(yen), worker), 100, "credit");
    }
}
