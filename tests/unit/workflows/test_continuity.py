"""A journal goes on where its log stands, or not at all."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from resonance_dao.errors import JournalConflict
from resonance_dao.workflows.continuity import require_continuity

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
