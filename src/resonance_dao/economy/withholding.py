"""
Tax withheld at the source: what a schedule takes of a payment, in integers.

Twin of `contracts/libraries/WithholdingTax.sol`; `tests/vectors/withholding.json` pins both. It knows no
country: rates are data (`withholding_rules`), and whether a payee is exempt is declared with the work. Not
legal advice (法的助言ではありません).

    >>> brackets = (Bracket(0, 0, 0, 1021), Bracket(0, 1_000_000, 102_100, 2042))
    >>> coin, office = "0x" + "11" * 20, "0x" + "22" * 20
    >>> schedule = Schedule(token=coin, unit=100, collector=office, label="JP", brackets=brackets)
    >>> tax_at(schedule, 1_500_000_00, time=0)
    Withheld(gross=150000000, tax=20420000, net=129580000)
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from resonance_dao.economy.money import BPS
from resonance_dao.errors import InputInvalid

HIGHEST_GROSS = 2**240
"""Above this the contract's product would overflow; no payment comes near."""
HIGHEST_RATE_BPS = BPS // 2
"""The highest rate that a schedule may have: a half."""
MOST_BRACKETS = 16
"""The longest list of brackets that a schedule may have."""
MOST_LABEL_BYTES = 64
"""The longest label, in bytes of UTF-8."""

_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")


@dataclass(frozen=True, slots=True)
class Bracket:
    """
    One bracket, amounts in whole units of the schedule.

    `start` is from when it is in force, unix s; `from_units` the amount from which it applies; `fixed_units`
    the tax on exactly that amount; `rate_bps` the rate on what exceeds it. `InputInvalid` outside the
    contract's ranges: 2^40 s, 2^96 units, a half.
    """

    start: int
    from_units: int
    fixed_units: int
    rate_bps: int

    def __post_init__(self) -> None:
        _require("start", self.start, 2**40 - 1)
        _require("from_units", self.from_units, 2**96 - 1)
        _require("fixed_units", self.fixed_units, 2**96 - 1)
        _require("rate_bps", self.rate_bps, HIGHEST_RATE_BPS)

    def tax_down(self, excess: int, unit: int) -> int:
        """Return the tax, in units, on a payment that is `excess` base units above `from_units`."""
        return self.fixed_units + excess * self.rate_bps // (BPS * unit)


@dataclass(frozen=True, slots=True)
class Schedule:
    """
    What is withheld from payments in one token, and who collects it.

    `unit` is the smallest amount that tax is counted in, in base units of the token: 10^18 for whole yen of a
    coin with 18 decimals. `brackets` ascend by start and then by amount; those of a later start replace all
    earlier ones. `InputInvalid` where the contract would refuse to register it.
    """

    token: str
    unit: int
    collector: str
    label: str
    brackets: tuple[Bracket, ...]

    def __post_init__(self) -> None:
        for field, value in (("token", self.token), ("collector", self.collector)):
            _require_account(field, value)
        _require("unit", self.unit, 2**96 - 1, lowest=1)
        if not 1 <= len(self.label.encode("utf-8")) <= MOST_LABEL_BYTES:
            raise InputInvalid("label", self.label, f"must be 1 to {MOST_LABEL_BYTES} bytes of UTF-8")
        if not 1 <= len(self.brackets) <= MOST_BRACKETS:
            raise InputInvalid("brackets", len(self.brackets), f"must be 1 to {MOST_BRACKETS} brackets")
        if self.brackets[0].from_units != 0:
            raise InputInvalid("brackets", self.brackets[0], "the first bracket must be from 0")
        for bracket in self.brackets:
            if bracket.fixed_units > bracket.from_units // 2:
                raise InputInvalid("brackets", bracket, "the fixed tax must be at most half of its amount")
        for before, bracket in pairwise(self.brackets):
            _require_follows(before, bracket)

    def as_tuple(self) -> tuple[str, int, str, str, tuple[tuple[int, int, int, int], ...]]:
        """Return the values in the order of the contract's struct; its ABI encoding hashes to the id."""
        rows = tuple((b.start, b.from_units, b.fixed_units, b.rate_bps) for b in self.brackets)
        return self.token, self.unit, self.collector, self.label, rows


@dataclass(frozen=True, slots=True)
class Withheld:
    """One payment, in base units: before tax, the tax, and what the payee gets. `net` is `gross - tax`."""

    gross: int
    tax: int
    net: int


def tax_at(schedule: Schedule, gross: int, time: int) -> Withheld:
    """
    Return what is withheld from a payment of `gross` base units made at `time`, unix s.

    The tax is rounded down to whole units; before the first start it is zero. `InputInvalid` above 2^240.
    """
    _require("gross", gross, HIGHEST_GROSS)
    _require("time", time, 2**256 - 1)
    for bracket in reversed(schedule.brackets):
        floor = bracket.from_units * schedule.unit
        if bracket.start <= time and floor <= gross:
            tax = bracket.tax_down(gross - floor, schedule.unit) * schedule.unit
            return Withheld(gross, tax, gross - tax)
    return Withheld(gross, 0, gross)


def withhold(
    schedule: Schedule | None, amounts: Sequence[int], exempt: int, time: int
) -> tuple[Withheld, ...]:
    """
    Return what is withheld from each payee's part; bit i of `exempt` frees payee i, no schedule all.

    Each part is a payment of its own. `InputInvalid` when `exempt` names a payee that there is not.
    """
    _require("exempt", exempt, 2 ** len(amounts) - 1)
    for amount in amounts:
        _require("amounts", amount, HIGHEST_GROSS)
    return tuple(
        Withheld(amount, 0, amount) if schedule is None or exempt >> i & 1 else tax_at(schedule, amount, time)
        for i, amount in enumerate(amounts)
    )


def _require_follows(before: Bracket, bracket: Bracket) -> None:
    if bracket.start > before.start:
        if bracket.from_units != 0:
            raise InputInvalid("brackets", bracket, "the first bracket of a start must be from 0")
        return
    if bracket.start < before.start or bracket.from_units <= before.from_units:
        raise InputInvalid("brackets", bracket, "must ascend by start and then by amount")
    lowest = before.tax_down(bracket.from_units - before.from_units, 1)
    if bracket.fixed_units < lowest:
        raise InputInvalid("brackets", bracket, f"the fixed tax must be at least {lowest}, or the tax falls")


def _require_account(field: str, value: object) -> None:
    if not isinstance(value, str) or not _ADDRESS.fullmatch(value) or int(value, 16) == 0:
        raise InputInvalid(field, value, "must be an address: 0x and 40 hexadecimal digits, not zero")


def _require(field: str, value: object, highest: int, *, lowest: int = 0) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise InputInvalid(field, value, "must be an integer; never a float")
    if not lowest <= value <= highest:
        raise InputInvalid(field, value, f"must be between {lowest} and {highest}")
