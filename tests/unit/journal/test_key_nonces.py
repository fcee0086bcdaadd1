"""What is accounted for of each key, to the nonce, and what its dearest day was, to the day."""

from __future__ import annotations

from sqlalchemy import select

from resonance_dao.journal.journal import Journal
from resonance_dao.journal.outlay import DAY_S, Outlays
from resonance_dao.journal.schema import outlay, sender_start
from resonance_dao.journal.senders import SenderNonces

NOW = 1_767_225_600
TODAY = NOW // DAY_S
KEY, OTHER = "0x" + "22" * 20, "0x" + "33" * 20


def test_the_dearest_day_is_one_of_the_seven_before_this_one(journal: Journal) -> None:
    days = {"a": {8: 90, 7: 50, 1: 40}, "b": {1: 5, 0: 80}, "c": {0: 7}, "d": {8: 9}, "e": {-1: 6}}
    with journal.database.write() as connection:
        for scope, ago in days.items():
            for day, gwei in ago.items():
                connection.execute(outlay.insert().values(day=TODAY - day, scope=scope, gwei=gwei))
    outlays = Outlays(journal.database)
    for now in (NOW, NOW + DAY_S - 1):
        assert outlays.highest(now) == {"a": 50, "b": 5}
    assert outlays.highest(NOW, days=1) == {"a": 40, "b": 5}


def test_a_key_begins_where_it_was_first_seen(journal: Journal) -> None:
    nonces = SenderNonces(journal.database, 31337)
    assert nonces.start(KEY) == 0
    assert nonces.accounted(KEY, 5, NOW) == 5
    assert nonces.accounted(OTHER, 9, NOW) == 9
    assert nonces.accounted(KEY, 6, NOW) == 5
    assert (nonces.start(KEY), nonces.start(OTHER)) == (5, 9)


def test_accepting_never_goes_back_and_notes_only_what_is_new(journal: Journal) -> None:
    nonces = SenderNonces(journal.database, 31337)
    for used, now in ((5, NOW), (5, NOW + 1), (4, NOW + 2)):
        nonces.accept(KEY, used, now)
    with journal.database.read() as connection:
        assert connection.execute(select(sender_start)).all() == [(KEY, 5, NOW)]
    nonces.accept(KEY, 6, NOW + 3)
    assert nonces.start(KEY) == 6
