// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IProjectRegistry} from "../interfaces/IProjectRegistry.sol";
import {IReputationLedger} from "../interfaces/IReputationLedger.sol";

/// @title PolicyBook
/// @notice The rules by which each project's reputation is made: set once, kept for good.
abstract contract PolicyBook is IReputationLedger {
    uint256 private constant MOST_RATERS = 16;
    uint256 private constant SHORTEST_WINDOW = 1 days;
    uint256 private constant LONGEST_WINDOW = 365 days;

    /// @inheritdoc IReputationLedger
    IProjectRegistry public immutable projects; // solhint-disable-line immutable-vars-naming

    mapping(uint256 projectId => Policy) internal _policies;

    constructor(IProjectRegistry projects_) {
        projects = projects_;
    }

    /// @inheritdoc IReputationLedger
    function setPolicy(uint256 projectId, Policy calldata policy) external {
        if (msg.sender != projects.ownerOf(projectId)) revert ReputationLedger_NotOwner(projectId, msg.sender);
        if (_policies[projectId].escrow != address(0)) revert ReputationLedger_PolicyExists(projectId);
        if (policy.escrow.code.length == 0) revert ReputationLedger_EscrowInvalid(policy.escrow);
        _requireWindow(policy.appealWindow);
        _requireWindow(policy.arbiterWindow);
        _requireRaters(policy.raters);
        _requireArbiter(projectId, policy);

        _policies[projectId] = policy;

        emit PolicySet(projectId, msg.sender, policy);
    }

    function _requireWindow(uint256 length) private pure {
        if (length < SHORTEST_WINDOW || length > LONGEST_WINDOW) revert ReputationLedger_WindowInvalid(length);
    }

    function _requireRaters(address[] calldata raters) private pure {
        if (raters.length > MOST_RATERS) revert ReputationLedger_RatersInvalid();
        address previous = address(0);
        for (uint256 i = 0; i < raters.length; ++i) {
            if (raters[i] <= previous) revert ReputationLedger_RatersInvalid();
            previous = raters[i];
        }
    }

    function _requireArbiter(uint256 projectId, Policy calldata policy) private view {
        address arbiter = policy.arbiter;
        if (arbiter == address(0) || _isIn(policy.raters, arbiter) || projects.isAuthorized(projectId, arbiter)) {
            revert ReputationLedger_ArbiterInvalid(arbiter);
        }
    }

    function _isIn(address[] memory raters, address account) internal pure returns (bool found) {
        for (uint256 i = 0; i < raters.length; ++i) {
            if (raters[i] == account) return true;
        }
        return false;
    }

    function _policy(uint256 projectId) internal view returns (Policy storage policy) {
        policy = _policies[projectId];
        if (policy.escrow == address(0)) revert ReputationLedger_NoPolicy(projectId);
    }

    /// @inheritdoc IReputationLedger
    function policyOf(uint256 projectId) external view returns (Policy memory policy) {
        return _policies[projectId];
    }
}
