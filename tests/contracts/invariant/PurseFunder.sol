// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {PayoutVault} from "../../../contracts/PayoutVault.sol";
import {IFunder} from "../../../contracts/interfaces/IFunder.sol";

/// @notice A funder that brings what it is asked for out of its own credit.
contract PurseFunder is IFunder {
    PayoutVault private immutable _VAULT;
    address private immutable _ESCROW;

    constructor(PayoutVault vault, address escrow) {
        (_VAULT, _ESCROW) = (vault, escrow);
    }

    receive() external payable {}

    function fund(uint256, bytes32, address token, uint256 amount) external {
        _VAULT.transfer(_ESCROW, uint256(uint160(token)), amount);
    }
}
