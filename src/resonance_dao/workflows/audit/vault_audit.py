"""
The vault: every credit that moves must follow from a decision in the same transaction, and what is left must
be there.

What comes to reviewers' bonds and pools and leaves them is judged by the audit of custody. Any other movement
that neither comes from the escrow nor goes to it is its owner's own affair and is shown as a note.
"""

from __future__ import annotations

from collections import Counter, defaultdict

from resonance_dao.chain.abi import checksum
from resonance_dao.chain.attestation import ZERO_ADDRESS
from resonance_dao.chain.chain import balance_of
from resonance_dao.chain.contract import Event
from resonance_dao.workflows.audit.custody_audit import CustodyAudit
from resonance_dao.workflows.audit.history import Transaction
from resonance_dao.workflows.audit.ledger import PAID_IN, Ledger, Payment
from resonance_dao.workflows.audit.payees import ROTATIONS, Payees
from resonance_dao.workflows.audit.report import Findings, Verdict
from resonance_dao.workflows.system import NATIVE, System

Key = tuple[str, str]
"""A token and an account."""


class VaultAudit:
    """Follows `PayoutVault`; amounts in base units."""

    def __init__(self, system: System, findings: Findings, ledger: Ledger, custody: CustodyAudit) -> None:
        self._system, self._findings, self._ledger, self._custody = system, findings, ledger, custody
        self._payees = Payees()
        self._credits: Counter[Key] = Counter()
        self._deposited: Counter[str] = Counter()
        self._gifts: Counter[str] = Counter()
        self._refusing: set[str] = set()
        self.withdrawn: Counter[Key] = Counter()

    def observe(self, transaction: Transaction, payments: list[Payment]) -> None:
        """Compare what moved in one transaction with what its decisions demand."""
        vault = self._system.vault.address
        paid: Counter[Key] = Counter()
        minted: Counter[Key] = Counter()
        burned: Counter[Key] = Counter()
        brought: Counter[str] = Counter()
        for event in transaction.events:
            if event.address != vault:
                continue
            if event.name == "Transfer":
                self._transferred(transaction, event, paid, minted, burned, brought)
            elif event.name == "Withdrawn":
                self._withdrawn(transaction, event)
            else:
                self._announced(transaction, event)
        self._compare_payments(transaction, paid, [p for p in payments if p.part not in PAID_IN])
        self._compare_deposits(transaction, minted)
        self._compare_paid_in(transaction, minted, brought, [p for p in payments if p.part in PAID_IN])
        self._compare_withdrawals(transaction, burned)

    def _transferred(
        self,
        transaction: Transaction,
        event: Event,
        paid: Counter[Key],
        minted: Counter[Key],
        burned: Counter[Key],
        brought: Counter[str],
    ) -> None:
        token, amount = checksum(f"0x{event.args['id']:040x}"), event.args["amount"]
        sender, receiver = event.args["sender"], event.args["receiver"]
        if sender == ZERO_ADDRESS:
            minted[token, receiver] += amount
        elif receiver == ZERO_ADDRESS:
            burned[token, sender] += amount
        elif sender == self._system.escrow.address:
            paid[token, receiver] += amount
        else:
            self._check_private(transaction, event, token)
            if receiver == self._system.escrow.address:
                brought[token] += amount
        self._move(transaction, token, sender, receiver, amount)

    def _move(self, transaction: Transaction, token: str, sender: str, receiver: str, amount: int) -> None:
        if receiver != ZERO_ADDRESS:
            self._credits[token, receiver] += amount
        if sender != ZERO_ADDRESS:
            self._credits[token, sender] -= amount
            if self._credits[token, sender] < 0:
                self._fail(
                    "vault.overdrawn", f"vault/{token}/{sender}", "a credit", "less than zero", transaction
                )

    def _check_private(self, transaction: Transaction, event: Event, token: str) -> None:
        sender, receiver, amount = (event.args[name] for name in ("sender", "receiver", "amount"))
        payee = self._payees.of(sender)
        if payee != sender:
            # Who was followed by another account has no say over its credit any more.
            caller = event.args["caller"]
            self._check("vault.rotated", f"vault/{token}/{sender}", payee, caller, transaction)
        what = f"a private transfer of {amount} from {sender} to {receiver}"
        if receiver != self._system.escrow.address and self._custody.is_private(sender, receiver):
            self._note("vault.private", f"vault/{token}", what, transaction)

    def _announced(self, transaction: Transaction, event: Event) -> None:
        given = event.args
        if event.name == "PushRefusalChanged":
            change = self._refusing.add if given["refused"] else self._refusing.discard
            change(given["account"])
        elif event.name in ROTATIONS:
            self._payees.follow(event)
            if event.name == "Rotated":
                what = f"followed by {given['successor']}"
                self._note("vault.rotated", f"account/{given['account']}", what, transaction)
        elif event.name == "PushFailed":
            what = f"a push failed and left the credit where it is: 0x{given['reason'].hex()}"
            subject = f"vault/{given['token']}/{given['account']}"
            self._note("vault.push_failed", subject, what, transaction)

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

    def _compare_deposits(self, transaction: Transaction, minted: Counter[Key]) -> None:
        told = Counter[Key]()
        for event in transaction.of(self._system.vault.address, "Deposited"):
            told[event.args["token"], event.args["account"]] += event.args["amount"]
            self._deposited[event.args["token"]] += event.args["amount"]
        for token, account in {**minted, **told}:
            key = (token, account)
            self._check("vault.deposit", f"vault/{token}/{account}", told[key], minted[key], transaction)

    def _compare_paid_in(
        self, transaction: Transaction, minted: Counter[Key], brought: Counter[str], due: list[Payment]
    ) -> None:
        """Compare what openings and bonds demand with what came in, by deposit or by transfer of credit."""
        escrow, left = self._system.escrow.address, Counter[str]()
        for token in {token for token, account in minted if account == escrow} | set(brought):
            left[token] = minted[token, escrow] + brought[token]
        for payment in due:
            found = min(left[payment.token], payment.amount)
            left[payment.token] -= found
            self._check(f"vault.{payment.part}", payment.subject, payment.amount, found, transaction)
        for token, beyond in left.items():
            # More than was asked for is a gift: nobody may turn an audit red by giving money away.
            if beyond > 0:
                self._gifts[token] += beyond
                what = f"a gift of {beyond} to the escrow, which nobody can take back"
                self._note("vault.private", f"vault/{token}", what, transaction)
        for (token, account), amount in minted.items():
            if amount and account != escrow and account not in self._custody.keepers:
                what = f"a deposit of {amount} for {account} that no bounty asked for"
                self._note("vault.private", f"vault/{token}", what, transaction)

    def _withdrawn(self, transaction: Transaction, event: Event) -> None:
        given, (token, account) = event.args, (event.args["token"], event.args["account"])
        self.withdrawn[token, account] += given["amount"]
        subject, payee = f"vault/{token}/{account}", self._payees.of(account)
        own = payee in (given["caller"], given["to"])
        self._check("vault.withdrawal_by_owner", subject, True, own, transaction)
        if given["caller"] != payee:
            self._check("vault.push_refused", subject, False, payee in self._refusing, transaction)
        stays = account == self._system.escrow.address or account in self._custody.keepers
        self._check("vault.escrow_stays", subject, False, stays, transaction)

    def _compare_withdrawals(self, transaction: Transaction, burned: Counter[Key]) -> None:
        told: Counter[Key] = Counter()
        for event in transaction.of(self._system.vault.address, "Withdrawn"):
            told[event.args["token"], event.args["account"]] += event.args["amount"]
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
            held = self._held(token, block)
            check("vault.solvent", subject, f"at least {total}", f"at least {min(total, held)}")
            owed = self._ledger.liability(token) + self._gifts[token]
            check("vault.liability", subject, owed, self._credits[token, self._system.escrow.address])
        for (token, account), amount in sorted(self._credits.items()):
            stored = vault.call(chain, "creditOf", token, account, block=block)
            check("vault.credit", f"vault/{token}/{account}", stored, amount)
        for account, payee in self._payees.rotated().items():
            stored = vault.call(chain, "payeeOf", account, block=block)
            check("vault.payee", f"account/{account}", stored, payee)

    def _held(self, token: str, block: int) -> int:
        vault, chain = self._system.vault.address, self._system.chain
        if token == NATIVE:
            return balance_of(chain, vault, block)
        return int(self._system.token(token).call(chain, "balanceOf", vault, block=block))

    def _note(self, check: str, subject: str, what: str, transaction: Transaction) -> None:
        self._findings.say(Verdict.NOTE, check, subject, what, transaction=transaction.hash)

    def _check(
        self, check: str, subject: str, expected: object, found: object, transaction: Transaction
    ) -> None:
        self._findings.check(check, subject, expected, found, transaction=transaction.hash)

    def _fail(
        self, check: str, subject: str, expected: object, found: object, transaction: Transaction
    ) -> None:
        self._findings.fail(check, subject, expected, found, transaction=transaction.hash)
