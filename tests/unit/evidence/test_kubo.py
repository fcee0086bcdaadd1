"""
The Kubo store against a daemon that errs, lies, stalls or is something else. The real one:
tests/integration/ipfs.
"""

from __future__ import annotations

import json
import socket
import warnings

import pytest

from resonance_dao.errors import EvidenceMismatch, EvidenceUnavailable, InputInvalid
from resonance_dao.evidence.cid import DAG_CBOR, DAG_PB, Cid
from resonance_dao.evidence.evidence import add_bytes
from resonance_dao.evidence.kubo import KuboStore
from resonance_dao.evidence.kubo_client import api_address

HELLO = Cid.of(b"hello")
OTHER = Cid.of(b"other")


@pytest.fixture
def kubo(server):
    store = KuboStore(server.url, timeout_s=1)
    yield store
    store.close()


def _answer(**answers):
    """
    Answer each RPC, named without its slashes, with a value as JSON, bytes as they are, or an error
    text.
    """

    def answer(path: str) -> tuple[int, dict[str, str], bytes]:
        found = answers.get(path.split("?", maxsplit=1)[0].removeprefix("/api/v0/").replace("/", "_"))
        if isinstance(found, Exception):
            body = {"Message": str(found), "Code": 0, "Type": "error"}
            return 500, {"Content-Type": "application/json"}, json.dumps(body).encode()
        if isinstance(found, bytes):
            return 200, {}, found
        return (
            (200, {}, json.dumps(found).encode()) if found is not None else (404, {}, b"404 page not found")
        )

    return answer


GOOD = {
    "add": {"Name": "x", "Hash": str(HELLO), "Size": "5"},
    "block_get": b"hello",
    "block_stat": {"Key": str(HELLO), "Size": 5},
    "pin_add": {"Pins": [str(HELLO)]},
    "pin_ls": {"Keys": {str(HELLO): {"Type": "recursive"}}},
    "version": {"Version": "0.39.0"},
}


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost:5001",
        "ftp://localhost:5001",
        "http://",
        "http://localhost:x",
        "http://localhost:5001/ipfs",
        "http://user:secret@localhost:5001",
        "http://user:secret@localhost:5001/ipfs",
        "http://user:secret@localhost:x",
        "ftp://user:secret@localhost",
        "http://:secret@localhost:5001",
        "//user:secret@localhost:5001",
        "user:secret@localhost",
        "/ip4/127.0.0.1",
        "/ip4/300.0.0.1/tcp/5001",
        "/nonsense",
    ],
)
def test_an_address_that_is_none_is_refused_without_showing_a_secret(url):
    with pytest.raises(InputInvalid) as caught:
        KuboStore(url)
    assert caught.value.field == "IPFS_API_URL"
    assert "secret" not in str(caught.value)


def test_a_daemon_that_names_a_block_otherwise_is_caught_on_add(server, kubo):
    server.answer = _answer(**{**GOOD, "add": {"Name": "x", "Hash": str(OTHER), "Size": "5"}})
    with pytest.raises(EvidenceMismatch) as caught:
        add_bytes(kubo, b"hello")
    assert str(OTHER) in str(caught.value)
    assert str(HELLO) in str(caught.value)
    assert not any("pin/add" in path for path in server.paths)


def test_a_block_that_is_not_the_one_named_is_never_sent(server, kubo):
    with pytest.raises(EvidenceMismatch):
        kubo.put_block(HELLO, b"hellp")
    assert server.paths == []


def test_a_daemon_that_gives_another_block_is_caught(server, kubo):
    server.answer = _answer(**{**GOOD, "block_get": b"hellp"})
    with pytest.raises(EvidenceMismatch, match=server.url):
        kubo.get_block(HELLO)
    with pytest.raises(EvidenceMismatch):
        kubo.pin(HELLO)


def test_a_pin_that_is_accepted_but_not_listed_is_no_pin(server, kubo):
    server.answer = _answer(**{**GOOD, "pin_ls": ValueError(f"path '{HELLO}' is not pinned")})
    assert not kubo.is_pinned(HELLO)
    with pytest.raises(EvidenceUnavailable, match="does not list it"):
        kubo.pin(HELLO)


DEEDS = {
    "put": lambda kubo: kubo.put_block(HELLO, b"hello"),
    "get": lambda kubo: kubo.get_block(HELLO),
    "pin": lambda kubo: kubo.pin(HELLO),
    "pins": lambda kubo: list(kubo.pins()),
    "has": lambda kubo: kubo.has_block(HELLO),
    "is pinned": lambda kubo: kubo.is_pinned(HELLO),
    "version": lambda kubo: kubo.version(),
}
ASKING = ("has", "is pinned")


@pytest.mark.parametrize("deed", DEEDS)
def test_a_server_that_is_no_ipfs_daemon_is_unavailable_with_a_hint(deed, server, kubo):
    server.answer = lambda _path: (404, {"Content-Type": "text/html"}, b"<h1>not here</h1>")
    with pytest.raises(EvidenceUnavailable, match=server.url) as caught:
        DEEDS[deed](kubo)
    assert "IPFS_API_URL" in caught.value.hint


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize(
    "answer",
    [
        (200, {"Content-Length": "999"}, b'{"Hash":'),
        (307, {"Location": "http://127.0.0.1:9/api/v0/version"}, b""),
        (403, {}, b"403 - Forbidden"),
    ],
    ids=["breaks off", "redirects", "forbids"],
)
def test_a_broken_answer_is_unavailable(answer, deed, server, kubo):
    server.answer = lambda _path: answer
    with pytest.raises(EvidenceUnavailable):
        DEEDS[deed](kubo)


@pytest.mark.parametrize("deed", [deed for deed in DEEDS if deed not in ("get", *ASKING)])
@pytest.mark.parametrize(
    "body", [b"", b"{", b"null", b"[]", b'"text"', b"{}", b'{"Hash": 7, "Keys": 7}', b"{}{}"]
)
def test_an_answer_of_another_shape_is_unavailable(body, deed, server, kubo):
    server.answer = lambda path: (
        (200, {}, body) if "pin/add" not in path or deed == "pin" else (200, {}, b"{}")
    )
    with pytest.raises((EvidenceUnavailable, EvidenceMismatch)):
        DEEDS[deed](kubo)


@pytest.mark.parametrize("deed", [deed for deed in DEEDS if deed not in ASKING])
def test_an_error_of_the_daemon_is_unavailable_and_keeps_its_words(deed, server, kubo):
    server.answer = _answer(**{name: OSError("no space left on device") for name in GOOD})
    with pytest.raises(EvidenceUnavailable, match="no space left on device"):
        DEEDS[deed](kubo)


def test_a_daemon_that_stalls_or_is_down_is_unavailable():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(EvidenceUnavailable, match="could not add a block"):
            KuboStore(url, timeout_s=0.2).put_block(HELLO, b"hello")
    with pytest.raises(EvidenceUnavailable, match="could not give its version"):
        KuboStore(url, timeout_s=1).version()


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://127.0.0.1:5001", "/ip4/127.0.0.1/tcp/5001/http"),
        ("http://127.0.0.1:5001/api/v0/", "/ip4/127.0.0.1/tcp/5001/http"),
        ("http://ipfs:5001/", "/dns/ipfs/tcp/5001/http"),
        ("https://ipfs.example", "/dns/ipfs.example/tcp/443/https"),
        ("http://[::1]:5001", "/ip6/::1/tcp/5001/http"),
        ("/dns/localhost/tcp/5001/http", "/dns/localhost/tcp/5001/http"),
    ],
)
def test_urls_and_multiaddrs_name_the_daemon(url, address):
    assert api_address(url) == address
    KuboStore(url).close()


def test_a_good_daemon_keeps_gives_and_pins_without_a_warning(server, kubo):
    server.answer = _answer(**GOOD)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        (report,) = add_bytes(kubo, b"hello").pins
        assert kubo.get_block(HELLO) == b"hello"
        assert kubo.has_block(HELLO)
        assert kubo.version() == "0.39.0"
    assert (report.store, report.ok) == ("kubo", True)
    assert "raw-leaves=True" in server.paths[0]
    assert "cid-version=1" in server.paths[0]
    assert "cid-base=base32" in server.paths[0]
    assert "offline=true" in server.paths[0]


def test_pins_are_listed_in_every_spelling_and_foreign_ones_left_out(server, kubo):
    keys = [str(HELLO), "QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn", "bafyfoo", "bciqaa"]
    keys.append("zb2rhZfjRh2FHHB2RkHVEvL2vJnCTcu7kwRqgVsf9gpkLgteo")
    server.answer = _answer(pin_ls={"Keys": {key: {"Type": "recursive"} for key in keys}})
    assert list(kubo.pins()) == [HELLO, Cid.parse(keys[1]), HELLO]


def test_a_daemon_that_does_not_know_cid_codec_is_asked_the_old_way(server, kubo):
    block = b"\xa0"
    cid = Cid.of(block, DAG_CBOR)
    old = Cid(0, DAG_PB, cid.digest)

    def answer(path: str) -> tuple[int, dict[str, str], bytes]:
        key = cid if "format=dag-cbor" in path and "cid-codec" not in path else old
        return 200, {}, json.dumps({"Key": str(key), "Size": 1}).encode()

    server.answer = answer
    kubo.put_block(cid, block)
    kubo.put_block(cid, block)
    assert ["cid-codec" in path for path in server.paths] == [True, False, False]
