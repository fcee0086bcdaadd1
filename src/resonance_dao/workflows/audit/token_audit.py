"""
Project tokens: every mint follows from an award or is shown as somebody else's, and no supply exceeds its
cap.
"""

from __future__ import annotations

from collections import Counter

from resonance_dao.chain.attestation import ZERO_ADDRESS
from resonance_dao.chain.contract import Event
from resonance_dao.workflows.audit.history import Transaction
from resonance_dao.workflows.audit.ledger import Ledger
from resonance_dao.workflows.audit.payees import ROTATIONS, Payees
from resonance_dao.workflows.audit.project_audit import ProjectAudit
from resonance_dao.workflows.audit.report import Findings, Verdict
from resonance_dao.workflows.system import System

Mint = tuple[str, str]
"""A project token and an account."""


class TokenAudit:
    """Follows the project tokens' transfers; runs after the bounties of the same transaction."""

    def __init__(self, system: System, findings: Findings, projects: ProjectAudit, ledger: Ledger) -> None:
        self._system, self._findings, self._projects, self._ledger = system, findings, projects, ledger
        self._payees = Payees()
        self._supply: Counter[str] = Counter()

    def observe(self, transaction: Transaction) -> None:
        """Follow one transaction."""
        minted: Counter[Mint] = Counter()
        due: dict[str, Counter[Mint]] = {}
        for event in transaction.events:
            if event.address == self._system.escrow.address and event.name == "TokensClaimed":
                self._claimed(event, due)
            elif event.address == self._system.vault.address and event.name in ROTATIONS:
                self._payees.follow(event)
            elif event.address in self._projects.tokens and event.name == "Transfer":
                self._transferred(event, minted)
        self._explain(transaction, minted, due)

    def _transferred(self, event: Event, minted: Counter[Mint]) -> None:
        if event.args["from"] == ZERO_ADDRESS:
            minted[event.address, event.args["to"]] += event.args["value"]
            self._supply[event.address] += event.args["value"]
        elif event.args["to"] == ZERO_ADDRESS:
            self._supply[event.address] -= event.args["value"]

    def _claimed(self, event: Event, due: dict[str, Counter[Mint]]) -> None:
        """Note what a claim must mint: to the payee, or to who followed it by then."""
        work = self._ledger.work(event.args["bountyId"], event.args["submissionId"])
        project = None if work is None else self._projects.projects.get(work.bounty.terms.project_id)
        index = event.args["index"]
        if work is None or project is None or index >= len(work.tokens):
            return
        account = self._payees.of(work.submission.payees[index])
        due.setdefault(work.subject, Counter())[project.token, account] += work.tokens[index]

    def _explain(
        self, transaction: Transaction, minted: Counter[Mint], due: dict[str, Counter[Mint]]
    ) -> None:
        at = transaction.hash
        for work, mints in due.items():
            for mint, amount in mints.items():
                subject, found = f"{work}/tokens/{mint[1]}", min(minted[mint], amount)
                self._findings.check("tokens.minted", subject, amount, found, transaction=at)
                minted[mint] -= found
        for (token, account), amount in minted.items():
            if amount:
                what = f"{amount} minted to {account} by another minter than the escrow's awards"
                self._findings.say(Verdict.NOTE, "tokens.other_mint", f"token/{token}", what, transaction=at)

    def finish(self, block: int) -> None:
        """Compare supply, cap and reservations with the tokens' storage at `block`."""
        for project in self._projects.projects.values():
            self._compare(project.id, project.token, project.cap, block)

    def _compare(self, project_id: int, address: str, cap: int, block: int) -> None:
        token, chain, subject = self._system.token(address), self._system.chain, f"token/{address}"
        check = self._findings.check
        views = ("projectId", "registry", "cap")
        told = [project_id, self._system.projects.address, cap]
        check("tokens.facts", subject, told, [token.call(chain, view, block=block) for view in views])
        supply = token.call(chain, "totalSupply", block=block)
        check("tokens.supply", subject, self._supply[address], supply)
        reserved = token.call(chain, "totalReserved", block=block)
        check("tokens.cap", subject, f"at most {cap}", f"at most {max(cap, supply + reserved)}")
        bounties = [b for b in self._ledger.bounties.values() if b.terms.project_id == project_id]
        promised = sum(bounty.tokens_promised for bounty in bounties)
        own = token.call(chain, "reservedBy", self._system.escrow.address, block=block)
        check("tokens.promised", subject, promised, own)
