"""
Openings: may these terms be opened by whom they were, and do their bytes hash to what is stored?

What the opener's contract refuses is judged again here, as the project stood at that moment.
"""

from __future__ import annotations

from eth_utils.crypto import keccak

from resonance_dao.chain.attestation import ZERO_HASH
from resonance_dao.chain.contract import Event
from resonance_dao.errors import InputInvalid
from resonance_dao.workflows.audit.history import Transaction
from resonance_dao.workflows.audit.ledger import Bounty, Ledger, Payment
from resonance_dao.workflows.audit.observer import Observer
from resonance_dao.workflows.audit.project_audit import ProjectAudit
from resonance_dao.workflows.audit.report import Findings, Verdict
from resonance_dao.workflows.audit.withholding_audit import WithholdingAudit
from resonance_dao.workflows.system import System
from resonance_dao.workflows.terms import decode_terms, encode_terms
from resonance_dao.workflows.terms_rules import check_terms


class OpeningAudit(Observer):
    """Follows `BountyOpened`."""

    def __init__(
        self,
        system: System,
        findings: Findings,
        ledger: Ledger,
        projects: ProjectAudit,
        withholding: WithholdingAudit,
    ) -> None:
        super().__init__(findings, ledger)
        self._system, self._projects, self._withholding = system, projects, withholding

    def opened(self, transaction: Transaction, event: Event) -> Payment:
        """Take a bounty into the ledger and return what had to come in with it."""
        given, terms = event.args, decode_terms(self._system, event.args["terms"])
        bounty = Bounty(given["bountyId"], terms, "0x" + given["termsHash"].hex(), transaction.hash)
        subject = bounty.subject
        self.check("terms.number", subject, len(self.ledger.bounties) + 1, bounty.id, transaction)
        hashed = "0x" + keccak(given["terms"]).hex()
        self.check("terms.hash", subject, hashed, bounty.terms_hash, transaction)
        canonical = encode_terms(self._system, terms) == given["terms"]
        self.check("terms.encoding", subject, True, canonical, transaction)
        named = [given["projectId"], given["funder"]]
        self.check("terms.indexed", subject, [terms.project_id, terms.funder], named, transaction)
        self._check_rules(bounty, transaction)
        self._check_opener(bounty, transaction)
        escrowed = bounty.max_award * terms.max_awards
        self.check("terms.escrowed", subject, escrowed, given["escrowed"], transaction)
        self.ledger.bounties[bounty.id] = bounty
        return Payment(terms.token, self._system.escrow.address, escrowed, subject, "escrowed")

    def _check_rules(self, bounty: Bounty, transaction: Transaction) -> None:
        terms, subject = bounty.terms, bounty.subject
        try:
            check_terms(terms, transaction.time)
            found = "terms that can be opened"
        except InputInvalid as exc:
            found = str(exc)
        self.check("terms.rules", subject, "terms that can be opened", found, transaction)
        project = self._projects.projects.get(terms.project_id)
        self.check(
            "terms.project_open", subject, True, project is not None and not project.closed, transaction
        )
        if terms.needs_arbiter:
            partial = terms.arbiter in self._projects.authorized(terms.project_id)
            self.check("terms.arbiter", subject, False, partial, transaction)
        if terms.withholding != ZERO_HASH:
            token = self._withholding.token_of(terms.withholding)
            self.check("terms.withholding", subject, terms.token, token, transaction)

    def _check_opener(self, bounty: Bounty, transaction: Transaction) -> None:
        terms, subject, at = bounty.terms, bounty.subject, transaction.hash
        allowed = self._projects.authorized(terms.project_id)
        project = self._projects.projects.get(terms.project_id)
        if terms.token_reward and project is not None:
            allowed = frozenset({project.owner})
        if terms.funder in allowed:
            self.check("terms.opener", subject, True, True, transaction)
            return
        # Somebody of the project opened with another's money (`openFrom`); no event says who called.
        receipt = self._system.chain.receipt(at)
        if receipt is not None and receipt.to != self._system.opener.address:
            what = f"opened with the money of {terms.funder}, by a contract on whose behalf no event says"
            self.findings.say(Verdict.NOTE, "terms.opener", subject, what, transaction=at)
            return
        caller = None if receipt is None else receipt.sender
        self.check("terms.opener", subject, True, caller in allowed, transaction)
