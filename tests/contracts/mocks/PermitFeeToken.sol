// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {FeeOnTransferToken} from "./FeeOnTransferToken.sol";

/// @title PermitFeeToken
/// @notice Takes its fee like its parent, and any signature for a permit.
contract PermitFeeToken is FeeOnTransferToken {
    function permit(address owner, address spender, uint256 value, uint256, uint8, bytes32, bytes32) external {
        _approve(owner, spender, value);
    }
}
