"""
Bonds of challenges: taken when a report is challenged, and given back unless the arbiter found just what was
reported; then the other side receives it.
"""

from __future__ import annotations

from resonance_dao.chain.contract import Event
from resonance_dao.workflows.audit.history import Transaction
from resonance_dao.workflows.audit.ledger import Ledger, Payment, Track, Work
from resonance_dao.workflows.audit.observer import Observer
from resonance_dao.workflows.audit.report import Findings
from resonance_dao.workflows.terms import TRANCHES

Key = tuple[int, int, int]
"""A bounty, a submission and a tranche."""


class BondAudit(Observer):
    """Adds the credit of each bond to `payments` when its challenge is decided, whatever events say."""

    def __init__(self, findings: Findings, ledger: Ledger, payments: list[Payment]) -> None:
        super().__init__(findings, ledger)
        self._payments = payments
        self._due: dict[Key, str] = {}

    def taken(self, work: Work, track: Track, subject: str, challenger: str) -> None:
        """Note who challenged, and that the bond of the terms had to come in with it."""
        terms, track.challenger = work.bounty.terms, challenger
        if terms.challenge_bond:
            self._payments.append(Payment(terms.token, challenger, terms.challenge_bond, subject, "bond"))

    def settled(self, work: Work, name: str) -> None:
        """Note who gets the bond of a tranche that was settled just now; one without a challenge has none."""
        terms, track = work.bounty.terms, work.tracks[name]
        if not track.challenger or not terms.challenge_bond:
            return
        account = track.challenger
        if track.upheld:
            parties = {work.submission.worker, *work.submission.payees}
            account = terms.funder if account in parties else work.submission.worker
        subject, bond = f"{work.subject}/{name}", terms.challenge_bond
        self._payments.append(Payment(terms.token, account, bond, subject, "bond_back"))
        how = "lost" if track.upheld else "back"
        self._due[work.bounty.id, work.id, TRANCHES.index(name)] = f"{bond} {how} to {account}"

    def credited(self, transaction: Transaction, event: Event) -> None:
        """Follow `BondCredited`: once, to the right side, all of it."""
        given = event.args
        key = (given["bountyId"], given["submissionId"], given["tranche"])
        found = f"{given['amount']} {'lost' if given['lost'] else 'back'} to {given['account']}"
        self.check("bond.credited", _subject(key), self._due.pop(key, "no bond"), found, transaction)

    def finish(self, transaction: Transaction) -> None:
        """Name the bonds that one transaction decided and did not tell of."""
        for key, due in self._due.items():
            self.check("bond.credited", _subject(key), due, "no event", transaction)
        self._due.clear()


def _subject(key: Key) -> str:
    return f"bounty/{key[0]}/submission/{key[1]}/{TRANCHES[key[2]]}"
