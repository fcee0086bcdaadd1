// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice A reputation that says what a test states; nobody it was not told of stands above 1.
contract StatedReputation {
    mapping(uint256 projectId => mapping(address worker => uint256 bps)) private _stated;

    function state(uint256 projectId, address worker, uint256 bps) external {
        _stated[projectId][worker] = bps;
    }

    function multiplierBps(uint256 projectId, address worker) external view returns (uint256 bps) {
        bps = _stated[projectId][worker];
        return bps == 0 ? 10_000 : bps;
    }
}
