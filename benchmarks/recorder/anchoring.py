"""Records a second from the journal to the chain: the recorder's batches, and web3.py with one each."""

from __future__ import annotations

import gc
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from gas.node import Node
from recorder.accepting import NAIVE_KEY, RECEIVER
from recorder.filling import fill, open_journal
from recorder.naive import ABI
from recorder.stage import PUBLISHER, ROOT, Stage, staged
from web3 import HTTPProvider, Web3

from resonance_dao.chain.chain import identify
from resonance_dao.chain.compiler import compile_project
from resonance_dao.evidence.embedded import EmbeddedStore
from resonance_dao.journal.entry import Identity
from resonance_dao.transparency.manifest import MAX_RECORDS
from resonance_dao.workflows.recorder import Recorder
from resonance_dao.workflows.recorder_values import RecorderSettings

LEAVES = 3_968
"""
Leaves of one append, the most under 4,000 that are a multiple of 64, where the recorder lets full batches
end: 127,000 bytes of calldata, and nodes keep no transaction of more than 128 KiB.
"""


@dataclass(frozen=True)
class Anchoring:
    """Records a second of the naive way, before and after, and of the recorder in either lane."""

    naive: tuple[float, float]
    ours: float
    batched: float


def measure(batches: int, naive_count: int) -> Anchoring:
    """Let the recorder bring full batches to a node, between two runs of the naive way on the same node."""
    with tempfile.TemporaryDirectory() as folder, staged(Path(folder)) as stage, frozen():
        before = naive(stage, naive_count)
        ours = recorded(stage, batches, LEAVES)
        artifact = compile_project(ROOT, env=os.environ)["BatchedLog"]
        cheap = replace(stage, log=Node(stage.chain).create(artifact), folder=stage.folder / "batched")
        cheap.folder.mkdir()
        batched = recorded(cheap, batches // 2, MAX_RECORDS)
        return Anchoring((before, naive(stage, naive_count)), ours, batched)


@contextmanager
def frozen() -> Iterator[None]:
    """Keep the collector from what stands already, for either way, as the gateway does."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def naive(stage: Stage, count: int) -> float:
    """Send one transaction after the other and wait for each."""
    web3 = Web3(HTTPProvider(stage.environment["BENCH_RPC"]))
    token = web3.eth.contract(address=Web3.to_checksum_address(stage.token.address), abi=ABI)
    account = web3.eth.account.from_key(NAIVE_KEY)
    began = time.perf_counter()
    for number in range(count):
        call = token.functions.mint(RECEIVER, number + 1)
        nonce = web3.eth.get_transaction_count(account.address, "pending")
        transaction = call.build_transaction({"from": account.address, "nonce": nonce})
        sent = web3.eth.send_raw_transaction(account.sign_transaction(transaction).raw_transaction)
        web3.eth.wait_for_transaction_receipt(sent)
    return count / (time.perf_counter() - began)


def recorded(stage: Stage, batches: int, each: int) -> float:
    """Tick until so many batches of `each` records are final in the log, whose root is the journal's."""
    found = identify(stage.chain)
    identity = Identity(found.chain_id, found.genesis_hash, PUBLISHER.address, stage.log.address)
    journal = open_journal(stage.folder, identity)
    settings = RecorderSettings(confirmations=1, batch_max=each)
    store = EmbeddedStore(stage.folder / "blocks")
    recorder = Recorder(journal, stage.chain, PUBLISHER, stage.log, tuple, store, settings)
    recorder.tick(stage.chain.block().timestamp)
    fill(stage.folder, size := batches * each)
    began = time.perf_counter()
    while not recorder.status().is_settled:
        recorder.tick(stage.chain.block().timestamp, flush=True)
    taken = time.perf_counter() - began
    recorder.close()
    journal.database.close()
    if stage.log.call(stage.chain, "sizeOf", PUBLISHER.address) != size:
        raise SystemExit("the log does not hold what was recorded")
    return size / taken
