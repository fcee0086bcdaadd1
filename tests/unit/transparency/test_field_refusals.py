"""Every field that these modules read refuses by its own name, and at its very limit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from resonance_dao.errors import InputInvalid, SignatureRefused
from resonance_dao.transparency import receipt
from resonance_dao.transparency.batched_log import BatchedProof, RecordBatch
from resonance_dao.transparency.checkpoint import Checkpoint, from_base64, log_origin
from resonance_dao.transparency.consistency import ConsistencyProof, prove_consistency, verify_consistency
from resonance_dao.transparency.inclusion import (
    InclusionProof,
    prove_inclusion,
    root_from_inclusion_proof,
    verify_inclusion,
)
from resonance_dao.transparency.mountain_range import MountainRange
from resonance_dao.transparency.note import Note, NoteSignature
from resonance_dao.transparency.receipt import Receipt, SignedReceipt
from resonance_dao.transparency.signed_checkpoint import key_id, verify_checkpoint
from resonance_dao.transparency.tiles import TiledTree
from resonance_dao.transparency.tree import Tree

ROOT, ADDRESS = b"\x01" * 32, "0x5FbDB2315678afecb367f032d93F642f64180aa3"
RECEIPT = Receipt(1, ROOT, 1, 2, ADDRESS, 1, ADDRESS)
HEAD = Checkpoint("origin", 1, ROOT)
LINE = NoteSignature("a", b"1234", b"5")
OWN = Note(HEAD.to_text(), (NoteSignature("origin", key_id("origin", ADDRESS), bytes(65)),))
OTHERS = Note(HEAD.to_text(), (LINE,))
BATCH = RecordBatch(0, 1, ROOT).to_dict()
BATCHED = BatchedProof(RecordBatch(0, 1, ROOT), InclusionProof(0, 1, ()), InclusionProof(0, 1, ())).to_dict()
SINGLE, GROWN = InclusionProof(0, 1, ()), ConsistencyProof(1, 1, ())
CONSISTENCY = {"first": 1, "second": 2, "hashes": []}
INCLUSION = {"index": 0, "size": 1, "hashes": []}
TREE = Tree([ROOT] * 4)


def receipt_read(**changes: Any) -> Callable[[], Receipt]:
    return lambda: Receipt.from_dict({**RECEIPT.to_dict(), **changes})


def signed_read(**changes: Any) -> Callable[[], SignedReceipt]:
    members = {**RECEIPT.to_dict(), "signature": "0x" + "11" * 65} | changes
    return lambda: SignedReceipt.from_dict({key: one for key, one in members.items() if one is not None})


@pytest.mark.parametrize(
    ("read", "where"),
    [
        (lambda: replace(RECEIPT, number=0), "number"),
        (lambda: replace(RECEIPT, record_hash=b""), "record_hash"),
        (lambda: replace(RECEIPT, accepted_at=-1), "accepted_at"),
        (lambda: replace(RECEIPT, anchor_by=1), "anchor_by"),
        (lambda: replace(RECEIPT, chain_id=0), "chain_id"),
        (lambda: replace(RECEIPT, publisher="0x"), "publisher"),
        (lambda: replace(RECEIPT, log="0x"), "log"),
        (lambda: Receipt.from_dict(7), "$"),
        (receipt_read(schema="resonance/receipt/2"), "$.schema"),
        (receipt_read(record_hash="0x"), "$.record_hash"),
        (receipt_read(more=1), "$.more"),
        (lambda: SignedReceipt.from_dict(7), "$.signature"),
        (signed_read(signature=None), "$.signature"),
        (signed_read(signature="0x" + "11" * 64), "$.signature"),
        (lambda: SignedReceipt.from_text(7), "receipt"),  # type: ignore[arg-type]
        (lambda: SignedReceipt.from_text('"\ud800"'), "$"),
        (lambda: receipt.verify(RECEIPT, bytes(65), "0x"), "publisher"),
        (lambda: key_id("origin", "0x"), "publisher"),
        (lambda: verify_checkpoint(OWN, "origin", 0, ADDRESS), "chain_id"),
        (lambda: Note(7, (LINE,)), "text"),  # type: ignore[arg-type]
        (lambda: Note("\n", (LINE,)), "text"),
        (lambda: Note("a", (LINE,)), "text"),
        (lambda: Note("a\x01\n", (LINE,)), "text"),
        (lambda: Note("a\n", ()), "signatures"),
        (lambda: Note.from_text(7), "note"),  # type: ignore[arg-type]
        (lambda: Note.from_text("a\n"), "note"),
        (lambda: NoteSignature("", b"1234", b"5"), "name"),
        (lambda: NoteSignature("a\x01", b"1234", b"5"), "name"),
        (lambda: NoteSignature.from_text("a b"), "signature"),
        (lambda: NoteSignature.from_text("\u2014 a !"), "signature"),
        (lambda: replace(HEAD, origin=""), "origin"),
        (lambda: replace(HEAD, size=-1), "size"),
        (lambda: replace(HEAD, size=2**64), "size"),
        (lambda: replace(HEAD, root=b""), "root"),
        (lambda: replace(HEAD, extensions=("a", "")), "extensions[1]"),
        (lambda: Checkpoint.from_text("a"), "checkpoint"),
        (lambda: Checkpoint.from_text("a\n1\n"), "checkpoint"),
        (lambda: Checkpoint.from_text(HEAD.to_text()[:-1] + "x"), "checkpoint"),
        (lambda: Checkpoint.from_text("a\n01\nb\n"), "size"),
        (lambda: Checkpoint.from_text("a\n1\n!\n"), "root"),
        (lambda: from_base64("QR==", "field"), "field"),
        (lambda: log_origin("A", 1, ADDRESS), "domain"),
        (lambda: log_origin("a", 0, ADDRESS), "chain_id"),
        (lambda: log_origin("a", 1, "0x"), "publisher"),
        (lambda: InclusionProof(0, 0, ()), "size"),
        (lambda: InclusionProof(2, 2, ()), "index"),
        (lambda: InclusionProof(-1, 2, ()), "index"),
        (lambda: InclusionProof.from_dict({**INCLUSION, "size": 0}), "$.size"),
        (lambda: InclusionProof.from_dict({**INCLUSION, "index": 1}), "$.index"),
        (lambda: InclusionProof.from_dict({**INCLUSION, "index": -1}), "$.index"),
        (lambda: InclusionProof.from_dict({**INCLUSION, "hashes": 7}), "$.hashes"),
        (lambda: InclusionProof.from_dict({**INCLUSION, "hashes": ["0x"]}), "$.hashes[0]"),
        (lambda: InclusionProof.from_dict({**INCLUSION, "hashes": ["0x" + "11" * 32, "0x"]}), "$.hashes[1]"),
        (lambda: prove_inclusion(TREE, 0, 0), "index"),
        (lambda: prove_inclusion(TREE, -1, 0), "index"),
        (lambda: verify_inclusion(SINGLE, ROOT, b""), "root"),
        (lambda: root_from_inclusion_proof(SINGLE, b""), "leaf"),
        (lambda: verify_consistency(GROWN, b"", ROOT), "first_root"),
        (lambda: verify_consistency(GROWN, ROOT, b""), "second_root"),
        (lambda: ConsistencyProof(0, 1, ()), "first"),
        (lambda: prove_consistency(TREE, 0), "first"),
        (lambda: prove_consistency(TREE, 5), "first"),
        (lambda: MountainRange(-1, ()), "size"),
        (lambda: MountainRange(2**64, (ROOT,)), "size"),
        (lambda: MountainRange(1, ()), "peaks"),
        (lambda: MountainRange(3, (ROOT, b"")), "peaks[1]"),
        (lambda: MountainRange().extend([ROOT, b""]), "leaf"),
        (lambda: BatchedProof.from_dict(7), "$"),
        (lambda: BatchedProof.from_dict({**BATCHED, "batch": 7}), "$.batch"),
        (lambda: BatchedProof.from_dict({**BATCHED, "inner": 7}), "$.inner"),
        (lambda: BatchedProof.from_dict({**BATCHED, "outer": 7}), "$.outer"),
        (lambda: BatchedProof(RecordBatch(0, 2, ROOT), SINGLE, SINGLE), "inner.size"),
        (lambda: TREE.append(b""), "leaf"),
        (lambda: TREE.leaf(4), "index"),
        (lambda: TREE.leaf(-1), "index"),
        (lambda: TREE.head(-1), "size"),
        (lambda: TREE.head(5), "size"),
        (lambda: TREE.subtree(-1, 2), "range"),
        (lambda: TREE.subtree(2, 2), "range"),
        (lambda: TREE.subtree(0, 5), "range"),
        (lambda: TiledTree(lambda *_: [ROOT], 1).head(-1), "size"),
        (lambda: TiledTree(lambda *_: [ROOT], 1).head(2), "size"),
        (lambda: TiledTree(lambda *_: [ROOT], 1).subtree(1, 1), "range"),
        (lambda: RecordBatch.from_dict(7), "$"),
        (lambda: RecordBatch.from_dict({**BATCH, "first": "1"}), "$.first"),
        (lambda: RecordBatch.from_dict({**BATCH, "count": 0}), "$.count"),
        (lambda: RecordBatch.from_dict({**BATCH, "root": "0x"}), "$.root"),
        (lambda: RecordBatch(-1, 1, ROOT), "first"),
        (lambda: RecordBatch(0, 0, ROOT), "count"),
        (lambda: RecordBatch(1, 2**64 - 1, ROOT), "count"),
        (lambda: RecordBatch(0, 1, b""), "root"),
        (lambda: ConsistencyProof.from_dict(7), "$"),
        (lambda: ConsistencyProof.from_dict({**CONSISTENCY, "second": 0}), "$.second"),
        (lambda: ConsistencyProof.from_dict({**CONSISTENCY, "first": 0}), "$.first"),
        (lambda: ConsistencyProof.from_dict({**CONSISTENCY, "first": 3}), "$.first"),
        (lambda: ConsistencyProof.from_dict({**CONSISTENCY, "hashes": 7}), "$.hashes"),
        (lambda: ConsistencyProof(1, 0, ()), "second"),
        (lambda: ConsistencyProof(3, 2, ()), "first"),
        (lambda: ConsistencyProof(1, 2, (ROOT, b"")), "hashes[1]"),
        (lambda: InclusionProof(0, 2, (ROOT, b"")), "hashes[1]"),
        (lambda: InclusionProof.from_dict(7), "$"),
        (lambda: prove_inclusion(TREE, 2, 2), "index"),
        (lambda: prove_inclusion(TREE, -1, 2), "index"),
        (lambda: Checkpoint.from_text(7), "checkpoint"),  # type: ignore[arg-type]
        (lambda: NoteSignature("a b", b"1234", b"5"), "name"),
        (lambda: NoteSignature("a+b", b"1234", b"5"), "name"),
        (lambda: NoteSignature("ab", b"123", b"5"), "signature"),
        (lambda: NoteSignature("ab", b"1234", b""), "signature"),
        (lambda: verify_checkpoint(OTHERS, "origin", 1, "0x"), "publisher"),
        (lambda: TiledTree(lambda *_: [ROOT] * 4, 4).subtree(-1, 2), "range"),
        (lambda: TiledTree(lambda *_: [ROOT] * 4, 4).subtree(0, 5), "range"),
        (
            lambda: InclusionProof.from_dict({**INCLUSION, "size": 3, "hashes": ["0x" + "11" * 32, "0x"]}),
            "$.hashes[1]",
        ),
    ],
)
def test_a_refusal_names_its_field(read: Callable[[], Any], where: str) -> None:
    with pytest.raises(InputInvalid) as refused:
        read()
    assert refused.value.field == where
    assert str(refused.value).startswith(f"{where} = ")


def test_a_range_before_the_first_leaf_is_refused_as_it_was_asked() -> None:
    with pytest.raises(InputInvalid, match=r"^range = \(-1, 2\)"):
        TiledTree(lambda *_: [ROOT] * 4, 4).subtree(-1, 2)


def test_the_least_that_is_allowed_is_taken() -> None:
    assert replace(RECEIPT, number=1, accepted_at=0, anchor_by=1, chain_id=1).anchor_by == 1
    assert TiledTree(lambda *_: [], 0).head() == TiledTree(lambda *_: [ROOT], 1).head(0)
    assert replace(HEAD, size=0).to_text() == "origin\n0\nAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\n"
    assert replace(HEAD, size=2**64 - 1).size == 2**64 - 1
    with pytest.raises(SignatureRefused):
        verify_checkpoint(OWN, "origin", 1, ADDRESS)
