// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

interface IReputationLedger {
    function multiplierBps(uint256 projectId, address worker) external view returns (uint256 bps);
}
