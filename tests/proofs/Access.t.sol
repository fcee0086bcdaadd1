// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BountyEscrow} from "../../contracts/BountyEscrow.sol";
import {ContributionRegistry} from "../../contracts/ContributionRegistry.sol";
import {PayoutVault} from "../../contracts/PayoutVault.sol";
import {ProjectRegistry} from "../../contracts/ProjectRegistry.sol";
import {ProjectToken} from "../../contracts/ProjectToken.sol";
import {IProjectRegistry} from "../../contracts/interfaces/IProjectRegistry.sol";
import {Symbolic} from "./Symbolic.sol";

/// @title ProjectAccessProof
/// @notice What nobody but a project's owner can do, whatever they call with whatever arguments.
contract ProjectAccessProof is Symbolic {
    address private constant OWNER = address(0x0123);
    address private constant STEWARD = address(0x5733);

    ProjectRegistry private _projects;
    ProjectToken private _token;
    uint256 private _id;

    function setUp() external {
        _projects = new ProjectRegistry(address(new ProjectToken()));
        IProjectRegistry.Opening memory opening;
        (opening.name, opening.symbol, opening.metadata, opening.cap) = ("Wagashi", "WAGA", "bafkrei", 1_000);
        vm.startPrank(OWNER);
        address token;
        (_id, token) = _projects.open(opening);
        _projects.setSteward(_id, STEWARD, true);
        vm.stopPrank();
        _token = ProjectToken(token);
    }

    /// Whatever anyone but the owner calls, the project keeps its owner, its steward and its token, and stays open.
    function check_no_call_of_another_changes_who_runs_a_project(address caller, address other) external {
        vm.assume(caller != OWNER && other != OWNER && other != STEWARD);
        _anyCall("ProjectRegistry", address(_projects), caller);

        assert(_projects.ownerOf(_id) == OWNER);
        assert(_projects.isAuthorized(_id, STEWARD) && !_projects.isAuthorized(_id, other));
        assert(!_projects.isClosed(_id));
        assert(_projects.tokenOf(_id) == address(_token));
    }

    /// Whatever anyone but the owner calls, the token mints and reserves nothing, names no minter and stays closed.
    function check_no_call_of_another_mints_reserves_or_names_a_minter(address caller, address other) external {
        vm.assume(caller != OWNER && caller != address(_projects));
        _anyCall("ProjectToken", address(_token), caller);

        assert(_token.totalSupply() == 0 && _token.totalReserved() == 0);
        assert(!_token.isMinter(other) && !_token.areTransfersOpen());
    }
}
