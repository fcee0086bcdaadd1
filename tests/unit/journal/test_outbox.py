"""The outbox: one nonce for ever, each step once, and never a step from the wrong state."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from resonance_dao.errors import JournalConflict
from resonance_dao.journal.entry import Call, Draft
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.operation import (
    FAILED,
    FINAL,
    MINED,
    QUEUED,
    REFUSED,
    SENT,
    SIGNED,
    Operation,
    Signed,
)
from resonance_dao.journal.outbox import Outbox

NOW = 1_767_225_600
TARGET = "0x" + "11" * 20
TOLD = {"reason_code": "TRANSACTION_REVERTED", "what": "It failed.", "why": "No money.", "next": "Ask again."}
Accept = Callable[..., int]


def signing(nonce: int, price: int = 10) -> Signed:
    return Signed(b"raw%d" % nonce, f"0x{nonce:062x}{price:02x}", 50_000, price, 1)


def queued(journal: Journal, accept: Accept, count: int = 1) -> list[int]:
    for _ in range(count):
        accept(journal, operation=Call(TARGET, b"\x01"))
    return [operation.id for operation in Outbox(journal).in_states([QUEUED])]


def only(journal: Journal) -> Operation:
    (operation,) = Outbox(journal).in_states([QUEUED, SIGNED, SENT, MINED, FINAL, FAILED, REFUSED])
    return operation


def mined(journal: Journal, accept: Accept) -> Operation:
    (operation,), outbox = queued(journal, accept), Outbox(journal)
    outbox.sign(operation, 5, signing, NOW)
    outbox.mark_sent(operation, signing(5).tx_hash, NOW)
    outbox.mark_mined(operation, signing(5).tx_hash, 7, "0x" + "33" * 32)
    return only(journal)


def outcome(request: int = 1) -> Draft:
    return Draft("disclosure", "bounty/1", TOLD, (request,), request=request)


def test_a_signed_operation_is_not_signed_again(journal: Journal, accept: Accept) -> None:
    (operation,) = queued(journal, accept)
    assert Outbox(journal).sign(operation, 5, signing, NOW)
    assert not Outbox(journal).sign(operation, 6, signing, NOW)
    assert [attempt.tx_hash for attempt in only(journal).attempts] == [signing(5).tx_hash]


def test_a_signature_that_fails_uses_up_no_nonce(journal: Journal, accept: Accept) -> None:
    def refuse(_nonce: int) -> Signed:
        raise JournalConflict("no key")

    first, second = queued(journal, accept, 2)
    with pytest.raises(JournalConflict):
        Outbox(journal).sign(first, 5, refuse, NOW)
    assert only_nonces(journal, [second], 5) == [5]


def test_while_a_signer_is_slow_the_journal_accepts_and_another_may_take_the_nonce(
    journal: Journal, accept: Accept
) -> None:
    asked: list[int] = []

    def slow(nonce: int) -> Signed:
        asked.append(nonce)
        if len(asked) == 1:
            accept(journal)
            assert Outbox(journal).sign(second, 5, signing, NOW)
        return signing(nonce)

    first, second = queued(journal, accept, 2)
    assert Outbox(journal).sign(first, 5, slow, NOW)
    assert asked == [5, 6]
    kept = {one.id: (one.nonce, len(one.attempts)) for one in Outbox(journal).in_states([SIGNED])}
    assert kept == {first: (6, 1), second: (5, 1)}


def test_what_another_signed_meanwhile_is_not_signed_again(journal: Journal, accept: Accept) -> None:
    def overtaken(nonce: int) -> Signed:
        assert Outbox(journal).sign(operation, 5, signing, NOW)
        return signing(nonce, price=99)

    (operation,) = queued(journal, accept)
    assert not Outbox(journal).sign(operation, 5, overtaken, NOW)
    assert [attempt.tx_hash for attempt in only(journal).attempts] == [signing(5).tx_hash]


def test_a_gap_that_another_filled_meanwhile_is_filled_once(journal: Journal, accept: Accept) -> None:
    def overtaken(nonce: int) -> Signed:
        assert not Outbox(journal).fill(3, signing, TARGET, NOW)
        return signing(nonce, price=99)

    assert Outbox(journal).fill(3, overtaken, TARGET, NOW)
    assert [attempt.tx_hash for attempt in only(journal).attempts] == [signing(3).tx_hash]


def only_nonces(journal: Journal, operations: list[int], chain_nonce: int) -> list[int | None]:
    outbox = Outbox(journal)
    for operation in operations:
        outbox.sign(operation, chain_nonce, signing, NOW)
    return [operation.nonce for operation in outbox.in_states([SIGNED])]


def test_nonces_follow_one_another_whatever_the_chain_says(journal: Journal, accept: Accept) -> None:
    outbox, operations = Outbox(journal), queued(journal, accept, 3)
    for operation, chain_nonce in zip(operations, (5, 5, 90), strict=True):
        outbox.sign(operation, chain_nonce, signing, NOW)
    assert [operation.nonce for operation in outbox.in_states([SIGNED])] == [5, 6, 7]


def test_a_key_used_elsewhere_while_nothing_flies_begins_anew(journal: Journal, accept: Accept) -> None:
    Outbox(journal).settle(mined(journal, accept), FINAL, None, NOW)
    assert only_nonces(journal, queued(journal, accept), 9) == [9]


def test_pitfall_20_two_workers_never_give_two_nonces_or_one_twice(
    open_journal: Callable[..., Journal], accept: Accept
) -> None:
    journals = [open_journal() for _ in range(4)]
    operations = queued(journals[0], accept, 10)
    work = [(journal, operation) for operation in operations for journal in journals]
    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(lambda item: Outbox(item[0]).sign(item[1], 3, signing, NOW), work))
    assert sum(won) == 10
    nonces = [operation.nonce for operation in Outbox(journals[0]).in_states([SIGNED])]
    assert sorted(nonce for nonce in nonces if nonce is not None) == list(range(3, 13))


def test_a_gap_is_filled_once_and_never_over_an_operation(journal: Journal, accept: Accept) -> None:
    (operation,), outbox = queued(journal, accept), Outbox(journal)
    outbox.sign(operation, 5, signing, NOW)
    assert outbox.fill(5, signing, journal.identity.publisher, NOW)
    assert not outbox.fill(4, signing, journal.identity.publisher, NOW)
    assert outbox.fill(4, signing, journal.identity.publisher, NOW)
    assert [found.nonce for found in outbox.in_states([SIGNED])] == [5, 4]


def test_an_operation_keeps_all_its_attempts_and_its_nonce(journal: Journal, accept: Accept) -> None:
    (operation,), outbox = queued(journal, accept), Outbox(journal)
    outbox.sign(operation, 5, signing, NOW)
    outbox.mark_sent(operation, signing(5).tx_hash, NOW)
    assert outbox.add_attempt(operation, signing(5, 20), NOW + 1)
    found = only(journal)
    assert (found.state, found.nonce, [attempt.max_fee for attempt in found.attempts]) == (SENT, 5, [10, 20])
    assert [attempt.sent_at for attempt in found.attempts] == [NOW, None]
    assert outbox.of_transaction(signing(5).tx_hash) == found == outbox.of_transaction(signing(5, 20).tx_hash)
    assert outbox.own([signing(5).tx_hash, "0xother"]) == {signing(5).tx_hash}


def test_a_settled_operation_takes_no_more_attempts(journal: Journal, accept: Accept) -> None:
    operation = mined(journal, accept)
    assert not Outbox(journal).add_attempt(operation.id, signing(5, 20), NOW)


def test_an_outcome_is_written_once(journal: Journal, accept: Accept) -> None:
    operation = mined(journal, accept)
    assert Outbox(journal).settle(operation, FAILED, outcome(), NOW, error={"name": "Poor"}) == 2
    assert Outbox(journal).settle(operation, FAILED, outcome(), NOW) is None
    assert Outbox(journal).settle(operation, FINAL, outcome(), NOW) is None
    assert (journal.size(), only(journal).state, only(journal).error) == (2, FAILED, {"name": "Poor"})
    told = journal.outcome_of(1)
    assert told is not None
    assert (told.number, told.request) == (2, 1)


def test_what_is_not_mined_is_not_final(journal: Journal, accept: Accept) -> None:
    queued(journal, accept)
    assert Outbox(journal).settle(only(journal), FINAL, outcome(), NOW) is None
    assert journal.size() == 1


def test_what_may_have_been_sent_is_not_refused(journal: Journal, accept: Accept) -> None:
    (operation,) = queued(journal, accept)
    Outbox(journal).sign(operation, 5, signing, NOW)
    assert Outbox(journal).settle(only(journal), REFUSED, outcome(), NOW) is None
    assert only(journal).state == SIGNED


def test_a_dropped_block_takes_the_operation_back_under_way(journal: Journal, accept: Accept) -> None:
    operation = mined(journal, accept)
    Outbox(journal).mark_dropped(operation.id)
    found = only(journal)
    assert (found.state, found.tx_hash, found.block_number, found.nonce) == (SENT, None, None, 5)


def test_a_fee_beyond_what_is_stored_is_refused(journal: Journal, accept: Accept) -> None:
    (operation,) = queued(journal, accept)
    with pytest.raises(JournalConflict):
        Outbox(journal).sign(operation, 5, lambda nonce: Signed(b"", "0x", 1, 2**63, 1), NOW)
    assert only(journal).state == QUEUED


def test_an_attempt_that_another_process_kept_is_not_kept_again(journal: Journal, accept: Accept) -> None:
    (operation,), outbox = queued(journal, accept), Outbox(journal)
    outbox.sign(operation, 5, signing, NOW)
    assert not outbox.add_attempt(operation, signing(5), NOW)
    assert outbox.add_attempt(operation, signing(5, 20), NOW)
    assert not outbox.add_attempt(operation, signing(5, 20), NOW + 1)
    assert [attempt.max_fee for attempt in only(journal).attempts] == [10, 20]


def test_what_is_queued_is_read_page_by_page(journal: Journal, accept: Accept) -> None:
    operations, outbox = queued(journal, accept, 5), Outbox(journal)
    read: list[int] = []
    while page := outbox.in_states([QUEUED], 2, after=read[-1] if read else 0):
        assert len(page) <= 2
        read += [operation.id for operation in page]
    assert read == operations
