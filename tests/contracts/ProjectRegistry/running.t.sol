// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ProjectToken} from "../../../contracts/ProjectToken.sol";
import {IProjectRegistry} from "../../../contracts/interfaces/IProjectRegistry.sol";
import {RegistryTest} from "./RegistryTest.sol";

contract RunningTest is RegistryTest {
    uint256 private _id;
    ProjectToken private _token;

    function setUp() public override {
        super.setUp();
        (_id, _token) = _open();
    }

    function _notPending(address caller) private view returns (bytes memory) {
        return abi.encodeWithSelector(IProjectRegistry.ProjectRegistry_NotPendingOwner.selector, _id, caller);
    }

    function _close() private {
        vm.prank(owner);
        registry.close(_id, "goal-met", "bafkreireason");
    }

    /* METADATA */

    function test_setMetadata_reverts_when_project_is_unknown() external {
        // it should revert with ProjectRegistry_Unknown
        vm.expectRevert(_unknown(9));
        registry.setMetadata(9, "bafkreinew");
    }

    function test_setMetadata_reverts_for_an_outsider() external {
        // it should revert with ProjectRegistry_NotOwner
        vm.prank(outsider);
        vm.expectRevert(_notOwner(_id, outsider));
        registry.setMetadata(_id, "bafkreinew");
    }

    function test_setMetadata_reverts_when_closed() external {
        _close();

        // it should revert with ProjectRegistry_Closed
        vm.prank(owner);
        vm.expectRevert(_closed(_id));
        registry.setMetadata(_id, "bafkreinew");
    }

    function test_setMetadata_reverts_when_empty() external {
        // it should revert with ProjectRegistry_Empty
        vm.prank(owner);
        vm.expectRevert(IProjectRegistry.ProjectRegistry_Empty.selector);
        registry.setMetadata(_id, "");
    }

    function test_setMetadata_announces_the_description() external {
        // it should emit {MetadataChanged}
        vm.expectEmit(address(registry));
        emit IProjectRegistry.MetadataChanged(_id, "bafkreinew");
        vm.prank(owner);
        registry.setMetadata(_id, "bafkreinew");
    }

    /* STEWARDS */

    function test_setSteward_reverts_for_everyone_but_the_owner() external {
        vm.prank(owner);
        registry.setSteward(_id, steward, true);

        // it should revert with ProjectRegistry_NotOwner
        vm.prank(steward);
        vm.expectRevert(_notOwner(_id, steward));
        registry.setSteward(_id, outsider, true);
        vm.prank(outsider);
        vm.expectRevert(_notOwner(_id, outsider));
        registry.setSteward(_id, outsider, true);
    }

    function test_setSteward_reverts_when_zero() external {
        // it should revert with ProjectRegistry_Empty
        vm.prank(owner);
        vm.expectRevert(IProjectRegistry.ProjectRegistry_Empty.selector);
        registry.setSteward(_id, address(0), true);
    }

    function test_setSteward_names_and_dismisses() external {
        vm.startPrank(owner);

        // it should emit {StewardChanged}
        vm.expectEmit(address(registry));
        emit IProjectRegistry.StewardChanged(_id, steward, true);
        registry.setSteward(_id, steward, true);

        // it should let the steward act for the project until dismissed
        assertTrue(registry.isAuthorized(_id, steward));
        registry.setSteward(_id, steward, false);
        assertFalse(registry.isAuthorized(_id, steward));
    }

    /* OWNERSHIP */

    function test_offerOwnership_reverts_for_an_outsider() external {
        // it should revert with ProjectRegistry_NotOwner
        vm.prank(outsider);
        vm.expectRevert(_notOwner(_id, outsider));
        registry.offerOwnership(_id, outsider);
    }

    function test_offerOwnership_offers_and_withdraws() external {
        // it should emit {OwnershipOffered}
        vm.expectEmit(address(registry));
        emit IProjectRegistry.OwnershipOffered(_id, owner, steward);
        vm.prank(owner);
        registry.offerOwnership(_id, steward);

        // it should keep the owner until the offer is accepted
        assertEq(registry.ownerOf(_id), owner);
        assertEq(registry.pendingOwnerOf(_id), steward);

        // it should withdraw the offer when zero is named
        vm.prank(owner);
        registry.offerOwnership(_id, address(0));
        vm.prank(steward);
        vm.expectRevert(_notPending(steward));
        registry.acceptOwnership(_id);
    }

    function test_acceptOwnership_reverts_when_project_is_unknown() external {
        // it should revert with ProjectRegistry_Unknown
        vm.prank(address(0));
        vm.expectRevert(_unknown(9));
        registry.acceptOwnership(9);
    }

    function test_acceptOwnership_reverts_for_an_outsider() external {
        vm.prank(owner);
        registry.offerOwnership(_id, steward);

        // it should revert with ProjectRegistry_NotPendingOwner
        vm.prank(outsider);
        vm.expectRevert(_notPending(outsider));
        registry.acceptOwnership(_id);
        vm.prank(owner);
        vm.expectRevert(_notPending(owner));
        registry.acceptOwnership(_id);
    }

    function test_acceptOwnership_hands_over() external {
        vm.prank(owner);
        registry.offerOwnership(_id, steward);

        // it should emit {OwnershipAccepted}
        vm.expectEmit(address(registry));
        emit IProjectRegistry.OwnershipAccepted(_id, owner, steward);
        vm.prank(steward);
        registry.acceptOwnership(_id);

        // it should make the caller the owner and forget the offer
        assertEq(registry.ownerOf(_id), steward);
        assertEq(registry.pendingOwnerOf(_id), address(0));

        // it should end the rights of the former owner
        assertFalse(registry.isAuthorized(_id, owner));
        vm.startPrank(owner);
        vm.expectRevert(_notOwner(_id, owner));
        registry.setMetadata(_id, "bafkreinew");
        vm.expectRevert();
        _token.setMinter(owner, true);
    }

    /* CLOSING */

    function test_close_reverts_for_an_outsider() external {
        // it should revert with ProjectRegistry_NotOwner
        vm.prank(outsider);
        vm.expectRevert(_notOwner(_id, outsider));
        registry.close(_id, "goal-met", "bafkreireason");
    }

    function test_close_reverts_without_a_reason() external {
        vm.startPrank(owner);

        // it should revert with ProjectRegistry_Empty
        vm.expectRevert(IProjectRegistry.ProjectRegistry_Empty.selector);
        registry.close(_id, 0, "bafkreireason");
        vm.expectRevert(IProjectRegistry.ProjectRegistry_Empty.selector);
        registry.close(_id, "goal-met", "");
    }

    function test_close_reverts_when_closed() external {
        _close();

        // it should revert with ProjectRegistry_Closed
        vm.prank(owner);
        vm.expectRevert(_closed(_id));
        registry.close(_id, "goal-met", "bafkreireason");
    }

    function test_close_ends_the_project() external {
        // it should emit {ProjectClosed}
        vm.expectEmit(address(registry));
        emit IProjectRegistry.ProjectClosed(_id, "goal-met", "bafkreireason");
        _close();

        // it should close the project for ever
        assertTrue(registry.isClosed(_id));

        // it should keep owner, token and stewards working
        assertEq(registry.ownerOf(_id), owner);
        assertEq(registry.tokenOf(_id), address(_token));
        vm.prank(owner);
        registry.setSteward(_id, steward, true);
        assertTrue(registry.isAuthorized(_id, steward));
    }

    /* VIEWS */

    function testFuzz_views_revert_when_project_is_unknown(uint256 projectId) external {
        vm.assume(projectId != _id);

        // it should revert with ProjectRegistry_Unknown
        vm.expectRevert(_unknown(projectId));
        registry.ownerOf(projectId);
        vm.expectRevert(_unknown(projectId));
        registry.pendingOwnerOf(projectId);
        vm.expectRevert(_unknown(projectId));
        registry.isAuthorized(projectId, address(0));
        vm.expectRevert(_unknown(projectId));
        registry.isClosed(projectId);
        vm.expectRevert(_unknown(projectId));
        registry.tokenOf(projectId);
    }
}
