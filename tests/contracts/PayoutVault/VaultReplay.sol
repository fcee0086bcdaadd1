// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC6909} from "@openzeppelin/contracts/interfaces/IERC6909.sol";
import {Vm} from "forge-std/Vm.sol";

import {IPayeeRotation} from "../../../contracts/interfaces/IPayeeRotation.sol";
import {IPayoutVault} from "../../../contracts/interfaces/IPayoutVault.sol";
import {ISignedOrders} from "../../../contracts/interfaces/ISignedOrders.sol";

/// @title VaultReplay
/// @notice The vault's state, rebuilt from its events by somebody who never calls it.
contract VaultReplay {
    mapping(address account => mapping(uint256 id => uint256)) public credit;
    mapping(address account => mapping(address spender => mapping(uint256 id => uint256))) public allowance;
    mapping(address account => mapping(address operator => bool)) public isOperator;
    mapping(address account => bool) public refusesPush;
    mapping(address account => uint256) public nonces;
    mapping(address account => address) public successorOf;
    mapping(address account => IPayeeRotation.Announcement) public announcementOf;
    mapping(address account => IPayeeRotation.GuardianChange) public guardianChangeOf;
    mapping(address account => address[]) private _guardians;
    mapping(address account => uint256) private _thresholds;
    mapping(address account => mapping(uint256 era => mapping(address guardian => address))) private _approvals;
    mapping(address account => uint256) private _eras;

    function replay(Vm.Log[] memory logs, address vault) external {
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].emitter == vault) _apply(logs[i]);
        }
    }

    function guardiansOf(address account) external view returns (address[] memory, uint256) {
        return (_guardians[account], _thresholds[account]);
    }

    function approvalOf(address account, address guardian) external view returns (address) {
        return _approvals[account][_eras[account]][guardian];
    }

    function _apply(Vm.Log memory log) private {
        bytes32 kind = log.topics[0];
        if (kind == IERC6909.Transfer.selector) _transfer(log);
        else if (kind == IPayoutVault.PushRefusalChanged.selector) {
            refusesPush[_topic(log, 1)] = abi.decode(log.data, (bool));
        } else if (kind == ISignedOrders.NonceUsed.selector) {
            nonces[_topic(log, 1)] = abi.decode(log.data, (uint256)) + 1;
        } else if (kind == IERC6909.Approval.selector) {
            allowance[_topic(log, 1)][_topic(log, 2)][uint256(log.topics[3])] = abi.decode(log.data, (uint256));
        } else if (kind == IERC6909.OperatorSet.selector) {
            isOperator[_topic(log, 1)][_topic(log, 2)] = abi.decode(log.data, (bool));
        } else {
            _rotation(kind, log);
        }
    }

    function _transfer(Vm.Log memory log) private {
        (, uint256 amount) = abi.decode(log.data, (address, uint256));
        uint256 id = uint256(log.topics[3]);
        if (_topic(log, 1) != address(0)) credit[_topic(log, 1)][id] -= amount;
        if (_topic(log, 2) != address(0)) credit[_topic(log, 2)][id] += amount;
    }

    function _rotation(bytes32 kind, Vm.Log memory log) private {
        address account = _topic(log, 1);
        if (kind == IPayeeRotation.RotationAnnounced.selector) {
            uint64 finishableAt = uint64(abi.decode(log.data, (uint256)));
            bool byGuardian = _topic(log, 3) != account;
            announcementOf[account] = IPayeeRotation.Announcement(_topic(log, 2), finishableAt, byGuardian);
        } else if (kind == IPayeeRotation.RotationVetoed.selector) {
            delete announcementOf[account];
        } else if (kind == IPayeeRotation.RotationApproved.selector) {
            _approvals[account][_eras[account]][_topic(log, 3)] = _topic(log, 2);
        } else if (kind == IPayeeRotation.RotationDisapproved.selector) {
            delete _approvals[account][_eras[account]][_topic(log, 3)];
        } else if (kind == IPayeeRotation.PathShortened.selector) {
            successorOf[account] = _topic(log, 2);
        } else if (kind == IPayeeRotation.Rotated.selector) {
            successorOf[account] = _topic(log, 2);
            delete announcementOf[account];
            delete _guardians[account];
            delete _thresholds[account];
            delete guardianChangeOf[account];
            ++_eras[account];
        } else {
            _office(kind, log, account);
        }
    }

    function _office(bytes32 kind, Vm.Log memory log, address account) private {
        if (kind == IPayeeRotation.GuardiansAnnounced.selector) {
            (address[] memory guardians, uint256 threshold, uint256 finishableAt) = abi.decode(
                log.data,
                (address[], uint256, uint256)
            );
            guardianChangeOf[account] = IPayeeRotation.GuardianChange(
                keccak256(abi.encode(guardians, threshold)),
                uint64(finishableAt)
            );
        } else if (kind == IPayeeRotation.GuardiansVetoed.selector) {
            delete guardianChangeOf[account];
        } else if (kind == IPayeeRotation.GuardiansChanged.selector) {
            (_guardians[account], _thresholds[account]) = abi.decode(log.data, (address[], uint256));
            delete guardianChangeOf[account];
            if (announcementOf[account].byGuardian) delete announcementOf[account];
            ++_eras[account];
        }
    }

    function _topic(Vm.Log memory log, uint256 index) private pure returns (address) {
        return address(uint160(uint256(log.topics[index])));
    }
}
