"""
The kill harness: a client, a chain that misbehaves, and workers that are killed at planned steps.

The parent is the client: it holds the receipts that it was given and asks again when it was given none.
Every round forks workers that accept, tick, and are killed (SIGKILL) at their steps; where there are two,
both answer the client and compete for the lead. The oracle reads the chain's events and the client's
receipts, and only then the journal.
"""

from __future__ import annotations

import json
import mmap
import os
import random
import signal
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import cycle
from typing import Any

import pytest

from resonance_dao.chain.chain import nonce_of
from resonance_dao.journal.operation import UNSETTLED
from resonance_dao.journal.outbox import Outbox
from resonance_dao.journal.webhooks import RECORD, Webhook, Webhooks, backlogs
from resonance_dao.transparency.receipt import SignedReceipt
from resonance_dao.workflows.lane import prover_of
from resonance_dao.workflows.webhooks.delivering import Deliverer
from resonance_dao.workflows.webhooks.posting import Posted

TICKS = 12
STRIKES_S = 0.2
"""How soon a process that stops itself has stopped, in all of its threads."""
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
    "replace.before_commit",
    "replace.committed",
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
    "withdraw.before_commit",
    "withdraw.committed",
    "step_back.before_commit",
    "step_back.committed",
    "deliver.take.before_commit",
    "deliver.taken",
    "deliver.posted",
    "deliver.conclude.before_commit",
    "deliver.concluded",
)
OF_STEPPING_BACK = {step for step in STEPS if step.startswith(("withdraw.", "step_back."))}
# These need a chain that steps back between two ticks, or one that grew dear: no plan can order it.
BY_CHANCE = {"confirm.dropped", "replace.before_commit", "replace.committed"} | OF_STEPPING_BACK
HOOKS = ("a" * 16, "b" * 16)
"""Two webhooks that are told of every record."""
PAUSE_S = 400
"""How far the clock of deliveries goes on each time that it is asked: whatever waits comes round."""
Plan = tuple[str, int]
"""The step to be killed at, and at which time of coming to it."""
UNHARMED: Plan = ("none", 0)
HITS = 20
"""A step is killed at from the first time of coming to it to this one, as far as a worker comes."""
SPARED = 7
"""
How many turns a plan that no worker came to is left out at most: each time that it fails twice as many. The
first time of a step is left out for one turn only, since what comes by chance comes then.
"""


class Plans:
    """
    What to be killed at: each step in turn, at its first time, then at its second, as far as workers come.

    What is not come to (the chain did not step back, the work was done before) costs a whole round and kills
    nobody, so it is left out for a while.
    """

    def __init__(self, steps: Sequence[str]) -> None:
        self._steps, self._hits = cycle(steps), dict.fromkeys(steps, 1)
        self._turns, self._spared = Counter[Plan](), Counter[Plan]()

    def __iter__(self) -> Iterator[Plan]:
        return self

    def __next__(self) -> Plan:
        for step in self._steps:
            for plan in dict.fromkeys(((step, self._hits[step]), (step, 1))):
                if not self._turns[plan]:
                    return plan
                self._turns[plan] -= 1
                self._hits[step] = 1
        raise StopIteration

    def note(self, plan: Plan, *, is_hit: bool) -> None:
        """Learn whether a worker came to where it was to be killed."""
        step, hit = plan
        self._hits[step] = hit % HITS + 1 if is_hit else 1
        self._spared[plan] = 0 if is_hit else min(2 * self._spared[plan] + 1, SPARED if hit > 1 else 1)
        self._turns[plan] = self._spared[plan]


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
    recoveries: list[float] = field(default_factory=list)
    patience: int = 20
    subjects: int = 1
    workers: int = 1
    clients: int = 1
    strike: signal.Signals = signal.SIGKILL
    tolerated: tuple[str, ...] = ()
    rng: random.Random = field(init=False)
    plans: Plans = field(default_factory=lambda: Plans(STEPS))
    died_at: float | None = None
    furthest: int = 0
    events: list[tuple[float, str]] = field(default_factory=list)
    received: dict[str, Counter[str]] = field(default_factory=dict)
    clock: memoryview = field(default_factory=lambda: memoryview(mmap.mmap(-1, 8)).cast("q"))

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)  # noqa: S311
        webhooks = Webhooks(self.stage.journal().database)
        for name in HOOKS:
            webhooks.add(Webhook(name, f"https://{name}.example", b"s" * 32, (RECORD,), 0))

    def run(self, kills: int, disturb: Callable[[Harness], None], rounds: int | None = None) -> None:
        """Work until `kills` workers were killed, or for so many rounds; then let the last one finish."""
        for round_number in range(kills * 20 if rounds is None else rounds):
            if self.kills.total() >= kills:
                break
            for _ in range(self.rng.choice((0, 1, 1, 2)) * self.clients):
                self.want()
            disturb(self)
            self.work([next(self.plans) for _ in range(self.workers)], seed=self.seed + round_number)
        self.finish()

    def want(self) -> None:
        """Want one thing more; every seventh or so reverts."""
        self.wishes.append(Wish(10**6 + len(self.wishes), self.rng.random() < 0.15))

    def finish(self) -> None:
        for _ in range(self.patience):
            if self.work([UNHARMED], seed=0, ticks=40) == "settled":
                return
        pytest.fail("the recorder never comes to rest")

    def recovery_p99(self) -> float:
        """Seconds from a worker's death to the next whole tick of whichever leads then: the 99th of 100."""
        return sorted(self.recoveries)[int(len(self.recoveries) * 0.99)] if self.recoveries else 0.0

    def work(self, plans: Sequence[Plan], seed: int, ticks: int = TICKS) -> str:
        """Fork a worker for each plan, and take what they told the client before they died."""
        started = [self.start(plan, random.Random(f"{seed}-{i}"), ticks) for i, plan in enumerate(plans)]  # noqa: S311
        ended = [self.outcome(*worker) for worker in started][-1]
        self.recover()
        return ended

    def recover(self) -> None:
        """Measure how long nobody led after a death, by what all workers of a round told, in order."""
        for at, what in sorted(self.events):
            if what == "died":
                self.died_at = self.died_at or at
            elif self.died_at is not None:
                self.recoveries.append(at - self.died_at)
                self.died_at = None
        self.events.clear()

    def start(self, plan: Plan, rng: random.Random, ticks: int) -> tuple[int, int, Plan]:
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            os._exit(self.as_worker(plan, writing, rng, ticks))
        os.close(writing)
        return child, reading, plan

    def outcome(self, child: int, reading: int, plan: Plan) -> str:
        with os.fdopen(reading) as told:
            messages = [json.loads(line) for line in told if line.endswith("\n")]
        _, status = os.waitpid(child, 0)
        self.plans.note(plan, is_hit=os.WIFSIGNALED(status))
        for message in messages:
            assert "failed" not in message, message["failed"]
            if "wish" in message:
                self.take(self.wishes[message["wish"]], SignedReceipt.from_dict(message["receipt"]))
            if "event" in message:
                self.received.setdefault(message["event"], Counter())[message["body"]] += 1
            self.events += [(message[what], what) for what in ("died", "led") if what in message]
        if os.WIFSIGNALED(status):
            assert os.WTERMSIG(status) == signal.SIGKILL
            self.kills[plan[0]] += 1
            self.furthest = max(self.furthest, plan[1])
            return "killed"
        return "settled" if any("settled" in message for message in messages) else "tired"

    def take(self, wish: Wish, receipt: SignedReceipt) -> None:
        assert wish.receipt in (None, receipt), "the same request got two answers"
        wish.receipt = receipt

    def as_worker(self, plan: Plan, out: int, rng: random.Random, ticks: int) -> int:
        seen: Counter[str] = Counter()

        def tell(**message: object) -> None:
            os.write(out, (json.dumps(message) + "\n").encode())

        def hook(at: str) -> None:
            seen[at] += 1
            if (at, seen[at]) == plan:
                if self.strike == signal.SIGKILL:
                    tell(died=time.monotonic())
                os.kill(os.getpid(), self.strike)
                # Where there are several threads, this one may go on for a moment, into the next commit.
                threading.Event().wait(None if self.strike == signal.SIGKILL else STRIKES_S)

        try:
            journal = self.stage.journal(hook)
            self.ask(journal, tell)
            deliverer = Deliverer(journal, Receiver(tell, rng), self.delivery_clock())
            self.tick(self.stage.recorder(journal), deliverer, tell, rng, ticks)
        except BaseException as exc:
            if not self.tolerates(str(exc)):
                tell(failed=traceback.format_exc())
            return 1
        return 0

    def tolerates(self, trouble: str) -> bool:
        """Whether a worker may meet this."""
        return any(words in trouble for words in self.tolerated)

    def ask(self, journal: Any, tell: Callable[..., None]) -> None:
        """Ask for whatever has no receipt yet, as `clients` at once: their requests share commits."""

        def wish(number: int) -> None:
            wished = self.wishes[number]
            ask = self.stage.overdraw if wished.reverts else self.stage.mint
            about = f"bounty/{wished.amount % self.subjects}"
            accepted = ask(journal, wished.amount, wished.key, about)
            tell(wish=number, receipt=accepted.receipt.to_dict())

        waiting = [number for number, wished in enumerate(self.wishes) if wished.receipt is None]
        if self.clients == 1:
            for number in waiting:
                wish(number)
            return
        with ThreadPoolExecutor(self.clients) as threads:
            list(threads.map(wish, waiting))

    def delivery_clock(self) -> Callable[[], int]:
        """Return a clock that goes on whenever it is asked, by whichever worker."""

        def ask() -> int:
            # Kept where every worker sees it: one that is killed cannot tell how late it was.
            self.clock[0] += PAUSE_S
            return self.clock[0]

        return ask

    def tick(
        self, recorder: Any, deliverer: Deliverer, tell: Callable[..., None], rng: random.Random, ticks: int
    ) -> None:
        for _ in range(ticks):
            tick = recorder.tick(self.stage.now(), flush=True)
            assert all(self.tolerates(trouble) for trouble in tick.troubles), tick.troubles
            if tick.leader:
                tell(led=time.monotonic())
            deliverer.round()
            is_told = not backlogs(self.stage.journal().database)
            if tick.is_idle and recorder.status().is_settled and is_told:
                tell(settled=True)
                break
            if rng.random() < 0.7:
                self.stage.mine()

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
        entries = all_entries(journal)
        assert [entry.number for entry in entries] == list(range(1, size + 1))
        publisher = journal.identity.publisher
        assert stage.log.call(chain, "sizeOf", publisher) == size
        assert stage.log.call(chain, "rootOf", publisher) == prover_of(journal, stage.log).root()
        self.check_requests(journal, entries)
        self.check_nonces(journal, chain)
        self.check_deliveries(journal, entries)

    def check_deliveries(self, journal: Any, entries: list[Any]) -> None:
        """Every webhook got every entry at least once, always under one id and in the same words."""
        events = {f"{name}.{entry.number}" for name in HOOKS for entry in entries}
        assert set(self.received) == events
        assert [event for event, bodies in self.received.items() if len(bodies) != 1] == []
        assert [hook.ended_at for hook in Webhooks(journal.database).all()] == [None] * len(HOOKS)

    def check_requests(self, journal: Any, entries: list[Any]) -> None:
        numbers = set()
        outcomes: dict[int, list[str]] = {}
        for entry in entries:
            if entry.request is not None:
                outcomes.setdefault(entry.request, []).append(entry.kind)
        for wish in self.wishes:
            assert wish.receipt is not None
            number = wish.receipt.receipt.number
            numbers.add(number)
            assert entries[number - 1].receipt == wish.receipt
            assert outcomes[number] == ["disclosure" if wish.reverts else "transaction"]
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
        entries = all_entries(self.stage.journal())
        corrections = [entry.to_record() for entry in entries if entry.kind == "correction"]
        corrected = Counter(record.body["corrects"] for record in corrections)
        assert set(corrected.values()) <= {1}, "corrected twice"
        seen = [
            entry.to_record().body
            for entry in entries
            if entry.kind == "transaction" and b'"observed"' in entry.record and entry.number not in corrected
        ]
        assert sorted(body["arguments"]["amount"] for body in seen) == amounts
        for body in seen:
            receipt = self.stage.chain().receipt(body["tx_hash"])
            assert (receipt.block_number, receipt.block_hash) == (body["block_number"], body["block_hash"])
        return len(amounts)


class Receiver:
    """
    Receives for the client: what it got is told before anything else happens. Now and then it is not there,
    or its answer is lost.
    """

    def __init__(self, tell: Callable[..., None], rng: random.Random) -> None:
        self._tell, self._rng = tell, rng

    def post(self, _url: str, headers: Mapping[str, str], body: bytes) -> Posted:
        luck = self._rng.random()
        if luck < 0.1:
            return Posted(None, "did not answer")
        self._tell(event=headers["webhook-id"], body=sha256(body).hexdigest())
        return Posted(502, "its answer was lost") if luck < 0.2 else Posted(204, "")


def all_entries(journal: Any, page: int = 10_000) -> list[Any]:
    """Return every entry of a journal."""
    entries: list[Any] = []
    while found := journal.entries(first=len(entries) + 1, limit=page):
        entries += found
    return entries
