// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {IProjectToken} from "../../../contracts/interfaces/IProjectToken.sol";
import {TokenTest} from "./TokenTest.sol";

contract MintingTest is TokenTest {
    /* MINTERS */

    function test_setMinter_reverts_for_outsider_steward_and_minter() external {
        vm.prank(owner);
        registry.setSteward(projectId, steward, true);
        address[3] memory callers = [outsider, steward, minter];

        // it should revert with ProjectToken_NotOwner
        for (uint256 i = 0; i < 3; i++) {
            vm.prank(callers[i]);
            vm.expectRevert(_notTokenOwner(callers[i]));
            token.setMinter(callers[i], true);
        }
    }

    function test_setMinter_by_the_registry() external view {
        // it should name the minter
        assertTrue(token.isMinter(minter));
    }

    function test_setMinter_names_and_dismisses() external {
        // it should emit {MinterChanged}
        vm.expectEmit(address(token));
        emit IProjectToken.MinterChanged(worker, true);
        vm.prank(owner);
        token.setMinter(worker, true);

        // it should let the minter mint until dismissed
        vm.prank(worker);
        token.mint(worker, 1);
        vm.prank(owner);
        token.setMinter(worker, false);
        vm.prank(worker);
        vm.expectRevert(_notMinter(worker));
        token.mint(worker, 1);
    }

    /* RESERVE */

    function test_reserve_reverts_for_an_outsider() external {
        // it should revert with ProjectToken_NotMinter
        vm.prank(outsider);
        vm.expectRevert(_notMinter(outsider));
        token.reserve(1);
    }

    function test_reserve_reverts_above_the_cap() external {
        _mint(worker, 100);
        vm.startPrank(minter);
        token.reserve(50);

        // it should revert with ProjectToken_CapExceeded
        vm.expectRevert(_capExceeded(CAP + 1));
        token.reserve(CAP - 149);
        vm.expectRevert(_capExceeded(uint256(type(uint128).max) + 151));
        token.reserve(uint256(type(uint128).max) + 1);
    }

    function test_reserve_keeps_room() external {
        vm.startPrank(minter);

        // it should emit {ReservationChanged}
        vm.expectEmit(address(token));
        emit IProjectToken.ReservationChanged(minter, CAP);
        token.reserve(CAP);

        // it should keep the room for the minter
        assertEq(token.reservedBy(minter), CAP);
        assertEq(token.totalReserved(), CAP);

        // it should leave the supply as it is
        assertEq(token.totalSupply(), 0);
    }

    /* RELEASE */

    function test_release_reverts_when_not_reserved() external {
        vm.startPrank(minter);
        token.reserve(10);

        // it should revert with ProjectToken_ReservationExceeded
        vm.expectRevert(_reservationExceeded(10, 11));
        token.release(11);
        vm.stopPrank();

        vm.prank(outsider);
        vm.expectRevert(
            abi.encodeWithSelector(IProjectToken.ProjectToken_ReservationExceeded.selector, outsider, 0, 1)
        );
        token.release(1);
    }

    function test_release_gives_room_back() external {
        vm.startPrank(minter);
        token.reserve(10);

        // it should emit {ReservationChanged}
        vm.expectEmit(address(token));
        emit IProjectToken.ReservationChanged(minter, 4);
        token.release(6);

        // it should give the room back
        assertEq(token.reservedBy(minter), 4);
        assertEq(token.totalReserved(), 4);
    }

    /* MINT RESERVED */

    function test_mintReserved_reverts_when_not_reserved() external {
        vm.startPrank(minter);
        token.reserve(10);

        // it should revert with ProjectToken_ReservationExceeded
        vm.expectRevert(_reservationExceeded(10, 11));
        token.mintReserved(worker, 11);
    }

    function test_mintReserved_reverts_when_receiver_is_zero() external {
        vm.startPrank(minter);
        token.reserve(10);

        // it should revert with the standard's error
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, address(0)));
        token.mintReserved(address(0), 1);
    }

    function test_mintReserved_works_for_a_dismissed_minter() external {
        vm.prank(minter);
        token.reserve(10);
        vm.prank(owner);
        token.setMinter(minter, false);

        // it should mint all the same
        vm.startPrank(minter);
        token.mintReserved(worker, 10);
        assertEq(token.balanceOf(worker), 10);
        vm.expectRevert(_notMinter(minter));
        token.reserve(1);
    }

    function test_mintReserved_mints_and_lowers() external {
        vm.startPrank(minter);
        token.reserve(10);

        // it should emit {ReservationChanged} and {Transfer}
        vm.expectEmit(address(token));
        emit IProjectToken.ReservationChanged(minter, 3);
        vm.expectEmit(address(token));
        emit IERC20.Transfer(address(0), worker, 7);
        token.mintReserved(worker, 7);

        // it should mint and lower the reservation
        assertEq(token.balanceOf(worker), 7);
        assertEq(token.reservedBy(minter), 3);
        assertEq(token.totalReserved(), 3);
    }

    /* MINT */

    function test_mint_reverts_for_outsider_and_owner() external {
        // it should revert with ProjectToken_NotMinter
        vm.prank(outsider);
        vm.expectRevert(_notMinter(outsider));
        token.mint(outsider, 1);
        vm.prank(owner);
        vm.expectRevert(_notMinter(owner));
        token.mint(owner, 1);
    }

    function test_mint_reverts_when_it_meets_a_reservation() external {
        vm.startPrank(minter);
        token.reserve(100);

        // it should revert with ProjectToken_CapExceeded
        vm.expectRevert(_capExceeded(CAP + 1));
        token.mint(worker, CAP - 99);
    }

    function test_mint_reaches_the_cap() external {
        // it should mint up to the cap exactly
        _mint(worker, CAP);
        assertEq(token.totalSupply(), CAP);

        vm.prank(minter);
        vm.expectRevert(_capExceeded(CAP + 1));
        token.mint(worker, 1);
    }
}
