"""Projects, bounties, the log, and pages."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontend_api.schemas.page import decode_cursor, encode_cursor
from resonance_dao.chain.abi import checksum
from resonance_dao.chain.attestation import schema_uid
from resonance_dao.errors import ChainUnreachable, InputInvalid, NotFound
from resonance_dao.journal.read_values import Row
from resonance_dao.transparency.cid import digest_of_cid
from resonance_dao.transparency.merkle import EMPTY_ROOT
from resonance_dao.transparency.note import Note
from resonance_dao.transparency.published import published
from resonance_dao.transparency.receipt import SignedReceipt
from resonance_dao.transparency.record import KINDS
from resonance_dao.transparency.signed_checkpoint import verify_checkpoint
from resonance_dao.workflows import bounties, contributions, projects, ratings
from resonance_dao.workflows.bounties import BountyView
from resonance_dao.workflows.projects import ProjectView
from resonance_dao.workflows.system import TokenFacts
from tests.unit.frontend_api.conftest import (
    EVIDENCE,
    FUNDER,
    NOW,
    OPERATOR,
    TOKEN,
    DocumentedClient,
    FakeChain,
    FakeParts,
    make_view,
)


def made_project(number: int) -> ProjectView:
    token = TokenFacts(TOKEN, "Wagashi", "WGS", 18)
    return ProjectView(number, "和菓子", FUNDER.address, token, 10**24, 0, 5, False, EVIDENCE, False, ())


def bounty_row(number: int) -> Row:
    terms = {"token": TOKEN, "amount": "300000", "submitBy": NOW, "maxAwards": 2, "document": EVIDENCE}
    body = {"terms": terms, "closed": False, "awards": 0, "submissions": 0}
    return Row("bounty", str(number), "test/1", body, number=number, project=1 + number % 2)


def project_row(number: int) -> Row:
    about = {"token": TOKEN, "name": "和菓子", "symbol": "WGS", "cap": str(10**24), "metadata": EVIDENCE}
    body = {**about, "closed": False, "stewards": [[FUNDER.address, True], [OPERATOR.address, False]]}
    return Row("project", str(number), "test/1", body, number=number, account=FUNDER.address)


def pool_row(number: int, deadline: int) -> Row:
    body = {"token": TOKEN, "deadline": deadline, "bounty": number - 1, "raised": str(number)}
    address = checksum(f"0x{number:040x}")
    return Row("pool", address, "test/1", body, number=number * 10**6)


def fill(parts: FakeParts, count: int) -> None:
    for number in range(1, count + 1):
        body = {"cid": EVIDENCE, "status": "pinned", "size": number}
        parts.journal.accept("evidence", f"evidence/{EVIDENCE}", body, now=NOW)


MALFORMED = [
    "",
    "!",
    "YQ",
    "a" * 64,
    encode_cursor("projects", 3) + "=",
    base64.b64encode(b"entries/0").decode(),
]


@pytest.mark.parametrize("cursor", [*MALFORMED, encode_cursor("bounties", 1), "x" * 65])
def test_a_malformed_or_foreign_cursor_is_refused(client: DocumentedClient, cursor: str) -> None:
    for path in ("/v1/projects", "/v1/log/entries"):
        answer = client.get(path, params={"cursor": cursor})
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"].endswith("cursor")


@pytest.mark.parametrize("limit", ["0", "101", "-1", "1.5", "all"])
def test_a_page_of_another_size_is_refused(client: DocumentedClient, limit: str) -> None:
    assert client.get("/v1/bounties", params={"limit": limit}).status_code == 422


@given(st.text(max_size=80))
def test_any_cursor_is_one_we_gave_or_refused(cursor: str) -> None:
    try:
        after = decode_cursor("entries", cursor)
    except InputInvalid:
        return
    assert encode_cursor("entries", after) == cursor


@given(st.integers(1, 2**53 - 1))
def test_a_cursor_comes_back_as_it_was_given(after: int) -> None:
    assert decode_cursor("bounties", encode_cursor("bounties", after)) == after


def test_without_a_chain_reading_says_so(client: DocumentedClient, chain: FakeChain) -> None:
    chain.failure = ChainUnreachable("no answer")
    answer = client.get("/v1/projects")
    assert (answer.status_code, answer.json()["code"]) == (503, "chain_unreachable")


def test_pages_of_bounties_join_without_gap_or_overlap(client: DocumentedClient, parts: FakeParts) -> None:
    parts.reader.hold(*map(bounty_row, range(1, 8)))
    seen, cursor = [], None
    while True:
        params = {"limit": "3", **({"cursor": cursor} if cursor else {})}
        page = client.get("/v1/bounties", params=params).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == list(range(1, 8))


def test_pages_of_pools_join_and_show_a_deadline_beyond_all_time(
    client: DocumentedClient, parts: FakeParts
) -> None:
    parts.reader.hold(*(pool_row(number, NOW + number) for number in range(1, 4)), pool_row(4, 2**64 - 1))
    first = client.get("/v1/pools", params={"limit": "3"}).json()
    last = client.get("/v1/pools", params={"limit": "3", "cursor": first["next_cursor"]}).json()
    items = [*first["items"], *last["items"]]
    assert [(item["raised"], item["bounty_id"]) for item in items] == [(str(n), n - 1) for n in range(1, 5)]
    assert [item["deadline"] for item in items] == [NOW + 1, NOW + 2, NOW + 3, 2**53 - 1]
    assert last["next_cursor"] is None


def test_bounties_are_listed_by_project(client: DocumentedClient, parts: FakeParts) -> None:
    parts.reader.hold(*map(bounty_row, range(1, 8)))
    page = client.get("/v1/bounties", params={"project_id": "2"}).json()
    assert [item["id"] for item in page["items"]] == [1, 3, 5, 7]
    assert page["items"][0]["amount"] == "300000"


def test_a_list_that_lags_behind_the_chain_says_so(client: DocumentedClient, parts: FakeParts) -> None:
    parts.reader.model.reset()
    for path in ("/v1/projects", "/v1/bounties", "/v1/pools", "/v1/payouts/due"):
        answer = client.get(path)
        assert (answer.status_code, answer.json()["code"]) == (503, "journal_unavailable")
        assert answer.json()["details"] == {"block": None, "head": 7}
        assert int(answer.headers["retry-after"]) > 0


def test_a_project_has_its_amounts_as_strings(
    client: DocumentedClient, parts: FakeParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projects, "project", lambda _system, number: made_project(number))
    assert client.get("/v1/projects/1").json()["cap"] == str(10**24)
    parts.reader.hold(*map(project_row, (1, 2, 3)))
    items = client.get("/v1/projects").json()["items"]
    assert [item["id"] for item in items] == [1, 2, 3]
    assert (items[0]["cap"], items[0]["stewards"]) == (str(10**24), [FUNDER.address])


def test_a_bounty_keeps_the_contract_s_names_where_a_hash_covers_them(client: DocumentedClient) -> None:
    found = client.get("/v1/bounties/1").json()
    assert found["terms"]["amount"] == str(300_000 * 10**18)
    assert found["terms"]["longTerm"]["shareBps"] == 2_000
    assert found["submissions"] == 1
    (work,) = client.get("/v1/bounties/1/submissions").json()["items"]
    assert work["submission"]["sharesBps"] == [10_000]
    assert client.get("/v1/bounties/1/submissions/1").json() == work
    assert client.get("/v1/bounties/1/submissions/9").status_code == 404


@pytest.mark.parametrize("limit", ["0", "21", "-1", "all"])
def test_a_page_of_submissions_of_another_size_is_refused(client: DocumentedClient, limit: str) -> None:
    answer = client.get("/v1/bounties/1/submissions", params={"limit": limit})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "query.limit")


def test_submissions_of_a_bounty_that_is_not_there_are_not_found(
    client: DocumentedClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_: object, **__: object) -> BountyView:
        raise NotFound("there is no bounty 9", hint="Bounties run from 1 to 1.")

    monkeypatch.setattr(bounties, "bounty", missing)
    answer = client.get("/v1/bounties/9/submissions")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_cursor_of_another_list_begins_no_page_of_submissions(client: DocumentedClient) -> None:
    answer = client.get("/v1/bounties/1/submissions", params={"cursor": encode_cursor("bounties", 1)})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "cursor")


def test_a_cursor_beyond_the_last_submission_leads_to_an_empty_page(client: DocumentedClient) -> None:
    answer = client.get("/v1/bounties/1/submissions", params={"cursor": encode_cursor("submissions", 9)})
    assert answer.json() == {"items": [], "next_cursor": None}


@pytest.mark.parametrize("received", [0, 1, 20, 21, 40, 47])
def test_pages_of_submissions_join_and_ask_for_no_other(
    client: DocumentedClient, monkeypatch: pytest.MonkeyPatch, received: int
) -> None:
    asked = list[list[int]]()

    def view_of(_system: object, number: int, only: Sequence[int]) -> BountyView:
        view = make_view(number)
        asked.append(list(only))
        works = tuple(replace(view.submissions[0], id=wanted) for wanted in only if wanted <= received)
        return replace(view, received=received, submissions=works)

    monkeypatch.setattr(bounties, "bounty", view_of)
    seen, cursor, pages = list[int](), None, 0
    while pages == 0 or cursor is not None:
        params = {} if cursor is None else {"cursor": cursor}
        page = client.get("/v1/bounties/1/submissions", params=params).json()
        seen += [item["id"] for item in page["items"]]
        cursor, pages = page["next_cursor"], pages + 1
    assert seen == list(range(1, received + 1))
    assert pages == max(1, -(-received // 20))
    assert asked == [list(range(1 + 20 * page, 21 + 20 * page)) for page in range(pages)]


def test_an_entry_that_is_not_there_is_not_found(client: DocumentedClient) -> None:
    for path in ("", "/record", "/proof", "/receipt"):
        assert client.get(f"/v1/log/entries/1{path}").status_code == 404
    assert client.get("/v1/requests/1").status_code == 404
    assert client.get("/v1/log/entries/one").status_code == 422


def test_an_unknown_kind_is_refused(client: DocumentedClient) -> None:
    assert client.get("/v1/log/entries", params={"kind": "gossip"}).status_code == 422


def test_an_entry_shows_bytes_that_hash_to_its_cid(client: DocumentedClient, parts: FakeParts) -> None:
    fill(parts, 1)
    entry = client.get("/v1/log/entries/1").json()
    content = client.get("/v1/log/entries/1/record").content
    assert entry["record_bytes"] == "0x" + content.hex()
    assert hashlib.sha256(content).digest() == digest_of_cid(entry["cid"])
    assert entry["record"]["number"] == 1


def test_the_receipt_can_be_read_again_and_verifies(client: DocumentedClient, parts: FakeParts) -> None:
    fill(parts, 1)
    SignedReceipt.from_dict(client.get("/v1/log/entries/1/receipt").json()).verify(OPERATOR.address)


def test_entries_are_paged_and_filtered(client: DocumentedClient, parts: FakeParts) -> None:
    fill(parts, 5)
    first = client.get("/v1/log/entries", params={"limit": "2"}).json()
    rest = client.get("/v1/log/entries", params={"cursor": first["next_cursor"]}).json()
    assert [item["number"] for item in first["items"] + rest["items"]] == [1, 2, 3, 4, 5]
    assert rest["next_cursor"] is None
    assert client.get("/v1/log/entries", params={"kind": "payout"}).json()["items"] == []


def test_a_proof_that_is_not_yet_possible_is_not_found_with_a_hint(
    client: DocumentedClient, parts: FakeParts
) -> None:
    fill(parts, 1)
    answer = client.get("/v1/log/entries/1/proof")
    assert answer.status_code == 404
    assert answer.json()["hint"]


def test_the_checkpoint_is_a_note_that_the_publisher_signed(client: DocumentedClient) -> None:
    answer = client.get("/v1/log/checkpoint")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    origin = f"localhost/log/31337/{OPERATOR.address}/keccak256"
    assert answer.text.startswith(f"{origin}\n0\n")
    found = verify_checkpoint(Note.from_text(answer.text), origin, 31337, OPERATOR.address)
    assert (found.size, found.root) == (0, EMPTY_ROOT)
    assert client.get("/v1/log/checkpoint").text == answer.text


def test_the_schema_of_every_kind_of_record_is_served(client: DocumentedClient) -> None:
    assert client.get("/v1/log/schemas/nothing").status_code == 404
    for kind in KINDS:
        answer = client.get(f"/v1/log/schemas/{kind}")
        assert answer.headers["content-type"] == "application/schema+json"
        assert answer.json() == published(kind)


def test_the_log_says_how_far_it_reaches(client: DocumentedClient, parts: FakeParts) -> None:
    fill(parts, 2)
    found = client.get("/v1/log").json()
    assert (found["size"], found["anchored"], found["publisher"]) == (2, 0, OPERATOR.address)


def test_a_wallet_learns_all_it_must_know(client: DocumentedClient, parts: FakeParts) -> None:
    found = client.get("/v1/system").json()
    assert found["time"] == NOW
    assert found["contracts"]["escrow"] == parts.system.escrow.address
    assert found["eas"] == {
        "name": "EAS Attestation",
        "version": "1.4.0",
        "chainId": 31337,
        "verifyingContract": parts.system.eas,
    }
    assert found["schemas"] == {
        kind: schema_uid(text) for kind, text in {**contributions.SCHEMAS, **ratings.SCHEMAS}.items()
    }


def test_the_deployment_book_is_given_as_it_is(client: DocumentedClient) -> None:
    empty = {"chain_id": 31337, "genesis_hash": "0x" + "00" * 32, "contracts": {}}
    assert client.get("/v1/system/book").json() == empty
