"""Telling: facts by name, failures with their reason, and no personal data from the chain."""

from __future__ import annotations

from typing import Any

import pytest

from resonance_dao.chain.artifact import Artifact
from resonance_dao.chain.chain import Log, Receipt
from resonance_dao.chain.contract import Contract
from resonance_dao.errors import TransactionFailed
from resonance_dao.transparency.canonical import MAX_BYTES
from resonance_dao.transparency.record import Record
from resonance_dao.workflows.telling import Teller, error_of

ADDRESS, SENDER, TX = "0x" + "11" * 20, "0x" + "22" * 20, "0x" + "ab" * 32
TEXT = [{"name": "text", "type": "string", "internalType": "string", "indexed": False}]
ABI = (
    {"type": "function", "name": "say", "inputs": TEXT, "outputs": [], "stateMutability": "nonpayable"},
    {"type": "event", "name": "Said", "inputs": TEXT, "anonymous": False},
)
REQUEST = (3, "bounty/1")


@pytest.fixture
def board() -> Contract:
    return Contract(ADDRESS, artifact())


def artifact() -> Artifact:
    return Artifact(
        name="Board",
        source_path="Board.sol",
        abi=ABI,
        bytecode=b"",
        deployed_bytecode=b"",
        immutable_references=(),
        metadata="{}",
        compiler="0.8.37",
    )


@pytest.fixture
def teller(board: Contract) -> Teller:
    return Teller(31337, lambda: (board,))


def receipt(board: Contract, text: str, status: int = 1) -> Receipt:
    data = board.encode("say", text)[4:]
    log = Log(ADDRESS, (board.topic("Said"),), data, 7, "0x" + "07" * 32, TX, 0)
    other = Log(SENDER, (board.topic("Said"),), data, 7, "0x" + "07" * 32, TX, 1)
    logs = (log, other) if status else ()
    return Receipt(TX, status, 7, "0x" + "07" * 32, SENDER, ADDRESS, 50_000, 1, None, logs)


def error(message: str = "No money.", **details: Any) -> dict[str, Any]:
    return error_of(TransactionFailed(message, error={"name": "Poor", "args": {"needed": 10**20}}, **details))


def whole(draft: Any) -> Record:
    return Record(draft.kind, 9, 1, 31337, draft.subject, draft.body, draft.links)


def test_an_error_without_a_reason_is_told_all_the_same() -> None:
    assert error_of(TransactionFailed("")) == {
        "name": "Unknown",
        "message": "It gave no reason.",
        "args": {},
        "data": "0x",
    }


@pytest.mark.parametrize("text", ["write to a@example.com", "call 090-1234-5678"])
def test_what_a_stranger_wrote_is_left_out_when_it_is_personal(
    teller: Teller, board: Contract, text: str
) -> None:
    draft = teller.observed(board.encode("say", text), receipt(board, text), 0)
    record = whole(draft)
    assert text.encode() not in record.to_bytes()
    assert record.body["details"]["withheld"]["path"].startswith("$.body")
    assert (record.body["function"], record.body["tx_hash"]) == ("say", TX)


def test_what_does_not_fit_is_left_out(teller: Teller, board: Contract) -> None:
    text = "x" * (MAX_BYTES + 1)
    record = whole(teller.succeeded(REQUEST, board.encode("say", text), receipt(board, text)))
    assert "withheld" in record.body["details"]


def test_a_reason_that_is_personal_is_not_repeated(teller: Teller, board: Contract) -> None:
    reason = error("reverted: ask a@example.com")
    record = whole(teller.failed(REQUEST, board.encode("say", "hi"), receipt(board, "hi", 0), reason))
    facts = record.body["details"]["transaction"]
    assert b"example.com" not in record.to_bytes()
    assert (facts["error"]["name"], facts["tx_hash"]) == ("Poor", TX)


def test_success_is_told_by_name_with_the_events_of_known_contracts(teller: Teller, board: Contract) -> None:
    record = whole(teller.succeeded(REQUEST, board.encode("say", "hi"), receipt(board, "hi")))
    assert (record.kind, record.links, record.body["status"]) == ("transaction", (3,), "succeeded")
    assert record.body["arguments"] == {"text": "hi"}
    assert record.body["events"] == [
        {"contract": "Board", "address": ADDRESS, "name": "Said", "args": {"text": "hi"}}
    ]


def test_a_failure_is_a_disclosure_with_the_same_facts(teller: Teller, board: Contract) -> None:
    record = whole(teller.failed(REQUEST, board.encode("say", "hi"), receipt(board, "hi", 0), error()))
    facts = record.body["details"]["transaction"]
    assert (record.kind, record.body["reason_code"], record.body["why"]) == (
        "disclosure",
        "TRANSACTION_REVERTED",
        "No money.",
    )
    assert (facts["status"], facts["error"]["args"]) == ("failed", {"needed": str(10**20)})


def test_a_refusal_names_no_transaction(teller: Teller, board: Contract) -> None:
    draft = teller.refused(REQUEST, SENDER, ADDRESS, board.encode("say", "hi"), error(hint="Earn some."))
    record = whole(draft)
    facts = record.body["details"]["transaction"]
    assert (record.body["reason_code"], facts["tx_hash"]) == ("TRANSACTION_REFUSED", None)
    assert facts["error"]["hint"] == "Earn some."


@pytest.mark.parametrize(
    ("to", "data", "function"),
    [
        (SENDER, b"\x01\x02\x03\x04rest", "0x01020304"),
        (ADDRESS, b"\x01\x02\x03\x04", "0x01020304"),
        (SENDER, b"", "(transfer)"),
    ],
)
def test_a_call_that_is_not_known_is_told_by_its_selector(
    teller: Teller, to: str, data: bytes, function: str
) -> None:
    assert teller.requested(SENDER, to, data)["function"] == function


def test_a_report_has_a_subject_of_its_own(teller: Teller, board: Contract) -> None:
    draft = teller.reported(board.encode("say", "hi"), receipt(board, "hi", 0), 5, error())
    assert (draft.subject, draft.links) == (f"transaction/{TX}", ())
    assert whole(draft).body["details"]["transaction"]["value"] == "5"


def test_a_call_is_asked_for_when_its_record_says_the_same(teller: Teller, board: Contract) -> None:
    data = board.encode("say", "hello")
    body = teller.requested(SENDER, ADDRESS, data)
    assert teller.is_asked_for(body, ADDRESS, data)
    assert teller.is_asked_for({**body, "arguments": {"words": "hello"}}, ADDRESS, data)
    assert not teller.is_asked_for(body, ADDRESS, board.encode("say", "hellp"))
    assert not teller.is_asked_for(body, SENDER, data)
    assert not teller.is_asked_for({**body, "function": "shout"}, ADDRESS, data)


def test_of_a_contract_that_is_not_known_only_the_address_is_compared(
    teller: Teller, board: Contract
) -> None:
    body = teller.requested(SENDER, SENDER, board.encode("say", "hello"))
    assert teller.is_asked_for(body, SENDER, board.encode("say", "other"))
    assert not teller.is_asked_for(body, TX[:42], board.encode("say", "hello"))
