// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IWithholdingSchedules as I} from "../interfaces/IWithholdingSchedules.sol";

/// @title WithholdingTax
/// @notice The arithmetic of tax withheld at the source: which schedules are sound, and what one takes of a payment.
/// @dev Twin of `economy/withholding.py`; `tests/vectors/withholding.json` pins them to each other. Units, and amounts
/// in units, are below 2^96, and payments at most 2^240, so no product overflows.
library WithholdingTax {
    uint256 private constant BPS = 10_000;
    uint256 private constant MAX_BRACKETS = 16;
    uint256 private constant MAX_LABEL_LENGTH = 64;
    uint256 private constant MAX_RATE_BPS = BPS / 2;

    // Where what stands in `abi.encode(schedule)`, in bytes.
    uint256 private constant HEAD_AT = 32;
    uint256 private constant UNIT_AT = HEAD_AT + 32;
    uint256 private constant COLLECTOR_AT = HEAD_AT + 64;
    uint256 private constant BRACKETS_AT = HEAD_AT + 128;
    uint256 private constant BRACKET_LENGTH = 128;

    /// @notice Reverts when a schedule is not sound.
    /// @param schedule The schedule.
    function requireSound(I.Schedule calldata schedule) internal pure {
        if (schedule.token == address(0) || schedule.unit == 0 || schedule.collector == address(0)) {
            revert I.WithholdingSchedules_Zero();
        }
        uint256 length = bytes(schedule.label).length;
        if (length == 0 || length > MAX_LABEL_LENGTH) revert I.WithholdingSchedules_LabelLength(length);
        uint256 count = schedule.brackets.length;
        if (count == 0 || count > MAX_BRACKETS) revert I.WithholdingSchedules_BracketCount(count);

        for (uint256 i = 0; i < count; ++i) _requireSound(schedule.brackets, i);
    }

    // A rate and a first tax of at most a half, bracket by bracket, keep the whole tax at or below a half.
    function _requireSound(I.Bracket[] calldata brackets, uint256 i) private pure {
        I.Bracket calldata bracket = brackets[i];
        bool begins = i == 0 || bracket.start > brackets[i - 1].start;
        bool sorted =
            begins ? bracket.from == 0 : bracket.start == brackets[i - 1].start && bracket.from > brackets[i - 1].from;
        if (!sorted) revert I.WithholdingSchedules_Unsorted(i);
        if (bracket.rateBps > MAX_RATE_BPS) revert I.WithholdingSchedules_RateTooHigh(i, bracket.rateBps);
        if (bracket.fixedTax > bracket.from / 2) {
            revert I.WithholdingSchedules_FixedTaxTooHigh(i, bracket.fixedTax, bracket.from / 2);
        }
        if (begins) return;

        uint256 lowest = _reaches(brackets[i - 1], bracket.from);
        if (bracket.fixedTax < lowest) revert I.WithholdingSchedules_TaxFalls(i, bracket.fixedTax, lowest);
    }

    // The tax that the bracket below gives where the next one begins, in units.
    function _reaches(I.Bracket calldata below, uint256 from) private pure returns (uint256 tax) {
        return inBracketDown(below.fixedTax, below.rateBps, from - below.from, 1);
    }

    /// @notice Returns the tax on a payment.
    /// @dev Reads the few words that it needs where they lie, for a payment to 250 people asks 250 times; decoding the
    /// whole would cost 1,900 gas more with two brackets, 3,100 with five. The head of the tuple stands at byte 32, the
    /// brackets end the encoding. `tests/contracts/WithholdingSchedules/PlainTax.sol` is the plain twin.
    ///
    /// The first bracket of each start applies from 0, so the last one that is in force and begins at or below the
    /// payment belongs to the latest start in force.
    /// @param encoded A sound schedule, as `abi.encode` gives it.
    /// @param gross The payment before tax, in base units, at most 2^240.
    /// @param time When it is made, unix s.
    /// @return tax The tax, in base units, rounded down to whole units.
    function taxDown(bytes memory encoded, uint256 gross, uint256 time) internal pure returns (uint256 tax) {
        uint256 unit = _word(encoded, UNIT_AT);
        uint256 first = HEAD_AT + _word(encoded, BRACKETS_AT) + 32;
        for (uint256 bracket = encoded.length; bracket > first;) {
            bracket -= BRACKET_LENGTH;
            uint256 from = _word(encoded, bracket + 32) * unit;
            if (_word(encoded, bracket) <= time && from <= gross) {
                uint256 fixedTax = _word(encoded, bracket + 64);
                uint256 rateBps = _word(encoded, bracket + 96);
                return inBracketDown(fixedTax, rateBps, gross - from, unit) * unit;
            }
        }
        return 0;
    }

    /// @notice Returns who receives the tax.
    /// @param encoded A sound schedule, as `abi.encode` gives it.
    /// @return collector The collector.
    function collectorIn(bytes memory encoded) internal pure returns (address collector) {
        return address(uint160(_word(encoded, COLLECTOR_AT)));
    }

    /// @notice Returns the tax within one bracket.
    /// @param fixedTax The tax where the bracket begins, in units.
    /// @param rateBps The rate on what exceeds that, in basis points.
    /// @param excess What exceeds it, in base units.
    /// @param unit The unit, in base units.
    /// @return tax The tax, in units, rounded down.
    function inBracketDown(
        uint256 fixedTax,
        uint256 rateBps,
        uint256 excess,
        uint256 unit
    ) internal pure returns (uint256 tax) {
        return fixedTax + (excess * rateBps) / (BPS * unit);
    }

    // Within bounds, for only what `abi.encode` wrote is read.
    function _word(bytes memory encoded, uint256 offset) private pure returns (uint256 value) {
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            value := mload(add(add(encoded, 32), offset))
        }
    }
}
