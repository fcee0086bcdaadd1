// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IWithholdingSchedules} from "../../../contracts/interfaces/IWithholdingSchedules.sol";

/// @title DrawnSchedule
/// @notice Sound schedules and payments drawn from a stream of hashes, the n-th word of which is
/// `keccak256(abi.encode(seed, n))`.
/// @dev Draws exactly as `tests/vectors/build_withholding.py`, so that both languages try the same 10,000 payments.
library DrawnSchedule {
    struct Stream {
        uint256 seed;
        uint256 drawn;
    }

    function below(Stream memory stream, uint256 end) internal pure returns (uint256 number) {
        return uint256(keccak256(abi.encode(stream.seed, stream.drawn++))) % end;
    }

    function schedule(Stream memory stream) internal pure returns (IWithholdingSchedules.Schedule memory made) {
        made.token = address(0x1111111111111111111111111111111111111111);
        made.collector = address(0x2222222222222222222222222222222222222222);
        made.label = "drawn";
        made.unit = uint96(10 ** below(stream, 19));
        IWithholdingSchedules.Bracket[] memory room = new IWithholdingSchedules.Bracket[](12);
        uint256 count;
        uint256 starts = 1 + below(stream, 3);
        uint256 start;
        for (uint256 i = 0; i < starts; i++) {
            start += 1 + below(stream, 10 ** 9);
            room[count++] = IWithholdingSchedules.Bracket(uint40(start), 0, 0, uint16(below(stream, 5001)));
            uint256 more = below(stream, 4);
            for (uint256 j = 0; j < more; j++) {
                room[count] = _above(stream, room[count - 1]);
                count++;
            }
        }
        made.brackets = new IWithholdingSchedules.Bracket[](count);
        for (uint256 i = 0; i < count; i++) made.brackets[i] = room[i];
    }

    function _above(
        Stream memory stream,
        IWithholdingSchedules.Bracket memory last
    ) private pure returns (IWithholdingSchedules.Bracket memory bracket) {
        uint256 more = 1 + below(stream, 10 ** (1 + below(stream, 12)));
        uint256 lowest = last.fixedTax + (more * last.rateBps) / 10_000;
        bracket.start = last.start;
        bracket.from = last.from + uint96(more);
        bracket.fixedTax = uint96(lowest + below(stream, bracket.from / 2 - lowest + 1));
        bracket.rateBps = uint16(below(stream, 5001));
    }

    function payment(
        Stream memory stream,
        IWithholdingSchedules.Schedule memory made
    ) internal pure returns (uint256 gross, uint256 time) {
        IWithholdingSchedules.Bracket memory bracket = made.brackets[below(stream, made.brackets.length)];
        time = below(stream, 2) == 1 ? bracket.start + below(stream, 5) : 2 + below(stream, 4 * 10 ** 9);
        gross =
            below(stream, 2) == 1
                ? uint256(bracket.from) * made.unit + below(stream, 5)
                : below(stream, 2 ** (1 + below(stream, 200)));
        return (gross < 2 ? 0 : gross - 2, time - 2);
    }
}
