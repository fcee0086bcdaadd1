"""
The audit: rebuild every payout and every record from a chain and IPFS alone, and say what is right and where
it is not.

It needs an RPC endpoint, the contracts' addresses, a source of IPFS blocks and the log publisher's address.
It asks no journal, no gateway and no database, writes nothing and trusts nobody: everything is recomputed and
then compared.

    system = System.from_book(chain, Book.load(folder, chain), artifacts)
    report = audit(system, source, publisher)
    assert report.passed, report.failures

What it does not do: it does not check the RPC endpoint itself. Ask two of them when one may lie.
"""

from __future__ import annotations

from dataclasses import dataclass

from resonance_dao.chain.chain import Block
from resonance_dao.errors import ChainMismatch, InputInvalid, NotDeployed, TransactionFailed
from resonance_dao.evidence.store import BlockSource
from resonance_dao.transparency.address import checksum
from resonance_dao.workflows.audit.bounty_audit import BountyAudit
from resonance_dao.workflows.audit.deployment_audit import DeploymentAudit
from resonance_dao.workflows.audit.disclosure_audit import DisclosureAudit
from resonance_dao.workflows.audit.evidence_audit import EvidenceAudit
from resonance_dao.workflows.audit.history import History, Progress, Tell, Transaction, ignore
from resonance_dao.workflows.audit.log_audit import LogAudit
from resonance_dao.workflows.audit.payout_table import PayoutTable
from resonance_dao.workflows.audit.project_audit import ProjectAudit
from resonance_dao.workflows.audit.record_audit import RecordAudit
from resonance_dao.workflows.audit.report import AuditReport, Findings
from resonance_dao.workflows.audit.state_audit import StateAudit
from resonance_dao.workflows.audit.token_audit import TokenAudit
from resonance_dao.workflows.audit.vault_audit import VaultAudit
from resonance_dao.workflows.system import System

__all__ = ["Options", "Progress", "audit"]


@dataclass(frozen=True, slots=True)
class Options:
    """
    How far and how patiently to look.

    `last_block` None is the head. `span` is how many blocks one log query covers. A transaction without a
    record is pending while it is younger than `race_s`, or younger than both the last batch and `stall_s`;
    from then on it is missing.
    """

    last_block: int | None = None
    span: int = 10_000
    race_s: int = 600
    stall_s: int = 86_400


def audit(
    system: System,
    source: BlockSource,
    publisher: str,
    *,
    options: Options | None = None,
    progress: Tell = ignore,
) -> AuditReport:
    """
    Audit everything that `system`'s contracts ever did and the log that `publisher` wrote about it.

    What is wrong in the material becomes a row. `ChainUnreachable` when the endpoint fails, `ChainMismatch`
    when the chain was rewritten below the audited block meanwhile.
    """
    return _Audit(system, source, checksum(publisher, "publisher"), options or Options(), progress).run()


class _Audit:
    """The auditors of one run, at one block, over one list of findings."""

    def __init__(
        self, system: System, source: BlockSource, publisher: str, options: Options, tell: Tell
    ) -> None:
        self._system, self._publisher, self._options, self._tell = system, publisher, options, tell
        self._findings = findings = Findings()
        self._head: Block = system.chain.block("latest" if options.last_block is None else options.last_block)
        first = min(system.first_block, self._head.number)
        self._history = History(system, first, self._head.number, options.span, findings, tell)
        self._deployment = DeploymentAudit(system, findings, self._head.number)
        self._projects = ProjectAudit(system, findings)
        self._bounties = BountyAudit(system, findings, self._projects)
        self._vault = VaultAudit(system, findings, self._bounties.ledger, self._bounties.custody)
        self._tokens = TokenAudit(system, findings, self._projects, self._bounties.ledger)
        self._evidence = EvidenceAudit(system, findings, source, self._bounties.ledger)
        self._disclosures = DisclosureAudit(system, findings)
        self._records = RecordAudit(system, findings, self._evidence, self._disclosures, tell)
        self._log = LogAudit(system, findings, publisher, self._records)
        self._payouts = PayoutTable()

    def run(self) -> AuditReport:
        try:
            self._deployment.run()
            self._read_history()
            self._compare_state()
        except (NotDeployed, TransactionFailed, InputInvalid) as exc:
            # A contract that is not what it should be answers nothing that could be compared.
            self._findings.fail("audit.completed", "deployment", "contracts that answer as compiled", exc)
        self._evidence.run(self._tell)
        self._require_same_chain()
        return self._report()

    def _read_history(self) -> None:
        for transaction in self._history.transactions():
            try:
                self._observe(transaction)
            except (InputInvalid, LookupError) as exc:
                # What no contract of ours can say: an achievement above the whole, a third tranche.
                at, what = transaction.hash, f"{type(exc).__name__}: {exc}"
                self._findings.fail(
                    "history.impossible", transaction.subject, "values in range", what, transaction=at
                )

    def _observe(self, transaction: Transaction) -> None:
        payments = self._bounties.observe(transaction)
        self._payouts.add(payments)
        self._vault.observe(transaction, payments)
        self._tokens.observe(transaction)
        self._evidence.observe(transaction)
        self._disclosures.observe(transaction)
        self._log.observe(transaction)

    def _compare_state(self) -> None:
        block, now, options = self._head.number, self._head.timestamp, self._options
        self._deployment.check_tokens(self._history.tokens)
        self._deployment.check_pools(self._history.pools)
        self._projects.finish(block)
        state = StateAudit(self._system, self._findings, block, self._tell)
        state.compare_bounties(self._bounties.ledger)
        state.compare_judgements(self._bounties.judgements)
        self._bounties.finish(block, now)
        self._vault.finish(block)
        self._tokens.finish(block)
        self._log.finish(block, now, options.race_s, options.stall_s)
        self._disclosures.finish(now, options.stall_s)

    def _require_same_chain(self) -> None:
        found = self._system.chain.block(self._head.number).hash
        if found != self._head.hash:
            raise ChainMismatch(
                f"block {self._head.number} was {self._head.hash} and is now {found}",
                hint="The chain was reorganised during the audit: audit again, some blocks below the head.",
            )

    def _report(self) -> AuditReport:
        ledger = self._bounties.ledger
        counts = {
            "projects": len(self._projects.projects),
            "bounties": len(ledger.bounties),
            "submissions": sum(1 for _ in ledger.works()),
            "applications": self._bounties.desk.count,
            "bonds": self._bounties.reviewer_bonds.count,
            "pools": len(self._bounties.pools.pools),
            "ratings": self._bounties.reputation.count,
            "contracts": len(self._history.contracts()),
            **self._history.counts,
            "batches": self._log.batches,
            "records": self._records.count,
            "cids": self._evidence.count,
        }
        rows = tuple(self._findings.rows)
        payouts = self._payouts.rows(ledger, self._vault.withdrawn, rows)
        head = self._head
        return AuditReport(
            self._system.chain_id,
            head.number,
            head.hash,
            head.timestamp,
            self._publisher,
            rows,
            payouts,
            counts,
        )
