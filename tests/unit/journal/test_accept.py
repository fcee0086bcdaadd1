"""Accepting: numbers without gaps, receipts before anything else, the same answer to the same request."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update

from resonance_dao.chain.signer import DevSigner
from resonance_dao.errors import ChainMismatch, InputInvalid, JournalConflict, NotFound
from resonance_dao.journal.entry import Call, Idempotency
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.operation import QUEUED
from resonance_dao.journal.schema import operation
from resonance_dao.transparency.receipt import SignedReceipt
from resonance_dao.transparency.record import Record

NOW = 1_767_225_600
TARGET = "0x" + "11" * 20
BODY = {"to": TARGET, "function": "mint", "status": "requested", "tx_hash": None}
Accept = Callable[..., int]


def key(name: str = "k1", request: str = "a", scope: str = "caller") -> Idempotency:
    return Idempotency.of(scope, name, {"request": request})


@pytest.mark.parametrize(("scope", "name"), [("", "k"), ("s", ""), ("s", "k" * 256), ("s", "a\nb")])
def test_a_key_that_is_no_key_is_refused(scope: str, name: str) -> None:
    with pytest.raises(InputInvalid):
        Idempotency.of(scope, name, {})


def test_a_request_hash_of_another_length_is_refused() -> None:
    with pytest.raises(InputInvalid):
        Idempotency("s", "k", b"short")


def test_the_order_of_keys_in_a_request_does_not_matter() -> None:
    assert Idempotency.of("s", "k", {"a": 1, "b": 2}) == Idempotency.of("s", "k", {"b": 2, "a": 1})


def test_a_record_that_breaks_its_schema_uses_up_no_number(journal: Journal, accept: Accept) -> None:
    with pytest.raises(InputInvalid):
        journal.accept("transaction", "bounty/1", {"status": "requested"}, now=NOW)
    assert journal.size() == 0
    assert accept(journal) == 1


def test_personal_data_uses_up_no_number(journal: Journal) -> None:
    with pytest.raises(InputInvalid, match="e-mail"):
        journal.accept("transaction", "bounty/1", {**BODY, "details": {"by": "a@example.com"}}, now=NOW)
    assert journal.size() == 0


def test_a_link_to_an_entry_that_does_not_exist_yet_is_refused(journal: Journal, accept: Accept) -> None:
    with pytest.raises(InputInvalid):
        accept(journal, links=(1,))


def test_another_request_under_the_same_key_is_a_conflict(journal: Journal, accept: Accept) -> None:
    accept(journal, idempotency=key())
    with pytest.raises(JournalConflict, match="another request"):
        accept(journal, idempotency=key(request="b"))
    with pytest.raises(JournalConflict, match="another request"):
        journal.replayed(key(request="b"))
    assert journal.size() == 1


def test_another_signer_than_the_publisher_is_refused(journal: Journal) -> None:
    with pytest.raises(JournalConflict, match="publisher"):
        Journal(journal.database, journal.identity, DevSigner(1))


@pytest.mark.parametrize("field", ["publisher", "log"])
def test_the_database_of_another_publisher_or_log_is_refused(
    open_journal: Callable[..., Journal], accept: Accept, field: str
) -> None:
    first = open_journal()
    accept(first)
    other = DevSigner(1)
    changed: dict[str, Any] = {field: other.address}
    identity = replace(first.identity, **changed)
    signer = other if field == "publisher" else DevSigner(9)
    with pytest.raises(JournalConflict, match="belongs to"):
        accept(Journal(first.database, identity, signer))


@pytest.mark.parametrize("change", [{"chain_id": 1337}, {"genesis_hash": "0x" + "22" * 32}])
def test_the_database_of_another_chain_is_refused(
    open_journal: Callable[..., Journal], accept: Accept, change: dict[str, Any]
) -> None:
    first = open_journal()
    accept(first)
    with pytest.raises(ChainMismatch):
        open_journal(replace(first.identity, **change)).check()


def test_an_anchoring_promise_of_no_time_is_refused(open_journal: Callable[..., Journal]) -> None:
    with pytest.raises(InputInvalid):
        open_journal(anchor_within_s=0)


def test_what_is_not_there_is_not_found(journal: Journal) -> None:
    with pytest.raises(NotFound):
        journal.entry(1)
    with pytest.raises(InputInvalid):
        journal.entries(limit=0)
    assert journal.size() == 0
    assert journal.outcome_of(1) is None
    assert journal.operation_of(1) is None
    assert journal.replayed(key()) is None


def test_a_number_a_receipt_and_an_operation_are_one_answer(journal: Journal) -> None:
    accepted = journal.accept("transaction", "bounty/1", BODY, now=NOW, operation=Call(TARGET, b"\x01"))
    receipt, entry, operation = accepted.receipt, journal.entry(1), journal.operation_of(1)
    receipt.verify(journal.identity.publisher)
    assert (accepted.number, accepted.replayed) == (1, False)
    assert (receipt.receipt.accepted_at, receipt.receipt.anchor_by) == (NOW, NOW + 3600)
    assert entry.to_record() == Record("transaction", 1, NOW, 31337, "bounty/1", BODY)
    assert (entry.leaf, entry.cid) == (receipt.receipt.leaf, entry.to_record().cid)
    assert entry.receipt == SignedReceipt.from_text(receipt.to_text())
    assert operation is not None
    assert (operation.state, operation.to, operation.data, operation.nonce) == (QUEUED, TARGET, b"\x01", None)


def test_the_same_request_again_gets_the_same_answer(
    open_journal: Callable[..., Journal], accept: Accept
) -> None:
    first = open_journal().accept("transaction", "bounty/1", BODY, now=NOW, idempotency=key())
    again = open_journal().accept("transaction", "bounty/1", BODY, now=NOW + 99, idempotency=key())
    assert (again.number, again.receipt, again.replayed) == (first.number, first.receipt, True)
    assert open_journal().replayed(key()) == again
    assert open_journal().size() == 1


def test_a_key_may_be_tied_to_an_entry_that_was_there_before(journal: Journal, accept: Accept) -> None:
    number = accept(journal)
    journal.remember(key(), number)
    journal.remember(key(), number)
    found = journal.replayed(key())
    assert found is not None
    assert (found.number, found.replayed) == (number, True)
    with pytest.raises(JournalConflict, match="another request"):
        journal.remember(key(request="b"), number)


def test_the_same_key_of_another_caller_is_another_request(journal: Journal, accept: Accept) -> None:
    assert accept(journal, idempotency=key(scope="one")) == 1
    assert accept(journal, idempotency=key(scope="two")) == 2


def test_many_writers_get_numbers_without_gaps(open_journal: Callable[..., Journal], accept: Accept) -> None:
    journals = [open_journal() for _ in range(4)]
    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda i: accept(journals[i % 4]), range(40)))
    assert sorted(numbers) == list(range(1, 41))
    assert [entry.number for entry in journals[0].entries()] == list(range(1, 41))


def test_the_same_request_from_many_callers_at_once_is_one_entry(
    open_journal: Callable[..., Journal], accept: Accept
) -> None:
    journals = [open_journal() for _ in range(4)]
    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda i: accept(journals[i % 4], idempotency=key()), range(32)))
    assert set(numbers) == {1}
    assert journals[0].size() == 1


def test_a_crash_before_the_commit_leaves_no_number_and_no_gap(
    open_journal: Callable[..., Journal], accept: Accept
) -> None:
    def die(step: str) -> None:
        if step == "accept.before_commit":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        accept(open_journal(hook=die), idempotency=key())
    assert open_journal().size() == 0
    assert accept(open_journal(), idempotency=key()) == 1


def test_entries_come_in_pages_and_by_kind_and_subject(journal: Journal, accept: Accept) -> None:
    for _ in range(3):
        accept(journal)
    told = {"reason_code": "PIN_FAILED", "what": "A pin failed.", "why": "Full.", "next": "Retry."}
    journal.accept("disclosure", "pin/kubo", told, now=NOW, links=(2,))
    assert [entry.number for entry in journal.entries(2, 2)] == [2, 3]
    assert [entry.number for entry in journal.entries(kind="disclosure")] == [4]
    assert [entry.number for entry in journal.entries(subject="bounty/1")] == [1, 2, 3]
    assert journal.leaves(2, 4) == [entry.leaf for entry in journal.entries(2)]


@pytest.mark.parametrize(
    ("state", "is_under_way"),
    [
        (QUEUED, True),
        ("signed", True),
        ("sent", True),
        ("mined", False),
        ("final", False),
        ("refused", False),
    ],
)
def test_a_call_is_accepted_again_once_it_is_not_under_way(
    journal: Journal, accept: Accept, state: str, is_under_way: bool
) -> None:
    call = Call(TARGET, b"\x01")
    first = accept(journal, idempotency=key("1"), operation=call)
    assert accept(journal, idempotency=key("2"), operation=Call(TARGET, b"\x02")) == 2
    with journal.database.write() as connection:
        connection.execute(update(operation).where(operation.c.entry == first).values(state=state, nonce=7))
    assert accept(journal, idempotency=key("1"), operation=call) == first, "a replay is no second request"
    again = Call(TARGET.upper().replace("X", "x"), b"\x01")
    if is_under_way:
        with pytest.raises(JournalConflict, match=f"as request {first}") as refused:
            accept(journal, idempotency=key("3"), operation=again)
        assert refused.value.details == {"number": first}
        assert accept(journal, operation=again) == 3, "the operator may repeat itself"
    else:
        assert accept(journal, idempotency=key("3"), operation=again) == 3
