"""
The kill harness: a client, a chain that misbehaves, and workers that are killed at planned steps.

The parent is the client: it holds the receipts that it was given and asks again when it was given none.
Every round forks a worker that accepts, ticks, and is killed (SIGKILL) at its step. The oracle reads the
chain's events and the client's receipts, and only then the journal.
"""

from __future__ import annotations

import json
import os
import random
import signal
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

import pytest

from resonance_dao.chain.chain import nonce_of
from resonance_dao.journal.operation import UNSETTLED
from resonance_dao.journal.outbox import Outbox
from resonance_dao.transparency.receipt import SignedReceipt
from resonance_dao.workflows.lane import prover_of

TICKS = 12
STEPS = (
    "accept.before_commit",
    "accept.committed",
    "pin.stored",
    "pin.marked",
    "sign.before_commit",
    "sign.committed",
    "send.before_commit",
    "send.marked",
    "send.broadcast",
    "confirm.mined",
    "confirm.dropped",
    "settle.before_commit",
    "settle.committed",
    "anchor.pinned",
    "anchor.before_commit",
    "anchor.committed",
    "observe.before_commit",
    "observe.committed",
    "observe.reached",
)
# This one needs a chain that steps back between two ticks, which no plan can order.
BY_CHANCE = {"confirm.dropped"}


@dataclass
class Wish:
    """What the client wants, and the receipt that it got."""

    amount: int
    reverts: bool
    receipt: SignedReceipt | None = None

    @property
    def key(self) -> str:
        return f"wish-{self.amount}"


@dataclass
class Harness:
    """The client, the chaos and the count."""

    stage: Any
    seed: int
    wishes: list[Wish] = field(default_factory=list)
    kills: Counter[str] = field(default_factory=Counter)
    chaos: Counter[str] = field(default_factory=Counter)
    patience: int = 20
    subjects: int = 1
    rng: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)  # noqa: S311

    def run(self, kills: int, disturb: Callable[[Harness], None], rounds: int | None = None) -> None:
        """Work until `kills` workers were killed, or for so many rounds; then let the last one finish."""
        plan: Iterator[tuple[int, str]] = cycle([(hit, step) for hit in (1, 2, 1, 3) for step in STEPS])
        for round_number in range(kills * 20 if rounds is None else rounds):
            if self.kills.total() >= kills:
                break
            for _ in range(self.rng.choice((0, 1, 1, 2))):
                self.wishes.append(Wish(10**6 + len(self.wishes), self.rng.random() < 0.15))
            disturb(self)
            hit, step = next(plan)
            self.work(step, hit, seed=self.seed + round_number)
        self.finish()

    def finish(self) -> None:
        for _ in range(self.patience):
            if self.work("none", 0, seed=0, ticks=40) == "settled":
                return
        pytest.fail("the recorder never comes to rest")

    def work(self, step: str, hit: int, seed: int, ticks: int = TICKS) -> str:
        """Fork a worker, and take what it told the client before it died."""
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            rng = random.Random(seed)  # noqa: S311
            os._exit(self.as_worker(step, hit, writing, rng, ticks))
        os.close(writing)
        with os.fdopen(reading) as told:
            lines = [line for line in told if line.endswith("\n")]
        _, status = os.waitpid(child, 0)
        settled = False
        for line in lines:
            message = json.loads(line)
            settled = settled or "settled" in message
            assert "failed" not in message, message["failed"]
            if "wish" in message:
                self.take(self.wishes[message["wish"]], SignedReceipt.from_dict(message["receipt"]))
        if os.WIFSIGNALED(status):
            assert os.WTERMSIG(status) == signal.SIGKILL
            self.kills[step] += 1
            return "killed"
        return "settled" if settled else "tired"

    def take(self, wish: Wish, receipt: SignedReceipt) -> None:
        assert wish.receipt in (None, receipt), "the same request got two answers"
        wish.receipt = receipt

    def as_worker(self, step: str, hit: int, out: int, rng: random.Random, ticks: int) -> int:
        seen: Counter[str] = Counter()

        def tell(**message: object) -> None:
            os.write(out, (json.dumps(message) + "\n").encode())

        def hook(at: str) -> None:
            seen[at] += 1
            if at == step and seen[at] == hit:
                os.kill(os.getpid(), signal.SIGKILL)

        try:
            journal = self.stage.journal(hook)
            for number, wish in enumerate(self.wishes):
                if wish.receipt is None:
                    ask = self.stage.overdraw if wish.reverts else self.stage.mint
                    about = f"bounty/{wish.amount % self.subjects}"
                    accepted = ask(journal, wish.amount, wish.key, about)
                    tell(wish=number, receipt=accepted.receipt.to_dict())
            recorder = self.stage.recorder(journal)
            for _ in range(ticks):
                tick = recorder.tick(self.stage.now(), flush=True)
                assert tick.troubles == (), tick.troubles
                if tick.is_idle and recorder.status().is_settled:
                    tell(settled=True)
                    break
                if rng.random() < 0.7:
                    self.stage.mine()
        except BaseException:
            tell(failed=traceback.format_exc())
            return 1
        return 0

    def check(self) -> None:
        """Compare the chain, the client's receipts and the journal."""
        stage, chain = self.stage, self.stage.chain()
        head = chain.block().number
        minted = Counter(
            event.args["value"]
            for event in stage.token.events(chain.logs([stage.token.address], 0, head), "Transfer")
        )
        assert [w.amount for w in self.wishes if minted[w.amount] != (0 if w.reverts else 1)] == []
        assert minted.total() == sum(not w.reverts for w in self.wishes) + self.strangers(minted)

        journal = stage.journal()
        size = journal.size()
        entries = journal.entries(limit=10_000)
        assert [entry.number for entry in entries] == list(range(1, size + 1))
        publisher = journal.identity.publisher
        assert stage.log.call(chain, "sizeOf", publisher) == size
        assert stage.log.call(chain, "rootOf", publisher) == prover_of(journal, stage.log).root()
        self.check_requests(journal, entries)
        self.check_nonces(journal, chain)

    def check_requests(self, journal: Any, entries: list[Any]) -> None:
        numbers = set()
        for wish in self.wishes:
            assert wish.receipt is not None
            number = wish.receipt.receipt.number
            numbers.add(number)
            assert entries[number - 1].receipt == wish.receipt
            told = [entry for entry in entries if entry.request == number]
            assert [entry.kind for entry in told] == ["disclosure" if wish.reverts else "transaction"]
        assert len(numbers) == len(self.wishes)
        requested = [e for e in entries if e.kind == "transaction" and b'"requested"' in e.record]
        assert len(requested) == len(self.wishes)
        assert Outbox(journal).in_states(UNSETTLED) == []

    def check_nonces(self, journal: Any, chain: Any) -> None:
        settled = Outbox(journal).in_states(["final", "failed"], limit=100_000)
        for sender in (journal.identity.publisher, *(key.address for key in self.stage.pool)):
            mine = [found.nonce for found in settled if found.sender == sender and found.nonce is not None]
            assert sorted(mine) == list(range(nonce_of(chain, sender, "latest")))

    def strangers(self, minted: Counter[int]) -> int:
        """Count what strangers minted, and check that each is told of once."""
        amounts = sorted(amount for amount in minted if amount < 10**6)
        journal = self.stage.journal()
        seen = [
            entry.to_record().body["arguments"]["amount"]
            for entry in journal.entries(limit=10_000)
            if entry.kind == "transaction" and b'"observed"' in entry.record
        ]
        assert sorted(seen) == amounts
        return len(amounts)
