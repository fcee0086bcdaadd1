// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC6909} from "@openzeppelin/contracts/interfaces/IERC6909.sol";
import {ERC6909} from "@openzeppelin/contracts/token/ERC6909/ERC6909.sol";
import {ERC6909TokenSupply} from "@openzeppelin/contracts/token/ERC6909/extensions/ERC6909TokenSupply.sol";

import {IPayeeRotation} from "../interfaces/IPayeeRotation.sol";
import {PayeeGuardians} from "./PayeeGuardians.sol";

/// @title PayeeRotation
/// @notice Credits whose owner can move to a new wallet.
/// @dev A rotation writes one address and moves no credit. A credit stays under the name it was given to, and the
/// question who commands it is asked when it is to move: a retired account can move nothing, and its payee is its one
/// operator. So crediting an account costs what it did, and whoever owes it need not know.
///
/// Rotations make a forest: an account gets its successor once, when both are live, and a path only ever grows at its
/// end; so there is no cycle. A path may grow long by its owner's will alone; readers follow `MAX_HOPS` of it, and
/// `shortenPath` brings any path within that reach.
abstract contract PayeeRotation is PayeeGuardians, ERC6909TokenSupply {
    /// @inheritdoc IPayeeRotation
    uint256 public constant MAX_HOPS = 8;

    bytes32 private constant _ANNOUNCE_TYPEHASH = keccak256(
        "AnnounceRotation(address by,address account,address successor,uint256 nonce,uint256 deadline)"
    );
    bytes32 private constant _VETO_TYPEHASH = keccak256(
        "VetoRotation(address by,address account,address successor,uint256 nonce,uint256 deadline)"
    );
    bytes32 private constant _APPROVE_TYPEHASH = keccak256(
        "ApproveRotation(address by,address account,address successor,uint256 nonce,uint256 deadline)"
    );

    mapping(address account => address successor) private _successors;
    mapping(address account => Announcement announcement) private _announcements;

    /* ANNOUNCING */

    /// @inheritdoc IPayeeRotation
    function announceRotation(address account, address successor) external {
        _announceRotation(msg.sender, account, successor);
    }

    /// @inheritdoc IPayeeRotation
    function announceRotationBySignature(
        address by,
        address account,
        address successor,
        uint256 deadline,
        bytes calldata signature
    ) external {
        _requireOrder(_ANNOUNCE_TYPEHASH, by, account, successor, deadline, signature);

        _announceRotation(by, account, successor);
    }

    function _announceRotation(address by, address account, address successor) private {
        _requireLive(by);
        _requireRotatable(account, successor);
        bool byGuardian = by != account;
        if (byGuardian) {
            _requireGuardian(account, by);
            address waiting = _announcements[account].successor;
            if (waiting != address(0)) revert PayeeRotation_AlreadyAnnounced(account, waiting);
        }

        uint64 finishableAt = uint64(block.timestamp + COOLING_OFF);
        _announcements[account] = Announcement(successor, finishableAt, byGuardian);

        emit RotationAnnounced(account, successor, by, finishableAt);
    }

    /// @inheritdoc IPayeeRotation
    function vetoRotation(address account, address successor) external {
        _vetoRotation(msg.sender, account, successor);
    }

    /// @inheritdoc IPayeeRotation
    function vetoRotationBySignature(
        address by,
        address account,
        address successor,
        uint256 deadline,
        bytes calldata signature
    ) external {
        _requireOrder(_VETO_TYPEHASH, by, account, successor, deadline, signature);

        _vetoRotation(by, account, successor);
    }

    function _vetoRotation(address by, address account, address successor) private {
        _requireLive(by);
        Announcement memory waiting = _requireAnnounced(account, successor);
        if (by != account) {
            if (!waiting.byGuardian) revert PayeeRotation_NotEntitled(account, by);
            _requireGuardian(account, by);
        }

        delete _announcements[account];

        emit RotationVetoed(account, successor, by);
    }

    /* FINISHING */

    /// @inheritdoc IPayeeRotation
    function finishRotation(address account, address successor) external {
        Announcement memory waiting = _requireAnnounced(account, successor);
        _requireCooledOff(waiting.finishableAt);

        _rotate(account, successor);
    }

    /// @inheritdoc IPayeeRotation
    function approveRotation(address account, address successor) external {
        _approveRotation(msg.sender, account, successor);
    }

    /// @inheritdoc IPayeeRotation
    function approveRotationBySignature(
        address by,
        address account,
        address successor,
        uint256 deadline,
        bytes calldata signature
    ) external {
        _requireOrder(_APPROVE_TYPEHASH, by, account, successor, deadline, signature);

        _approveRotation(by, account, successor);
    }

    function _approveRotation(address by, address account, address successor) private {
        _requireLive(by);
        _requireRotatable(account, successor);

        if (_recordApproval(by, account, successor)) _rotate(account, successor);
    }

    function _rotate(address account, address successor) private {
        _requireRotatable(account, successor);

        _successors[account] = successor;
        _dismissGuardians(account);
        delete _announcements[account];

        emit Rotated(account, successor);
    }

    /// @inheritdoc IPayeeRotation
    function shortenPath(address account) external {
        (address reached, ) = _follow(account);
        if (reached == account) revert PayeeRotation_SuccessorInvalid(address(0));

        _successors[account] = reached;

        emit PathShortened(account, reached);
    }

    /// @dev A rotation that a guardian announced goes with the guardians.
    function _dismissGuardians(address account) internal override {
        super._dismissGuardians(account);
        if (_announcements[account].byGuardian) delete _announcements[account];
    }

    /* CREDITS */

    /// @dev What a retired account granted is void, and so is what was granted to it.
    /// @inheritdoc ERC6909
    function transfer(address receiver, uint256 id, uint256 amount) public override(ERC6909, IERC6909) returns (bool) {
        _requireLive(msg.sender);
        return super.transfer(receiver, id, amount);
    }

    /// @inheritdoc ERC6909
    function transferFrom(
        address sender,
        address receiver,
        uint256 id,
        uint256 amount
    ) public override(ERC6909, IERC6909) returns (bool) {
        _requireLive(msg.sender);
        return super.transferFrom(sender, receiver, id, amount);
    }

    /// @inheritdoc ERC6909
    function approve(address spender, uint256 id, uint256 amount) public override(ERC6909, IERC6909) returns (bool) {
        _requireLive(msg.sender);
        return super.approve(spender, id, amount);
    }

    /// @inheritdoc ERC6909
    function setOperator(address spender, bool approved) public override(ERC6909, IERC6909) returns (bool) {
        _requireLive(msg.sender);
        return super.setOperator(spender, approved);
    }

    /// @inheritdoc ERC6909
    function isOperator(address owner, address spender) public view override(ERC6909, IERC6909) returns (bool) {
        if (_successors[owner] != address(0)) return spender == payeeOf(owner);
        return super.isOperator(owner, spender);
    }

    /// @inheritdoc ERC6909
    function allowance(
        address owner,
        address spender,
        uint256 id
    ) public view override(ERC6909, IERC6909) returns (uint256) {
        return _successors[owner] == address(0) ? super.allowance(owner, spender, id) : 0;
    }

    /* VIEWS */

    /// @inheritdoc IPayeeRotation
    function payeeOf(address account) public view returns (address payee) {
        bool isEnd;
        (payee, isEnd) = _follow(account);
        if (!isEnd) revert PayeeRotation_PathTooLong(account);
    }

    /// @inheritdoc IPayeeRotation
    function successorOf(address account) public view override returns (address successor) {
        return _successors[account];
    }

    /// @inheritdoc IPayeeRotation
    function announcementOf(address account) external view returns (Announcement memory announcement) {
        return _announcements[account];
    }

    function _follow(address account) private view returns (address reached, bool isEnd) {
        reached = account;
        address next = _successors[account];
        for (uint256 hops = 0; next != address(0) && hops < MAX_HOPS; ++hops) {
            reached = next;
            next = _successors[reached];
        }
        return (reached, next == address(0));
    }

    function _requireAnnounced(address account, address successor) private view returns (Announcement memory waiting) {
        waiting = _announcements[account];
        if (successor == address(0) || waiting.successor != successor) {
            revert PayeeRotation_NotAnnounced(account, successor);
        }
    }

    function _requireRotatable(address account, address successor) private view {
        _requireLive(account);
        if (successor == address(0) || successor == account || successor == address(this)) {
            revert PayeeRotation_SuccessorInvalid(successor);
        }
        _requireLive(successor);
    }

    function _requireOrder(
        bytes32 typeHash,
        address by,
        address account,
        address successor,
        uint256 deadline,
        bytes calldata signature
    ) private {
        bytes32 structHash = keccak256(abi.encode(typeHash, by, account, successor, _spendNonce(by), deadline));
        _requireSigned(by, deadline, structHash, signature);
    }
}
