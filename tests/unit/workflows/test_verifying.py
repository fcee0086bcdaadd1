"""A receipt is included, in time, or the evidence of an omission; nothing but the chain decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from resonance_dao.chain.abi import topic
from resonance_dao.chain.artifact import Artifact
from resonance_dao.chain.chain import Block, Log
from resonance_dao.chain.contract import Contract
from resonance_dao.chain.signer import DevSigner
from resonance_dao.errors import ChainMismatch, InputInvalid, NotFound, ProofMismatch, SignatureRefused
from resonance_dao.transparency.inclusion import prove_inclusion
from resonance_dao.transparency.merkle import leaf_of
from resonance_dao.transparency.receipt import Receipt, SignedReceipt, typed_data
from resonance_dao.transparency.tree import Tree
from resonance_dao.workflows.verifying import verify_receipt

SIGNER = DevSigner(0)
LOG_ADDRESS, HASH = "0x" + "95" * 20, "0x" + "ab" * 32


def _inputs(text: str) -> list[dict[str, Any]]:
    split = [part.split() for part in text.split(",") if part]
    return [{"type": p[0], "name": p[-1], "indexed": "indexed" in p} for p in split]


APPENDED = {
    "type": "event",
    "name": "Appended",
    "inputs": _inputs("address indexed publisher,uint64 size,uint64 count,bytes32 manifest"),
}
ABI = (
    APPENDED,
    {
        "type": "function",
        "name": "append",
        "inputs": _inputs("uint64 size,bytes32[] leaves,bytes32 manifest"),
    },
    {
        "type": "function",
        "name": "sizeOf",
        "inputs": _inputs("address publisher"),
        "outputs": _inputs("uint64 n"),
    },
    {
        "type": "function",
        "name": "rootOf",
        "inputs": _inputs("address publisher"),
        "outputs": _inputs("bytes32 r"),
    },
)
LOG = Contract(LOG_ADDRESS, Artifact("TransparencyLog", "", ABI, b"", b""))


@dataclass
class LogChain:
    """A chain on which one publisher appended `batches`."""

    batches: list[list[bytes]] = field(default_factory=list)
    time: int = 1500
    chain_id: int = 31337
    to: str = LOG_ADDRESS
    shows_logs: bool = True

    @property
    def tree(self) -> Tree:
        return Tree(leaf for batch in self.batches for leaf in batch)

    def request(self, method: str, params: Sequence[object] = ()) -> Any:
        if method == "eth_chainId":
            return hex(self.chain_id)
        at = int(str(params[0]), 16)
        size = sum(map(len, self.batches[:at]))
        return {"to": self.to, "input": "0x" + LOG.encode("append", size, self.batches[at], bytes(32)).hex()}

    def call(self, to: str, data: bytes, **options: Any) -> bytes:
        size = LOG.encode("sizeOf", SIGNER.address)
        return self.tree.size.to_bytes(32, "big") if data == size else self.tree.head()

    def logs(self, addresses: Sequence[str], first: int, last: int, topics: Sequence[Any] = ()) -> list[Log]:
        found, size = [], 0
        for at, batch in enumerate(self.batches if self.shows_logs else []):
            values = size.to_bytes(32, "big") + len(batch).to_bytes(32, "big") + bytes(32)
            found.append(Log(LOG_ADDRESS, (topic(APPENDED), topics[1]), values, 1, HASH, hex(at), at))
            size += len(batch)
        return found

    def block(self, number: int | str = "latest") -> Block:
        return Block(9, HASH, HASH, self.time, None, 0)

    def receipt(self, tx_hash: str) -> None:
        raise AssertionError("not needed")

    def send_raw(self, raw: bytes) -> str:
        raise AssertionError("a verification sends nothing")


def signed(number: int = 2, **changes: Any) -> SignedReceipt:
    receipt = Receipt(number, b"\2" * 32, 1000, 2000, SIGNER.address, 31337, LOG_ADDRESS)
    receipt = replace(receipt, **changes)
    typed = typed_data(receipt)
    return SignedReceipt(receipt, SIGNER.sign_typed_data(typed["domain"], typed["types"], typed["message"]))


MINE = leaf_of(b"\2" * 32)
LEAVES = [[b"\1" * 32], [MINE, b"\3" * 32]]


def test_an_altered_receipt_is_refused() -> None:
    kept = signed()
    with pytest.raises(SignatureRefused):
        verify_receipt(replace(kept, receipt=replace(kept.receipt, number=3)), LogChain(LEAVES), LOG)


def test_a_receipt_of_another_publisher_than_expected_is_refused() -> None:
    with pytest.raises(SignatureRefused):
        verify_receipt(signed(), LogChain(LEAVES), LOG, publisher=DevSigner(1).address)


@pytest.mark.parametrize("changes", [{"chain_id": 1337}, {"log": "0x" + "94" * 20}])
def test_a_receipt_of_another_chain_or_log_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ChainMismatch, match="the receipt is about log"):
        verify_receipt(signed(**changes), LogChain(LEAVES), LOG)


def test_an_endpoint_that_leaves_out_the_append_is_no_answer() -> None:
    with pytest.raises(NotFound, match="no append that covers record 2"):
        verify_receipt(signed(), LogChain(LEAVES, shows_logs=False), LOG)


@dataclass
class LongChain(LogChain):
    """Twenty million blocks, twelve seconds each; the append stands in `at`."""

    at: int = 19_000_000
    head: int = 20_000_000
    asked: list[str] = field(default_factory=list)

    def block(self, number: int | str = "latest") -> Block:
        found = self.head if isinstance(number, str) else number
        self.asked.append("header")
        return Block(found, HASH, HASH, 12 * found, None, 0)

    def logs(self, addresses: Sequence[str], first: int, last: int, topics: Sequence[Any] = ()) -> list[Log]:
        self.asked.append("logs")
        return super().logs(addresses, first, last, topics) if first <= self.at <= last else []


def test_the_batch_is_looked_for_from_when_the_record_was_accepted() -> None:
    chain, told = LongChain(LEAVES), []
    accepted = signed(accepted_at=12 * (chain.at - 100), anchor_by=12 * (chain.at + 300))
    found = verify_receipt(accepted, chain, LOG, progress=lambda done, of: told.append((done, of)))
    assert found.included
    assert chain.asked.count("header") <= 26
    assert chain.asked.count("logs") == 1
    assert told == []


def test_a_time_that_is_not_true_hides_no_batch() -> None:
    chain, told = LongChain(LEAVES, at=19_930_000), []
    late = signed(accepted_at=12 * (chain.at + 20_000), anchor_by=12 * (chain.at + 30_000))
    found = verify_receipt(
        late, chain, LOG, first_block=19_900_000, progress=lambda done, of: told.append((done, of))
    )
    assert found.included
    assert told[0][0] == 10_000


def test_an_endpoint_without_old_headers_is_asked_for_everything() -> None:
    chain = LogChain(LEAVES)

    def block(number: int | str = "latest") -> Block:
        if number != "latest":
            raise NotFound("pruned")
        return Block(9, HASH, HASH, 1500, None, 0)

    chain.block = block  # type: ignore[method-assign]
    assert verify_receipt(signed(), chain, LOG).included


def test_leaves_inside_another_contracts_call_need_a_proof() -> None:
    with pytest.raises(InputInvalid, match="proof"):
        verify_receipt(signed(), LogChain(LEAVES, to="0x" + "11" * 20), LOG)


def test_a_record_in_the_log_is_included_with_its_transaction() -> None:
    found = verify_receipt(signed(), LogChain(LEAVES), LOG)
    assert found.included
    assert not found.omitted
    assert (found.transaction, found.log_size, found.found_leaf) == ("0x1", 3, MINE)
    assert found.to_dict()["root"] == "0x" + LogChain(LEAVES).tree.head().hex()


@pytest.mark.parametrize(("time", "state"), [(1999, "pending"), (2000, "omitted")])
def test_a_record_that_is_not_there_is_pending_until_it_is_due(time: int, state: str) -> None:
    found = verify_receipt(signed(), LogChain(LEAVES[:1], time=time), LOG)
    assert (found.status.state, found.found_leaf) == (state, None)
    assert found.status.until == (2000 if state == "pending" else None)


def test_the_time_can_be_given() -> None:
    assert verify_receipt(signed(), LogChain(LEAVES[:1]), LOG, now=2000).omitted


def test_another_record_at_its_number_is_an_omission_before_it_is_due() -> None:
    other = b"\7" * 32
    found = verify_receipt(signed(), LogChain([[b"\1" * 32, other]]), LOG)
    assert found.omitted
    document = found.to_dict()
    assert (document["state"], document["found_leaf"]) == ("omitted", "0x" + other.hex())
    assert SignedReceipt.from_dict(document["receipt"]) == signed()


def test_a_proof_shows_inclusion_without_reading_calldata() -> None:
    chain = LogChain(LEAVES, shows_logs=False)
    found = verify_receipt(signed(), chain, LOG, proof=prove_inclusion(chain.tree, 1))
    assert (found.included, found.transaction) == (True, None)


def test_a_proof_that_does_not_hold_is_refused() -> None:
    proof = prove_inclusion(Tree([b"\1" * 32, MINE, b"\4" * 32]), 1)
    with pytest.raises(ProofMismatch):
        verify_receipt(signed(), LogChain(LEAVES), LOG, proof=proof)
