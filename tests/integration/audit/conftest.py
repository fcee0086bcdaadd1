"""
Five bounties told on a real anvil, from opening to the last withdrawal, every transaction recorded.

What the tests alter afterwards is never the chain but what an endpoint or a store says of it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from resonance_dao.chain.book import Book
from resonance_dao.chain.chain import Receipt
from resonance_dao.chain.client import RpcChain
from resonance_dao.chain.compiler import compile_project
from resonance_dao.chain.deployment import run
from resonance_dao.chain.devchain import DevChain, increase_time
from resonance_dao.chain.revert import RevertDecoder
from resonance_dao.chain.sender import send
from resonance_dao.chain.signer import DevSigner
from resonance_dao.economy.withholding import Bracket, Schedule
from resonance_dao.errors import EvidenceUnavailable
from resonance_dao.evidence.cid import Cid
from resonance_dao.transparency.manifest import Manifest
from resonance_dao.transparency.record import Record
from resonance_dao.workflows import bounties, claiming, contributions, payouts, reputation, withholding
from resonance_dao.workflows.appeals import Appeal
from resonance_dao.workflows.challenges import putting_down
from resonance_dao.workflows.deploying import deployment_plan
from resonance_dao.workflows.revisions import Revision
from resonance_dao.workflows.system import Action, System, perform
from resonance_dao.workflows.telling import Teller
from resonance_dao.workflows.terms import Submission, Terms, TrancheTerms
from resonance_dao.workflows.watching import watched_contracts
from tests.integration.audit.endings import tell_failures, tell_withdrawals, transaction
from tests.integration.audit.kept_money import tell_kept_money
from tests.integration.audit.native_bounty import tell_native_bounty

ROOT = Path(__file__).parents[3]
DAY, YEN = 86_400, 10**18
OPERATOR, OWNER, WORKER, PARTNER, SOURCE, ARBITER, OUTSIDER = (DevSigner(n) for n in range(7))
REVIEWERS = sorted((DevSigner(n) for n in (7, 8, 9)), key=lambda signer: int(signer.address, 16))
NOBODY, NOTHING = "0x" + "00" * 20, "0x" + "00" * 32


@dataclass
class MemorySource:
    """Blocks in memory, returned unchecked: the audit must check for itself."""

    blocks: dict[str, bytes] = field(default_factory=dict)
    name: str = "memory"

    def put(self, content: bytes) -> str:
        cid = str(Cid.of(content))
        self.blocks[cid] = content
        return cid

    def get_block(self, cid: Cid) -> bytes:
        if str(cid) not in self.blocks:
            raise EvidenceUnavailable(f"{cid} is not here")
        return self.blocks[str(cid)]


@dataclass
class Told:
    """The system, the source, and what the recorder of this story wrote."""

    system: System
    source: MemorySource
    records: list[Record] = field(default_factory=list)
    hashes: dict[str, str] = field(default_factory=dict)
    anchored: int = 0
    outsider: DevSigner = OUTSIDER
    publisher: str = OPERATOR.address
    owner: str = OWNER.address

    def pin(self, text: str) -> str:
        return self.source.put(text.encode())

    def do(self, action: Action, signer: DevSigner, name: str = "") -> Receipt:
        receipt = perform(self.system, action, signer)
        self.observe(receipt, action.function, name)
        return receipt

    def observe(self, receipt: Receipt, function: str, name: str = "") -> None:
        self.hashes[name or function] = receipt.tx_hash
        body = transaction(receipt, function, "observed")
        self.follow(self.write("transaction", f"transaction/{receipt.tx_hash}", body), receipt)

    def follow(self, number: int, receipt: Receipt) -> None:
        """Write what the transaction that the last record tells of did."""
        teller = Teller(self.system.chain_id, lambda: watched_contracts(self.system))
        for draft in teller.effects(receipt, number, self.records[-1].cid):
            self.write(draft.kind, draft.subject, dict(draft.body), draft.links)

    def write(self, kind: str, subject: str, body: dict[str, Any], links: tuple[int, ...] = ()) -> int:
        number = len(self.records) + 1
        system = self.system
        self.records.append(Record(kind, number, system.now(), system.chain_id, subject, body, links))
        return number

    def anchor(self) -> Receipt:
        """Pin the records that wait and append them in one batch."""
        batch = self.records[self.anchored :]
        cids = tuple(self.source.put(record.to_bytes()) for record in batch)
        manifest = Manifest(OPERATOR.address, self.anchored + 1, cids)
        self.source.put(manifest.to_bytes())
        leaves = [record.leaf for record in batch]
        calldata = self.system.log.encode("append", self.anchored, leaves, manifest.digest)
        self.anchored = len(self.records)
        return send(self.system.chain, OPERATOR, self.system.log.address, calldata)

    def later(self, seconds: int) -> None:
        increase_time(self.system.chain, seconds)


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    artifacts = compile_project(ROOT, env=os.environ)
    with DevChain.start(ROOT) as dev:
        chain = RpcChain(dev.url, reverts=RevertDecoder(artifacts.values()))
        book = Book.load(tmp_path_factory.mktemp("deployments"), chain)
        book = run(deployment_plan(ROOT, 31337, artifacts), chain, OPERATOR, book)
        coin = book.contract("TestYen", artifacts)
        send(chain, OWNER, coin.address, coin.encode("mint", OWNER.address, 10**7 * YEN))
        yield System.from_book(chain, book, artifacts)


@pytest.fixture(scope="session")
def told(system: System) -> Told:
    """The whole story; tests read it and never add to it."""
    story = Told(system, MemorySource())
    tell_deployment(story)
    open_project(story)
    tell_first_bounty(story)
    story.anchor()
    tell_second_bounty(story)
    tell_native_bounty(story, terms_of(story))
    tell_withdrawals(story, coin_of(system))
    tell_failures(story, coin_of(system))
    tell_kept_money(story, terms_of(story))
    story.anchor()
    return story


def coin_of(system: System) -> str:
    """Return the test coin, which stands at a known address."""
    plan = deployment_plan(ROOT, 31337, system.artifacts)
    return next(step.address for step in plan.steps if step.name == "TestYen")


def tell_deployment(story: Told) -> None:
    """Some constructors ask the vault to refuse pushes, so their creation is an event of ours."""
    system, chain = story.system, story.system.chain
    logs = chain.logs([system.vault.address], 0, chain.block().number)
    for tx_hash in dict.fromkeys(log.tx_hash for log in logs):
        receipt = chain.receipt(tx_hash)
        assert receipt is not None
        story.observe(receipt, "0x00000000", "deployment")


def open_project(story: Told) -> None:
    opening = {
        "name": "Wagashi",
        "symbol": "WAGA",
        "cap": 10**6 * YEN,
        "metadata": story.pin("A sweets maker."),
        "minters": [story.system.escrow.address],
    }
    story.do(Action(story.system.projects, "open", (opening,), {}), OWNER, "open_project")
    outcomes = story.system.outcomes.address
    chosen = reputation.Policy(outcomes, 90, 7 * DAY, 7 * DAY, ARBITER.address, (OPERATOR.address,))
    story.do(reputation.setting_policy(story.system, 1, chosen), OWNER)


def terms_of(story: Told, **changes: Any) -> Terms:
    success = TrancheTerms(5000, 5000, 15_000, 0, 30 * DAY, 3 * DAY, 1000, SOURCE.address)
    long_term = TrancheTerms(2000, 2500, 10_000, 300 * DAY, 400 * DAY, 0, 1000, SOURCE.address)
    values: dict[str, Any] = {
        "project_id": 1,
        "funder": OWNER.address,
        "token": coin_of(story.system),
        "amount": 300_000 * YEN + 7,
        "guaranteed": 180_000 * YEN,
        "token_reward": 1000 * YEN + 1,
        "max_awards": 2,
        "min_multiplier_bps": 8000,
        "max_multiplier_bps": 12_000,
        "base_bps": 3000,
        "quorum": 2,
        "reviewers": tuple(signer.address for signer in REVIEWERS),
        "submit_by": story.system.now() + 500 * DAY,
        "review_window": 7 * DAY,
        "appeal_window": 3 * DAY,
        "silent_appeal_accepts": False,
        "arbiter": ARBITER.address,
        "arbiter_window": 5 * DAY,
        "challenge_bond": 10 * YEN,
        "admission": NOBODY,
        "withholding": NOTHING,
        "success": success,
        "long_term": long_term,
        "document": story.pin("The terms, for people."),
    }
    return Terms(**{**values, **changes})


def open_bounty(story: Told, terms: Terms, name: str) -> None:
    for action in bounties.opening(story.system, terms, OWNER.address):
        story.do(action, OWNER, name)


def submit(story: Told, bounty_id: int, shares: dict[str, int], text: str) -> None:
    view = bounties.bounty(story.system, bounty_id)
    work = Submission(bounty_id, WORKER.address, tuple(shares), tuple(shares.values()), 0, story.pin(text))
    story.do(contributions.submitting(story.system, view.terms, work), WORKER, f"submit: {text}")


def judge(story: Told, signer: DevSigner, submission: int, name: str, **values: Any) -> None:
    """Let somebody sign a review or an outcome, of bounty 1 when not said, which the operator relays."""
    system, view = story.system, bounties.bounty(story.system, values.pop("bounty", 1))
    kind: Any = contributions.review if "verdict" in values else contributions.outcome
    common: dict[str, Any] = {"now": system.now(), "salt": bytes([len(story.records)]) * 32}
    attestation = kind(system, view, submission, *values.pop("parts", ()), **values, **common)
    signed = contributions.sign(system, attestation, signer)
    context = contributions.context_of(system, view, submission)
    story.do(contributions.relaying(system, signed, context), OPERATOR, name)


def tell_first_bounty(story: Told) -> None:
    """One work changed, accepted, short of its target, topped up; another rejected, also on appeal."""
    system = story.system
    open_bounty(story, terms_of(story), "open_bounty")
    submit(story, 1, {WORKER.address: 3333, PARTNER.address: 6667}, "Draft.")
    submit(story, 1, {WORKER.address: 10_000}, "Poor work.")
    why = story.pin("More colour.")
    asked = {"verdict": "request_changes", "score_bps": 5000, "reason": "colour", "document": why}
    judge(story, REVIEWERS[0], 1, "ask", **asked)
    shares = {WORKER.address: 3333, PARTNER.address: 6667}
    better = Submission(1, WORKER.address, tuple(shares), tuple(shares.values()), 0, story.pin("Good work."))
    story.do(Revision(1, better).action(system), WORKER, "revise")
    for number, reviewer in enumerate(REVIEWERS[:2], 1):
        why = story.pin(f"Review {number}.")
        good = {"verdict": "approve", "score_bps": 9000, "reason": "fits", "document": why}
        poor = {"verdict": "reject", "score_bps": 100, "reason": "off-brief", "document": why}
        judge(story, reviewer, 1, f"approve {number}", **good)
        judge(story, reviewer, 2, f"reject {number}", **poor)
    story.do(Appeal(1, 2, WORKER.address, story.pin("It is good.")).action(system), WORKER)
    judge(story, ARBITER, 2, "rule appeal", **poor)
    sold = story.pin("Sales figures.")
    judge(story, SOURCE, 1, "report", parts=("success",), value=50, evidence=sold)
    challenge(story, 1, OWNER)
    judge(story, ARBITER, 1, "rule", parts=("success",), value=100, evidence=sold)
    story.later(400 * DAY)
    view = bounties.bounty(system, 1)
    story.do(payouts.settling(system, view, 1, "long_term"), OUTSIDER, "settle long_term")
    story.do(claiming.claiming_tokens(system, view, 1), WORKER)
    for number, action in enumerate(reputation.due_outcomes(system, bounties.bounty(system, 1))):
        story.do(action, OUTSIDER, f"count {number}")


def challenge(story: Told, bounty_id: int, signer: DevSigner) -> None:
    """Challenge the success report on submission 1, with the bond that the terms ask for."""
    system, view = story.system, bounties.bounty(story.system, bounty_id)
    for action in putting_down(system, view, signer.address):
        perform(system, action, signer)
    doubt = story.pin("I doubt it.")
    action = contributions.challenging(system, view, 1, "success", signer.address, doubt)
    story.do(action, signer, f"challenge {bounty_id}")


def tell_second_bounty(story: Told) -> None:
    """All of the pay is base and taxed; silence accepts; the bounty closes with one award unused."""
    system = story.system
    brackets = (Bracket(0, 0, 0, 1021), Bracket(0, 1000, 102, 2042))
    schedule = Schedule(coin_of(system), YEN, OPERATOR.address, "Ten per cent", brackets)
    story.do(withholding.registering(system, schedule), OUTSIDER)
    nothing = TrancheTerms(0, 0, 0, 0, 0, 0, 0, NOBODY)
    changes: dict[str, Any] = {"base_bps": 10_000, "success": nothing, "long_term": nothing, "quorum": 1}
    changes |= {"token_reward": 0, "withholding": withholding.schedule_id(system, schedule)}
    changes |= {"arbiter": NOBODY, "appeal_window": 0, "challenge_bond": 0, "min_multiplier_bps": 10_000}
    open_bounty(story, terms_of(story, **changes, max_multiplier_bps=10_000), "open_second")
    submit(story, 2, {PARTNER.address: 10_000}, "Quiet work.")
    story.later(7 * DAY)
    view = bounties.bounty(system, 2)
    story.do(contributions.accepting_by_silence(system, view, 1), OUTSIDER)
    why = story.pin("Enough.")
    story.do(bounties.closing(system, view, "goal-met", why), OWNER, "close")
