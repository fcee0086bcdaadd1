"""A journal goes on where its log stands, or not at all."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from resonance_dao.errors import JournalConflict
from resonance_dao.workflows.continuity import require_continuity, require_one_lane

PUBLISHER = "0xa0Ee7A142d267C1f36714E4a8F75612F20a79720"


def check(held: int, anchored: int) -> None:
    def call(_chain: Any, function: str, publisher: str) -> int:
        assert (function, publisher) == ("sizeOf", PUBLISHER)
        return anchored

    journal: Any = SimpleNamespace(size=lambda: held, identity=SimpleNamespace(publisher=PUBLISHER))
    log: Any = SimpleNamespace(call=call)
    require_continuity(journal, SimpleNamespace(), log)


@pytest.mark.parametrize(("held", "anchored"), [(0, 1), (0, 218), (217, 218)])
def test_a_journal_that_is_behind_its_log_is_refused(held: int, anchored: int) -> None:
    with pytest.raises(JournalConflict, match=f"log has {anchored} records, the journal {held}") as caught:
        check(held, anchored)
    assert "backup" in caught.value.hint


@pytest.mark.parametrize(("held", "anchored"), [(0, 0), (218, 218), (219, 218)])
def test_a_journal_that_holds_all_of_its_log_goes_on(held: int, anchored: int) -> None:
    check(held, anchored)


def begin(held: int, anchored_there: int) -> None:
    journal: Any = SimpleNamespace(size=lambda: held, identity=SimpleNamespace(publisher=PUBLISHER))
    sizes = {("sizeOf", PUBLISHER): anchored_there}
    other: Any = SimpleNamespace(call=lambda _chain, *asked: sizes[asked], address="0xother")
    require_one_lane(journal, SimpleNamespace(), other)


def test_a_journal_does_not_begin_beside_its_publishers_log_in_the_other_lane() -> None:
    with pytest.raises(JournalConflict, match="3 records in the other lane, 0xother") as caught:
        begin(0, 3)
    assert "RESONANCE_LOG_LANE" in caught.value.hint


@pytest.mark.parametrize(("held", "there"), [(0, 0), (1, 0), (1, 3)])
def test_a_journal_begins_where_there_is_none_and_goes_on_where_it_began(held: int, there: int) -> None:
    begin(held, there)
