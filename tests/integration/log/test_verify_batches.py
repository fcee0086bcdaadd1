"""`resonance verify` where the log holds batches: a proof of two steps, or the records themselves, decide."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from resonance_dao.chain.devchain import increase_time
from resonance_dao.transparency.batched_log import RecordBatch
from resonance_dao.transparency.cid import cid_of
from resonance_dao.transparency.inclusion import prove_inclusion
from resonance_dao.transparency.merkle import record_hash
from tests.integration.log.conftest import Verify
from tests.integration.log.publishing import WITHIN_S, BatchPublishing

pytestmark = pytest.mark.chain


@pytest.fixture
def verify(batching: BatchPublishing, verify_at: Callable[[str], Verify]) -> Verify:
    return verify_at(batching.url)


@pytest.fixture
def eight(batching: BatchPublishing) -> BatchPublishing:
    """Eight records in three batches."""
    for count in (3, 4, 1):
        batching.promise(count)
        batching.append()
    return batching


def write(path: Path, document: object) -> Path:
    path.write_text(json.dumps(document))
    return path


def test_a_proof_of_two_steps_shows_inclusion(eight: BatchPublishing, verify: Verify, tmp_path: Path) -> None:
    for number in range(1, 9):
        proof = write(tmp_path / "proof.json", {"number": number, "proof": eight.prove(number).to_dict()})
        code, found = verify(eight.keep(number, tmp_path), "--proof", proof)
        assert (code, found["state"], found["log_size"], found["batches"]) == (0, "included", 8, 3)


def test_a_proof_that_is_false_stale_or_of_one_step_shows_nothing(
    eight: BatchPublishing, verify: Verify, tmp_path: Path
) -> None:
    receipt, proof = eight.keep(5, tmp_path), eight.prove(5)
    swapped = replace(proof, inner=replace(proof.inner, hashes=proof.inner.hashes[::-1]))
    stale = replace(proof, outer=prove_inclusion(eight.outer, 1, 2))
    for document, expected in (
        (swapped.to_dict(), 9),
        (stale.to_dict(), 3),
        (eight.prove(4).to_dict(), 3),
        (prove_inclusion(eight.tree, 4).to_dict(), 3),
    ):
        assert verify(receipt, "--proof", write(tmp_path / "proof.json", document))[0] == expected


def test_without_a_proof_the_records_themselves_show_inclusion(
    eight: BatchPublishing, verify: Verify, tmp_path: Path
) -> None:
    receipt = eight.keep(5, tmp_path)
    assert verify(receipt)[0] == 3
    code, found = verify(receipt, "--ipfs", eight.folder)
    assert (code, found["state"]) == (0, "included")
    assert found["found_leaf"] == found["expected_leaf"]


def test_a_promise_is_pending_to_its_last_second_and_then_broken(
    eight: BatchPublishing, verify: Verify, tmp_path: Path
) -> None:
    eight.promise(1)
    receipt = eight.keep(9, tmp_path)
    assert verify(receipt)[0] == 12
    increase_time(eight.chain, WITHIN_S)
    code, found = verify(receipt, "--evidence", tmp_path / "evidence.json")
    assert (code, found["state"]) == (1, "omitted")
    assert json.loads((tmp_path / "evidence.json").read_text())["batches"] == 3


def test_another_record_in_its_place_is_an_omission_at_once(
    batching: BatchPublishing, verify: Verify, tmp_path: Path
) -> None:
    batching.promise(3, salt=" as promised")
    records = [f"record {number}".encode() for number in (1, 2, 3)]
    kept = [batching.receipt(number, record_hash(record)) for number, record in enumerate(records, 1)]
    leaves = [one.receipt.leaf for one in kept]
    tx_hash = batching.append_batch(RecordBatch.of(0, leaves), records, leaves)
    code, found = verify(batching.keep(2, tmp_path), "--ipfs", batching.folder)
    assert (code, found["state"], found["transaction"]) == (1, "omitted", tx_hash)
    assert found["found_leaf"] == "0x" + leaves[1].hex()


def test_withheld_records_decide_nothing(eight: BatchPublishing, verify: Verify, tmp_path: Path) -> None:
    assert eight.folder is not None
    (eight.folder / cid_of(b"record 6")).unlink()
    assert verify(eight.keep(5, tmp_path), "--ipfs", eight.folder)[0] == 5
    assert verify(eight.keep(2, tmp_path), "--ipfs", eight.folder)[0] == 0


def test_a_batch_that_is_not_what_its_manifest_lists_is_a_mismatch(
    batching: BatchPublishing, verify: Verify, tmp_path: Path
) -> None:
    batching.promise(2)
    leaves = [one.receipt.leaf for one in batching.receipts]
    batching.append_batch(RecordBatch.of(0, leaves), [b"record 1", b"another"], leaves)
    assert verify(batching.keep(1, tmp_path), "--ipfs", batching.folder)[0] == 9
