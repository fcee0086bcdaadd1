"""The nodes above the journal's leaves."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from resonance_dao.errors import InputInvalid, JournalUnavailable
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.nodes import Nodes
from resonance_dao.journal.schema import entry, ledger, node
from resonance_dao.transparency.keccak import keccak256
from resonance_dao.transparency.tree import Tree
from resonance_dao.workflows.proving import Prover

COUNT = 3 * 256 + 7


@pytest.fixture
def leaves() -> list[bytes]:
    return [keccak256(number.to_bytes(4, "big")) for number in range(COUNT)]


@pytest.fixture
def filled(journal: Journal, leaves: list[bytes]) -> Journal:
    """A journal of many entries, of which only the leaves matter."""
    rest = {"kind": "transaction", "subject": "s", "record": b"", "record_hash": b"", "signature": b""}
    times = {"accepted_at": 1, "anchor_by": 2}
    rows: list[dict[str, Any]] = [
        {"number": number, "cid": str(number), "leaf": leaf, **rest, **times}
        for number, leaf in enumerate(leaves, 1)
    ]
    with journal.database.write() as connection:
        journal.lock(connection)
        connection.execute(insert(entry), rows)
        connection.execute(update(ledger).values(size=COUNT))
    return journal


def kept(journal: Journal) -> list[tuple[int, int, bytes]]:
    with journal.database.read() as connection:
        rows = connection.execute(select(node).order_by(node.c.height, node.c.index))
        return [(row.height, row.index, bytes(row.hash)) for row in rows]


def test_a_size_beyond_the_journal_is_refused(filled: Journal) -> None:
    with pytest.raises(InputInvalid, match=f"at most {COUNT}"):
        Prover(filled).root(COUNT + 1)


def test_nodes_that_are_gone_are_told_of_and_come_back(filled: Journal, leaves: list[bytes]) -> None:
    Nodes(filled.database).complete(COUNT)
    with filled.database.write() as connection:
        connection.execute(delete(node).where(node.c.index == 1))
    with pytest.raises(JournalUnavailable, match="lacks nodes"):
        Prover(filled).root(COUNT)
    with filled.database.write() as connection:
        connection.execute(delete(node))
    assert Prover(filled).root(COUNT) == Tree(leaves).head()


def test_of_every_256_nodes_the_one_above_is_kept(filled: Journal, leaves: list[bytes]) -> None:
    nodes, tree = Nodes(filled.database), Tree(leaves)
    nodes.complete(255)
    assert kept(filled) == []
    nodes.complete(600)
    assert kept(filled) == [(8, at, tree.subtree(256 * at, 256 * at + 256)) for at in range(2)]
    nodes.complete(COUNT)
    assert len(kept(filled)) == 3


def test_many_may_complete_them_at_once(filled: Journal, open_journal: Callable[..., Journal]) -> None:
    databases = [open_journal().database for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda database: Nodes(database).complete(COUNT), databases))
    assert len(kept(filled)) == 3


@pytest.mark.parametrize("size", [1, 256, 257, 512, COUNT])
def test_a_root_is_that_of_the_leaves(filled: Journal, leaves: list[bytes], size: int) -> None:
    prover = Prover(filled)
    prover.keep_up(COUNT)
    assert prover.root(size) == Tree(leaves[:size]).head()
    assert prover.consistency(1, size).second == size
