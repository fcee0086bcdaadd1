"""
Writes `reputation.json`, which the Python and the Solidity arithmetic of reputation run.

Independent of the package: the daily factors are found by comparing whole powers, and each rule is applied to
exact fractions and rounded by one `floor` at each step. Numbers are decimal strings, because JSON readers
lose what is above 2^53; they stand by column, as Solidity reads a whole list at once.
"""

from __future__ import annotations

import json
import random
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Any

ONE = 10**18
PRIOR = 3
DAYS = (30, 90, 180, 365)
FILE = Path(__file__).parent / "reputation.json"


def factor_of(days: int) -> int:
    """Return the largest f with (f / 1e18)^days <= 1/2."""
    low, high = 0, ONE
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if 2 * middle**days <= ONE**days else (low, middle)
    return low


FACTORS = {days: factor_of(days) for days in DAYS}


def power(factor: int, elapsed: int, so_far: int = ONE) -> int:
    if elapsed == 0:
        return so_far
    taken = floor(Fraction(so_far * factor, ONE)) if elapsed % 2 else so_far
    return power(floor(Fraction(factor**2, ONE)), elapsed // 2, taken)


def left(amount: int, factor: int, elapsed: int) -> int:
    return floor(Fraction(amount) * Fraction(power(factor, elapsed), ONE))


def power_case(factor: int, elapsed: int) -> dict[str, int]:
    return {"factor": factor, "elapsed": elapsed, "power": power(factor, elapsed)}


def step_case(
    kind: int, days: int, tally: list[int], value_bps: int, since: int, today: int
) -> dict[str, int]:
    factor = FACTORS[days]
    total, weight = (left(part, factor, today - tally[2]) for part in tally[:2])
    judged = left(value_bps * ONE // 10_000, factor, today - since), left(ONE, factor, today - since)
    if kind == 1:
        total, weight = total + judged[0], weight + judged[1]
    if kind == 2:
        weight = max(weight - judged[1], 0)
        total = min(max(total - judged[0], 0), weight)
    value = floor(Fraction(total, weight + PRIOR * ONE) * ONE)
    given = {"kind": kind, "halfLife": DAYS.index(days), "sum": tally[0], "weight": tally[1], "day": tally[2]}
    wanted = {"sumAfter": total, "weightAfter": weight, "value": value}
    return {**given, "valueBps": value_bps, "since": since, "today": today, **wanted}


def history(draw: random.Random, steps: int) -> list[dict[str, int]]:
    """A tally from nothing on: each judgement is added once and some are removed again."""
    days, tally, today = draw.choice(DAYS), [0, 0, 0], draw.randint(18_000, 22_000)
    live: list[tuple[int, int]] = []
    rows = []
    for _ in range(steps):
        today += draw.choice((0, 1, 2, 29, draw.randint(0, 400)))
        kind = draw.choice((0, 1, 1, 2) if live else (1,))
        if kind == 1:
            live.append(
                (draw.choice((0, 1, 9999, 10_000, draw.randint(0, 10_000))), draw.randint(today - 90, today))
            )
        judged = live.pop(draw.randrange(len(live))) if kind == 2 else (live[-1] if live else (0, today))
        rows.append(step_case(kind, days, tally, *judged, today))
        tally = [rows[-1]["sumAfter"], rows[-1]["weightAfter"], today]
    return rows


def edges() -> list[dict[str, int]]:
    most = 2**112 - 1
    cases = []
    for days in DAYS:
        cases += [
            step_case(0, days, [most, most, 1], 0, 1, today)
            for today in (1, 2, days + 1, 40 * days, 2**32 - 1)
        ]
        cases += [step_case(1, days, [0, 0, 0], bps, 20_000, 20_000) for bps in (0, 1, 9999, 10_000)]
        # What is removed was rounded otherwise than what is there: nothing goes below zero.
        cases += [
            step_case(2, days, [ONE // 2 - 1, ONE - 1, 20_000], 5000, 20_000, 20_000),
            step_case(2, days, [2 * ONE, 2 * ONE, 20_000], 9999, 20_000, 20_000),
            step_case(2, days, [ONE + 3, ONE + 3, 20_000], 10_000, 20_000, 20_001),
            step_case(2, days, [7, 9, 20_000], 0, 19_000, 20_000),
            step_case(2, days, [0, 0, 0], 10_000, 20_000, 20_000),
        ]
    return cases


def multiplier_case(components: list[int]) -> dict[str, int]:
    added = sum(bps * Fraction(part, ONE) for bps, part in zip((3000, 2000, 2000), components, strict=True))
    names = ("passion", "trackRecord", "peerRating")
    return {**dict(zip(names, components, strict=True)), "multiplierBps": 10_000 + floor(added)}


def multipliers(draw: random.Random) -> list[dict[str, int]]:
    cases = [[0, 0, 0], [ONE, 0, 0], [0, ONE, 0], [0, 0, ONE], [ONE, ONE, ONE], [ONE - 1, ONE - 1, ONE - 1]]
    cases += [[ONE // 3000, 0, 0], [ONE // 3000 + 1, 0, 0], [1, 1, 1]]
    cases += [[draw.randint(0, ONE) for _ in range(3)] for _ in range(60)]
    return [multiplier_case(case) for case in cases]


def columns(rows: list[dict[str, int]]) -> dict[str, list[str]]:
    return {name: [str(row[name]) for row in rows] for name in rows[0]}


def main() -> None:
    draw = random.Random(1)  # noqa: S311  # Vectors are to be the same every time.
    spans = [0, 1, 2, 3, 7, 30, 31, 90, 180, 364, 365, 366, 1000, 3650, 20_000, 2**32 - 1]
    powers = [power_case(factor, elapsed) for factor in [*FACTORS.values(), ONE, 0, 1] for elapsed in spans]
    powers += [power_case(draw.choice(list(FACTORS.values())), draw.randint(0, 5000)) for _ in range(60)]
    steps = edges() + [row for _ in range(20) for row in history(draw, 12)]
    vectors: dict[str, Any] = {
        "factors": columns([{"days": days, "factor": factor} for days, factor in FACTORS.items()]),
        "powers": columns(powers),
        "steps": columns(steps),
        "multipliers": columns(multipliers(draw)),
    }
    FILE.write_text(json.dumps(vectors, indent=1) + "\n")


if __name__ == "__main__":
    main()
