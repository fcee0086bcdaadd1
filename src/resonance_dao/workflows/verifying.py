"""
Verifying a receipt: is the record that the publisher promised in the log, still in time, or left out?

    signed = SignedReceipt.from_text(Path("receipt.json").read_text())
    found = verify_receipt(signed, chain, log_on(chain, signed.receipt.log))
    print(found.to_text())

It needs an RPC endpoint and nothing else; in a log of batches also the proof, or where the records are kept
(a gateway, a folder). A receipt whose record was left out is the evidence: the publisher
signed it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from resonance_dao.chain.abi import topic_of
from resonance_dao.chain.chain import Block, Chain, integer
from resonance_dao.chain.contract import Contract, Event
from resonance_dao.errors import ChainMismatch, InputInvalid, NotFound
from resonance_dao.evidence.store import BlockSource
from resonance_dao.transparency.batched_log import BatchedProof, RecordBatch
from resonance_dao.transparency.fields import to_hex
from resonance_dao.transparency.inclusion import InclusionProof
from resonance_dao.transparency.receipt import Receipt, SignedReceipt
from resonance_dao.transparency.receipt_status import ReceiptStatus, decide, decide_by_proof
from resonance_dao.workflows.audit.calldata import appended_by
from resonance_dao.workflows.batch_records import leaves_of
from resonance_dao.workflows.block_times import block_since
from resonance_dao.workflows.log_contract import BATCHED

Progress = Callable[[int, int], None]
"""Is told how many blocks are read, of how many at most."""

_SPAN = 10_000
_CLOCKS_S = 7_200


@dataclass(frozen=True)
class Verification:
    """
    What became of a receipt at `block`; `time` (unix s) is what was taken for now. `found_leaf` is what
    stands at its index, None while the log is shorter; `transaction` is the append that put it there, None
    when a proof was given instead. `batches` counts those of a log of batches.
    """

    signed: SignedReceipt
    status: ReceiptStatus
    block: Block
    time: int
    log_size: int
    root: bytes
    found_leaf: bytes | None
    transaction: str | None
    batches: int | None = None

    @property
    def included(self) -> bool:
        """Whether the record is in the log."""
        return self.status.state == "included"

    @property
    def omitted(self) -> bool:
        """Whether the publisher broke the promise; the receipt and this value are the evidence."""
        return self.status.state == "omitted"

    def to_text(self) -> str:
        """Return one line for people."""
        return self.status.to_text()

    def to_dict(self) -> dict[str, object]:
        """Return all that somebody else needs to repeat the decision, as plain values for JSON."""
        return {
            "schema": "resonance/verification/1",
            "state": self.status.state,
            "reason": self.status.reason,
            "until": self.status.until,
            "receipt": self.signed.to_dict(),
            "block": self.block.number,
            "block_hash": self.block.hash,
            "time": self.time,
            "log_size": self.log_size,
            "batches": self.batches,
            "root": to_hex(self.root),
            "expected_leaf": to_hex(self.signed.receipt.leaf),
            "found_leaf": None if self.found_leaf is None else to_hex(self.found_leaf),
            "transaction": self.transaction,
        }


def verify_receipt(  # noqa: PLR0913 - what a verifier may know
    signed: SignedReceipt,
    chain: Chain,
    log: Contract,
    *,
    publisher: str | None = None,
    now: int | None = None,
    first_block: int = 0,
    proof: InclusionProof | BatchedProof | None = None,
    source: BlockSource | None = None,
    progress: Progress = lambda _done, _of: None,
) -> Verification:
    """
    Say what became of a receipt at the chain's head; `now` is unix s, by default the head's time.

    The leaf is read from the calldata of the batch, or, when a `proof` is given, computed up to the root that
    the contract stores. In a log of batches calldata has no leaves: without a proof they are made from the
    records, fetched from `source`. The append is looked for from when the record was accepted on, then in
    all that lies before, down to `first_block`. `publisher` is the one you expect; None takes the one that
    the receipt names.
    `SignatureRefused` when the receipt was not signed by it, `ChainMismatch` when it is about another chain
    or log, `ProofMismatch` when the proof does not hold.
    """
    signed.verify(publisher)
    receipt = signed.receipt
    _require_place(receipt, chain, log)
    head = chain.block()
    size = int(log.call(chain, "sizeOf", receipt.publisher, block=head.number))
    root = bytes(log.call(chain, "rootOf", receipt.publisher, block=head.number))
    time, batches = head.timestamp if now is None else now, None
    if log.artifact.name == BATCHED:
        batches = int(log.call(chain, "batchesOf", receipt.publisher, block=head.number))
    leaf, transaction = None, None
    if proof is not None:
        status = decide_by_proof(receipt, proof, log_size=size, root=root, now=time, batches=batches)
        leaf = receipt.leaf if status.state == "included" else None
    else:
        if size > receipt.index:
            event = _append_of(receipt, chain, log, (first_block, head.number), progress)
            leaf, transaction = _leaf_in(event, receipt, chain, log, source), event.tx_hash
        status = decide(receipt, log_size=size, leaf=leaf, now=time)
    return Verification(signed, status, head, time, size, root, leaf, transaction, batches)


def _require_place(receipt: Receipt, chain: Chain, log: Contract) -> None:
    chain_id = integer(chain.request("eth_chainId"))
    named, asked = f"{receipt.log} on chain {receipt.chain_id}", f"{log.address} on chain {chain_id}"
    if named != asked:
        raise ChainMismatch(
            f"the receipt is about log {named}, not {asked}",
            hint="Give the RPC address of the chain that the receipt names.",
        )


def _append_of(
    receipt: Receipt, chain: Chain, log: Contract, blocks: tuple[int, int], progress: Progress
) -> Event:
    """Return the append that covers the receipt's index; `blocks` are the first and last to look at."""
    first, last = blocks
    topics = [log.topic("Appended"), topic_of(receipt.publisher)]
    # No record is in the log before it was accepted. But the time in the receipt is the publisher's word, by
    # its clock: whatever is not found after it is looked for before it.
    since = max(first, block_since(chain, receipt.accepted_at - _CLOCKS_S, last))
    for low, high in ((since, last), (first, since - 1)):
        for start in range(low, high + 1, _SPAN):
            end = min(start + _SPAN - 1, high)
            for event in log.events(chain.logs([log.address], start, end, topics), "Appended"):
                if event.args["size"] <= receipt.index < event.args["size"] + event.args["count"]:
                    return event
            progress(end - low + 1, high - low + 1)
    raise NotFound(
        f"the endpoint shows no append that covers record {receipt.number}, though the log is longer",
        hint="It leaves out events: ask another RPC endpoint, or give an inclusion proof.",
    )


def _leaf_in(
    event: Event, receipt: Receipt, chain: Chain, log: Contract, source: BlockSource | None
) -> bytes:
    """Return what stands at the receipt's index, from the append's calldata or the records it commits to."""
    size = event.args["size"]
    try:
        given = appended_by(chain, log, event.tx_hash, size)
    except InputInvalid as exc:
        raise _proof_needed(str(exc), "Ask the gateway for the inclusion proof and give it.") from exc
    if "leaves" in given:
        leaves: Sequence[bytes] = given["leaves"]
    elif source is None:
        raise _proof_needed(
            "this log holds batches, not records",
            "Ask the gateway for the proof (GET /v1/log/entries/N/proof) and give it, or say where the "
            "records are kept.",
        )
    else:
        batch = RecordBatch(size, given["batch"]["count"], given["batch"]["root"])
        leaves = leaves_of(batch, given["manifest"], receipt.publisher, source)
    return bytes(leaves[receipt.index - size])


def _proof_needed(why: str, hint: str) -> InputInvalid:
    return InputInvalid("proof", None, f"is needed: {why}", hint=hint)
