"""Anchors of either lane: what a reorganisation took back comes again once, and promises are kept in time."""

from __future__ import annotations

import os
import time
from typing import Any

import pytest

from resonance_dao.chain.contract import Event
from resonance_dao.journal.batches import Batches
from resonance_dao.journal.journal import Journal
from resonance_dao.workflows.lane import prover_of
from resonance_dao.workflows.verifying import verify_receipt

pytestmark = pytest.mark.chain
TOLD = {"reason_code": "GATEWAY_OUTAGE", "what": "It was down.", "why": "No power.", "next": "It is up."}
SECONDS = int(os.environ.get("RESONANCE_DELAY_SECONDS", "15"))
A_SECOND = 50
DELAY_S = 60
"""The most that 99 of 100 records may take from their receipt to their proof."""


@pytest.fixture(params=["stage", "batched"])
def staged(request: pytest.FixtureRequest) -> Any:
    """A stage of either lane."""
    return request.getfixturevalue(request.param)


def tell(stage: Any, journal: Journal, count: int) -> list[Any]:
    now = stage.now()
    return [journal.accept("disclosure", "gateway/outage", TOLD, now=now) for _ in range(count)]


def appends(stage: Any) -> list[Event]:
    chain = stage.chain()
    logs = chain.logs([stage.log.address], 0, chain.block().number)
    return list(stage.log.events(logs, "Appended"))


def test_an_anchor_that_a_reorganisation_took_back_comes_again_once_with_the_same_root(staged: Any) -> None:
    chain, journal = staged.chain(), staged.journal()
    chain.request("evm_setAutomine", [False])
    recorder = staged.recorder(journal)
    accepted = tell(staged, journal, 5)
    recorder.tick(staged.now(), flush=True)
    recorder.tick(staged.now())
    staged.mine()
    recorder.tick(staged.now())
    publisher = journal.identity.publisher
    root = staged.log.call(chain, "rootOf", publisher)
    assert len(appends(staged)) == 1
    chain.request("anvil_reorg", [1, []])
    assert appends(staged) == []
    staged.settle(recorder)
    assert [event.args["count"] for event in appends(staged)] == [5]
    assert staged.log.call(chain, "rootOf", publisher) == root == prover_of(journal, staged.log).root()
    proofs = [prover_of(journal, staged.log).proof_of(one.number).proof for one in accepted]
    for one, proof in zip(accepted, proofs, strict=True):
        assert verify_receipt(one.receipt, chain, staged.log, proof=proof).included


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_receipts_become_proofs_within_the_promised_delay(staged: Any) -> None:
    """RESONANCE_DELAY_SECONDS=600 for ten minutes."""
    chain, journal = staged.chain(), staged.journal()
    chain.request("evm_setAutomine", [False])
    chain.request("evm_setIntervalMining", [1])
    recorder, prover = staged.recorder(journal), prover_of(journal, staged.log)
    accepted, final = list[float](), list[float]()
    begun = time.monotonic()
    while len(final) < SECONDS * A_SECOND and time.monotonic() < begun + SECONDS + DELAY_S:
        due = min(SECONDS, time.monotonic() - begun) * A_SECOND
        made = tell(staged, journal, max(0, min(SECONDS * A_SECOND, int(due) + 1) - len(accepted)))
        accepted += [time.monotonic()] * len(made)
        recorder.tick(staged.now())
        final += [time.monotonic()] * (Batches(journal).anchored() - len(final))
        time.sleep(0.05)
    recorder.close()
    assert len(final) == len(accepted) == SECONDS * A_SECOND
    delays = sorted(end - start for start, end in zip(accepted, final, strict=True))
    assert delays[len(delays) * 99 // 100] <= DELAY_S, delays[-1]
    for number in (1, len(final) // 2, len(final)):
        proof, receipt = prover.proof_of(number).proof, journal.entry(number).receipt
        assert verify_receipt(receipt, chain, staged.log, proof=proof).included
