// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAdmission} from "../../../contracts/interfaces/IAdmission.sol";

/// @notice An admission that admits everybody at the amount it was told last.
contract DrawnAdmission is IAdmission {
    uint256 private _amount;

    function agree(uint256 amount) external {
        _amount = amount;
    }

    function admit(uint256, address) external view returns (uint256 amount) {
        return _amount;
    }

    function heldOf(uint256) external pure returns (uint256 count) {
        return 0;
    }
}
