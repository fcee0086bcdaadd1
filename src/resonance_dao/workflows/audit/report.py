"""
What an audit found: one row for each thing that was checked, and one line for each payee of each award.

    report = audit(system, source, publisher)
    report.passed, report.failures, report.table_rows(), report.to_dict()

A row says what was checked, on what, what should have been there and what was; nothing is summed up before it
is listed. Rendering belongs to the command line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

SCHEMA = "resonance/audit/1"


class Verdict(str, Enum):
    """
    What a row says.

    `UNVERIFIABLE` is no pass: what could not be checked was not checked. `PENDING` is in time and may still
    be made good. `NOTE` is a fact that a reader should see, such as disclosed failure, and no fault of the
    record.
    """

    PASS = "PASS"  # noqa: S105  # No password: the verdict.
    FAIL = "FAIL"
    UNVERIFIABLE = "UNVERIFIABLE"
    PENDING = "PENDING"
    NOTE = "NOTE"


@dataclass(frozen=True, slots=True)
class Row:
    """
    One check: `check` is its id such as "pay.base", `subject` what it was made on, such as
    "bounty/1/submission/2"; `transaction` and `cid` say where to look.
    """

    check: str
    subject: str
    verdict: Verdict
    expected: str = ""
    found: str = ""
    transaction: str | None = None
    cid: str | None = None

    def to_dict(self) -> dict[str, str | None]:
        """Return plain values for JSON."""
        return {
            "check": self.check,
            "subject": self.subject,
            "verdict": self.verdict.value,
            "expected": self.expected,
            "found": self.found,
            "transaction": self.transaction,
            "cid": self.cid,
        }


@dataclass(frozen=True, slots=True)
class PayoutRow:
    """
    What one payee earned by one award, as recomputed from the terms; amounts in base units of `token`.

    The parts are before tax; `withheld` is the tax taken of them together, credited to a collector.
    `withdrawn` is what the payee has taken out of the vault, attributed to his credits first in, first out.
    """

    bounty: int
    submission: int
    payee: str
    token: str
    base: int
    success: int
    long_term: int
    top_up: int
    withheld: int
    withdrawn: int
    verdict: Verdict

    @property
    def total(self) -> int:
        """All four parts together, base units."""
        return self.base + self.success + self.long_term + self.top_up

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON, amounts as decimal strings."""
        amounts = ("base", "success", "long_term", "top_up", "total", "withheld", "withdrawn")
        return {
            "bounty": self.bounty,
            "submission": self.submission,
            "payee": self.payee,
            "token": self.token,
            **{name: str(getattr(self, name)) for name in amounts},
            "verdict": self.verdict.value,
        }


@dataclass(frozen=True)
class AuditReport:
    """
    The audit of one log and its contracts at one block. `counts` says how much was read: projects, bounties,
    applications, bonds, pools, ratings, contracts, events, transactions, batches, records, cids.
    """

    chain_id: int
    block: int
    block_hash: str
    time: int
    publisher: str
    rows: tuple[Row, ...]
    payouts: tuple[PayoutRow, ...]
    counts: dict[str, int]

    @property
    def passed(self) -> bool:
        """Whether everything was checked and nothing failed."""
        return self.verdict == Verdict.PASS.value

    @property
    def verdict(self) -> str:
        """
        "FAIL" when anything failed, else "UNVERIFIABLE" when anything could not be checked, else "PASS".
        """
        found = {row.verdict for row in self.rows}
        worst = next((v for v in (Verdict.FAIL, Verdict.UNVERIFIABLE) if v in found), Verdict.PASS)
        return worst.value

    @property
    def rebuilt(self) -> str:
        """Say in one line what the state was rebuilt from, and how often it was compared with the chain's."""
        compared = [row for row in self.rows if row.check.startswith("state.")]
        equal = sum(row.verdict is Verdict.PASS for row in compared)
        told = ", ".join(f"{self.counts[name]} {name}" for name in ("events", "transactions", "contracts"))
        return (
            f"state rebuilt from events alone ({told}) and compared with the contracts' views "
            f"at block {self.block}: {equal} of {len(compared)} comparisons equal"
        )

    @property
    def failures(self) -> tuple[Row, ...]:
        """The rows that keep the audit from passing."""
        return tuple(row for row in self.rows if row.verdict in (Verdict.FAIL, Verdict.UNVERIFIABLE))

    @property
    def notes(self) -> tuple[Row, ...]:
        """The rows that disclose something."""
        return tuple(row for row in self.rows if row.verdict is Verdict.NOTE)

    def table_rows(self) -> tuple[PayoutRow, ...]:
        """Return the payout table, ordered by bounty, submission and payee."""
        return self.payouts

    def summary(self) -> dict[str, dict[str, int]]:
        """
        Return how many rows of each verdict each group of checks has; the group is the id up to its dot.
        """
        tally = Counter((row.check.split(".")[0], row.verdict.value) for row in self.rows)
        groups = dict.fromkeys(row.check.split(".")[0] for row in self.rows)
        return {group: {v.value: tally[group, v.value] for v in Verdict} for group in groups}

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; the same history gives the same document."""
        return {
            "schema": SCHEMA,
            "verdict": self.verdict,
            "chain_id": self.chain_id,
            "block": self.block,
            "block_hash": self.block_hash,
            "time": self.time,
            "publisher": self.publisher,
            "counts": dict(self.counts),
            "rebuilt": self.rebuilt,
            "summary": self.summary(),
            "payouts": [row.to_dict() for row in self.payouts],
            "rows": [row.to_dict() for row in self.rows],
        }


class Findings:
    """Where the checks write their rows; one list, in the order of checking."""

    def __init__(self) -> None:
        self.rows: list[Row] = []

    def check(
        self,
        check: str,
        subject: str,
        expected: object,
        found: object,
        *,
        transaction: str | None = None,
        cid: str | None = None,
    ) -> bool:
        """Compare, write a row that passes when both are equal and fails otherwise, and say which."""
        verdict = Verdict.PASS if expected == found else Verdict.FAIL
        self._add(check, subject, verdict, expected, found, transaction, cid)
        return verdict is Verdict.PASS

    def compare(
        self,
        check: str,
        subject: str,
        source: str,
        expected: Mapping[str, object],
        found: Mapping[str, object],
        *,
        transaction: str | None = None,
    ) -> bool:
        """
        Compare the fields of `expected`: one row that passes when all are equal, else one that fails for each
        that differs and names `source`, an event or a view, with the field.
        """
        wrong = [name for name, value in expected.items() if value != found[name]]
        for name in wrong:
            due, told = (f"{source}.{name} {shown(side[name])}" for side in (expected, found))
            self._add(check, subject, Verdict.FAIL, due, told, transaction, None)
        if not wrong:
            self._add(check, subject, Verdict.PASS, expected, expected, transaction, None)
        return not wrong

    def fail(
        self,
        check: str,
        subject: str,
        expected: object,
        found: object,
        *,
        transaction: str | None = None,
        cid: str | None = None,
    ) -> None:
        """Write a row that fails."""
        self._add(check, subject, Verdict.FAIL, expected, found, transaction, cid)

    def within(
        self,
        check: str,
        subject: str,
        start: int,
        end: int | None,
        time: int,
        *,
        transaction: str | None = None,
    ) -> bool:
        """Check that `time` is in the half-open window [start, end), unix s; an `end` of None is open."""
        inside = start <= time and (end is None or time < end)
        window = f"[{start}, {'open' if end is None else end})"
        self._add(check, subject, Verdict.PASS if inside else Verdict.FAIL, window, time, transaction, None)
        return inside

    def say(
        self,
        verdict: Verdict,
        check: str,
        subject: str,
        found: object,
        *,
        transaction: str | None = None,
        cid: str | None = None,
    ) -> None:
        """Write a row that compares nothing: a note, something pending or something unverifiable."""
        self._add(check, subject, verdict, "", found, transaction, cid)

    def _add(
        self,
        check: str,
        subject: str,
        verdict: Verdict,
        expected: object,
        found: object,
        transaction: str | None,
        cid: str | None,
    ) -> None:
        self.rows.append(Row(check, subject, verdict, shown(expected), shown(found), transaction, cid))


def shown(value: object) -> str:
    """Return a value as a row shows it: bytes as 0x-hex, lists with commas, yes and no for booleans."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, dict):
        return ", ".join(f"{key} {shown(item)}" for key, item in value.items())
    if isinstance(value, (list, tuple, set, frozenset)):
        return ", ".join(shown(item) for item in value)
    return str(value)
