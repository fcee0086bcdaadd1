"""
One life of the recorder after another on one chain, each under a fault, and the oracle: the chain's events
and the receipts that the client holds, and only then the journal.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from eth_account import Account
from eth_account.typed_transactions import TypedTransaction
from hexbytes import HexBytes

from resonance_dao.chain.chain import nonce_of
from resonance_dao.chain.client import RpcChain
from resonance_dao.errors import ResonanceError
from resonance_dao.journal.operation import FAILED, FINAL, REFUSED, UNSETTLED
from resonance_dao.journal.outbox import Outbox
from resonance_dao.workflows.proving import Prover

PATIENCE = 60


@dataclass
class Wish:
    """What the client asked for, and the receipt that it holds."""

    amount: int
    reverts: bool
    receipt: Any


@dataclass
class Player:
    """A client, a recorder behind a proxy and a chain that moves by hand; one journal for it all."""

    stage: Any
    proxy: Any
    stranger: Callable[[int], str]
    timeout_s: float = 0.1
    wishes: list[Wish] = field(default_factory=list)
    strangers: int = 0
    halts: Counter[str] = field(default_factory=Counter)
    troubles: Counter[str] = field(default_factory=Counter)
    recorder: Any = None

    def open(self) -> None:
        """Start the recorder as a new process would."""
        if self.recorder is not None:
            self.recorder.close()
        chain = RpcChain(self.proxy.url, reverts=self.stage.reverts, timeout_s=self.timeout_s)  # type: ignore[arg-type]
        self.journal = self.stage.journal()
        self.recorder = self.stage.recorder(self.journal, chain)

    def play(self, script: Any, rng: random.Random, ticks: int = 10) -> None:
        """Ask for something, let the fault befall the recorder while it works, and let it come to rest."""
        self.proxy.script = script
        self.open()
        for _ in range(rng.choice((1, 1, 2, 3))):
            self.wish(rng.random() < 0.15)
        if rng.random() < 0.3:
            self.strangers += 1
            self.stranger(self.strangers)
        for _ in range(ticks):
            self.tick()
            self.disturb(rng)
        self.proxy.script = None
        self.rest()

    def mine(self) -> None:
        """Mine a block as the node's pool does it."""
        rule = self.proxy.rule
        self.stage.mine() if rule is None else rule.mine()

    def wish(self, reverts: bool = False) -> None:
        amount = 10**6 + len(self.wishes)
        ask = self.stage.overdraw if reverts else self.stage.mint
        accepted = ask(self.journal, amount, f"wish-{amount}")
        self.wishes.append(Wish(amount, reverts, accepted.receipt))

    def disturb(self, rng: random.Random) -> None:
        chance = rng.random()
        if chance < 0.06:
            self.stage.chain().request("anvil_reorg", [1, []])
        elif chance < 0.12:
            self.stage.chain().request("anvil_dropAllTransactions")
        elif chance < 0.18:
            self.open()
        elif chance < 0.75:
            self.mine()

    def tick(self) -> Any:
        """Tick; a recorder that halted is started again, as its operator would."""
        try:
            tick = self.recorder.tick(self.stage.now(), flush=True)
        except ResonanceError as exc:
            self.halts[f"{type(exc).__name__}: {exc}"] += 1
            self.open()
            return None
        self.troubles.update(tick.troubles)
        return tick

    def rest(self) -> None:
        for _ in range(PATIENCE):
            tick = self.tick()
            if tick is not None and tick.is_idle and not tick.troubles and self.recorder.status().is_settled:
                return
            self.mine()
        raise AssertionError(f"stuck: {tick} {self.recorder.status()} {dict(self.halts)}")

    def check(self, *, may_give_up: bool = False) -> None:
        """Compare the chain, the client's receipts and the journal; see the module's description."""
        stage, chain = self.stage, self.stage.chain()
        head = chain.block().number
        events = stage.token.events(chain.logs([stage.token.address], 0, head), "Transfer")
        minted = Counter(event.args["value"] for event in events)
        assert max(minted.values(), default=1) == 1, "something was done twice"
        entries = {entry.number: entry for entry in all_entries(self.journal)}
        assert sorted(entries) == list(range(1, len(entries) + 1))
        told = {entry.request: entry for entry in entries.values() if entry.request is not None}
        for wish in self.wishes:
            number = wish.receipt.receipt.number
            assert entries[number].receipt == wish.receipt
            record = told[number].to_record()
            assert (record.kind == "transaction") == (minted[wish.amount] == 1), record.body
            assert minted[wish.amount] == (0 if wish.reverts else 1) or may_give_up, record.body
        self.check_strangers(minted, entries.values())
        self.check_operations(may_give_up)
        publisher = self.journal.identity.publisher
        assert stage.log.call(chain, "sizeOf", publisher) == len(entries)
        assert stage.log.call(chain, "rootOf", publisher) == Prover(self.journal).root(len(entries))

    def check_strangers(self, minted: Counter[int], entries: Iterable[Any]) -> None:
        """Each transaction of others is told of once, as the chain has it."""
        corrected = {entry.to_record().body["corrects"] for entry in entries if entry.kind == "correction"}
        observed = [
            entry.to_record().body
            for entry in entries
            if entry.kind in ("transaction", "disclosure")
            and b'"observed"' in entry.record
            and entry.number not in corrected
        ]
        amounts = sorted(amount for amount in minted if amount < 10**6)
        assert sorted(body["arguments"]["amount"] for body in observed) == amounts
        for body in observed:
            receipt = self.stage.chain().receipt(body["tx_hash"])
            assert receipt is not None
            assert receipt.status == 1

    def check_operations(self, may_give_up: bool) -> None:
        """One operation, one nonce, for ever; each nonce of the key has one operation."""
        outbox = Outbox(self.journal)
        assert outbox.in_states(UNSETTLED) == []
        ended = outbox.in_states((FINAL, FAILED, REFUSED), limit=100_000)
        for operation in ended:
            for attempt in operation.attempts:
                nonce = TypedTransaction.from_bytes(HexBytes(attempt.raw)).as_dict()["nonce"]
                assert (nonce, Account.recover_transaction(attempt.raw)) == (
                    operation.nonce,
                    operation.sender,
                )
                assert may_give_up or not attempt.fills or operation.purpose == "fill"
        mine = sorted(found.nonce for found in ended if found.nonce is not None)
        assert mine == list(range(nonce_of(self.stage.chain(), self.journal.identity.publisher, "latest")))


def all_entries(journal: Any, page: int = 10_000) -> list[Any]:
    """Return every entry of a journal."""
    entries: list[Any] = []
    while found := journal.entries(first=len(entries) + 1, limit=page):
        entries += found
    return entries
