// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

/// @title GasTest
/// @notice Records what a transaction costs, in gas, under a name in `tests/snapshots/gas.json`.
/// @dev Every call is measured as a transaction of its own: 21,000, calldata at the prices of before EIP-7623, execution.
abstract contract GasTest is Test {
    uint256 internal total;

    /// @notice Records the last call, and adds it to the running total.
    function _record(string memory name) internal returns (uint256 gas) {
        gas = vm.snapshotGasLastCall("gas", name);
        total += gas;
    }
}
