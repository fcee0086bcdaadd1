// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Create3} from "@openzeppelin/contracts/utils/Create3.sol";

import {IWithholdingSchedules} from "./interfaces/IWithholdingSchedules.sol";
import {WithholdingTax} from "./libraries/WithholdingTax.sol";

/// @title WithholdingSchedules
/// @notice Rates of tax withheld at the source, registered once by anyone and never changed.
/// @dev Holds no money and has no storage. A schedule is the code of an account whose address follows from the
/// schedule's id by CREATE3, so a payment reads it at the price of one cold account. That code begins with a zero byte,
/// the upper byte of an ABI offset: it stops at once when called, and cannot destroy itself. Its hash is the id.
contract WithholdingSchedules is IWithholdingSchedules {
    using WithholdingTax for Schedule;
    using WithholdingTax for bytes;

    // Creation code that returns what stands after it: the 11 bytes are
    // PUSH1 11, CODESIZE, SUB, DUP1, PUSH1 11, PUSH0, CODECOPY, PUSH0, RETURN.
    bytes11 private constant RETURN_REST = hex"600b380380600b5f395ff3";

    /* REGISTERING */

    /// @inheritdoc IWithholdingSchedules
    function register(Schedule calldata schedule) external returns (bytes32 scheduleId) {
        schedule.requireSound();
        bytes memory encoded = abi.encode(schedule);
        scheduleId = keccak256(encoded);
        if (_placeOf(scheduleId).code.length != 0) return scheduleId;

        Create3.deploy(0, scheduleId, abi.encodePacked(RETURN_REST, encoded));

        emit ScheduleRegistered(scheduleId, schedule.token, schedule.collector, schedule);
    }

    /* VIEWS */

    /// @inheritdoc IWithholdingSchedules
    function taxOf(bytes32 scheduleId, uint256 gross) external view returns (uint256 tax, address collector) {
        return taxAt(scheduleId, gross, block.timestamp);
    }

    /// @inheritdoc IWithholdingSchedules
    function taxAt(
        bytes32 scheduleId,
        uint256 gross,
        uint256 time
    ) public view returns (uint256 tax, address collector) {
        bytes memory encoded = _encodingOf(scheduleId);
        return (encoded.taxDown(gross, time), encoded.collectorIn());
    }

    /// @inheritdoc IWithholdingSchedules
    function tokenOf(bytes32 scheduleId) external view returns (address token) {
        bytes memory encoded = _placeOf(scheduleId).code;
        return encoded.length == 0 ? address(0) : abi.decode(encoded, (Schedule)).token;
    }

    /// @inheritdoc IWithholdingSchedules
    function scheduleOf(bytes32 scheduleId) external view returns (Schedule memory schedule) {
        return abi.decode(_encodingOf(scheduleId), (Schedule));
    }

    /// @inheritdoc IWithholdingSchedules
    function hashSchedule(Schedule calldata schedule) external pure returns (bytes32 scheduleId) {
        return keccak256(abi.encode(schedule));
    }

    function _encodingOf(bytes32 scheduleId) private view returns (bytes memory encoded) {
        encoded = _placeOf(scheduleId).code;
        if (encoded.length == 0) revert WithholdingSchedules_Unknown(scheduleId);
    }

    function _placeOf(bytes32 scheduleId) private view returns (address place) {
        return Create3.computeAddress(scheduleId);
    }
}
