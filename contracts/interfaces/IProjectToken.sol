// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title IProjectToken
/// @notice A project's own token: ERC-20 with permit (ERC-2612) and votes (ERC-5805), capped, given by contribution.
/// @dev A clone with immutable arguments: registry, project, cap, name and symbol live in its code. A promise of tokens
/// is solvent by construction: a minter reserves supply under the cap when it promises, and mints from its reservation
/// when it pays. Dismissing a minter stops new promises and keeps the old ones. Transfers between accounts are locked
/// until the owner opens them, once and for ever; mints never are.
interface IProjectToken {
    /// @notice Thrown when the caller may not mint or reserve.
    /// @param caller The caller.
    error ProjectToken_NotMinter(address caller);

    /// @notice Thrown when the caller is neither the project's owner nor, while it opens the project, the registry.
    /// @param caller The caller.
    error ProjectToken_NotOwner(address caller);

    /// @notice Thrown when supply and reservations would exceed the cap.
    /// @param wanted The supply and reservations that would result, in base units.
    /// @param cap The cap, in base units.
    error ProjectToken_CapExceeded(uint256 wanted, uint256 cap);

    /// @notice Thrown when a minter draws more than it reserved.
    /// @param minter The minter.
    /// @param reserved What it reserved, in base units.
    /// @param needed What it draws, in base units.
    error ProjectToken_ReservationExceeded(address minter, uint256 reserved, uint256 needed);

    /// @notice Thrown when tokens are moved between accounts before transfers are opened.
    error ProjectToken_TransfersLocked();

    /// @notice Thrown when transfers are opened a second time.
    error ProjectToken_TransfersAlreadyOpen();

    /// @notice Emitted when a minter is named or dismissed.
    /// @param minter The contract or account.
    /// @param named True when named, false when dismissed.
    event MinterChanged(address indexed minter, bool named);

    /// @notice Emitted when a minter's reservation changes.
    /// @param minter The minter.
    /// @param reserved Its reservation from now on, in base units.
    event ReservationChanged(address indexed minter, uint256 reserved);

    /// @notice Emitted when transfers are opened.
    event TransfersOpened();

    /// @notice Names or dismisses a minter. The project's owner, or the registry while it opens the project.
    /// @param minter The contract or account.
    /// @param named True to name, false to dismiss.
    function setMinter(address minter, bool named) external;

    /// @notice Opens transfers for ever. The project's owner only.
    function openTransfers() external;

    /// @notice Reserves `amount` under the cap for later mints by the caller. Minters only.
    /// @param amount The amount, in base units.
    function reserve(uint256 amount) external;

    /// @notice Gives back `amount` of the caller's reservation.
    /// @param amount The amount, in base units.
    function release(uint256 amount) external;

    /// @notice Mints from the caller's reservation, even when it was dismissed since.
    /// @param to The receiver.
    /// @param amount The amount, in base units.
    function mintReserved(address to, uint256 amount) external;

    /// @notice Mints without a reservation. Minters only.
    /// @param to The receiver.
    /// @param amount The amount, in base units.
    function mint(address to, uint256 amount) external;

    /// @notice Returns whether `account` is a minter.
    /// @param account The account.
    /// @return named True when it is.
    function isMinter(address account) external view returns (bool named);

    /// @notice Returns what `minter` has reserved.
    /// @param minter The minter.
    /// @return amount The amount, in base units.
    function reservedBy(address minter) external view returns (uint256 amount);

    /// @notice Returns the sum of all reservations.
    /// @return amount The amount, in base units.
    function totalReserved() external view returns (uint256 amount);

    /// @notice Returns whether transfers between accounts are open.
    /// @return open True when open.
    function areTransfersOpen() external view returns (bool open);

    /// @notice Returns the cap.
    /// @return amount The amount, in base units.
    function cap() external view returns (uint256 amount);

    /// @notice Returns the project.
    /// @return id The project's id in the registry.
    function projectId() external view returns (uint256 id);

    /// @notice Returns the registry that created the token.
    /// @return account The registry.
    function registry() external view returns (address account);
}
