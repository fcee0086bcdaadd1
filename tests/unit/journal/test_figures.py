"""Figures: how a journal stands, at a cost that does not grow with it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from resonance_dao.journal.entry import Call
from resonance_dao.journal.figures import Figures, anchor_by, read_figures
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.operation import FINAL, Signed
from resonance_dao.journal.outbox import Outbox
from resonance_dao.journal.pins import Pins

NOW = 1_767_225_600
TARGET = "0x" + "22" * 20
NOTHING = {"queued": 0, "signed": 0, "sent": 0, "mined": 0}
Accept = Callable[..., int]


def test_a_journal_that_nobody_used_stands_at_nothing(journal: Journal) -> None:
    assert read_figures(journal.database) == Figures(0, 0, 0, None, None, NOTHING, {})


def test_what_has_ended_is_not_counted_among_what_has_not(journal: Journal, accept: Accept) -> None:
    outbox = Outbox(journal)
    numbers = [accept(journal, operation=Call(TARGET, bytes([at]))) for at in range(4)]
    for nonce, operation in enumerate(outbox.in_states(["queued"], 3)):
        outbox.sign(operation.id, nonce, lambda at: Signed(b"r", f"0x{at:02x}", 1, 1, 1), NOW)
    outbox.mark_mined(1, "0x00", 7, "0xbb")
    outbox.mark_mined(2, "0x01", 7, "0xbb")
    (first,) = [found for found in outbox.in_states(["mined"]) if found.id == 1]
    outbox.settle(first, FINAL, None, NOW)
    Pins(journal).mark_pinned(numbers[:1], NOW)
    figures = read_figures(journal.database)
    assert (figures.accepted, figures.anchored) == (journal.size(), 0)
    assert figures.unpinned == journal.size() - 1
    assert figures.operations == {"queued": 1, "signed": 1, "sent": 0, "mined": 1}
    assert (figures.waits_since, figures.anchor_by) == (NOW, anchor_by(journal.database, 1))
    assert (figures.anchor_by or 0) > NOW
    assert anchor_by(journal.database, 99) is None


# PostgreSQL reads small tables whole, whatever indexes there are.
@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_no_figure_is_counted_through_the_whole_history(
    journal: Journal, accept: Accept, statements: list[str]
) -> None:
    accept(journal, operation=Call(TARGET, b""))
    statements.clear()
    read_figures(journal.database)
    asked = [statement for statement in statements if statement.startswith("SELECT")]
    with journal.database.read() as connection:
        steps = [
            str(row[3])
            for statement in asked
            for row in connection.exec_driver_sql(
                f"EXPLAIN QUERY PLAN {statement}", (None,) * statement.count("?")
            )
        ]
    read = {step.split()[1]: step.split()[0] for step in steps if step.split()[1] in ("entry", "operation")}
    assert read == {"entry": "SEARCH", "operation": "SEARCH"}
