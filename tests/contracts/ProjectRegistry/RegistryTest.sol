// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {ProjectRegistry} from "../../../contracts/ProjectRegistry.sol";
import {ProjectToken} from "../../../contracts/ProjectToken.sol";
import {IProjectRegistry} from "../../../contracts/interfaces/IProjectRegistry.sol";

/// @title RegistryTest
/// @notice The cast: a registry, an owner, a steward, an outsider, and a contract that mints.
abstract contract RegistryTest is Test {
    ProjectRegistry internal registry;
    address internal owner = makeAddr("owner");
    address internal steward = makeAddr("steward");
    address internal outsider = makeAddr("outsider");
    address internal minter = makeAddr("minter");

    function setUp() public virtual {
        registry = new ProjectRegistry(address(new ProjectToken()));
    }

    function _opening() internal view returns (IProjectRegistry.Opening memory opening) {
        opening.name = "Sakura Bakery";
        opening.symbol = "SKR";
        opening.cap = 1_000_000 ether;
        opening.metadata = "bafkreiproject";
        opening.minters = new address[](1);
        opening.minters[0] = minter;
    }

    function _open() internal returns (uint256 projectId, ProjectToken token) {
        vm.prank(owner);
        (uint256 id, address account) = registry.open(_opening());
        return (id, ProjectToken(account));
    }

    function _unknown(uint256 projectId) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IProjectRegistry.ProjectRegistry_Unknown.selector, projectId);
    }

    function _notOwner(uint256 projectId, address caller) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IProjectRegistry.ProjectRegistry_NotOwner.selector, projectId, caller);
    }

    function _closed(uint256 projectId) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IProjectRegistry.ProjectRegistry_Closed.selector, projectId);
    }
}
