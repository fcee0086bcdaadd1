"""
Observing: every transaction of others to our contracts becomes an entry, once.

Only blocks that are final are read. When the chain steps back further than that, reading steps back
with it, and what it told of blocks that are no longer there is corrected. The recorder's own transactions
have an outcome instead, and its appends to the log have none, or there would be no end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from resonance_dao.chain.chain import Chain, Log, Receipt, integer, octets
from resonance_dao.chain.contract import Contract
from resonance_dao.errors import ChainUnreachable, InputInvalid, NotFound
from resonance_dao.journal.entry import Accepted, Draft
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.outbox import Outbox
from resonance_dao.journal.sightings import Milestone, Sighting, Sightings
from resonance_dao.workflows import sure_logs
from resonance_dao.workflows.effects import EFFECTS
from resonance_dao.workflows.finality import Finality
from resonance_dao.workflows.receipts import sound_receipt
from resonance_dao.workflows.replaying import reason
from resonance_dao.workflows.telling import Teller

_TX_HASH = re.compile(r"0x[0-9a-f]{64}")
_GONE = {
    "en": "The chain was reorganised: the block that held this transaction is no longer part of it.",
    "ja": "チェーンの再編成により、このトランザクションを含むブロックはチェーンから外れました。",
}
_NOT_COUNTED = {
    "en": "The record that this one corrects does not count, nor do those that follow from it. If another "
    "block holds the transaction, another record tells of it, once it is observed or reported.",
    "ja": "訂正された記録と、そこから導かれた記録は無効です。トランザクションが別のブロックに入った場合は、"
    "観測または報告の後に、別の記録がそれを示します。",
}
AT_ONCE = 200
"""So many transactions are looked up, or corrected, in one go."""


def nothing_new(_logs: Sequence[Log]) -> bool:
    """Learn nothing."""
    return False


@dataclass(frozen=True, slots=True)
class Reach:
    """
    Where reading begins, what is final, how many blocks are read at once. `learn` is shown what was read, and
    says whether there is more to watch.
    """

    first_block: int
    finality: Finality
    span: int = 5_000
    learn: Callable[[Sequence[Log]], bool] = nothing_new


class Observer:
    """Reads the chain for one journal. `contracts` are watched; the log is not among them."""

    def __init__(
        self,
        journal: Journal,
        chain: Chain,
        contracts: Callable[[], Sequence[Contract]],
        teller: Teller,
        reach: Reach,
    ) -> None:
        self._journal, self._chain, self._contracts = journal, chain, contracts
        self._teller, self._reach = teller, reach
        self._sightings, self._outbox = Sightings(journal), Outbox(journal)

    def observe(self, now: int) -> int:
        """Read what is new, up to one span of blocks; return the number of entries written."""
        last = self._reach.finality.last()
        good = self._resume(last)
        first = self._reach.first_block if good is None else good.block_number + 1
        if first > last:
            return 0
        found = self._read(good, first, last)
        while self._reach.learn(found.logs):
            found = self._read(good, first, last)
        written = self._take_back(first, found.end.block_number, now) + self._tell_all(found.logs, now)
        self._sightings.reached(found.end)
        return written

    def reached(self) -> int | None:
        """Return the block up to which the chain was read."""
        milestones = self._sightings.milestones()
        return milestones[0].block_number if milestones else None

    def report(self, tx_hash: str, now: int) -> Accepted:
        """
        Write of a transaction to one of the contracts that someone points out; a failed one emits no event.

        Idempotent. Raises `NotFound` until it is final, `InputInvalid` when it is none of ours to tell.
        """
        if not _TX_HASH.fullmatch(tx_hash):
            raise InputInvalid("tx_hash", tx_hash, "must be 0x and 64 lower-case hexadecimal digits")
        known = self._told(tx_hash)
        if known is not None:
            return self._accepted(known, replayed=True)
        receipt = self._final_receipt(tx_hash)
        if receipt.to not in {contract.address for contract in self._contracts()}:
            raise InputInvalid("tx_hash", tx_hash, "was not sent to one of this deployment's contracts")
        number = self._sightings.add(tx_hash, _block_of(receipt), self._draft(receipt), now)
        return self._accepted(number, replayed=False)

    def _read(self, good: Milestone | None, first: int, last: int) -> sure_logs.Stretch:
        addresses = [contract.address for contract in self._contracts()]
        return sure_logs.read(self._chain, addresses, good, first, last, self._reach.span)

    def _tell_all(self, logs: Sequence[Log], now: int) -> int:
        found = {log.tx_hash: Milestone(log.block_number, log.block_hash) for log in logs}
        hashes, written = list(found), 0
        for at in range(0, len(hashes), AT_ONCE):
            some = hashes[at : at + AT_ONCE]
            told = self._outbox.own(some) | self._sightings.known(some)
            for tx_hash in (one for one in some if one not in told):
                self._tell(tx_hash, found[tx_hash], now)
                written += 1
        return written

    def _tell(self, tx_hash: str, block: Milestone, now: int) -> None:
        receipt = sound_receipt(self._chain, tx_hash)
        if receipt is None or _block_of(receipt) != block:
            raise _unsure(tx_hash)
        self._sightings.add(tx_hash, block, self._draft(receipt), now)

    def _resume(self, last: int) -> Milestone | None:
        """Return the block to read on from, having stepped back where the chain did."""
        milestones = self._sightings.milestones()
        # A node that has not come as far says nothing about what was there.
        if milestones and milestones[0].block_number > last:
            return milestones[0]
        good = next((found for found in milestones if self._is_there(found)), None)
        block = self._reach.first_block - 1 if good is None else good.block_number
        if milestones and good != milestones[0]:
            self._sightings.step_back(block)
        return good

    def _take_back(self, first: int, last: int, now: int) -> int:
        """
        Correct what was told of blocks that the chain has replaced; return how many entries that took. The
        transactions may be in other blocks now: then they are read there.
        """
        seen = self._sightings.between(first, last)
        blocks = {Milestone(found.block_number, found.block_hash) for found in seen}
        there = {block for block in blocks if self._is_there(block)}
        gone = [found for found in seen if Milestone(found.block_number, found.block_hash) not in there]
        written = 0
        for at in range(0, len(gone), AT_ONCE):
            page = gone[at : at + AT_ONCE]
            drafts = {one: _correction(one, self._followers(one.entry)) for one in page}
            written += self._sightings.withdraw(page, drafts.__getitem__, now)
        return written

    def _followers(self, number: int) -> tuple[int, ...]:
        """Return the entries that tell what the transaction of this one did: they come right after it."""
        found, first = list[int](), number + 1
        while page := self._journal.entries(first, AT_ONCE):
            for entry in page:
                if entry.kind not in EFFECTS or entry.to_record().links != (number,):
                    return tuple(found)
                found.append(entry.number)
            first = page[-1].number + 1
        return tuple(found)

    def _is_there(self, block: Milestone) -> bool:
        try:
            return self._chain.block(block.block_number).hash == block.block_hash
        except NotFound as exc:
            raise ChainUnreachable(
                f"the node has no block {block.block_number}, though its chain is longer",
                hint="It is asked again. Does the endpoint have several nodes that are not in step?",
            ) from exc

    def _told(self, tx_hash: str) -> int | None:
        seen = self._sightings.find(tx_hash)
        if seen is not None:
            return seen.entry
        own = self._outbox.of_transaction(tx_hash)
        if own is None:
            return None
        if own.entry is None:
            raise InputInvalid(
                "tx_hash", tx_hash, "is the recorder's own append; the chain itself tells of it"
            )
        outcome = self._journal.outcome_of(own.entry)
        return own.entry if outcome is None else outcome.number

    def _final_receipt(self, tx_hash: str) -> Receipt:
        receipt, last = sound_receipt(self._chain, tx_hash), self._reach.finality.last()
        if receipt is None or receipt.block_number > last:
            raise NotFound(
                f"transaction {tx_hash} is not on the chain for good",
                hint=f"Report it again when its block is final; the last one that is has number {last}.",
            )
        return receipt

    def _draft(self, receipt: Receipt) -> Draft:
        sent = self._chain.request("eth_getTransactionByHash", [receipt.tx_hash])
        if sent is None:
            raise _unsure(receipt.tx_hash)
        data, value = octets(sent.get("input", "0x")), integer(sent.get("value", "0x0"))
        if receipt.status == 1:
            return self._teller.observed(data, receipt, value)
        gas_limit = integer(sent.get("gas", "0x0"))
        error = reason(self._chain, receipt, data, gas_limit=gas_limit, value=value)
        return self._teller.reported(data, receipt, value, error)

    def _accepted(self, number: int, *, replayed: bool) -> Accepted:
        entry = self._journal.entry(number)
        return Accepted(number, entry.receipt, replayed, entry.cid)


def _unsure(tx_hash: str) -> ChainUnreachable:
    return ChainUnreachable(
        f"the node tells of transaction {tx_hash}, and does not know it",
        hint="It is asked again. Does the endpoint have several nodes that are not in step?",
    )


def _block_of(receipt: Receipt) -> Milestone:
    return Milestone(receipt.block_number, receipt.block_hash)


def _correction(gone: Sighting, followers: tuple[int, ...]) -> Draft:
    body = {
        "corrects": gone.entry,
        "what": _GONE,
        "why": _NOT_COUNTED,
        "details": {"tx_hash": gone.tx_hash, "block_hash": gone.block_hash, "with": list(followers)},
    }
    return Draft("correction", f"transaction/{gone.tx_hash}", body, (gone.entry, *followers))
