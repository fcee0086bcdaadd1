// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";

import {ProjectToken} from "../../../contracts/ProjectToken.sol";
import {IProjectRegistry} from "../../../contracts/interfaces/IProjectRegistry.sol";
import {IProjectToken} from "../../../contracts/interfaces/IProjectToken.sol";
import {RegistryTest} from "./RegistryTest.sol";

/// @notice A team, through a contract of its own, does everything that a person with a key does.
contract TeamTest is RegistryTest {
    uint256 private constant DELAY = 2 days;

    TimelockController private _timelock;
    address private _member = makeAddr("member");

    function setUp() public override {
        super.setUp();
        address[] memory members = new address[](1);
        members[0] = _member;
        _timelock = new TimelockController(DELAY, members, members, address(0));
    }

    function _schedule(address target, bytes memory call) private {
        vm.prank(_member);
        _timelock.schedule(target, 0, call, 0, 0, DELAY);
    }

    function _execute(address target, bytes memory call) private {
        _schedule(target, call);
        skip(DELAY);
        vm.prank(_member);
        _timelock.execute(target, 0, call, 0, 0);
    }

    /* OWNER */

    function test_timelock_opens_and_owns() external {
        _execute(address(registry), abi.encodeCall(IProjectRegistry.open, (_opening())));
        address token = registry.tokenOf(1);

        // it should own the project and its token's powers
        assertEq(registry.ownerOf(1), address(_timelock));
        assertTrue(registry.isAuthorized(1, address(_timelock)));
        assertFalse(registry.isAuthorized(1, _member));
        _execute(token, abi.encodeCall(IProjectToken.openTransfers, ()));
        assertTrue(IProjectToken(token).areTransfersOpen());

        // it should have no power before its delay
        bytes memory close = abi.encodeCall(IProjectRegistry.close, (1, "goal-met", "bafkreireason"));
        _schedule(address(registry), close);
        skip(DELAY - 1);
        vm.prank(_member);
        vm.expectPartialRevert(TimelockController.TimelockUnexpectedOperationState.selector);
        _timelock.execute(address(registry), 0, close, 0, 0);
        assertFalse(registry.isClosed(1));
        skip(1);
        vm.prank(_member);
        _timelock.execute(address(registry), 0, close, 0, 0);
        assertTrue(registry.isClosed(1));
    }

    function test_timelock_accepts_a_project() external {
        (uint256 projectId, ) = _open();
        vm.prank(owner);
        registry.offerOwnership(projectId, address(_timelock));

        // it should accept by its own call
        vm.prank(_member);
        vm.expectRevert(
            abi.encodeWithSelector(IProjectRegistry.ProjectRegistry_NotPendingOwner.selector, projectId, _member)
        );
        registry.acceptOwnership(projectId);
        _execute(address(registry), abi.encodeCall(IProjectRegistry.acceptOwnership, (projectId)));
        assertEq(registry.ownerOf(projectId), address(_timelock));
    }

    function test_timelock_names_minters() external {
        (uint256 projectId, ProjectToken token) = _open();
        vm.prank(owner);
        registry.offerOwnership(projectId, address(_timelock));
        _execute(address(registry), abi.encodeCall(IProjectRegistry.acceptOwnership, (projectId)));

        // it should obey the executed call
        _execute(address(token), abi.encodeCall(IProjectToken.setMinter, (minter, false)));
        assertFalse(token.isMinter(minter));
        _execute(address(token), abi.encodeCall(IProjectToken.setMinter, (minter, true)));
        assertTrue(token.isMinter(minter));
        vm.prank(minter);
        token.mint(address(_timelock), 1 ether);
        assertEq(token.balanceOf(address(_timelock)), 1 ether);
    }

    /* STEWARD */

    function test_contract_as_steward() external {
        (uint256 projectId, ) = _open();
        vm.startPrank(owner);
        registry.setSteward(projectId, address(_timelock), true);

        // it should authorize the contract and not its members
        assertTrue(registry.isAuthorized(projectId, address(_timelock)));
        assertFalse(registry.isAuthorized(projectId, _member));

        // it should stop when dismissed
        registry.setSteward(projectId, address(_timelock), false);
        assertFalse(registry.isAuthorized(projectId, address(_timelock)));
    }
}
