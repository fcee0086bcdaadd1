"""
The vault: every credit that moves must follow from a decision in the same transaction, and what is left must
be there.

A movement that neither comes from the escrow nor goes to it is its owner's own affair and is shown as a note.
"""

from __future__ import annotations

from collections import Counter, defaultdict

from resonance_dao.chain.abi import checksum
from resonance_dao.chain.attestation import ZERO_ADDRESS
from resonance_dao.workflows.audit.history import Transaction
from resonance_dao.workflows.audit.ledger import Ledger, Payment
from resonance_dao.workflows.audit.report import Findings, Verdict
from resonance_dao.workflows.system import System

Key = tuple[str, str]
"""A token and an account."""


class VaultAudit:
    """Follows `PayoutVault`; amounts in base units."""

    def __init__(self, system: System, findings: Findings, ledger: Ledger) -> None:
        self._system, self._findings, self._ledger = system, findings, ledger
        self._credits: Counter[Key] = Counter()
        self._deposited: Counter[str] = Counter()
        self._gifts: Counter[str] = Counter()
        self.withdrawn: Counter[Key] = Counter()

    def observe(self, transaction: Transaction, payments: list[Payment]) -> None:
        """Compare what moved in one transaction with what its decisions demand."""
        escrow = self._system.escrow.address
        paid: Counter[Key] = Counter()
        minted: Counter[Key] = Counter()
        burned: Counter[Key] = Counter()
        for event in transaction.of(self._system.vault.address, "Transfer"):
            token, amount = checksum(f"0x{event.args['id']:040x}"), event.args["amount"]
            sender, receiver = event.args["sender"], event.args["receiver"]
            if sender == ZERO_ADDRESS:
                minted[token, receiver] += amount
            elif receiver == ZERO_ADDRESS:
                burned[token, sender] += amount
            elif sender == escrow:
                paid[token, receiver] += amount
            else:
                self._note_private(transaction, token, sender, receiver, amount)
            self._move(transaction, token, sender, receiver, amount)
        self._compare_payments(transaction, paid, [p for p in payments if p.part != "escrowed"])
        self._compare_deposits(transaction, minted, [p for p in payments if p.part == "escrowed"])
        self._compare_withdrawals(transaction, burned)

    def _move(self, transaction: Transaction, token: str, sender: str, receiver: str, amount: int) -> None:
        if receiver != ZERO_ADDRESS:
            self._credits[token, receiver] += amount
        if sender != ZERO_ADDRESS:
            self._credits[token, sender] -= amount
            if self._credits[token, sender] < 0:
                self._fail(
                    "vault.overdrawn", f"vault/{token}/{sender}", "a credit", "less than zero", transaction
                )

    def _note_private(
        self, transaction: Transaction, token: str, sender: str, receiver: str, amount: int
    ) -> None:
        if receiver == self._system.escrow.address:
            self._gifts[token] += amount
            what = f"a gift of {amount} from {sender} to the escrow, which nobody can take back"
        else:
            what = f"a private transfer of {amount} from {sender} to {receiver}"
        at = transaction.hash
        self._findings.say(Verdict.NOTE, "vault.private", f"vault/{token}", what, transaction=at)

    def _compare_payments(
        self, transaction: Transaction, paid: Counter[Key], payments: list[Payment]
    ) -> None:
        due: Counter[Key] = Counter()
        subjects: defaultdict[Key, dict[str, None]] = defaultdict(dict)
        for payment in payments:
            due[payment.token, payment.payee] += payment.amount
            subjects[payment.token, payment.payee][payment.subject] = None
        for key, amount in due.items():
            for subject in subjects[key] if amount or paid[key] else ():
                self._check("vault.payment", f"{subject}/payee/{key[1]}", amount, paid[key], transaction)
        for (token, payee), amount in paid.items():
            if amount and (token, payee) not in due:
                what = f"{amount} from the escrow to {payee}"
                self._fail(
                    "vault.unexplained", f"vault/{token}", "a decision that pays it", what, transaction
                )

    def _compare_deposits(
        self, transaction: Transaction, minted: Counter[Key], openings: list[Payment]
    ) -> None:
        escrow, told = self._system.escrow.address, Counter[Key]()
        for event in transaction.of(self._system.vault.address, "Deposited"):
            told[event.args["token"], event.args["account"]] += event.args["amount"]
            self._deposited[event.args["token"]] += event.args["amount"]
        for token, account in {**minted, **told}:
            key = (token, account)
            self._check("vault.deposit", f"vault/{token}/{account}", told[key], minted[key], transaction)
        due = Counter[str]()
        for opening in openings:
            due[opening.token] += opening.amount
        for opening in openings:
            found = min(minted[opening.token, escrow], due[opening.token])
            self._check("vault.escrowed", opening.subject, due[opening.token], found, transaction)
        for (token, account), amount in minted.items():
            # More than was asked for is a gift: nobody may turn an audit red by giving money away.
            beyond = amount - due[token] if account == escrow else amount
            if beyond > 0:
                self._gifts[token] += beyond if account == escrow else 0
                what = f"a deposit of {beyond} for {account} that no bounty asked for"
                at = transaction.hash
                self._findings.say(Verdict.NOTE, "vault.private", f"vault/{token}", what, transaction=at)

    def _compare_withdrawals(self, transaction: Transaction, burned: Counter[Key]) -> None:
        told: Counter[Key] = Counter()
        for event in transaction.of(self._system.vault.address, "Withdrawn"):
            token, account, given = event.args["token"], event.args["account"], event.args
            told[token, account] += given["amount"]
            self.withdrawn[token, account] += given["amount"]
            own = given["caller"] == account or given["to"] == account
            subject = f"vault/{token}/{account}"
            self._check("vault.withdrawal_by_owner", subject, True, own, transaction)
            self._check(
                "vault.escrow_stays", subject, True, account != self._system.escrow.address, transaction
            )
        for token, account in {**burned, **told}:
            key = (token, account)
            self._check("vault.withdrawal", f"vault/{token}/{account}", told[key], burned[key], transaction)

    def finish(self, block: int) -> None:
        """Compare credits, totals and holdings with the vault's storage and the tokens' at `block`."""
        vault, chain, check = self._system.vault, self._system.chain, self._findings.check
        for token in sorted({token for token, _ in self._credits}):
            subject, number = f"vault/{token}", int(token, 16)
            total = sum(amount for (of, _), amount in self._credits.items() if of == token)
            left = self._deposited[token] - sum(a for (of, _), a in self.withdrawn.items() if of == token)
            check("vault.balanced", subject, left, total)
            check("vault.supply", subject, vault.call(chain, "totalSupply", number, block=block), total)
            held = self._system.token(token).call(chain, "balanceOf", vault.address, block=block)
            check("vault.solvent", subject, f"at least {total}", f"at least {min(total, held)}")
            owed = self._ledger.liability(token) + self._gifts[token]
            check("vault.liability", subject, owed, self._credits[token, self._system.escrow.address])
        for (token, account), amount in sorted(self._credits.items()):
            stored = vault.call(chain, "creditOf", token, account, block=block)
            check("vault.credit", f"vault/{token}/{account}", stored, amount)

    def _check(
        self, check: str, subject: str, expected: object, found: object, transaction: Transaction
    ) -> None:
        self._findings.check(check, subject, expected, found, transaction=transaction.hash)

    def _fail(
        self, check: str, subject: str, expected: object, found: object, transaction: Transaction
    ) -> None:
        self._findings.fail(check, subject, expected, found, transaction=transaction.hash)
