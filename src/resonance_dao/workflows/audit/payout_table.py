"""
The payout table: one line for each payee of each award, from the recomputed credits, never from anybody's
summary.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from resonance_dao.workflows.audit.ledger import PARTS, Ledger, Payment
from resonance_dao.workflows.audit.report import PayoutRow, Row, Verdict


class PayoutTable:
    """Collects the credits of awards in the order in which they were given."""

    def __init__(self) -> None:
        self._credits: list[Payment] = []

    def add(self, payments: Iterable[Payment]) -> None:
        """Take the credits of one transaction; refunds and deposits are not pay."""
        self._credits += [payment for payment in payments if payment.part in PARTS]

    def rows(
        self, ledger: Ledger, withdrawn: Mapping[tuple[str, str], int], findings: Iterable[Row]
    ) -> tuple[PayoutRow, ...]:
        """
        Return the lines, ordered by bounty, submission and payee; a line fails with its bounty or submission.
        """
        earned: Counter[tuple[str, str, str]] = Counter()
        withheld: Counter[tuple[str, str]] = Counter()
        for credit in self._credits:
            earned[credit.subject, credit.payee, credit.part] += credit.amount + credit.withheld
            withheld[credit.subject, credit.payee] += credit.withheld
        taken, doubtful = self._attribute(withdrawn), _doubtful(findings)
        lines = []
        for work in ledger.works():
            if not work.award_given:
                continue
            bad = work.subject in doubtful or f"={work.bounty.subject}" in doubtful
            for payee in sorted(set(work.submission.payees)):
                parts = {part: earned[work.subject, payee, part] for part in PARTS}
                lines.append(
                    PayoutRow(
                        bounty=work.bounty.id,
                        submission=work.id,
                        payee=payee,
                        token=work.bounty.terms.token,
                        **parts,
                        withheld=withheld[work.subject, payee],
                        withdrawn=taken[work.subject, payee],
                        verdict=Verdict.FAIL if bad else Verdict.PASS,
                    )
                )
        return tuple(sorted(lines, key=lambda line: (line.bounty, line.submission, line.payee)))

    def _attribute(self, withdrawn: Mapping[tuple[str, str], int]) -> Counter[tuple[str, str]]:
        """Attribute what each account took out to its credits, first in, first out."""
        left, taken = Counter(withdrawn), Counter[tuple[str, str]]()
        for credit in self._credits:
            amount = min(credit.amount, left[credit.token, credit.payee])
            left[credit.token, credit.payee] -= amount
            taken[credit.subject, credit.payee] += amount
        return taken


def _doubtful(findings: Iterable[Row]) -> set[str]:
    """
    Return the subjects that failed with all that they are part of; "=subject" for those that failed
    themselves.
    """
    found: set[str] = set()
    for row in findings:
        if row.verdict not in (Verdict.FAIL, Verdict.UNVERIFIABLE):
            continue
        found.add("=" + row.subject)
        parts = row.subject.split("/")
        found.update("/".join(parts[:end]) for end in range(1, len(parts) + 1))
    return found
