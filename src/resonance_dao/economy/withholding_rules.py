"""
Which pay is withheld from in a country, at which rates and since when: data files, read and checked.

The facts stand in `data/withholding_<country>.json` with effective dates and sources; no rate, date or
category is in code. What comes out is a proposal for people who open a bounty. Not legal advice
(法的助言ではありません).

    >>> japan = rules("JP")
    >>> japan.treatment("design", "individual").name, japan.treatment("programming", "individual").name
    ('WITHHELD', 'NOT_WITHHELD')
    >>> japan.due_on(1_767_193_200).isoformat()
    '2026-02-10'
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import Enum
from importlib.resources import files
from typing import Any

from resonance_dao.economy.withholding import Bracket, Schedule
from resonance_dao.errors import InputInvalid, NotFound


class Treatment(Enum):
    """What the data say of a payment. `UNDECIDED` is for people to decide: split it, or ask."""

    WITHHELD = "withheld"
    NOT_WITHHELD = "not_withheld"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Kind:
    """A table of rates: name, the label of its schedules, brackets in the country's unit, source."""

    name: str
    label: str
    brackets: tuple[Bracket, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Category:
    """A category of work; its `scope` is "inside", "outside" or "split", its `kind` the rates that apply."""

    name: str
    scope: str
    kind: str | None
    words: Mapping[str, str]
    source: str


@dataclass(frozen=True, slots=True)
class Payee:
    """A type of payee, and whether tax is withheld from it; None where other rules decide."""

    name: str
    withheld: bool | None
    words: Mapping[str, str]
    source: str


@dataclass(frozen=True, slots=True)
class Rules:
    """A country's data file. Words are by language, "ja" and "en"; `due` and `notes` also have a "source"."""

    country: str
    law_as_of: date
    notice: Mapping[str, str]
    kinds: Mapping[str, Kind]
    categories: Mapping[str, Category]
    payees: Mapping[str, Payee]
    zone: timezone
    due_months_after: int
    due_day: int
    due: Mapping[str, str]
    notes: tuple[Mapping[str, str], ...]

    def treatment(self, category: str, payee: str) -> Treatment:
        """Return whether tax is withheld from such a payee for such work; `NotFound` for unknown names."""
        scope, withheld = _of(self.categories, category).scope, _of(self.payees, payee).withheld
        if withheld is None or (withheld and scope == "split"):
            return Treatment.UNDECIDED
        return Treatment.WITHHELD if withheld and scope == "inside" else Treatment.NOT_WITHHELD

    def schedule(self, kind: str, *, token: str, unit: int, collector: str) -> Schedule:
        """
        Return a kind's rates as a schedule that can be registered.

        `unit` is the base units of `token` in one of the country's units (10^18 for a yen coin with 18
        decimals), `collector` the account that receives the tax and pays it over. `NotFound` for an unknown
        kind.
        """
        found = _of(self.kinds, kind)
        return Schedule(token, unit, collector, found.label, found.brackets)

    def due_on(self, paid_at: int) -> date:
        """
        Return by which day the tax on a payment made at `paid_at`, unix s, is due; the country's calendar.

        Weekends and holidays, which move it to the next working day, are not looked at.
        """
        paid = datetime.fromtimestamp(paid_at, self.zone)
        months = paid.year * 12 + paid.month - 1 + self.due_months_after
        return date(months // 12, months % 12 + 1, self.due_day)


def rules(country: str) -> Rules:
    """Return the data of a country, such as "JP"; `NotFound` when there are none."""
    if not (country.isascii() and country.isalpha() and len(country) == 2):
        raise InputInvalid("country", country, "must be a code of two letters, such as JP")
    source = files(__package__) / "data" / f"withholding_{country.lower()}.json"
    try:
        return _read(json.loads(source.read_text("utf-8")))
    except FileNotFoundError as exc:
        raise NotFound(f"no withholding rates for {country.upper()}") from exc


def _read(document: Any) -> Rules:
    zone = timezone(timedelta(hours=document["utc_offset_hours"]))
    return Rules(
        country=document["country"],
        law_as_of=date.fromisoformat(document["law_as_of"]),
        notice=document["notice"],
        kinds={row["name"]: _kind(row, zone) for row in document["kinds"]},
        categories={row["name"]: _category(row) for row in document["categories"]},
        payees={row["name"]: _payee(row) for row in document["payees"]},
        zone=zone,
        due_months_after=document["due"]["months_after"],
        due_day=document["due"]["day"],
        due={key: document["due"][key] for key in ("ja", "en", "source")},
        notes=tuple(document["notes"]),
    )


def _kind(row: Any, zone: timezone) -> Kind:
    brackets = tuple(
        Bracket(_start(rate["effective"], zone), tier["from"], tier["fixed_tax"], tier["rate_bps"])
        for rate in row["rates"]
        for tier in rate["tiers"]
    )
    return Kind(row["name"], row["label"], brackets, row["source"])


def _category(row: Any) -> Category:
    words = {"ja": row["ja"], "en": row["en"]}
    return Category(row["name"], row["scope"], row["kind"], words, row["source"])


def _payee(row: Any) -> Payee:
    return Payee(row["name"], row["withheld"], {"ja": row["ja"], "en": row["en"]}, row["source"])


def _start(day: str, zone: timezone) -> int:
    return int(datetime.combine(date.fromisoformat(day), datetime.min.time(), zone).timestamp())


def _of(table: Mapping[str, Any], name: str) -> Any:
    try:
        return table[name]
    except KeyError as exc:
        raise NotFound(f"{name!r} is none of {', '.join(sorted(table))}") from exc
