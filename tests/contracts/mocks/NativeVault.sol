// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {PayoutVault} from "../../../contracts/PayoutVault.sol";
import {INativeVault} from "../../../contracts/interfaces/INativeVault.sol";

/// @title NativeVault
/// @notice The vault with the one door for native coin that pools use.
contract NativeVault is PayoutVault, INativeVault {
    function depositNative(address account) external payable {
        _mint(account, uint256(uint160(0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE)), msg.value);
    }
}
