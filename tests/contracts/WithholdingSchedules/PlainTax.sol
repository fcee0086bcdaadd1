// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IWithholdingSchedules} from "../../../contracts/interfaces/IWithholdingSchedules.sol";

/// @title PlainTax
/// @notice The tax once more, from the decoded schedule and in the order of the law: which start has come, then which
/// bracket the payment reaches.
library PlainTax {
    function taxDown(
        IWithholdingSchedules.Schedule memory schedule,
        uint256 gross,
        uint256 time
    ) internal pure returns (uint256 tax) {
        uint256 start;
        bool begun;
        for (uint256 i = 0; i < schedule.brackets.length; i++) {
            if (schedule.brackets[i].start <= time) (start, begun) = (schedule.brackets[i].start, true);
        }
        if (!begun) return 0;
        for (uint256 i = 0; i < schedule.brackets.length; i++) {
            IWithholdingSchedules.Bracket memory bracket = schedule.brackets[i];
            uint256 from = uint256(bracket.from) * schedule.unit;
            if (bracket.start != start || from > gross) continue;
            uint256 part = ((gross - from) * bracket.rateBps) / 10_000 / schedule.unit;
            tax = (bracket.fixedTax + part) * schedule.unit;
        }
    }
}
