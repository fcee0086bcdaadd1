// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPayeeRotation} from "../interfaces/IPayeeRotation.sol";
import {SignedOrders} from "./SignedOrders.sol";

/// @title PayeeGuardians
/// @notice Who may rotate an account for it, and how that list changes.
/// @dev A change waits as a hash; whoever finishes it passes the list again. Approvals are kept per guardian, not
/// counted: the few members are read when the question is asked, so an approval can be changed or outlived without a
/// tally.
abstract contract PayeeGuardians is IPayeeRotation, SignedOrders {
    struct Guardians {
        address[] members;
        uint256 threshold;
    }

    /// @inheritdoc IPayeeRotation
    uint256 public constant COOLING_OFF = 7 days;

    uint256 private constant _MAX_GUARDIANS = 8;

    bytes32 private constant _ANNOUNCE_GUARDIANS_TYPEHASH = keccak256(
        "AnnounceGuardians(address account,address[] guardians,uint256 threshold,uint256 nonce,uint256 deadline)"
    );
    bytes32 private constant _VETO_GUARDIANS_TYPEHASH = keccak256(
        "VetoGuardians(address by,address account,uint256 nonce,uint256 deadline)"
    );

    mapping(address account => Guardians guardians) private _guardians;
    mapping(address account => GuardianChange change) private _changes;

    /// @inheritdoc IPayeeRotation
    mapping(address account => mapping(address guardian => address successor)) public approvalOf;

    /* CHANGING GUARDIANS */

    /// @inheritdoc IPayeeRotation
    function announceGuardians(address[] calldata guardians, uint256 threshold) external {
        _announceGuardians(msg.sender, guardians, threshold);
    }

    /// @inheritdoc IPayeeRotation
    function announceGuardiansBySignature(
        address account,
        address[] calldata guardians,
        uint256 threshold,
        uint256 deadline,
        bytes calldata signature
    ) external {
        // EIP-712 hashes an array as its members in words of 32 bytes, one after the other.
        bytes32 members = keccak256(abi.encodePacked(guardians));
        bytes32 structHash = keccak256(
            abi.encode(_ANNOUNCE_GUARDIANS_TYPEHASH, account, members, threshold, _spendNonce(account), deadline)
        );
        _requireSigned(account, deadline, structHash, signature);

        _announceGuardians(account, guardians, threshold);
    }

    function _announceGuardians(address account, address[] calldata guardians, uint256 threshold) private {
        _requireLive(account);
        _requireGuardiansValid(account, guardians, threshold);

        uint64 finishableAt = uint64(block.timestamp + COOLING_OFF);
        _changes[account] = GuardianChange(keccak256(abi.encode(guardians, threshold)), finishableAt);

        emit GuardiansAnnounced(account, guardians, threshold, finishableAt);
    }

    /// @inheritdoc IPayeeRotation
    function vetoGuardians(address account) external {
        _vetoGuardians(msg.sender, account);
    }

    /// @inheritdoc IPayeeRotation
    function vetoGuardiansBySignature(
        address by,
        address account,
        uint256 deadline,
        bytes calldata signature
    ) external {
        bytes32 structHash = keccak256(abi.encode(_VETO_GUARDIANS_TYPEHASH, by, account, _spendNonce(by), deadline));
        _requireSigned(by, deadline, structHash, signature);

        _vetoGuardians(by, account);
    }

    function _vetoGuardians(address by, address account) private {
        _requireLive(by);
        if (by != account) _requireGuardian(account, by);
        if (_changes[account].guardiansHash == 0) revert PayeeRotation_GuardiansNotAnnounced(account);

        delete _changes[account];

        emit GuardiansVetoed(account, by);
    }

    /// @inheritdoc IPayeeRotation
    function finishGuardians(address account, address[] calldata guardians, uint256 threshold) external {
        _requireLive(account);
        GuardianChange memory change = _changes[account];
        if (change.guardiansHash != keccak256(abi.encode(guardians, threshold))) {
            revert PayeeRotation_GuardiansNotAnnounced(account);
        }
        _requireCooledOff(change.finishableAt);

        _dismissGuardians(account);
        _guardians[account] = Guardians(guardians, threshold);

        emit GuardiansChanged(account, guardians, threshold);
    }

    /// @dev With the guardians go their approvals, and the change that waited to replace them.
    function _dismissGuardians(address account) internal virtual {
        address[] storage members = _guardians[account].members;
        uint256 count = members.length;
        for (uint256 i = 0; i < count; ++i) {
            delete approvalOf[account][members[i]];
        }
        delete _guardians[account];
        delete _changes[account];
    }

    /* APPROVALS */

    /// @inheritdoc IPayeeRotation
    function disapproveRotation(address account) external {
        address successor = approvalOf[account][msg.sender];
        if (successor == address(0)) revert PayeeRotation_NotApproved(account, msg.sender);

        delete approvalOf[account][msg.sender];

        emit RotationDisapproved(account, successor, msg.sender);
    }

    function _recordApproval(address by, address account, address successor) internal returns (bool isEnough) {
        _requireGuardian(account, by);

        approvalOf[account][by] = successor;

        emit RotationApproved(account, successor, by);

        return _isApproved(account, successor);
    }

    /// @dev The approval of a guardian that has itself been rotated since does not count.
    function _isApproved(address account, address successor) private view returns (bool) {
        Guardians storage guardians = _guardians[account];
        uint256 count = guardians.members.length;
        uint256 approvals = 0;
        for (uint256 i = 0; i < count; ++i) {
            address member = guardians.members[i];
            if (approvalOf[account][member] == successor && successorOf(member) == address(0)) ++approvals;
        }
        return approvals >= guardians.threshold;
    }

    /* VIEWS */

    /// @inheritdoc IPayeeRotation
    function guardiansOf(address account) external view returns (address[] memory guardians, uint256 threshold) {
        return (_guardians[account].members, _guardians[account].threshold);
    }

    /// @inheritdoc IPayeeRotation
    function guardianChangeOf(address account) external view returns (GuardianChange memory change) {
        return _changes[account];
    }

    /// @inheritdoc IPayeeRotation
    function successorOf(address account) public view virtual returns (address successor);

    function _requireGuardian(address account, address by) internal view {
        address[] storage members = _guardians[account].members;
        uint256 count = members.length;
        for (uint256 i = 0; i < count; ++i) {
            if (members[i] == by) return;
        }
        revert PayeeRotation_NotEntitled(account, by);
    }

    function _requireLive(address account) internal view {
        if (successorOf(account) != address(0)) revert PayeeRotation_Retired(account);
    }

    function _requireCooledOff(uint256 finishableAt) internal view {
        if (block.timestamp < finishableAt) revert PayeeRotation_CoolingOff(finishableAt, block.timestamp);
    }

    function _requireGuardiansValid(address account, address[] calldata guardians, uint256 threshold) private pure {
        uint256 count = guardians.length;
        bool valid = count <= _MAX_GUARDIANS && threshold <= count && (threshold > 0 || count == 0);
        address previous = address(0);
        for (uint256 i = 0; valid && i < count; ++i) {
            valid = guardians[i] > previous && guardians[i] != account;
            previous = guardians[i];
        }
        if (!valid) revert PayeeRotation_GuardiansInvalid();
    }
}
