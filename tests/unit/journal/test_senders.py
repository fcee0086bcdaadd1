"""Several senders in one journal: nonces of their own, wishes to cancel, alarms, and the last final block."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from resonance_dao.errors import JournalConflict, NotFound
from resonance_dao.journal import cancelling, final_block
from resonance_dao.journal.alarms import Alarms
from resonance_dao.journal.entry import Call, Draft
from resonance_dao.journal.final_block import FinalBlock
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.operation import FAILED, FINAL, MINED, QUEUED, SENT, SIGNED, Signed
from resonance_dao.journal.outbox import Outbox
from resonance_dao.journal.senders import RetiredSenders, SenderNonces

NOW = 1_767_225_600
TARGET = "0x" + "11" * 20
KEY, OTHER = "0x" + "22" * 20, "0x" + "33" * 20
TOLD = {"reason_code": "SENDER_POOR", "what": "Little coin.", "why": "Gas.", "next": "Send it some."}
OVER = {"corrects": 1, "what": "It is over.", "why": "It has coin."}
Accept = Callable[..., int]


def signing_for(key: str) -> Callable[[int], Signed]:
    return lambda nonce: Signed(b"raw", f"0x{key[2:4]}{nonce:062x}", 50_000, 10, 1)


def queued(journal: Journal, accept: Accept, count: int = 1) -> list[int]:
    numbers = [accept(journal, operation=Call(TARGET, b"\x01")) for _ in range(count)]
    return [operation.id for operation in Outbox(journal).in_states([QUEUED])][-len(numbers) :]


def test_each_sender_counts_its_own_nonces(journal: Journal, accept: Accept) -> None:
    outbox, operations = Outbox(journal), queued(journal, accept, 4)
    for operation, key, start in zip(operations, (KEY, OTHER, KEY, OTHER), (5, 7, 5, 7), strict=True):
        assert outbox.sign(operation, start, signing_for(key), NOW, sender=key)
    found = [(operation.sender, operation.nonce) for operation in outbox.in_states([SIGNED])]
    assert found == [(KEY, 5), (OTHER, 7), (KEY, 6), (OTHER, 8)]


def test_a_nonce_follows_the_journal_while_something_flies_and_the_chain_when_others_used_the_key(
    journal: Journal, accept: Accept
) -> None:
    outbox, (first, second, third) = Outbox(journal), queued(journal, accept, 3)
    outbox.sign(first, 5, signing_for(KEY), NOW, sender=KEY)
    # Another's transaction is on the chain at 6 already, and is no reason to leave out a nonce in between.
    outbox.sign(second, 9, signing_for(KEY), NOW, sender=KEY)
    assert [operation.nonce for operation in outbox.in_states([SIGNED])] == [5, 6]
    for operation in outbox.in_states([SIGNED]):
        outbox.mark_mined(operation.id, operation.attempts[0].tx_hash, 7, "0x" + "44" * 32)
    for operation in outbox.in_states([MINED]):
        outbox.settle(operation, FINAL, None, NOW)
    outbox.sign(third, 7, signing_for(KEY), NOW, sender=KEY)
    assert [operation.nonce for operation in outbox.in_states([SIGNED])] == [7]


def test_a_key_that_is_idle_takes_up_the_chains_count_or_its_own_next_whichever_is_more(
    journal: Journal, accept: Accept
) -> None:
    outbox, operations = Outbox(journal), queued(journal, accept, 3)
    found = []
    for operation, on_chain in zip(operations, (5, 6, 20), strict=True):
        outbox.sign(operation, on_chain, signing_for(KEY), NOW, sender=KEY)
        (signed,) = outbox.in_states([SIGNED])
        found.append(signed.nonce)
        outbox.mark_mined(operation, signed.attempts[0].tx_hash, 7, "0x" + "44" * 32)
        outbox.settle(outbox.in_states([MINED])[0], FINAL, None, NOW)
    assert found == [5, 6, 20]


def test_a_gap_of_one_key_is_filled_though_another_has_used_that_nonce(
    journal: Journal, accept: Accept
) -> None:
    outbox, (operation,) = Outbox(journal), queued(journal, accept)
    outbox.sign(operation, 5, signing_for(KEY), NOW, sender=KEY)
    assert outbox.fill(5, signing_for(KEY), KEY, NOW)
    assert not outbox.fill(5, signing_for(OTHER), OTHER, NOW)


def test_the_holder_of_a_subject_is_who_has_its_newest_request_under_way(
    journal: Journal, accept: Accept
) -> None:
    outbox, (first, second, third) = Outbox(journal), queued(journal, accept, 3)
    assert outbox.holders() == {}
    outbox.sign(first, 5, signing_for(KEY), NOW, sender=KEY)
    outbox.sign(second, 5, signing_for(OTHER), NOW, sender=OTHER)
    assert outbox.holders() == {"bounty/1": OTHER}
    assert outbox.subjects(outbox.in_states([QUEUED])) == {third: "bounty/1"}


def test_of_a_keys_nonces_those_before_it_was_seen_and_its_own_are_accounted_for(
    journal: Journal, accept: Accept
) -> None:
    nonces, outbox, (operation,) = (
        SenderNonces(journal.database, 31337),
        Outbox(journal),
        queued(journal, accept),
    )
    assert [nonces.accounted(KEY, used, NOW) for used in (5, 9, 3)] == [5, 5, 5]
    outbox.sign(operation, 5, signing_for(KEY), NOW, sender=KEY)
    assert [nonces.accounted(key, 7, NOW) for key in (KEY, OTHER)] == [6, 7]
    assert SenderNonces(journal.database, 1).accounted(KEY, 7, NOW) == 5


def test_a_person_accounts_for_more_and_never_for_less(journal: Journal) -> None:
    nonces = SenderNonces(journal.database, 31337)
    nonces.accept(KEY, 4, NOW)
    nonces.accept(KEY, 2, NOW)
    assert nonces.accounted(KEY, 9, NOW) == 4
    nonces.accept(KEY, 9, NOW)
    assert nonces.accounted(KEY, 1, NOW) == 9


def test_many_that_put_a_key_out_of_service_or_note_its_nonce_at_once_agree(
    open_journal: Callable[..., Journal],
) -> None:
    databases = [open_journal().database for _ in range(4)]
    start = Barrier(len(databases))

    def both(at: int) -> list[int]:
        told = []
        for turn in range(20):
            start.wait(10)
            RetiredSenders(databases[at]).add(f"{KEY[:-2]}{turn:02}", f"CODE_{at}", NOW)
            told.append(SenderNonces(databases[at], 31337).accounted(f"{KEY[:-2]}{turn:02}", at, NOW))
        return told

    with ThreadPoolExecutor(len(databases)) as pool:
        told = list(pool.map(both, range(len(databases))))
    assert len({tuple(found) for found in told}) == 1
    assert len(RetiredSenders(databases[0]).all()) == 20


def test_only_a_request_that_exists_and_is_not_mined_is_cancelled(journal: Journal, accept: Accept) -> None:
    plain = accept(journal)
    for number in (plain, 99):
        with pytest.raises(NotFound, match="asked for no transaction"):
            cancelling.ask(journal.database, number, NOW)
    number, outbox = accept(journal, operation=Call(TARGET, b"\x01")), Outbox(journal)
    assert cancelling.ask(journal.database, number, NOW).cancel_at == NOW
    assert cancelling.ask(journal.database, number, NOW + 9).cancel_at == NOW
    (wished,) = outbox.to_cancel()
    outbox.sign(wished.id, 5, signing_for(KEY), NOW, sender=KEY)
    assert [operation.id for operation in outbox.to_cancel()] == [wished.id]
    outbox.mark_mined(wished.id, signing_for(KEY)(5).tx_hash, 7, "0x" + "44" * 32)
    assert outbox.to_cancel() == []
    with pytest.raises(JournalConflict, match="cannot be cancelled any more"):
        cancelling.ask(journal.database, number, NOW)


def test_an_alarm_is_told_once_until_it_is_over(journal: Journal) -> None:
    alarms = Alarms(journal)
    first, second = Draft("disclosure", "sender/a", TOLD), Draft("disclosure", "sender/b", TOLD)
    assert alarms.sound(first, NOW)
    assert not alarms.sound(first, NOW + 1)
    assert alarms.sound(second, NOW + 2)
    assert [(alarm.subject, alarm.disclosure) for alarm in alarms.raised()] == [
        ("sender/a", 1),
        ("sender/b", 2),
    ]
    assert alarms.end("sender/a", lambda number: Draft("correction", "sender/a", OVER, (number,)), NOW + 3)
    assert not alarms.end("sender/a", lambda number: Draft("correction", "sender/a", OVER), NOW + 4)
    assert [entry.kind for entry in journal.entries()] == ["disclosure", "disclosure", "correction"]
    assert alarms.sound(first, NOW + 5)


def test_the_newest_block_in_which_something_ended_is_kept(journal: Journal, accept: Accept) -> None:
    outbox, operations = Outbox(journal), queued(journal, accept, 3)
    assert final_block.read(journal.database) is None
    expected = [
        FinalBlock(7, "0x" + "07" * 32),
        FinalBlock(7, "0x" + "07" * 32),
        FinalBlock(9, "0x" + "09" * 32),
    ]
    for operation, number, state, newest in zip(
        operations, (7, 6, 9), (FINAL, FINAL, FAILED), expected, strict=True
    ):
        outbox.sign(operation, 5, signing_for(KEY), NOW, sender=KEY)
        (signed,) = outbox.in_states([SIGNED])
        outbox.mark_mined(
            operation, signed.attempts[0].tx_hash, number, f"0x{number:02x}" + f"{number:02x}" * 31
        )
        # What the caller holds is from before it was mined: the row counts.
        outbox.settle(signed, state, None, NOW)
        assert final_block.read(journal.database) == newest


def test_what_lost_its_nonce_ends_from_where_it_is(journal: Journal, accept: Accept) -> None:
    outbox, (operation,) = Outbox(journal), queued(journal, accept)
    outbox.sign(operation, 5, signing_for(KEY), NOW, sender=KEY)
    outbox.mark_sent(operation, signing_for(KEY)(5).tx_hash, NOW)
    (sent,) = outbox.in_states([SENT])
    assert outbox.settle(sent, FAILED, None, NOW) is None
    assert [found.state for found in outbox.in_states([SENT, FAILED])] == [SENT]
    outbox.settle(sent, FAILED, None, NOW, paid=0, before=[SENT])
    assert [found.state for found in outbox.in_states([SENT, FAILED])] == [FAILED]


def test_a_key_is_put_out_of_service_for_good(journal: Journal) -> None:
    retired = RetiredSenders(journal.database)
    assert retired.all() == {}
    retired.add(KEY, "SENDER_NONCE_FOREIGN", NOW)
    retired.add(KEY, "SENDER_NONCE_FOREIGN", NOW + 1)
    assert RetiredSenders(journal.database).all() == {KEY: "SENDER_NONCE_FOREIGN"}
