"""
Writes `withholding.json`, which the Python and the Solidity arithmetic run.

Independent of the package: the tax is the law's sentence in exact fractions, rounded by one `floor` at its
end. Besides the cases written out there are 10,000 drawn ones. Both languages draw them from the same stream
of hashes and fold their taxes into one digest for each schedule, so that the file stays small and a
difference still names its schedule.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Any

from eth_abi import encode
from eth_hash.auto import keccak

WHOLE = 10_000
YEN = 10**18
JAPAN_START = 1_356_966_000  # 2013-01-01 00:00 in Japan
YEAR = 31_536_000
FILE = Path(__file__).parent / "withholding.json"
SEED = 7
SCHEDULES = 100
PAYMENTS = 100
TOKEN, COLLECTOR = "0x" + "11" * 20, "0x" + "22" * 20
TYPE = "(address,uint96,address,string,(uint40,uint96,uint96,uint16)[])"

Bracket = tuple[int, int, int, int]
"""Start, from, fixed tax, rate."""


def tax(unit: int, brackets: list[Bracket], gross: int, time: int) -> int:
    """The latest start that has come; within it, the highest bracket that the amount reaches."""
    starts = [start for start, *_ in brackets if start <= time]
    amount = Fraction(gross, unit)
    reached = [row for row in brackets if starts and row[0] == max(starts) and row[1] <= amount]
    if not reached:
        return 0
    _, begins, fixed, rate = max(reached, key=lambda row: row[1])
    return floor(fixed + (amount - begins) * Fraction(rate, WHOLE)) * unit


class Stream:
    """Words drawn one after the other: the n-th is keccak256(abi.encode(seed, n))."""

    def __init__(self, seed: int) -> None:
        self.seed, self.drawn = seed, 0

    def below(self, end: int) -> int:
        word = keccak(encode(["uint256", "uint256"], [self.seed, self.drawn]))
        self.drawn += 1
        return int.from_bytes(word, "big") % end


def drawn_brackets(stream: Stream) -> list[Bracket]:
    """Any sound list of one to three starts with one to four brackets each."""
    brackets: list[Bracket] = []
    start = 0
    for _ in range(1 + stream.below(3)):
        start += 1 + stream.below(10**9)
        begins, fixed, rate = 0, 0, stream.below(5001)
        brackets.append((start, begins, fixed, rate))
        for _ in range(stream.below(4)):
            more = 1 + stream.below(10 ** (1 + stream.below(12)))
            lowest = fixed + more * rate // WHOLE
            begins += more
            fixed, rate = lowest + stream.below(begins // 2 - lowest + 1), stream.below(5001)
            brackets.append((start, begins, fixed, rate))
    return brackets


def drawn_payment(stream: Stream, unit: int, brackets: list[Bracket]) -> tuple[int, int]:
    """Gross and time, half of them within two of an edge."""
    start, begins, *_ = brackets[stream.below(len(brackets))]
    time = start + stream.below(5) - 2 if stream.below(2) else stream.below(4 * 10**9)
    gross = begins * unit + stream.below(5) if stream.below(2) else stream.below(2 ** (1 + stream.below(200)))
    return max(0, gross - 2), time


def drawn() -> Iterator[tuple[int, list[Bracket], list[tuple[int, int]]]]:
    """Each drawn schedule's unit and brackets, and the payments to try on it."""
    stream = Stream(SEED)
    for _ in range(SCHEDULES):
        unit, brackets = 10 ** stream.below(19), drawn_brackets(stream)
        yield unit, brackets, [drawn_payment(stream, unit, brackets) for _ in range(PAYMENTS)]


def digest(taxes: Iterator[int]) -> str:
    """Fold taxes into one hash."""
    folded = bytes(32)
    for amount in taxes:
        folded = keccak(folded + amount.to_bytes(32, "big"))
    return "0x" + folded.hex()


def schedule(label: str, unit: int, brackets: list[Bracket]) -> dict[str, Any]:
    values = (TOKEN, unit, COLLECTOR, label, brackets)
    columns = zip(("start", "from", "fixedTax", "rateBps"), zip(*brackets, strict=True), strict=True)
    return {
        "id": "0x" + keccak(encode([TYPE], [values])).hex(),
        "token": TOKEN,
        "unit": str(unit),
        "collector": COLLECTOR,
        "label": label,
        **{name: [str(number) for number in column] for name, column in columns},
    }


def written_out() -> list[tuple[str, int, list[Bracket]]]:
    now, then = JAPAN_START, JAPAN_START + YEAR
    japan = [(now, 0, 0, 1021), (now, 1_000_000, 102_100, 2042)]
    reform = [(then, 0, 0, 0), (then, 100, 0, 3000), (then, 200, 30, 5000)]
    return [
        ("JP withholding: ordinary", YEN, japan),
        ("JP withholding: ordinary", 1, japan),
        ("JP withholding: scrivener", YEN, [(now, 0, 0, 0), (now, 10_000, 0, 1021)]),
        ("two starts", 100, [*japan, *reform]),
        ("ended", YEN, [*japan, (then, 0, 0, 0)]),
        ("half of everything", 1, [(0, 0, 0, 5000)]),
        ("largest unit", 2**96 - 1, [(0, 0, 0, 1), (0, 2**96 - 1, 2**95 - 1, 5000)]),
    ]


def payments() -> list[dict[str, str]]:
    rows = []
    for i, (_, unit, brackets) in enumerate(written_out()):
        edges = {begins * unit + shift for _, begins, *_ in brackets for shift in (-unit, -1, 0, 1, unit)}
        edges |= {whole * unit for whole in (1, 9, 10, 98, 97_943, 999_999, 1_234_567)} | {1, 2**240}
        times = {start + shift for start, *_ in brackets for shift in (-1, 0, 1)} | {2**40, 0}
        for time in sorted(time for time in times if time >= 0):
            for gross in sorted(gross for gross in edges if 0 <= gross <= 2**240):
                found = tax(unit, brackets, gross, time)
                case = {"schedule": i, "gross": gross, "time": time, "tax": found}
                rows.append({name: str(number) for name, number in case.items()})
    return rows


def main() -> None:
    rows = payments()
    folded = [
        digest(tax(unit, brackets, gross, time) for gross, time in tried) for unit, brackets, tried in drawn()
    ]
    vectors = {
        "schedules": [schedule(*parts) for parts in written_out()],
        "payments": {name: [row[name] for row in rows] for name in rows[0]},
        "drawn": {"seed": SEED, "payments": PAYMENTS, "digests": folded},
    }
    FILE.write_text(json.dumps(vectors, indent=1) + "\n")


if __name__ == "__main__":
    main()
