// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

// solhint-disable-next-line max-line-length
import {ERC20PermitUpgradeable} from "@openzeppelin/contracts-upgradeable/token/ERC20/extensions/ERC20PermitUpgradeable.sol";
import {ERC20Upgradeable} from "@openzeppelin/contracts-upgradeable/token/ERC20/ERC20Upgradeable.sol";
// solhint-disable-next-line max-line-length
import {ERC20VotesUpgradeable} from "@openzeppelin/contracts-upgradeable/token/ERC20/extensions/ERC20VotesUpgradeable.sol";
import {NoncesUpgradeable} from "@openzeppelin/contracts-upgradeable/utils/NoncesUpgradeable.sol";
import {VotesUpgradeable} from "@openzeppelin/contracts-upgradeable/governance/utils/VotesUpgradeable.sol";
import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {Bytes} from "@openzeppelin/contracts/utils/Bytes.sol";
import {ERC6372Utils} from "@openzeppelin/contracts/utils/ERC6372Utils.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {Time} from "@openzeppelin/contracts/utils/types/Time.sol";

import {IProjectRegistry} from "./interfaces/IProjectRegistry.sol";
import {IProjectToken} from "./interfaces/IProjectToken.sol";

/// @title ProjectToken
/// @notice A project's own token.
/// @dev The implementation behind every project's clone. A clone carries in its code, after the proxy, packed: registry
/// (20 bytes), project id (8), cap (16), length of the symbol (1), symbol, name. Nothing of this is in storage, so a
/// clone needs no initialisation and cannot be initialised by a stranger.
///
/// Always: supply + reservations <= cap. The votes' clock is the time, so that a vote means the same on every chain.
///
/// The supply's history costs nothing until the supply changes a second time: its present value is the supply itself,
/// and since when it stands shares a slot with the reservations. Only values that have passed are checkpoints. What
/// `getPastTotalSupply` answers is the same as with a checkpoint for every value.
contract ProjectToken is IProjectToken, ERC20PermitUpgradeable, ERC20VotesUpgradeable {
    using Checkpoints for Checkpoints.Trace208;
    using SafeCast for uint256;

    struct Minter {
        bool named;
        uint128 reserved;
    }

    uint256 private constant PROJECT_AT = 20;
    uint256 private constant CAP_AT = 28;
    uint256 private constant SYMBOL_LENGTH_AT = 44;
    uint256 private constant SYMBOL_AT = 45;

    address private immutable _IMPLEMENTATION = address(this);

    mapping(address account => Minter) private _minters;
    uint128 private _totalReserved;
    bool private _transfersOpen;
    uint48 private _supplySince;
    Checkpoints.Trace208 private _pastSupplies;

    modifier onlyMinter() {
        if (!_minters[msg.sender].named) revert ProjectToken_NotMinter(msg.sender);
        _;
    }

    /* OWNER */

    /// @inheritdoc IProjectToken
    function setMinter(address minter, bool named) external {
        if (msg.sender != registry()) _requireOwner();

        _minters[minter].named = named;

        emit MinterChanged(minter, named);
    }

    /// @inheritdoc IProjectToken
    function openTransfers() external {
        _requireOwner();
        if (_transfersOpen) revert ProjectToken_TransfersAlreadyOpen();

        _transfersOpen = true;

        emit TransfersOpened();
    }

    function _requireOwner() private view {
        if (msg.sender != IProjectRegistry(registry()).ownerOf(projectId())) revert ProjectToken_NotOwner(msg.sender);
    }

    /* RESERVING */

    /// @inheritdoc IProjectToken
    function reserve(uint256 amount) external onlyMinter {
        _requireBelowCap(amount);

        _totalReserved += amount.toUint128();
        uint128 reserved = _minters[msg.sender].reserved += amount.toUint128();

        emit ReservationChanged(msg.sender, reserved);
    }

    /// @inheritdoc IProjectToken
    function release(uint256 amount) external {
        _release(amount);
    }

    function _release(uint256 amount) private {
        uint256 reserved = _minters[msg.sender].reserved;
        if (reserved < amount) revert ProjectToken_ReservationExceeded(msg.sender, reserved, amount);

        _totalReserved -= amount.toUint128();
        _minters[msg.sender].reserved = (reserved - amount).toUint128();

        emit ReservationChanged(msg.sender, reserved - amount);
    }

    /* MINTING */

    /// @inheritdoc IProjectToken
    function mintReserved(address to, uint256 amount) external {
        _release(amount);

        _mint(to, amount);
    }

    /// @inheritdoc IProjectToken
    function mint(address to, uint256 amount) external onlyMinter {
        _requireBelowCap(amount);

        _mint(to, amount);
    }

    function _requireBelowCap(uint256 amount) private view {
        uint256 wanted = totalSupply() + _totalReserved + amount;
        uint256 highest = cap();
        if (wanted > highest) revert ProjectToken_CapExceeded(wanted, highest);
    }

    /* MOVING */

    function _update(
        address from,
        address to,
        uint256 value
    ) internal override(ERC20Upgradeable, ERC20VotesUpgradeable) {
        if (from != address(0) && !_transfersOpen) revert ProjectToken_TransfersLocked();

        super._update(from, to, value);
    }

    /* SUPPLY IN THE PAST */

    // Called after the supply has changed. Nothing burns, so a supply only ever changes by a mint.
    function _transferVotingUnits(address from, address to, uint256 amount) internal override {
        if (from == address(0)) _recordSupply(totalSupply() - amount);

        _moveDelegateVotes(delegates(from), delegates(to), amount);
    }

    function _recordSupply(uint256 formerSupply) private {
        uint48 since = _supplySince;
        uint48 time = clock();
        if (since == time) return;

        if (formerSupply > 0) _pastSupplies.push(since, formerSupply.toUint208());
        _supplySince = time;
    }

    /// @inheritdoc VotesUpgradeable
    function getPastTotalSupply(uint256 timepoint) public view override returns (uint256 supply) {
        uint48 time = _validateTimepoint(timepoint);
        return time < _supplySince ? _pastSupplies.upperLookupRecent(time) : totalSupply();
    }

    function _getTotalSupply() internal view override returns (uint256 supply) {
        return totalSupply();
    }

    /* WHAT THE CLONE'S CODE SAYS */

    /// @inheritdoc IProjectToken
    function registry() public view returns (address account) {
        return address(bytes20(_arguments()));
    }

    /// @inheritdoc IProjectToken
    function projectId() public view returns (uint256 id) {
        return uint64(bytes8(Bytes.slice(_arguments(), PROJECT_AT)));
    }

    /// @inheritdoc IProjectToken
    function cap() public view returns (uint256 amount) {
        return uint128(bytes16(Bytes.slice(_arguments(), CAP_AT)));
    }

    /// @inheritdoc ERC20Upgradeable
    function symbol() public view override returns (string memory) {
        bytes memory arguments = _arguments();
        return string(Bytes.slice(arguments, SYMBOL_AT, _nameAt(arguments)));
    }

    /// @inheritdoc ERC20Upgradeable
    function name() public view override returns (string memory) {
        bytes memory arguments = _arguments();
        return string(Bytes.slice(arguments, _nameAt(arguments)));
    }

    function _nameAt(bytes memory arguments) private pure returns (uint256) {
        return arguments.length > SYMBOL_LENGTH_AT ? SYMBOL_AT + uint8(arguments[SYMBOL_LENGTH_AT]) : 0;
    }

    // The implementation has no arguments: without registry, owner and minters nobody can do anything with it.
    function _arguments() private view returns (bytes memory) {
        return address(this) == _IMPLEMENTATION ? bytes("") : Clones.fetchCloneArgs(address(this));
    }

    /* VIEWS */

    /// @inheritdoc IProjectToken
    function isMinter(address account) external view returns (bool named) {
        return _minters[account].named;
    }

    /// @inheritdoc IProjectToken
    function reservedBy(address minter) external view returns (uint256 amount) {
        return _minters[minter].reserved;
    }

    /// @inheritdoc IProjectToken
    function totalReserved() external view returns (uint256 amount) {
        return _totalReserved;
    }

    /// @inheritdoc IProjectToken
    function areTransfersOpen() external view returns (bool open) {
        return _transfersOpen;
    }

    /// @inheritdoc ERC20PermitUpgradeable
    function nonces(address owner) public view override(ERC20PermitUpgradeable, NoncesUpgradeable) returns (uint256) {
        return super.nonces(owner);
    }

    /// @inheritdoc VotesUpgradeable
    function clock() public view override returns (uint48) {
        return Time.timestamp();
    }

    /// @inheritdoc VotesUpgradeable
    function CLOCK_MODE() public view override returns (string memory) {
        // solhint-disable-previous-line func-name-mixedcase
        return ERC6372Utils.timestampClockMode(clock);
    }

    // solhint-disable-next-line func-name-mixedcase
    function _EIP712Name() internal view override returns (string memory) {
        return name();
    }

    // solhint-disable-next-line func-name-mixedcase
    function _EIP712Version() internal pure override returns (string memory) {
        return "1";
    }
}
