"""What is refused is told by where it stands, also where a later check would refuse it by another name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from resonance_dao.errors import InputInvalid
from resonance_dao.transparency.batched_log import RecordBatch
from resonance_dao.transparency.checkpoint import Checkpoint, check_line
from resonance_dao.transparency.consistency import ConsistencyProof
from resonance_dao.transparency.inclusion import InclusionProof, prove_inclusion
from resonance_dao.transparency.note import Note, NoteSignature
from resonance_dao.transparency.receipt import Receipt, typed_data
from resonance_dao.transparency.signed_checkpoint import verify_checkpoint
from resonance_dao.transparency.tiles import TiledTree
from resonance_dao.transparency.tree import Tree

ROOT, ADDRESS = b"\x01" * 32, "0x5FbDB2315678afecb367f032d93F642f64180aa3"
BATCH = RecordBatch(0, 1, ROOT).to_dict()
NOTE = Note(Checkpoint("origin", 1, ROOT).to_text(), (NoteSignature("a", b"1234", b"5"),))
PROOF = {"first": 1, "second": 2, "hashes": []}


@pytest.mark.parametrize(
    ("read", "where"),
    [
        (lambda: RecordBatch.from_dict(7), "$"),
        (lambda: RecordBatch.from_dict({**BATCH, "first": "1"}), "$.first"),
        (lambda: RecordBatch.from_dict({**BATCH, "count": 0}), "$.count"),
        (lambda: RecordBatch.from_dict({**BATCH, "root": "0x"}), "$.root"),
        (lambda: RecordBatch(-1, 1, ROOT), "first"),
        (lambda: RecordBatch(0, 0, ROOT), "count"),
        (lambda: RecordBatch(1, 2**64 - 1, ROOT), "count"),
        (lambda: RecordBatch(0, 1, b""), "root"),
        (lambda: ConsistencyProof.from_dict(7), "$"),
        (lambda: ConsistencyProof.from_dict({**PROOF, "second": 0}), "$.second"),
        (lambda: ConsistencyProof.from_dict({**PROOF, "first": 0}), "$.first"),
        (lambda: ConsistencyProof.from_dict({**PROOF, "first": 3}), "$.first"),
        (lambda: ConsistencyProof.from_dict({**PROOF, "hashes": 7}), "$.hashes"),
        (lambda: ConsistencyProof(1, 0, ()), "second"),
        (lambda: ConsistencyProof(3, 2, ()), "first"),
        (lambda: ConsistencyProof(1, 2, (ROOT, b"")), "hashes[1]"),
        (lambda: InclusionProof(0, 2, (ROOT, b"")), "hashes[1]"),
        (lambda: InclusionProof.from_dict(7), "$"),
        (lambda: prove_inclusion(Tree([ROOT] * 4), 2, 2), "index"),
        (lambda: prove_inclusion(Tree([ROOT] * 4), -1, 2), "index"),
        (lambda: Checkpoint.from_text(7), "checkpoint"),  # type: ignore[arg-type]
        (lambda: NoteSignature("a b", b"1234", b"5"), "name"),
        (lambda: NoteSignature("a+b", b"1234", b"5"), "name"),
        (lambda: NoteSignature("ab", b"123", b"5"), "signature"),
        (lambda: NoteSignature("ab", b"1234", b""), "signature"),
        (lambda: verify_checkpoint(NOTE, "origin", 1, "0x"), "publisher"),
        (lambda: TiledTree(lambda *_: [ROOT] * 4, 4).subtree(-1, 2), "range"),
        (lambda: TiledTree(lambda *_: [ROOT] * 4, 4).subtree(0, 5), "range"),
    ],
)
def test_a_refusal_names_the_place(read: Callable[[], Any], where: str) -> None:
    with pytest.raises(InputInvalid) as raised:
        read()
    assert str(raised.value).startswith(f"{where} = ")


def test_a_line_is_given_back() -> None:
    assert check_line("a line", "field") == "a line"


def test_the_message_of_a_receipt_names_its_type() -> None:
    message = typed_data(Receipt(1, ROOT, 1, 2, ADDRESS, 1, ADDRESS))
    assert (message["primaryType"], list(message["types"])) == ("Receipt", ["Receipt"])


def test_a_range_before_the_first_leaf_is_refused_as_it_was_asked() -> None:
    with pytest.raises(InputInvalid, match=r"^range = \(-1, 2\)"):
        TiledTree(lambda *_: [ROOT] * 4, 4).subtree(-1, 2)
