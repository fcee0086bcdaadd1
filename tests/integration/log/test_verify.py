"""`resonance verify`: with a receipt and an endpoint, and neither sources, book nor gateway."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from resonance_dao.chain.book import Book, Entry, code_hash
from resonance_dao.chain.chain import code_at, identify
from resonance_dao.chain.compiler import compile_project
from resonance_dao.chain.devchain import increase_time
from resonance_dao.chain.signer import DevSigner
from resonance_dao.transparency.inclusion import prove_inclusion
from resonance_dao.workflows.log_contract import batched_log_abi, log_abi
from tests.integration.log.conftest import ROOT, Verify
from tests.integration.log.publishing import WITHIN_S, Publishing, foreign_leaf

pytestmark = pytest.mark.chain


@pytest.fixture
def verify(publishing: Publishing, verify_at: Callable[[str], Verify]) -> Verify:
    return verify_at(publishing.url)


@pytest.mark.parametrize(("name", "abi"), [("TransparencyLog", log_abi()), ("BatchedLog", batched_log_abi())])
def test_the_interface_is_that_of_the_contract(name: str, abi: Any) -> None:
    compiled = {entry.get("name"): entry for entry in compile_project(ROOT).get(name).abi}
    for ours in abi:
        theirs = compiled[ours["name"]]
        for part in ("inputs", "outputs"):
            for one, other in zip(ours.get(part, []), theirs.get(part, []), strict=True):
                assert shape(one) == {key: other[key] for key in shape(one)}
                for part_of, theirs_of in zip(
                    one.get("components", []), other.get("components", []), strict=True
                ):
                    assert part_of == {key: theirs_of[key] for key in part_of}


def shape(parameter: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in parameter.items() if key != "components"}


def test_a_kept_promise_is_included(publishing: Publishing, verify: Verify, tmp_path: Path) -> None:
    publishing.promise(5)
    tx_hash = publishing.append()
    code, found = verify(publishing.keep(3, tmp_path))
    assert (code, found["state"], found["transaction"], found["log_is_known"]) == (
        0,
        "included",
        tx_hash,
        False,
    )
    # The answer itself, kept, is asked again.
    (tmp_path / "kept.json").write_text(json.dumps(found))
    assert verify(tmp_path / "kept.json", "--log", publishing.log.address)[1]["log_is_known"]


def test_a_promise_is_pending_to_its_last_second_and_then_broken(
    publishing: Publishing, verify: Verify, tmp_path: Path
) -> None:
    publishing.promise(2)
    publishing.append([publishing.receipts[0].receipt.leaf])
    receipt, due = publishing.keep(2, tmp_path), publishing.receipts[1].receipt.anchor_by
    code, found = verify(receipt)
    assert (code, found["state"], found["until"]) == (12, "pending", due)
    increase_time(publishing.chain, WITHIN_S)
    code, found = verify(receipt, "--evidence", tmp_path / "evidence.json")
    assert (code, found["state"]) == (1, "omitted")
    kept = json.loads((tmp_path / "evidence.json").read_text())
    assert (kept["log_size"], kept["block_hash"]) == (1, publishing.chain.block().hash)
    assert kept["receipt"]["signature"] == publishing.receipts[1].to_dict()["signature"]


def test_another_record_in_its_place_is_an_omission_at_once(
    publishing: Publishing, verify: Verify, tmp_path: Path
) -> None:
    publishing.promise(1)
    tx_hash = publishing.append([foreign_leaf()])
    code, found = verify(publishing.keep(1, tmp_path))
    assert (code, found["state"], found["transaction"]) == (1, "omitted", tx_hash)
    assert found["found_leaf"] == "0x" + foreign_leaf().hex()


def test_a_proof_takes_the_place_of_calldata(publishing: Publishing, verify: Verify, tmp_path: Path) -> None:
    publishing.promise(5)
    publishing.append()
    proof = tmp_path / "proof.json"
    for document in (sound := prove_inclusion(publishing.tree, 2).to_dict()), {"proof": sound, "number": 3}:
        proof.write_text(json.dumps(document))
        code, found = verify(publishing.keep(3, tmp_path), "--proof", proof)
        assert (code, found["state"], found["transaction"]) == (0, "included", None)
    assert verify(publishing.keep(2, tmp_path), "--proof", proof)[0] == 3
    proof.write_text(json.dumps({**sound, "hashes": [*sound["hashes"], "0x" + "00" * 32]}))  # type: ignore[misc]
    assert verify(publishing.keep(3, tmp_path), "--proof", proof)[0] == 9


def test_what_was_not_expected_is_refused(publishing: Publishing, verify: Verify, tmp_path: Path) -> None:
    publishing.promise(1)
    receipt = publishing.keep(1, tmp_path)
    assert verify(receipt, "--publisher", DevSigner(1).address)[0] == 8
    assert verify(receipt, "--log", DevSigner(1).address)[0] == 3
    altered = json.loads(receipt.read_text()) | {"number": 2}
    receipt.write_text(json.dumps(altered))
    assert verify(receipt)[0] == 8
    receipt.write_text("{}")
    assert verify(receipt)[0] == 3


def test_a_log_that_is_not_there_is_not_deployed(
    publishing: Publishing, verify: Verify, tmp_path: Path
) -> None:
    publishing.promise(1)
    receipt = publishing.keep(1, tmp_path)
    publishing.chain.request("anvil_setCode", [publishing.log.address, "0x"])
    assert verify(receipt)[0] == 6


def test_the_log_of_the_deployment_book_is_the_one_that_counts(
    publishing: Publishing, verify: Verify, tmp_path: Path
) -> None:
    publishing.promise(1)
    publishing.append()
    book = Book(tmp_path / "deployments", identify(publishing.chain))
    for address, state in ((publishing.log.address, 0), (DevSigner(1).address, 3)):
        publishing.chain.request("anvil_setCode", [DevSigner(1).address, "0x00"])
        kept = code_hash(code_at(publishing.chain, address))
        book.record(Entry("TransparencyLog", "TransparencyLog", address, block=1, code_hash=kept))
        code, document = verify(publishing.keep(1, tmp_path))
        assert code == state
        assert state or document["log_is_known"]
