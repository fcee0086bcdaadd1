"""
Writes `impact_share.json`, which the Python and the Solidity arithmetic run.

Independent of the package: each rule is applied to exact fractions and rounded by one `floor` at its end.
Numbers are decimal strings, because JSON readers lose what is above 2^53. Awards stand by column, as Solidity
reads a whole list at once.
"""

from __future__ import annotations

import json
import random
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Any

WHOLE = 10_000
BIG = 2**128 - 1
FILE = Path(__file__).parent / "impact_share.json"


def ceilings_of(award: int, shares: list[int]) -> list[int]:
    ends = [floor(Fraction(award) * Fraction(sum(shares[: i + 1]), WHOLE)) for i in range(3)]
    return [ends[0], ends[1] - ends[0], ends[2] - ends[1]]


def tranches_of(ceilings: list[int], achieved: list[int]) -> list[int]:
    return [floor(Fraction(c) * Fraction(a, WHOLE)) for c, a in zip(ceilings[1:], achieved, strict=True)]


def award_case(
    amount: int,
    multiplier: int,
    highest: int,
    shares: list[int],
    achieved: list[int],
    guarantee: int,
    caps: list[int] | None = None,
) -> Any:
    caps = caps or [WHOLE, WHOLE]
    award = floor(Fraction(amount) * Fraction(multiplier, WHOLE))
    guaranteed = min(guarantee, award)
    ceilings = ceilings_of(award, shares)
    success, long_term = tranches_of(ceilings, achieved)
    most = ceilings_of(floor(Fraction(amount) * Fraction(highest, WHOLE)), shares)
    max_award = most[0] + sum(tranches_of(most, caps))
    earned = ceilings[0] + success + long_term
    top_up = max(guaranteed, earned) - earned
    returned = max_award - earned - top_up
    given = {
        "amount": amount,
        "multiplierBps": multiplier,
        "maxMultiplierBps": highest,
        "guaranteed": guaranteed,
        "baseBps": shares[0],
        "successShareBps": shares[1],
        "longTermShareBps": shares[2],
        "successBps": achieved[0],
        "longTermBps": achieved[1],
        "successCapBps": caps[0],
        "longTermCapBps": caps[1],
    }
    wanted = {
        "award": award,
        "maxAward": max_award,
        "baseCeiling": ceilings[0],
        "successCeiling": ceilings[1],
        "longTermCeiling": ceilings[2],
        "success": success,
        "longTerm": long_term,
        "topUp": top_up,
        "returned": returned,
    }
    return {name: str(number) for name, number in {**given, **wanted}.items()}


def split_case(amount: int, shares: list[int]) -> Any:
    rest = [floor(Fraction(amount) * Fraction(share, WHOLE)) for share in shares[1:]]
    first = amount - sum(rest)
    return {"amount": str(amount), "sharesBps": shares, "amounts": [str(part) for part in [first, *rest]]}


def edges() -> list[Any]:
    plain, yen = [3000, 5000, 2000], 300_000 * 10**18
    cases = [
        award_case(yen, 10_000, 10_000, plain, achieved, guarantee)
        for achieved in ([0, 0], [8000, 5000], [10_000, 10_000], [1, 9999])
        for guarantee in (0, yen * 6 // 10, yen)
    ]
    for amount in (1, 2, 3, 7, 9999, 10_001, BIG):
        for shares in (
            plain,
            [10_000, 0, 0],
            [0, 10_000, 0],
            [0, 0, 10_000],
            [1, 1, 9998],
            [3333, 3333, 3334],
        ):
            cases.append(award_case(amount, 10_000, 12_000, shares, [3333, 6667], amount // 2))
    cases += [
        award_case(amount, 10_000, highest, plain, [20_000, 15_000], 0, [20_000, 15_000])
        for amount in (1, 3, 10_001, yen, BIG)
        for highest in (10_000, 12_000)
    ]
    cases += [
        award_case(BIG, 50_000, 50_000, plain, [9999, 1], BIG),
        award_case(1, 1, 50_000, plain, [10_000, 0], 1),
    ]
    return cases


def drawn(draw: random.Random) -> Any:
    ends = sorted((draw.randint(0, WHOLE), draw.randint(0, WHOLE)))
    amount, highest = draw.randrange(2 ** draw.randint(1, 128)), draw.randint(1, 50_000)
    shares = [ends[0], ends[1] - ends[0], WHOLE - ends[1]]
    caps = [draw.randint(WHOLE, 2 * WHOLE), draw.randint(WHOLE, 2 * WHOLE)]
    achieved = [draw.randint(0, cap) for cap in caps]
    multiplier = draw.randint(1, highest)
    return award_case(amount, multiplier, highest, shares, achieved, draw.randrange(amount + 1), caps)


def measured(value: int, target: int, cap: int) -> Any:
    return {
        "value": str(value),
        "target": str(target),
        "capBps": str(cap),
        "achievedBps": str(min(floor(Fraction(value, target) * WHOLE), cap)),
    }


def guaranteed_part(guaranteed: int, agreed: int, amount: int) -> Any:
    return {
        "guaranteed": str(guaranteed),
        "agreed": str(agreed),
        "amount": str(amount),
        "least": str(floor(Fraction(guaranteed) * Fraction(agreed, amount))),
    }


def measurements(draw: random.Random) -> list[Any]:
    cases = [
        measured(value, target, cap)
        for target in (1, 3, 500, BIG)
        for value in (0, 1, 2, 499, 500, 501, 1000, BIG)
        for cap in (WHOLE, 2 * WHOLE)
    ]
    for _ in range(40):
        target = draw.randint(1, 2 ** draw.randint(1, 127))
        cases.append(measured(draw.randrange(3 * target) % 2**128, target, draw.randint(WHOLE, 2 * WHOLE)))
    return cases


def guarantees(draw: random.Random) -> list[Any]:
    cases = [guaranteed_part(g, a, n) for n in (1, 3, BIG) for a in (1, n) for g in (0, 1, n)]
    for _ in range(20):
        amount = draw.randint(1, 2 ** draw.randint(1, 128) - 1)
        cases.append(guaranteed_part(draw.randint(0, amount), draw.randint(1, amount), amount))
    return cases


def splits(draw: random.Random) -> list[Any]:
    cases = [
        split_case(amount, shares)
        for amount in (0, 1, 2, 99, 10_000, BIG * 5)
        for shares in ([10_000], [1, 9999], [9999, 1], [3333, 3333, 3334], [40] * 250)
    ]
    for _ in range(30):
        cuts = sorted(draw.sample(range(1, WHOLE), draw.randint(1, 20)))
        shares = [b - a for a, b in zip([0, *cuts], [*cuts, WHOLE], strict=True)]
        cases.append(split_case(draw.randrange(2 ** draw.randint(1, 130)), shares))
    return cases


def columns(rows: list[Any]) -> dict[str, list[str]]:
    return {name: [row[name] for row in rows] for name in rows[0]}


def main() -> None:
    draw = random.Random(1)  # noqa: S311  # Vectors are to be the same every time.
    rows = edges() + [drawn(draw) for _ in range(60)]
    awards = columns(rows)
    vectors = {
        "awards": awards,
        "splits": splits(draw),
        "measured": columns(measurements(draw)),
        "guarantees": columns(guarantees(draw)),
    }
    FILE.write_text(json.dumps(vectors, indent=1) + "\n")


if __name__ == "__main__":
    main()
