"""What a day costs: reserved in the commit that signs, corrected by what was paid, never above a limit."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_dao.journal.entry import Call
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.operation import FINAL, QUEUED, Operation, Signed
from resonance_dao.journal.outbox import Outbox
from resonance_dao.journal.outlay import DAY_S, GWEI, Outlays, conclude, gwei, scopes

NOW = 1_767_225_600
TARGET = "0x" + "11" * 20
KEY, OTHER = "0x" + "22" * 20, "0x" + "33" * 20
ROUTE = f"route/{TARGET}/0x01020304"
GAS = 100_000
Accept = Callable[..., int]


def signing(nonce: int, fee: int = GWEI) -> Signed:
    return Signed(b"raw%d" % nonce, f"0x{nonce:048x}{fee:016x}", GAS, fee, 1)


def queued(journal: Journal, accept: Accept) -> int:
    accept(journal, operation=Call(TARGET, b"\x01\x02\x03\x04\x05"))
    return Outbox(journal).in_states([QUEUED])[-1].id


def found(journal: Journal, operation: int) -> Operation:
    return next(one for one in Outbox(journal).in_states(["signed", "sent", "mined"]) if one.id == operation)


def taken(journal: Journal, now: int = NOW) -> dict[str, int]:
    return Outlays(journal.database).of(now)


@given(st.integers(0, 2**80))
def test_gwei_round_up_so_that_nothing_is_free(wei: int) -> None:
    assert 0 <= gwei(wei) * GWEI - wei < GWEI


def test_a_gwei_and_a_day_are_what_everybody_means_by_them() -> None:
    assert [gwei(wei) for wei in (0, 1, 999_999_999, 1_000_000_000, 1_000_000_001)] == [0, 1, 1, 1, 2]
    assert (GWEI, DAY_S) == (1_000_000_000, 24 * 60 * 60)


def test_a_route_is_contract_and_function(journal: Journal) -> None:
    assert scopes(KEY, TARGET, b"\x01\x02\x03\x04\x05") == (f"key/{KEY}", ROUTE)
    assert scopes(KEY, TARGET, b"") == (f"key/{KEY}", f"route/{TARGET}/-")


@pytest.mark.parametrize("scope", [f"key/{KEY}", ROUTE])
def test_what_would_exceed_a_limit_stays_queued_and_takes_nothing(
    journal: Journal, accept: Accept, scope: str
) -> None:
    outbox, operation = Outbox(journal), queued(journal, accept)
    assert not outbox.sign(operation, 5, signing, NOW, sender=KEY, limits={scope: GAS - 1})
    (waiting,) = outbox.in_states([QUEUED])
    assert (waiting.nonce, waiting.attempts, taken(journal)) == (None, (), {})
    assert outbox.sign(operation, 5, signing, NOW, sender=KEY, limits={scope: GAS})
    assert taken(journal) == {f"key/{KEY}": GAS, ROUTE: GAS}


def test_a_limit_of_another_key_does_not_count(journal: Journal, accept: Accept) -> None:
    operation = queued(journal, accept)
    assert Outbox(journal).sign(operation, 5, signing, NOW, sender=KEY, limits={f"key/{OTHER}": 0})


def test_a_dearer_attempt_takes_the_difference_and_a_cheaper_one_nothing(
    journal: Journal, accept: Accept
) -> None:
    outbox, operation = Outbox(journal), queued(journal, accept)
    outbox.sign(operation, 5, signing, NOW, sender=KEY)
    outbox.add_attempt(operation, signing(5, 3 * GWEI), NOW)
    assert taken(journal)[f"key/{KEY}"] == 3 * GAS
    outbox.add_attempt(operation, signing(5, 2 * GWEI), NOW)
    assert taken(journal)[f"key/{KEY}"] == 3 * GAS


def test_what_ended_counts_for_what_it_cost_on_the_day_that_it_was_signed(
    journal: Journal, accept: Accept
) -> None:
    outbox, operation = Outbox(journal), queued(journal, accept)
    outbox.sign(operation, 5, signing, NOW, sender=KEY)
    outbox.mark_mined(operation, signing(5).tx_hash, 7, "0x" + "44" * 32)
    outbox.settle(found(journal, operation), FINAL, None, NOW + DAY_S, paid=40_000 * GWEI + 1)
    assert taken(journal) == {f"key/{KEY}": 40_001, ROUTE: 40_001}
    assert taken(journal, NOW + DAY_S) == {}


def test_each_day_begins_anew(journal: Journal, accept: Accept) -> None:
    outbox, limits = Outbox(journal), {ROUTE: GAS}
    first, second = queued(journal, accept), queued(journal, accept)
    end_of_day = (NOW // DAY_S + 1) * DAY_S
    assert outbox.sign(first, 5, signing, NOW, sender=KEY, limits=limits)
    assert not outbox.sign(second, 6, signing, end_of_day - 1, sender=OTHER, limits=limits)
    assert outbox.sign(second, 6, signing, end_of_day, sender=OTHER, limits=limits)


def test_what_ended_without_a_reservation_takes_nothing(journal: Journal, accept: Accept) -> None:
    operation = queued(journal, accept)
    with journal.database.write() as connection:
        conclude(connection, operation, 5 * GWEI)
    assert taken(journal) == {}
