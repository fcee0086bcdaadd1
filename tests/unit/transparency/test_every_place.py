"""Every field that these modules read refuses by its own name, and at its very limit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from resonance_dao.errors import InputInvalid, SignatureRefused
from resonance_dao.transparency import canonical, receipt, tiles
from resonance_dao.transparency.batched_log import BatchedProof, RecordBatch
from resonance_dao.transparency.checkpoint import Checkpoint, from_base64, log_origin
from resonance_dao.transparency.consistency import ConsistencyProof, prove_consistency, verify_consistency
from resonance_dao.transparency.inclusion import (
    InclusionProof,
    prove_inclusion,
    root_from_inclusion_proof,
    verify_inclusion,
)
from resonance_dao.transparency.keccak import keccak256
from resonance_dao.transparency.mountain_range import MountainRange
from resonance_dao.transparency.note import Note, NoteSignature
from resonance_dao.transparency.receipt import Receipt, SignedReceipt
from resonance_dao.transparency.signed_checkpoint import key_id, sign_checkpoint, verify_checkpoint
from resonance_dao.transparency.tiles import TiledTree
from resonance_dao.transparency.tree import Tree

ROOT, ADDRESS = b"\x01" * 32, "0x5FbDB2315678afecb367f032d93F642f64180aa3"
RECEIPT = Receipt(1, ROOT, 1, 2, ADDRESS, 1, ADDRESS)
HEAD = Checkpoint("origin", 1, ROOT)
LINE = NoteSignature("a", b"1234", b"5")
OWN = Note(HEAD.to_text(), (NoteSignature("origin", key_id("origin", ADDRESS), bytes(65)),))
BATCHED = BatchedProof(RecordBatch(0, 1, ROOT), InclusionProof(0, 1, ()), InclusionProof(0, 1, ())).to_dict()
SINGLE, GROWN = InclusionProof(0, 1, ()), ConsistencyProof(1, 1, ())
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
    ],
)
def test_a_refusal_names_its_field(read: Callable[[], Any], where: str) -> None:
    with pytest.raises(InputInvalid) as refused:
        read()
    assert refused.value.field == where


def test_the_least_that_is_allowed_is_taken() -> None:
    assert replace(RECEIPT, number=1, accepted_at=0, anchor_by=1, chain_id=1).anchor_by == 1
    assert TiledTree(lambda *_: [], 0).head() == TiledTree(lambda *_: [ROOT], 1).head(0)
    assert replace(HEAD, size=0).to_text() == "origin\n0\nAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\n"
    assert replace(HEAD, size=2**64 - 1).size == 2**64 - 1
    with pytest.raises(SignatureRefused):
        verify_checkpoint(OWN, "origin", 1, ADDRESS)


def test_what_is_signed_and_kept_is_spelled_as_published() -> None:
    """Both sides of a program share its constants; others have only the page that tells them."""
    text = SignedReceipt(RECEIPT, bytes(65)).to_text()
    assert text.startswith('{\n  "schema": "resonance/receipt/1",\n  "number": 1,\n')
    told: list[Any] = []

    class Key:
        address = ADDRESS

        def sign_typed_data(self, *typed: Any) -> bytes:
            told.extend(typed)
            return bytes(65)

    line = sign_checkpoint(HEAD, 5, Key()).signatures[0]
    assert told == [
        {"name": "Resonance Checkpoint", "version": "1", "chainId": 5},
        {"Checkpoint": [{"name": "text", "type": "string"}]},
        {"text": HEAD.to_text()},
    ]
    named = b"origin\n\xffresonance-dao/eip712-checkpoint/1" + bytes.fromhex(ADDRESS[2:])
    assert line.key_id == sha256(named).digest()[:4]


@pytest.mark.parametrize(("opens", "closes"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_nesting_is_counted_before_anything_is_parsed(opens: bytes, closes: bytes) -> None:
    assert canonical.parse(opens * 32 + b"1" + closes * 32)
    with pytest.raises(InputInvalid, match="nested at most 32 deep"):
        canonical.parse(opens * 33 + b"1" + closes * 33)


@pytest.mark.parametrize("wrap", [lambda value: [value], lambda value: {"a": value}])
def test_nesting_is_counted_in_what_is_written(wrap: Callable[[Any], Any]) -> None:
    value: Any = 1
    for _ in range(32):
        value = wrap(value)
    assert canonical.decode(canonical.encode(value)) == value
    with pytest.raises(InputInvalid, match="nested at most 32 deep"):
        canonical.encode(wrap(value))


def test_the_limit_is_one_chunk_to_the_byte() -> None:
    assert len(canonical.encode("x" * 262_142)) == 262_144
    assert canonical.parse(b"1" + b" " * 262_143) == 1
    for refused in (lambda: canonical.encode("x" * 262_143), lambda: canonical.parse(b"1" + b" " * 262_144)):
        with pytest.raises(InputInvalid, match="at most 262144 bytes"):
            refused()


def fetches(leaves: Iterable[int]) -> int:
    """Return how often a tree of 300 full tiles reads when it is asked for these leaves, one by one."""
    fetched: list[int] = []

    def fetch(height: int, first: int, last: int) -> list[bytes]:
        fetched.append(height)
        return [keccak256(bytes([number % 256])) for number in range(first, last)]

    tree = TiledTree(fetch, 256 * 300)
    for leaf in leaves:
        tree.subtree(leaf, leaf + 1)
    return len(fetched)


def test_no_more_tiles_are_kept_than_is_said_and_the_one_not_used_for_longest_goes() -> None:
    firsts = range(0, 256 * 300, 256)
    assert tiles.TILES_KEPT == 128
    assert fetches([*firsts[:128], firsts[0]]) == 128
    assert fetches([*firsts[:129], firsts[0]]) == 130
    assert fetches([*firsts[:128], firsts[0], firsts[128], firsts[0]]) == 129
    assert fetches([255, 255]) == 1


def test_the_heights_that_are_read_are_those_that_are_kept() -> None:
    heights = set[int]()

    def fetch(height: int, first: int, last: int) -> list[bytes]:
        heights.add(height)
        return [keccak256(bytes([height]))] * (last - first)

    TiledTree(fetch, 2**16 + 2**8 + 1).head()
    assert heights == {0, 8, 16}
