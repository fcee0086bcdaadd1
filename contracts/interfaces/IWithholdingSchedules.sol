// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

interface IWithholdingSchedules {
    function taxOf(bytes32 scheduleId, uint256 gross) external view returns (uint256 tax, address collector);
    function tokenOf(bytes32 scheduleId) external view returns (address token);
}
