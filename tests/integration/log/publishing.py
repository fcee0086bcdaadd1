"""A publisher by hand, on a real chain: it promises records, and keeps what it promised or does not."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from resonance_dao.chain.artifact import Artifact
from resonance_dao.chain.chain import integer
from resonance_dao.chain.client import RpcChain
from resonance_dao.chain.contract import Contract
from resonance_dao.chain.sender import send, wait
from resonance_dao.chain.signer import DevSigner
from resonance_dao.transparency.batched_log import BatchedProof, RecordBatch
from resonance_dao.transparency.cid import cid_of
from resonance_dao.transparency.inclusion import prove_inclusion
from resonance_dao.transparency.keccak import keccak256
from resonance_dao.transparency.manifest import Manifest
from resonance_dao.transparency.merkle import leaf_of
from resonance_dao.transparency.receipt import Receipt, SignedReceipt, typed_data
from resonance_dao.transparency.tree import Tree
from resonance_dao.workflows.log_contract import BATCHED

SIGNER = DevSigner(9)
WITHIN_S = 3_600


@dataclass
class Publishing:
    """The publisher's log on its chain, and the receipts it gave. `tree` is what it appended."""

    url: str
    chain: RpcChain
    log: Contract
    signer: DevSigner = SIGNER
    receipts: list[SignedReceipt] = field(default_factory=list)
    tree: Tree = field(default_factory=Tree)

    def promise(self, count: int, *, salt: str = "") -> None:
        """Sign receipts for the next records."""
        for _ in range(count):
            number = len(self.receipts) + 1
            self.receipts.append(self.receipt(number, keccak256(f"record {number}{salt}".encode())))

    def receipt(self, number: int, record_hash: bytes) -> SignedReceipt:
        """Sign one receipt, due in an hour of chain time."""
        now, chain_id = self.chain.block().timestamp, integer(self.chain.request("eth_chainId"))
        receipt = Receipt(
            number, record_hash, now, now + WITHIN_S, self.signer.address, chain_id, self.log.address
        )
        typed = typed_data(receipt)
        signature = self.signer.sign_typed_data(typed["domain"], typed["types"], typed["message"])
        return SignedReceipt(receipt, signature)

    def append(self, leaves: list[bytes] | None = None) -> str:
        """Append what was promised and is not in the log yet, or these leaves; return the transaction."""
        if leaves is None:
            leaves = [one.receipt.leaf for one in self.receipts[self.tree.size :]]
        data = self.log.encode("append", self.tree.size, leaves, bytes(32))
        tx_hash = send(self.chain, self.signer, self.log.address, data).tx_hash
        self.tree.extend(leaves)
        return tx_hash

    @property
    def outer(self) -> Tree:
        """The tree that the contract has the peaks of."""
        return self.tree

    def keep(self, number: int, folder: Path) -> Path:
        """Write a receipt as its owner keeps it."""
        path = folder / f"receipt-{number}.json"
        path.write_text(self.receipts[number - 1].to_text(), encoding="utf-8")
        return path


@dataclass
class BatchPublishing(Publishing):
    """As `Publishing`, to a log of batches; what was appended is in `folder`, if there is one."""

    folder: Path | None = None
    batches: list[RecordBatch] = field(default_factory=list)

    def append(self, leaves: list[bytes] | None = None) -> str:
        """Append what was promised and is not in the log yet, or these leaves, as one batch."""
        first = self.tree.size
        if leaves is None:
            leaves = [one.receipt.leaf for one in self.receipts[first:]]
        records = [f"record {number}".encode() for number in range(first + 1, first + len(leaves) + 1)]
        return self.append_batch(RecordBatch.of(first, leaves), records, leaves)

    def append_batch(self, batch: RecordBatch, records: list[bytes], leaves: list[bytes]) -> str:
        """Append this batch, whose manifest lists these records."""
        manifest = Manifest(self.signer.address, batch.first + 1, tuple(map(cid_of, records)))
        for content in (*records, manifest.to_bytes()) if self.folder else ():
            (self.folder / cid_of(content)).write_bytes(content)  # type: ignore[operator]
        data = self.log.encode("append", batch.to_dict(), manifest.digest)
        tx_hash = send(self.chain, self.signer, self.log.address, data).tx_hash
        self.tree.extend(leaves)
        self.batches.append(batch)
        return tx_hash

    @property
    def outer(self) -> Tree:
        """The tree over the batches."""
        return Tree(batch.leaf for batch in self.batches)

    def prove(self, number: int) -> BatchedProof:
        """Prove a record in two steps."""
        at = next(at for at, batch in enumerate(self.batches) if batch.holds(number - 1))
        batch = self.batches[at]
        leaves = [self.tree.leaf(index) for index in range(batch.first, batch.first + batch.count)]
        inner = prove_inclusion(Tree(leaves), number - 1 - batch.first)
        return BatchedProof(batch, inner, prove_inclusion(self.outer, at))


def publishing_on(url: str, artifact: Artifact) -> Publishing:
    """Deploy a log on a development chain."""
    chain, deployer = RpcChain(url), DevSigner(0)
    block = chain.block()
    raw = deployer.sign_transaction(
        {
            "chainId": integer(chain.request("eth_chainId")),
            "nonce": 0,
            "gas": 3_000_000,
            "value": 0,
            "data": "0x" + artifact.bytecode.hex(),
            "type": 2,
            "maxFeePerGas": 10 * (block.base_fee or 1) + 10**9,
            "maxPriorityFeePerGas": 10**9,
        }
    )
    address = wait(chain, chain.send_raw(raw)).contract_address
    assert address is not None
    kind = BatchPublishing if artifact.name == BATCHED else Publishing
    return kind(url, chain, Contract(address, artifact))


def foreign_leaf() -> bytes:
    """A leaf that nobody was promised."""
    return leaf_of(keccak256(b"another record"))
