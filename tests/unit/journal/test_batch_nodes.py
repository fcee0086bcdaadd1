"""Proofs in the log of batches: from nodes that are kept, with little in memory however many there are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from resonance_dao.errors import InputInvalid, JournalUnavailable, NotFound
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.nodes import Nodes
from resonance_dao.journal.schema import batch, entry, ledger, node
from resonance_dao.transparency.batched_log import BatchedProof, RecordBatch, verify_batched
from resonance_dao.transparency.consistency import verify_consistency
from resonance_dao.transparency.keccak import keccak256
from resonance_dao.transparency.tree import Tree
from resonance_dao.workflows import proving_batches
from resonance_dao.workflows.proving_batches import BatchProver

COUNT = 3 * 256 + 7
FINAL = COUNT - 2
"""The last batch is not final, and the entry after it is in none."""


def leaf(number: int) -> bytes:
    return keccak256(number.to_bytes(4, "big"))


def id_of(position: int) -> int:
    """Ids have gaps: what was rolled back has used one up."""
    return 3 * position + 1 + position // 100


def size_of(position: int) -> int:
    return 1 + position % 3


FIRSTS = [1 + sum(map(size_of, range(position))) for position in range(COUNT)]


@pytest.fixture
def outer() -> Tree:
    """The tree over the batches, as the contract has it."""
    batches = [
        RecordBatch.of(first - 1, [leaf(number) for number in range(first, first + size_of(position))])
        for position, first in enumerate(FIRSTS)
    ]
    return Tree(one.leaf for one in batches[: FINAL + 1])


@pytest.fixture
def filled(journal: Journal) -> Journal:
    """A journal of many batches; every fifth has no root of its own, as those from before roots were kept."""
    fill(journal, 0, COUNT)
    return journal


def fill(journal: Journal, start: int, stop: int) -> None:
    rest = {
        "kind": "transaction",
        "subject": "s",
        "record": b"",
        "record_hash": bytes(32),
        "signature": bytes(65),
    }
    times = {"accepted_at": 1, "anchor_by": 2}
    batches: list[dict[str, Any]] = []
    entries: list[dict[str, Any]] = []
    for position in range(start, stop):
        numbers = range(FIRSTS[position], FIRSTS[position] + size_of(position))
        root = RecordBatch.of(numbers[0] - 1, [leaf(number) for number in numbers]).root
        row = {
            "id": id_of(position),
            "first": numbers[0],
            "size": len(numbers),
            "manifest": b"",
            "created_at": 1,
        }
        final = {"final_at": None if position > FINAL else 2, "tx_hash": f"0x{position:064x}"}
        batches.append({**row, **final, "manifest_cid": "c", "root": root if position % 5 else None})
        entries += [
            {
                "number": number,
                "cid": str(number),
                "leaf": leaf(number),
                "batch": id_of(position),
                **rest,
                **times,
            }
            for number in numbers
        ]
    last = entries[-1]["number"] + 1
    entries.append({**entries[-1], "number": last, "cid": str(last), "leaf": leaf(last), "batch": None})
    with journal.database.write() as connection:
        journal.lock(connection)
        connection.execute(delete(entry).where(entry.c.number == FIRSTS[start]))
        connection.execute(insert(batch), batches)
        connection.execute(insert(entry), entries)
        connection.execute(update(ledger).values(size=last))


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many batches each question to the database brought."""
    counts: list[int] = []
    plain = proving_batches.Batches.final_after

    def counted(self: Any, after: int, limit: int) -> Any:
        found = plain(self, after, limit)
        counts.append(len(found))
        return found

    monkeypatch.setattr(proving_batches.Batches, "final_after", counted)
    return counts


def test_what_is_in_no_final_batch_is_not_proven(filled: Journal) -> None:
    prover = BatchProver(filled)
    end = FIRSTS[FINAL + 1] - 1
    for number in (end + 1, FIRSTS[-1] + size_of(COUNT - 1)):
        with pytest.raises(NotFound, match=rf"entry {number} is not anchored yet: the log has {end}$"):
            prover.proof_of(number)
    with pytest.raises(NotFound, match=rf"the log has {FIRSTS[10] - 1}$"):
        prover.proof_of(FIRSTS[10], 10)
    with pytest.raises(NotFound, match=r"the log has 0$"):
        prover.proof_of(1, 0)
    with pytest.raises(NotFound, match="no entry"):
        prover.proof_of(10_000)


def test_a_size_beyond_what_is_final_is_refused(filled: Journal) -> None:
    for ask in (BatchProver(filled).root, lambda size: BatchProver(filled).proof_of(1, size)):
        with pytest.raises(InputInvalid, match="size"):
            ask(FINAL + 2)


def test_every_entry_is_proven_at_its_place_whatever_ids_the_batches_have(
    filled: Journal, outer: Tree
) -> None:
    prover = BatchProver(filled)
    assert (prover.size(), prover.root()) == (FINAL + 1, outer.head())
    for position in [*range(0, FINAL + 1, 13), 255, 256, 257, 511, 512, 767, 768, FINAL]:
        number = FIRSTS[position] + position % size_of(position)
        proof = prover.proof_of(number)
        assert isinstance(proof.proof, BatchedProof)
        assert proof.proof.outer.index == position
        assert proof.tx == f"0x{position:064x}"
        verify_batched(proof.proof, leaf(number), outer.head())


def test_every_past_size_has_its_root_and_its_proofs(filled: Journal, outer: Tree) -> None:
    prover = BatchProver(filled)
    for size in (1, 2, 255, 256, 257, 512, 700, FINAL + 1):
        assert prover.root(size) == outer.head(size)
        proof = prover.proof_of(FIRSTS[size - 1], size)
        assert isinstance(proof.proof, BatchedProof)
        verify_batched(proof.proof, leaf(FIRSTS[size - 1]), outer.head(size))
        extends = prover.consistency(size, FINAL + 1)
        verify_consistency(extends, outer.head(size), outer.head())


def test_what_becomes_final_later_is_read_on(journal: Journal, outer: Tree) -> None:
    fill(journal, 0, 300)
    prover = BatchProver(journal)
    assert (prover.size(), prover.root()) == (300, outer.head(300))
    fill(journal, 300, 301)
    assert prover.root() == outer.head(301)
    fill(journal, 301, COUNT)
    assert prover.root() == outer.head()
    assert prover.proof_of(FIRSTS[600]).root == outer.head()


def test_a_failure_while_nodes_are_kept_leaves_the_prover_as_it_was(
    filled: Journal, outer: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    prover = BatchProver(filled)
    with monkeypatch.context() as broken:
        broken.setattr(Nodes, "complete", lambda *_: pytest.fail("the disk is full"))
        with pytest.raises(pytest.fail.Exception):
            prover.size()
    assert prover.proof_of(FIRSTS[700]).root == outer.head()


def test_another_process_proves_from_the_nodes_that_are_kept(
    filled: Journal, outer: Tree, read: list[int]
) -> None:
    BatchProver(filled).size()
    assert sum(read) == 3 * 256
    read.clear()
    assert BatchProver(filled).proof_of(FIRSTS[300]).root == outer.head()
    # The batch's own tile of 256, and what is behind the last complete one.
    assert sum(read) <= 256 + 8


def test_what_is_in_memory_does_not_grow_with_the_batches(
    filled: Journal, open_journal: Callable[..., Journal], monkeypatch: pytest.MonkeyPatch
) -> None:
    prover = BatchProver(filled)
    tree = prover._tree
    monkeypatch.setattr(tree, "_tiles_kept", 2)
    for position in range(0, FINAL, 40):
        prover.proof_of(FIRSTS[position])
    assert len(prover._marks) == 4
    assert sum(tile.size for tile in tree._tiles.values()) <= 2 * 256


def test_nodes_above_batches_are_not_taken_for_nodes_above_entries(filled: Journal) -> None:
    BatchProver(filled).size()
    with filled.database.read() as connection:
        rows = connection.execute(select(node.c.height, node.c.index).order_by(node.c.index)).all()
    assert [tuple(row) for row in rows] == [(-8, 0), (-8, 1), (-8, 2)]
    with pytest.raises(JournalUnavailable, match="lacks nodes"):
        Nodes(filled.database).fetch(8, 0, 1)
