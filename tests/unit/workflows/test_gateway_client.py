"""What is handed over to a gateway is done once, and its answer is not believed unseen."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from frontend_api.app import create_app
from resonance_dao.chain.signer import DevSigner
from resonance_dao.errors import (
    EvidenceMismatch,
    EvidenceUnavailable,
    InputInvalid,
    ProofMismatch,
    ResonanceError,
    SignatureRefused,
    TransactionFailed,
)
from resonance_dao.transparency.keccak import keccak256
from resonance_dao.transparency.receipt import Receipt, SignedReceipt, typed_data
from resonance_dao.workflows.gateway_client import GatewayClient, read_key
from resonance_dao.workflows.gateway_routes import (
    JUDGEMENTS,
    ORDERS,
    RATINGS,
    SUBMISSIONS,
    content_of,
    route_of,
)
from resonance_dao.workflows.orders import KINDS
from resonance_dao.workflows.ratings import rating_uids

PUBLISHER, LOG = DevSigner(9), "0x" + "95" * 20
SIGNATURE = "0x" + "Ab" * 65
WORK = {"submission": {"evidence": "bafywork"}, "deadline": 9, "signature": SIGNATURE}
RECORD = json.dumps({"arguments": {"signature": SIGNATURE.lower()}}).encode()


def receipt(record: bytes = RECORD, **changes: Any) -> dict[str, Any]:
    promised = Receipt(7, keccak256(record), 1000, 2000, PUBLISHER.address, 31337, LOG)
    typed = typed_data(promised)
    signature = PUBLISHER.sign_typed_data(typed["domain"], typed["types"], typed["message"])
    return {**SignedReceipt(promised, signature).to_dict(), **changes}


def problem(status: int, code: str) -> httpx.Response:
    return httpx.Response(status, json={"code": code, "detail": "what happened", "hint": "do it"})


class Played:
    """A gateway that answers as it is told; `asked` are its requests."""

    def __init__(self, *posts: httpx.Response | Exception, record: bytes = RECORD) -> None:
        self.posts, self.record = list(posts), record
        self.asked: list[httpx.Request] = []
        self.paused: list[float] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.asked.append(request)
        if request.method != "POST":
            return httpx.Response(200, content=self.record)
        answer = self.posts.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def client(self) -> GatewayClient:
        return GatewayClient(
            "http://gateway/", transport=httpx.MockTransport(self), pause=self.paused.append, language="ja"
        )


def accepted(**changes: Any) -> httpx.Response:
    answer = {"number": 7, "record_cid": "bafy", "receipt": receipt(), "status_url": "/v1/requests/7"}
    return httpx.Response(202, json={**answer, **changes})


def test_an_answer_that_was_lost_is_asked_for_again_under_the_same_name() -> None:
    played = Played(httpx.ReadTimeout("lost"), httpx.ConnectError("down"), accepted())
    handed = played.client.hand_over(WORK)
    assert handed.receipt.receipt.number == 7
    assert len({request.headers["Idempotency-Key"] for request in played.asked}) == 1
    assert len({request.content for request in played.asked}) == 1
    assert len(played.paused) == 2


def test_another_request_has_another_name_and_the_same_one_later_the_same() -> None:
    played = Played(accepted(), accepted(), accepted())
    for body in (WORK, {**WORK, "deadline": 10}, dict(reversed(WORK.items()))):
        played.client.hand_over(body)
    first, second, third = (request.headers["Idempotency-Key"] for request in played.asked)
    assert first == third != second
    assert [str(request.url) for request in played.asked] == ["http://gateway/v1/submissions"] * 3


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (problem(422, "input_invalid"), InputInvalid),
        (problem(422, "transaction_failed"), TransactionFailed),
        (problem(403, "signature_refused"), SignatureRefused),
        (problem(401, "sign_in_needed"), InputInvalid),
        (problem(429, "rate_exceeded"), EvidenceUnavailable),
        (problem(503, "halted"), EvidenceUnavailable),
        (problem(503, "chain_unreachable"), EvidenceUnavailable),
        (httpx.Response(404, text="no such page"), EvidenceUnavailable),
        (httpx.Response(302, headers={"Location": "http://elsewhere/"}), EvidenceUnavailable),
        (accepted(receipt={}), InputInvalid),
        (httpx.Response(202, text="[]"), InputInvalid),
    ],
)
def test_what_is_refused_is_told_as_what_it_is(answer: httpx.Response, kind: type[Exception]) -> None:
    with pytest.raises(kind) as raised:
        Played(answer).client.hand_over(WORK)
    assert raised.type is kind


def test_a_gateway_that_never_answers_is_told_and_nothing_is_lost() -> None:
    played = Played(*[httpx.ConnectError("down")] * 3)
    with pytest.raises(EvidenceUnavailable) as raised:
        played.client.hand_over(WORK)
    assert "same request" in raised.value.hint


def test_a_receipt_for_what_was_signed_is_taken() -> None:
    played = Played(accepted())
    with played.client as gateway:
        gateway.check(gateway.hand_over(WORK), WORK)
    assert played.asked[1].url.path == "/v1/log/entries/7/record"
    assert played.asked[0].headers["Accept-Language"] == "ja"


OTHER = json.dumps({"arguments": {"signature": "0x" + "cd" * 65}}).encode()


@pytest.mark.parametrize(
    ("promised", "shown", "kind"),
    [
        (receipt(number=8), RECORD, SignatureRefused),
        (receipt(), OTHER, ProofMismatch),
        (receipt(OTHER), OTHER, ProofMismatch),
    ],
    ids=["not signed by its publisher", "another record is shown", "it promises something else"],
)
def test_a_receipt_that_does_not_promise_what_was_signed_is_refused(
    promised: dict[str, Any], shown: bytes, kind: type[Exception]
) -> None:
    gateway = Played(accepted(receipt=promised), record=shown).client
    handed = gateway.hand_over(WORK)
    with pytest.raises(kind):
        gateway.check(handed, WORK)


def test_evidence_whose_cid_is_another_there_is_no_evidence() -> None:
    with pytest.raises(EvidenceMismatch):
        Played(accepted(cid="bafyother")).client.upload({"a": io.BytesIO(b"a")}, "bafymine")


def test_an_upload_that_is_asked_again_brings_every_byte_again() -> None:
    played = Played(httpx.ReadTimeout("lost"), accepted(cid="bafymine"))
    stream = io.BytesIO(b"all of it")
    stream.read()
    played.client.upload({"a.txt": stream}, "bafymine")
    assert [b"all of it" in request.content for request in played.asked] == [True, True]
    assert played.asked[0].headers["Idempotency-Key"] == played.asked[1].headers["Idempotency-Key"]


def test_an_answer_without_end_is_cut() -> None:
    with pytest.raises(EvidenceUnavailable, match="more than"):
        Played(httpx.Response(202, content=b" " * 5_000_000)).client.hand_over(WORK)


@pytest.mark.parametrize(
    "url", ["secret", "ftp://user:secret@gateway", "http://h:secret", "http://a..b/secret"]
)
def test_what_is_no_address_is_refused_and_not_shown_whole(url: str) -> None:
    with pytest.raises(InputInvalid, match="--gateway") as refused:
        GatewayClient(url).hand_over(WORK)
    assert "secret" not in str(refused.value.to_dict())


@pytest.mark.parametrize(
    "answer",
    [
        problem(500, "defect"),
        problem(409, "journal_conflict"),
        httpx.Response(404),
        httpx.Response(202, content=b" " * 5_000_000),
        httpx.ConnectError("down"),
        httpx.RemoteProtocolError("illegal status line: GET /secret"),
    ],
)
def test_a_key_in_the_address_is_never_told(answer: httpx.Response | Exception) -> None:
    played = Played(*[answer] * 3)
    transport = httpx.MockTransport(played)
    client = GatewayClient(
        "http://user:secret@gateway/secret", transport=transport, pause=played.paused.append
    )
    with pytest.raises(ResonanceError) as told:
        client.hand_over(WORK)
    assert played.asked[0].url.path.startswith("/secret/v1/")
    assert "secret" not in str(told.value.to_dict())


def test_every_kind_of_order_has_its_route_in_the_gateway() -> None:
    nothing: Any = None
    document = create_app(nothing).openapi()
    assert set(ORDERS) == set(KINDS)
    for kind, route in ORDERS.items():
        assert shape(document, route)["properties"]["kind"]["const"] == kind
    for route, member in ((SUBMISSIONS, "submission"), (JUDGEMENTS, "attestation"), (RATINGS, "attestation")):
        assert member in shape(document, route)["properties"]


def shape(document: dict[str, Any], route: str) -> dict[str, Any]:
    schema = document["paths"][route]["post"]["requestBody"]["content"]["application/json"]["schema"]
    found: dict[str, Any] = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return found


def test_ratings_and_judgements_go_different_ways() -> None:
    (uid, *_) = rating_uids().values()
    assert route_of({"attestation": {"schema": uid}, "signature": SIGNATURE}) == RATINGS
    assert route_of({"attestation": {"schema": "0x00"}, "signature": SIGNATURE}) == JUDGEMENTS


@pytest.mark.parametrize("content", [{}, {"kind": "appeal"}, {"kind": "unknown", "signature": "0x"}])
def test_what_nobody_signed_goes_nowhere(content: dict[str, Any]) -> None:
    with pytest.raises(InputInvalid):
        route_of(content)


def test_the_content_that_an_order_names_is_found() -> None:
    revision = {"kind": "revision", "order": {"submission_id": 1, "submission": {"evidence": "bafynew"}}}
    assert list(content_of(WORK)) == ["bafywork"]
    assert list(content_of(revision)) == ["bafynew"]
    assert list(content_of({"kind": "appeal", "order": {"reason": "bafywhy"}})) == ["bafywhy"]
    assert list(content_of({"attestation": {}, "signature": SIGNATURE})) == []


@pytest.mark.parametrize(
    "url",
    ["http://gateway.example", "http://10.0.0.7:8700", "http://localhost.example", "https://a:b@x.example"],
)
def test_an_api_key_is_never_sent_in_the_open(url: str) -> None:
    with pytest.raises(InputInvalid, match="must be https") as refused:
        GatewayClient(url, key="rk_secret")
    assert "API key" in refused.value.hint
    assert "secret" not in str(refused.value)
    assert "a:b" not in str(refused.value)


def test_an_api_key_on_this_machine_passes_through_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("no_proxy", "")
    monkeypatch.delenv("NO_PROXY", raising=False)
    for url, key, is_proxied in (("http://127.0.0.1:1", "k", False), ("http://127.0.0.1:1", None, True)):
        client = GatewayClient(url, key=key)._client
        assert (client._transport_for_url(httpx.URL(url)) is not client._transport) is is_proxied


@pytest.mark.parametrize(
    "url", ["https://gateway.example", "http://127.0.0.1:8700", "http://[::1]", "http://localhost"]
)
def test_an_api_key_goes_along_with_every_request(url: str) -> None:
    played = Played(accepted())
    client = GatewayClient(url, key="rk_secret", transport=httpx.MockTransport(played))
    client.check(client.hand_over(WORK), WORK)
    assert {request.headers["Authorization"] for request in played.asked} == {"Bearer rk_secret"}
    assert len(played.asked) == 2


def test_without_a_key_no_authorization_is_sent() -> None:
    played = Played(accepted())
    played.client.hand_over(WORK)
    assert "Authorization" not in played.asked[0].headers


HERE = "https://gateway.example"


@pytest.mark.parametrize(
    "content",
    [b"", b" \n", b"rk_secret", "https://gateway.example 日本".encode(), b"a rk_secret", b"https://a b c"],
)
def test_a_file_that_holds_no_key_is_refused_and_not_shown(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "key"
    file.write_bytes(content)
    with pytest.raises(InputInvalid, match="RESONANCE_GATEWAY_KEY_FILE") as refused:
        read_key(file, HERE)
    assert "secret" not in str(refused.value)
    with pytest.raises(InputInvalid):
        read_key(tmp_path / "absent", HERE)


@pytest.mark.parametrize("url", [HERE, f"{HERE}/", f"{HERE}:443/x"])
def test_a_key_is_for_the_gateway_that_its_file_names(tmp_path: Path, url: str) -> None:
    (tmp_path / "key").write_text(f"{HERE}/ rk_secret\n")
    assert read_key(tmp_path / "key", url) == "rk_secret"


@pytest.mark.parametrize(
    "url",
    [
        "http://gateway.example",
        f"{HERE}.org",
        f"{HERE}:444",
        "https://example",
        f"{HERE}:99999",
        "https://[::1",
    ],
)
def test_nobody_else_gets_it(tmp_path: Path, url: str) -> None:
    (tmp_path / "key").write_text(f"{HERE} rk_secret\n")
    assert read_key(tmp_path / "key", url) is None
