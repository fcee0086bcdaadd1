"""
What a country's law asks of an order to a freelancer: a data file, read and checked.

The facts stand in `data/freelance_<country>.json` with effective dates and sources; no day, item or limit is
in code. Not legal advice (法的助言ではありません).

    >>> rules = freelance_rules("JP")
    >>> rules.on(1_800_000_000).pay_by(1_800_000_000, rules.zone).isoformat()
    '2027-03-15'
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from importlib.resources import files
from typing import Any

from resonance_dao.errors import InputInvalid, NotFound

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Rule:
    """
    What is in force from `start`, unix s, on.

    `payment_days` is how long pay may come after receipt, `review_days` how long an inspection may take
    before it is an alarm; `items` what the written notice must say, by name, in order.
    """

    start: int
    payment_days: int
    receipt_day_counts: bool
    review_days: int
    items: Mapping[str, Words]
    source: str

    def pay_by(self, received: int, zone: timezone) -> date:
        """Return the last day on which pay for work received at `received`, unix s, may come."""
        days = self.payment_days - 1 if self.receipt_day_counts else self.payment_days
        return datetime.fromtimestamp(received, zone).date() + timedelta(days=days)

    def is_late(self, received: int, paid: int, zone: timezone) -> bool:
        """Return whether pay at `paid`, unix s, comes after the last day."""
        return datetime.fromtimestamp(paid, zone).date() > self.pay_by(received, zone)


@dataclass(frozen=True, slots=True)
class FreelanceRules:
    """A country's data file; words are by language, "ja" and "en", with a "source"."""

    country: str
    zone: timezone
    law: Words
    notice: Words
    rules: tuple[Rule, ...]
    notes: tuple[Words, ...]

    def on(self, time: int) -> Rule:
        """Return the rule in force at `time`, unix s; `NotFound` before the first."""
        for rule in reversed(self.rules):
            if rule.start <= time:
                return rule
        raise NotFound(f"the rules of {self.country} were not in force yet at {time}")


def freelance_rules(country: str) -> FreelanceRules:
    """Return the data of a country, such as "JP"; `NotFound` when there are none."""
    if not (country.isascii() and country.isalpha() and len(country) == 2):
        raise InputInvalid("country", country, "must be a code of two letters, such as JP")
    source = files(__package__) / "data" / f"freelance_{country.lower()}.json"
    try:
        return _read(json.loads(source.read_text("utf-8")))
    except FileNotFoundError as exc:
        raise NotFound(f"no rules for orders to freelancers in {country.upper()}") from exc


def _read(document: Any) -> FreelanceRules:
    zone = timezone(timedelta(hours=document["utc_offset_hours"]))
    return FreelanceRules(
        country=document["country"],
        zone=zone,
        law=document["law"],
        notice=document["notice"],
        rules=tuple(_rule(row, zone) for row in document["rules"]),
        notes=tuple(document["notes"]),
    )


def _rule(row: Any, zone: timezone) -> Rule:
    start = datetime.combine(date.fromisoformat(row["effective"]), datetime.min.time(), zone)
    return Rule(
        start=int(start.timestamp()),
        payment_days=row["payment_days"],
        receipt_day_counts=row["receipt_day_counts"],
        review_days=row["review_days"],
        items={item["name"]: item for item in row["items"]},
        source=row["source"],
    )
