"""
Custody: the credit that others keep in the vault, the reviewers' bonds and each funding pool's money.

Every unit that comes in or goes out must follow from an event of the keeper in the same transaction; what
comes in beyond is a gift, and what the escrow returns to a pool is judged by the escrow's own books.
"""

from __future__ import annotations

from collections import Counter

from resonance_dao.chain.abi import checksum
from resonance_dao.chain.contract import Event
from resonance_dao.workflows.audit.history import Transaction
from resonance_dao.workflows.audit.report import Findings, Verdict
from resonance_dao.workflows.system import System

Held = tuple[str, str]
"""A keeper and a token."""
Move = tuple[str, str, str]
"""A keeper, a token, and the account on the other side; the keeper itself where it does not matter whose."""


class CustodyAudit:
    """Follows the vault's transfers, in order; `keepers` are the accounts, which pools join when opened."""

    def __init__(self, system: System, findings: Findings) -> None:
        self._system, self._findings = system, findings
        self.keepers = {system.bonds.address}
        self.credits: Counter[Held] = Counter()
        self.gifts: Counter[Held] = Counter()
        self._moved: Counter[Move] = Counter()
        self._due: Counter[Move] = Counter()
        self._subjects: dict[Move, str] = {}

    def follow(self, event: Event) -> None:
        """Follow one `Transfer` of the vault."""
        token, amount = checksum(f"0x{event.args['id']:040x}"), event.args["amount"]
        sender, receiver = event.args["sender"], event.args["receiver"]
        if sender in self.keepers:
            self.credits[sender, token] -= amount
            self._moved[sender, token, receiver] += amount
        if receiver in self.keepers:
            self.credits[receiver, token] += amount
            if not self._is_refund(sender, receiver):
                self._moved[receiver, token, receiver] += amount

    def _is_refund(self, sender: str, receiver: str) -> bool:
        return sender == self._system.escrow.address and receiver != self._system.bonds.address

    def owe_in(self, keeper: str, token: str, amount: int, subject: str) -> None:
        """Note that `amount` base units have to come in, whoever brings them."""
        self._owe((keeper, token, keeper), amount, subject)

    def owe_out(self, keeper: str, token: str, account: str, amount: int, subject: str) -> None:
        """Note that `amount` base units have to go to the account's credit."""
        self._owe((keeper, token, account), amount, subject)

    def _owe(self, move: Move, amount: int, subject: str) -> None:
        self._due[move] += amount
        self._subjects[move] = subject

    def compare(self, transaction: Transaction) -> None:
        """Compare what moved in one transaction with what its events demand."""
        for move in {**self._due, **self._moved}:
            keeper, token, account = move
            due, found = self._due[move], self._moved[move]
            subject = self._subjects.get(move, f"vault/{token}/{keeper}")
            if account == keeper and found > due:
                self._note_gift(keeper, token, found - due, transaction)
                found = due
            if due or found:
                check = "custody.paid_in" if account == keeper else "custody.paid_out"
                self._findings.check(check, subject, due, found, transaction=transaction.hash)
        for kept in (self._due, self._moved, self._subjects):
            kept.clear()

    def _note_gift(self, keeper: str, token: str, amount: int, transaction: Transaction) -> None:
        self.gifts[keeper, token] += amount
        whom = "the reviewers' bonds" if keeper == self._system.bonds.address else f"pool {keeper}"
        what, at = f"a gift of {amount} to {whom}", transaction.hash
        self._findings.say(Verdict.NOTE, "vault.private", f"vault/{token}", what, transaction=at)

    def is_private(self, sender: str, receiver: str) -> bool:
        """Say whether a transfer is its owner's own affair: no keeper gives or receives."""
        return not self.keepers & {sender, receiver}
