// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title IProjectRegistry
/// @notice Projects: who owns them, who may act for them, what they are about, and their token.
/// @dev Project ids start at 1. A closed project opens no new bounties; what it already owes stays owed.
interface IProjectRegistry {
    /// @notice What a project is opened with.
    /// @param name The name of the project and of its token, 1 to 64 bytes.
    /// @param symbol The symbol of the token, 1 to 16 bytes.
    /// @param cap The largest supply the token can ever have, in base units.
    /// @param metadata The CID of the project's description.
    /// @param minters The contracts that may mint the token from the start, such as the bounty escrow.
    struct Opening {
        string name;
        string symbol;
        uint128 cap;
        string metadata;
        address[] minters;
    }

    /// @notice Thrown when a project does not exist.
    /// @param projectId The project.
    error ProjectRegistry_Unknown(uint256 projectId);

    /// @notice Thrown when the caller is not the project's owner.
    /// @param projectId The project.
    /// @param caller The caller.
    error ProjectRegistry_NotOwner(uint256 projectId, address caller);

    /// @notice Thrown when the caller was not offered the project.
    /// @param projectId The project.
    /// @param caller The caller.
    error ProjectRegistry_NotPendingOwner(uint256 projectId, address caller);

    /// @notice Thrown when a project is closed.
    /// @param projectId The project.
    error ProjectRegistry_Closed(uint256 projectId);

    /// @notice Thrown when a name or symbol is empty or too long.
    /// @param length The length found, in bytes.
    /// @param longest The longest allowed, in bytes.
    error ProjectRegistry_NameLength(uint256 length, uint256 longest);

    /// @notice Thrown when a cap, an address or a text that is needed is zero or empty.
    error ProjectRegistry_Empty();

    /// @notice Emitted when a project is opened.
    /// @param projectId The project.
    /// @param owner The owner.
    /// @param token The project's token.
    /// @param opening What it was opened with.
    event ProjectOpened(uint256 indexed projectId, address indexed owner, address indexed token, Opening opening);

    /// @notice Emitted when the description changes.
    /// @param projectId The project.
    /// @param metadata The CID of the new description.
    event MetadataChanged(uint256 indexed projectId, string metadata);

    /// @notice Emitted when a steward is named or dismissed.
    /// @param projectId The project.
    /// @param steward The account.
    /// @param named True when named, false when dismissed.
    event StewardChanged(uint256 indexed projectId, address indexed steward, bool named);

    /// @notice Emitted when the owner offers the project to another account.
    /// @param projectId The project.
    /// @param owner The owner.
    /// @param pendingOwner The account that may accept; zero withdraws the offer.
    event OwnershipOffered(uint256 indexed projectId, address indexed owner, address indexed pendingOwner);

    /// @notice Emitted when the offer is accepted.
    /// @param projectId The project.
    /// @param formerOwner The former owner.
    /// @param owner The owner from now on.
    event OwnershipAccepted(uint256 indexed projectId, address indexed formerOwner, address indexed owner);

    /// @notice Emitted when a project is closed.
    /// @param projectId The project.
    /// @param reasonCode A short code, such as `bytes32("goal-met")`.
    /// @param reason The CID of the written reason.
    event ProjectClosed(uint256 indexed projectId, bytes32 indexed reasonCode, string reason);

    /// @notice Opens a project owned by the caller and creates its token.
    /// @param opening What it is opened with.
    /// @return projectId The new project.
    /// @return token The new token.
    function open(Opening calldata opening) external returns (uint256 projectId, address token);

    /// @notice Changes the description. Owner only.
    /// @param projectId The project.
    /// @param metadata The CID of the new description.
    function setMetadata(uint256 projectId, string calldata metadata) external;

    /// @notice Names or dismisses a steward, who may act for the owner in bounties. Owner only.
    /// @param projectId The project.
    /// @param steward The account: a person, a Safe or a timelock.
    /// @param named True to name, false to dismiss.
    function setSteward(uint256 projectId, address steward, bool named) external;

    /// @notice Offers the project to another account. Owner only.
    /// @param projectId The project.
    /// @param pendingOwner The account that may accept; zero withdraws the offer.
    function offerOwnership(uint256 projectId, address pendingOwner) external;

    /// @notice Accepts the project. Only the account that was offered it.
    /// @param projectId The project.
    function acceptOwnership(uint256 projectId) external;

    /// @notice Closes the project for ever, with a reason. Owner only.
    /// @param projectId The project.
    /// @param reasonCode A short code.
    /// @param reason The CID of the written reason.
    function close(uint256 projectId, bytes32 reasonCode, string calldata reason) external;

    /// @notice Returns the owner, or reverts when the project does not exist.
    /// @param projectId The project.
    /// @return owner The owner.
    function ownerOf(uint256 projectId) external view returns (address owner);

    /// @notice Returns the account that may accept the project, or zero.
    /// @param projectId The project.
    /// @return pendingOwner The account.
    function pendingOwnerOf(uint256 projectId) external view returns (address pendingOwner);

    /// @notice Returns whether `account` may act for the project: its owner or a steward.
    /// @param projectId The project.
    /// @param account The account.
    /// @return allowed True when it may.
    function isAuthorized(uint256 projectId, address account) external view returns (bool allowed);

    /// @notice Returns whether the project was closed.
    /// @param projectId The project.
    /// @return closed True when closed.
    function isClosed(uint256 projectId) external view returns (bool closed);

    /// @notice Returns the project's token.
    /// @param projectId The project.
    /// @return token The token.
    function tokenOf(uint256 projectId) external view returns (address token);

    /// @notice Returns how many projects were opened; ids run from 1 to this number.
    /// @return count The number.
    function projectCount() external view returns (uint256 count);
}
