"""A pinning service and CAR uploads as places for copies; neither is believed more than it can show."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from traceback import format_exception
from typing import Any

import httpx
import pytest

from resonance_dao.errors import EvidenceMismatch, EvidenceUnavailable, InputInvalid
from resonance_dao.evidence.car_upload import CarUpload
from resonance_dao.evidence.cid import Cid
from resonance_dao.evidence.evidence import add_file
from resonance_dao.evidence.gateway import HttpBlockSource
from resonance_dao.evidence.mirrored import MirroredStore
from resonance_dao.evidence.pinning_service import PinningService
from resonance_dao.evidence.remote import Remote

_spec = importlib.util.spec_from_file_location("pin_server", Path(__file__).parent / "pin_server.py")
assert _spec is not None
assert _spec.loader is not None
pin_server = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(pin_server)
HELLO = Cid.of(b"hello")
BLOCKS = {HELLO: b"hello"}
get_block = BLOCKS.__getitem__


@pytest.fixture
def server() -> Iterator[Any]:
    made = pin_server.PinServer()
    yield made
    made.close()


@pytest.fixture
def make(server: Any) -> Callable[..., PinningService]:
    def make_it(
        *, token: str = pin_server.TOKEN, uploads: bool = True, reads_back: bool = True, **options: Any
    ) -> PinningService:
        upload = Remote(server.url + "/upload", token, field="upload", timeout_s=5) if uploads else None
        source = HttpBlockSource(server.url, timeout_s=5) if reads_back else None
        remote = Remote(server.url, token, field="service", timeout_s=5)
        return PinningService(remote, upload=upload, source=source, **options)

    return make_it


def test_a_token_on_this_machine_passes_through_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://proxy.example:3128")
    monkeypatch.setenv("no_proxy", "")
    monkeypatch.delenv("NO_PROXY", raising=False)
    for url, is_proxied in (("http://127.0.0.1:1", False), ("https://pins.example", True)):
        client = Remote(url, "secret", field="service")._client
        assert (client._transport_for_url(httpx.URL(url)) is not client._transport) is is_proxied


@pytest.mark.parametrize("token", ["", "two words", "line\nbreak", "é"])
def test_a_token_that_is_not_one_word_is_refused_without_repeating_it(token: str) -> None:
    with pytest.raises(InputInvalid) as refused:
        Remote("https://pins.example", token, field="service")
    assert refused.value.details["value"] == "'***'"


def test_a_key_in_the_path_of_an_address_is_never_told(server: Any) -> None:
    for url in (f"{server.url}/secret", "http://127.0.0.1:1/secret", "https://a..b/secret"):
        remote = Remote(url, pin_server.TOKEN, field="service", timeout_s=5)
        with pytest.raises(EvidenceUnavailable) as refused:
            PinningService(remote).check(HELLO)
        assert url.removesuffix("/secret") in str(refused.value)
        assert "secret" not in "".join(format_exception(refused.value))


def test_a_service_that_refuses_the_token_says_why_and_the_token_is_not_told(make: Any) -> None:
    with pytest.raises(EvidenceUnavailable, match=r"401 .UNAUTHORIZED: the token is not known") as refused:
        make(token="wrong-token").check(HELLO)
    assert "wrong-token" not in str(refused.value)


@pytest.mark.parametrize(
    "answer",
    [
        (500, b"oops"),
        (302, b""),
        (200, b"no json"),
        (200, b"[]"),
        (200, b'{"count": 1, "results": null}'),
        (200, b'{"count": 1, "results": [{}]}'),
        (
            200,
            json.dumps(
                {"results": [{"requestid": "", "status": "pinned", "pin": {"cid": str(HELLO)}}]}
            ).encode(),
        ),
        (
            200,
            json.dumps(
                {"results": [{"requestid": "1", "status": "gone", "pin": {"cid": str(HELLO)}}]}
            ).encode(),
        ),
        (200, b'{"results": "' + b"x" * 2_000_000 + b'"}'),
        (200, b"[" * 500_000),
    ],
    ids=lambda answer: f"{answer[0]} {answer[1][:30]!r}",
)
def test_an_answer_in_no_known_form_is_no_pin(make: Any, server: Any, answer: tuple[int, bytes]) -> None:
    server.override = lambda _method, path: answer if path == "/pins" else None
    with pytest.raises(EvidenceUnavailable):
        make().check(HELLO)
    assert "GET /elsewhere" not in server.requests


def test_an_answer_for_other_content_is_refused(make: Any, server: Any) -> None:
    other = {"requestid": "1", "status": "pinned", "pin": {"cid": str(Cid.of(b"other"))}}
    server.override = lambda _m, path: (
        (200, json.dumps({"results": [other]}).encode()) if path == "/pins" else None
    )
    with pytest.raises(EvidenceMismatch):
        make().check(HELLO)


def test_nothing_listens(make: Any, server: Any) -> None:
    service = make()
    server.close()
    with pytest.raises(EvidenceUnavailable, match="did not answer"):
        service.check(HELLO)


def test_what_was_never_asked_for_is_not_there(make: Any) -> None:
    report = make().check(HELLO)
    assert (report.ok, report.pending, report.reason) == (False, False, "it is not pinned there")


def test_content_is_uploaded_pinned_and_read_back(make: Any, server: Any, memory: Any, ramp: Any) -> None:
    store = MirroredStore(memory, [make()])
    added = add_file(store, ramp(600_000))
    assert [report.ok for report in added.pins] == [True, True]
    assert server.blocks == memory.blocks
    assert server.bodies == [{"cid": added.text, "name": "resonance-dao"}]
    assert store.check(added.cid, "pinning-service").ok


def test_copying_again_asks_for_nothing_new(make: Any, server: Any) -> None:
    service = make()
    assert service.copy(HELLO, get_block).ok
    assert service.copy(HELLO, get_block).ok
    assert server.requests.count("POST /pins") == 1


def test_a_pin_that_is_under_way_is_pending_until_it_is_there(make: Any, server: Any) -> None:
    server.patience, service = 2, make()
    first, second, third = (
        service.copy(HELLO, get_block),
        service.check(HELLO),
        service.copy(HELLO, get_block),
    )
    assert [(one.ok, one.pending) for one in (first, second, third)] == [
        (False, True),
        (False, True),
        (True, False),
    ]
    assert server.requests.count("POST /pins") == 1


def test_a_pin_that_failed_is_replaced(make: Any, server: Any) -> None:
    report = make(uploads=False, origins=["/ip4/127.0.0.1/tcp/4001"]).copy(HELLO, get_block)
    assert (report.ok, report.pending) == (False, False)
    assert report.reason == "the service says failed: no peer has it"
    assert server.bodies[0]["origins"] == ["/ip4/127.0.0.1/tcp/4001"]
    assert make().copy(HELLO, get_block).ok
    assert len(server.pins) == 1


@pytest.mark.parametrize("harm", ["gone", "altered"])
def test_a_pin_that_a_service_claims_and_cannot_show_is_no_copy_and_is_made_again(
    make: Any, server: Any, harm: str
) -> None:
    service = make()
    service.copy(HELLO, get_block)
    if harm == "gone":
        server.blocks.clear()
    else:
        server.blocks[HELLO] = b"hellp"
    assert make(reads_back=False).check(HELLO).ok
    assert not service.check(HELLO).ok
    assert service.copy(HELLO, get_block).ok
    assert server.blocks[HELLO] == b"hello"


def test_a_pin_is_taken_back(make: Any, server: Any) -> None:
    service = make()
    service.copy(HELLO, get_block)
    service.remove(HELLO)
    assert (server.pins, service.check(HELLO).ok) == ({}, False)
    service.close()


def test_too_many_origins_are_refused(make: Any) -> None:
    with pytest.raises(InputInvalid, match="20"):
        make(origins=["/ip4/127.0.0.1/tcp/1"] * 21)


def test_a_block_that_is_missing_here_begins_no_upload(make: Any, server: Any) -> None:
    def missing(cid: Cid) -> bytes:
        raise EvidenceUnavailable(f"no {cid}")

    with pytest.raises(EvidenceUnavailable):
        make().copy(HELLO, missing)
    assert server.requests == ["GET /pins"]


def test_an_upload_is_a_copy_once_it_is_read_back(server: Any) -> None:
    remote = Remote(server.url + "/upload", pin_server.TOKEN, field="upload", timeout_s=5)
    place = CarUpload(remote, HttpBlockSource(server.url, timeout_s=5))
    assert not place.check(HELLO).ok
    assert place.copy(HELLO, get_block).ok
    assert place.copy(HELLO, get_block).ok
    assert server.requests.count("POST /upload") == 1
    server.override = lambda method, _path: (200, b"") if method == "POST" else None
    lost = place.copy(Cid.of(b"lost"), lambda _cid: b"lost")
    assert not lost.ok
