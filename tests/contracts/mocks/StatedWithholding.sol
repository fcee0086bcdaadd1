// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Schedules of one rate each, as a test states them.
contract StatedWithholding {
    struct Stated {
        address token;
        address collector;
        uint256 rateBps;
    }

    mapping(bytes32 scheduleId => Stated) private _stated;

    function state(bytes32 scheduleId, address token, address collector, uint256 rateBps) external {
        _stated[scheduleId] = Stated(token, collector, rateBps);
    }

    function taxOf(bytes32 scheduleId, uint256 gross) external view returns (uint256 tax, address collector) {
        Stated storage stated = _stated[scheduleId];
        return ((gross * stated.rateBps) / 10_000, stated.collector);
    }

    function tokenOf(bytes32 scheduleId) external view returns (address token) {
        return _stated[scheduleId].token;
    }
}
