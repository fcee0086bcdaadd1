// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IProjectRegistry} from "./interfaces/IProjectRegistry.sol";
import {IProjectToken} from "./interfaces/IProjectToken.sol";

/// @title ProjectRegistry
/// @notice Projects: who owns them, who may act for them, what they are about, and their token.
/// @dev Descriptions are events only; what contracts ask for is in storage. Stewards stay when the owner changes.
contract ProjectRegistry is IProjectRegistry {
    using SafeCast for uint256;

    struct Project {
        address owner;
        bool closed;
        address token;
        address pendingOwner;
        mapping(address account => bool) stewards;
    }

    uint256 private constant LONGEST_NAME = 64;
    uint256 private constant LONGEST_SYMBOL = 16;

    /// @notice The code behind every project's token.
    address public immutable TOKEN_IMPLEMENTATION;

    /// @inheritdoc IProjectRegistry
    uint256 public projectCount;

    mapping(uint256 projectId => Project) private _projects;

    constructor(address tokenImplementation) {
        // A clone of nothing would answer every call with success.
        if (tokenImplementation.code.length == 0) revert ProjectRegistry_Empty();

        TOKEN_IMPLEMENTATION = tokenImplementation;
    }

    modifier onlyOwner(uint256 projectId) {
        if (msg.sender != ownerOf(projectId)) revert ProjectRegistry_NotOwner(projectId, msg.sender);
        _;
    }

    modifier whenNotClosed(uint256 projectId) {
        if (_projects[projectId].closed) revert ProjectRegistry_Closed(projectId);
        _;
    }

    /* OPENING */

    /// @inheritdoc IProjectRegistry
    function open(Opening calldata opening) external returns (uint256 projectId, address token) {
        _requireLength(opening.name, LONGEST_NAME);
        _requireLength(opening.symbol, LONGEST_SYMBOL);
        if (opening.cap == 0 || bytes(opening.metadata).length == 0) revert ProjectRegistry_Empty();

        projectId = ++projectCount;
        token = _createToken(projectId, opening);
        Project storage project = _projects[projectId];
        project.owner = msg.sender;
        project.token = token;

        emit ProjectOpened(projectId, msg.sender, token, opening);

        for (uint256 i = 0; i < opening.minters.length; i++) {
            if (opening.minters[i] == address(0)) revert ProjectRegistry_Empty();
            IProjectToken(token).setMinter(opening.minters[i], true);
        }
    }

    function _createToken(uint256 projectId, Opening calldata opening) private returns (address) {
        bytes memory arguments = abi.encodePacked(
            address(this),
            projectId.toUint64(),
            opening.cap,
            uint8(bytes(opening.symbol).length),
            opening.symbol,
            opening.name
        );
        return Clones.cloneDeterministicWithImmutableArgs(TOKEN_IMPLEMENTATION, arguments, bytes32(projectId));
    }

    function _requireLength(string calldata text, uint256 longest) private pure {
        uint256 length = bytes(text).length;
        if (length == 0 || length > longest) revert ProjectRegistry_NameLength(length, longest);
    }

    /* RUNNING */

    /// @inheritdoc IProjectRegistry
    function setMetadata(
        uint256 projectId,
        string calldata metadata
    ) external onlyOwner(projectId) whenNotClosed(projectId) {
        if (bytes(metadata).length == 0) revert ProjectRegistry_Empty();

        emit MetadataChanged(projectId, metadata);
    }

    /// @inheritdoc IProjectRegistry
    function setSteward(uint256 projectId, address steward, bool named) external onlyOwner(projectId) {
        if (steward == address(0)) revert ProjectRegistry_Empty();

        _projects[projectId].stewards[steward] = named;

        emit StewardChanged(projectId, steward, named);
    }

    /// @inheritdoc IProjectRegistry
    function offerOwnership(uint256 projectId, address pendingOwner) external onlyOwner(projectId) {
        _projects[projectId].pendingOwner = pendingOwner;

        emit OwnershipOffered(projectId, msg.sender, pendingOwner);
    }

    /// @inheritdoc IProjectRegistry
    function acceptOwnership(uint256 projectId) external {
        address formerOwner = ownerOf(projectId);
        Project storage project = _projects[projectId];
        if (msg.sender != project.pendingOwner) revert ProjectRegistry_NotPendingOwner(projectId, msg.sender);

        project.owner = msg.sender;
        delete project.pendingOwner;

        emit OwnershipAccepted(projectId, formerOwner, msg.sender);
    }

    /* CLOSING */

    /// @inheritdoc IProjectRegistry
    function close(
        uint256 projectId,
        bytes32 reasonCode,
        string calldata reason
    ) external onlyOwner(projectId) whenNotClosed(projectId) {
        if (reasonCode == 0 || bytes(reason).length == 0) revert ProjectRegistry_Empty();

        _projects[projectId].closed = true;

        emit ProjectClosed(projectId, reasonCode, reason);
    }

    /* VIEWS */

    /// @inheritdoc IProjectRegistry
    function ownerOf(uint256 projectId) public view returns (address owner) {
        return _existing(projectId).owner;
    }

    /// @inheritdoc IProjectRegistry
    function pendingOwnerOf(uint256 projectId) external view returns (address pendingOwner) {
        return _existing(projectId).pendingOwner;
    }

    /// @inheritdoc IProjectRegistry
    function isAuthorized(uint256 projectId, address account) external view returns (bool allowed) {
        Project storage project = _existing(projectId);
        return project.owner == account || project.stewards[account];
    }

    /// @inheritdoc IProjectRegistry
    function isClosed(uint256 projectId) external view returns (bool closed) {
        return _existing(projectId).closed;
    }

    /// @inheritdoc IProjectRegistry
    function tokenOf(uint256 projectId) external view returns (address token) {
        return _existing(projectId).token;
    }

    function _existing(uint256 projectId) private view returns (Project storage project) {
        project = _projects[projectId];
        if (project.owner == address(0)) revert ProjectRegistry_Unknown(projectId);
    }
}
