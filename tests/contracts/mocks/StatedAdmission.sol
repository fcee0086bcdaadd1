// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAdmission} from "../../../contracts/interfaces/IAdmission.sol";

/// @title StatedAdmission
/// @notice An admission that agrees on what it was told, refuses, or calls somebody first.
contract StatedAdmission is IAdmission {
    error StatedAdmission_Refused(uint256 bountyId, address worker);

    uint256 public amount;
    bool public refuses;
    uint256 public held;
    address public target;
    bytes public data;

    address public caller;
    uint256 public bountyId;
    address public worker;
    uint256 public calls;

    function agree(uint256 amount_) external {
        amount = amount_;
    }

    function hold(uint256 held_) external {
        held = held_;
    }

    function refuse() external {
        refuses = true;
    }

    function callFirst(address target_, bytes calldata data_) external {
        (target, data) = (target_, data_);
    }

    function admit(uint256 bountyId_, address worker_) external returns (uint256) {
        if (refuses) revert StatedAdmission_Refused(bountyId_, worker_);
        (caller, bountyId, worker) = (msg.sender, bountyId_, worker_);
        ++calls;
        if (target != address(0)) _call();
        return amount;
    }

    function heldOf(uint256 bountyId_) external view returns (uint256) {
        if (refuses) revert StatedAdmission_Refused(bountyId_, address(0));
        return held;
    }

    /// @dev What the call reverted with comes out as it is.
    function _call() private {
        (bool success, bytes memory result) = target.call(data);
        if (success) return;
        assembly ("memory-safe") {
            revert(add(result, 32), mload(result))
        }
    }
}
