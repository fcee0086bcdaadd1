"""Deliveries over TLS to a receiver that checks, refuses, redirects, trickles or has gone."""

from __future__ import annotations

import base64
import hmac
import http.server
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from resonance_dao.chain.signer import DevSigner
from resonance_dao.errors import InputInvalid
from resonance_dao.journal.database import Database
from resonance_dao.journal.entry import Identity
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.migration import upgrade
from resonance_dao.journal.webhooks import Backlog, Webhooks
from resonance_dao.workflows.webhooks.delivering import Deliverer
from resonance_dao.workflows.webhooks.posting import Poster
from resonance_dao.workflows.webhooks.telling import new_webhook

NOW, NAME, PUBLIC = 1_767_225_600, "hooks.example.org", "93.184.216.34"
OPERATOR, LOG = DevSigner(9), "0x" + "11" * 20


def make_certificate(folder: Path, name: str) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    whose = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    day = datetime.now(tz=timezone.utc)
    made = x509.CertificateBuilder().subject_name(whose).issuer_name(whose).public_key(key.public_key())
    made = made.serial_number(7).not_valid_before(day - timedelta(1)).not_valid_after(day + timedelta(1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    spelled = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    file = folder / f"{name}.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, *spelled)
        + made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    )
    return file


@dataclass
class Receiver:
    """Answers with `statuses` one after the other, then with the last; keeps what it was told."""

    statuses: list[int] = field(default_factory=lambda: [204])
    headers: dict[str, str] = field(default_factory=dict)
    trickles: bool = False
    told: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    port: int = 0

    def answer(self, handler: http.server.BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        self.told.append(({name.lower(): value for name, value in handler.headers.items()}, body))
        if self.trickles:
            for letter in b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100:
                handler.wfile.write(bytes([letter]))
                handler.wfile.flush()
                time.sleep(0.1)
        handler.send_response(self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0])
        for name, value in self.headers.items():
            handler.send_header(name, value)
        handler.end_headers()


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("tls")
    return {name: make_certificate(folder, name) for name in (NAME, "other.example.org")}


@pytest.fixture
def serve(certificates: dict[str, Path]) -> Iterator[Callable[..., Receiver]]:
    servers: list[http.server.ThreadingHTTPServer] = []

    def start(name: str = NAME, **given: Any) -> Receiver:
        receiver = Receiver(**given)

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                try:
                    receiver.answer(self)
                except OSError:
                    self.close_connection = True

            def log_message(self, *_: object) -> None: ...

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.handle_error = lambda *_: None  # type: ignore[method-assign]
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificates[name])
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        receiver.port = server.server_port
        return receiver

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def poster_for(receiver: Receiver, certificates: dict[str, Path], timeout_s: float = 5) -> Poster:
    """A poster to which the receiver is at a public address; only the dialling is ours."""
    dialled: list[str] = []

    def dial(where: tuple[str, int], timeout: float) -> socket.socket:
        dialled.append(where[0])
        assert dialled[-1] == PUBLIC
        return socket.create_connection(("127.0.0.1", receiver.port), timeout)

    trusted = ssl.create_default_context()
    for file in certificates.values():
        trusted.load_verify_locations(file)
    return Poster(resolve=lambda _host, _port: [PUBLIC], dial=dial, context=trusted, timeout_s=timeout_s)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    url = f"sqlite:///{tmp_path / 'journal.db'}"
    upgrade(url)
    database = Database(url)
    yield Journal(database, Identity(31337, "0x" + "11" * 32, OPERATOR.address, LOG), OPERATOR)
    database.close()


def add(journal: Journal, *topics: str) -> tuple[str, str]:
    text, hook = new_webhook(f"https://{NAME}/dao", topics, now=NOW, random=lambda size: b"r" * size)
    Webhooks(journal.database).add(hook)
    return text, hook.id


def accept(journal: Journal) -> int:
    body = {"to": LOG, "function": "mint", "status": "requested", "tx_hash": None}
    return journal.accept("transaction", "bounty/1", body, now=NOW).number


def verified(secret: str, told: tuple[dict[str, str], bytes]) -> Any:
    """Check a delivery as a receiver does, by the words of Standard Webhooks alone; return its body."""
    headers, body = told
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.new(key, signed, sha256).digest()).decode()
    assert hmac.compare_digest(headers["webhook-signature"], expected)
    return json.loads(body)


@pytest.mark.parametrize("url", ["http://example.org/", "https://localhost/", "https://10.0.0.1/"])
def test_a_webhook_that_leads_inside_is_not_made(url: str) -> None:
    with pytest.raises(InputInvalid):
        new_webhook(url, (), now=NOW, random=lambda size: b"r" * size)


def test_a_topic_that_nobody_knows_is_refused() -> None:
    with pytest.raises(InputInvalid, match="outcome, alarm, record"):
        new_webhook(f"https://{NAME}/", ("money",), now=NOW, random=lambda size: b"r" * size)


def test_a_receiver_can_tell_that_it_is_from_us(
    journal: Journal, serve: Callable[..., Receiver], certificates: dict[str, Path]
) -> None:
    secret, hook = add(journal, "record")
    receiver = serve()
    number = accept(journal)
    assert Deliverer(journal, poster_for(receiver, certificates), lambda: NOW).round() == 1
    told = verified(secret, receiver.told[0])
    entry = journal.entry(number)
    assert told["schema"] == "resonance/webhook/1"
    assert (told["type"], told["entry"]["number"], told["entry"]["cid"]) == ("record", number, entry.cid)
    assert told["entry"]["status"] == "requested"
    assert receiver.told[0][0]["host"] == f"{NAME}"
    assert receiver.told[0][0]["webhook-id"] == f"{hook}.{number}"
    assert Webhooks(journal.database).backlogs() == {}


def test_a_delivery_that_failed_comes_again_under_the_same_id(
    journal: Journal, serve: Callable[..., Receiver], certificates: dict[str, Path]
) -> None:
    _, hook = add(journal, "record")
    receiver, now = serve(statuses=[500, 200]), NOW
    accept(journal)
    deliverer = Deliverer(journal, poster_for(receiver, certificates), lambda: now)
    assert deliverer.round() == 0
    assert Webhooks(journal.database).get(hook).error == "answered with status 500"
    assert deliverer.round() == 0
    now += 5
    assert deliverer.round() == 1
    first, second = receiver.told
    assert first[1] == second[1]
    assert first[0]["webhook-id"] == second[0]["webhook-id"]
    assert first[0]["webhook-signature"] != second[0]["webhook-signature"]


def test_after_a_failure_the_rest_waits(
    journal: Journal, serve: Callable[..., Receiver], certificates: dict[str, Path]
) -> None:
    _, hook = add(journal, "record")
    receiver = serve(statuses=[204, 503])
    for _ in range(4):
        accept(journal)
    assert Deliverer(journal, poster_for(receiver, certificates), lambda: NOW).round() == 1
    assert len(receiver.told) == 2
    assert Webhooks(journal.database).backlogs() == {hook: Backlog(waiting=3, given_up=0)}


def test_a_redirect_is_not_followed(
    journal: Journal, serve: Callable[..., Receiver], certificates: dict[str, Path]
) -> None:
    _, hook = add(journal, "record")
    inside = serve()
    receiver = serve(statuses=[307], headers={"Location": f"https://127.0.0.1:{inside.port}/"})
    accept(journal)
    Deliverer(journal, poster_for(receiver, certificates), lambda: NOW).round()
    assert inside.told == []
    assert Webhooks(journal.database).get(hook).error == "answered with status 307"


def test_a_receiver_that_has_gone_is_told_nothing_more(
    journal: Journal, serve: Callable[..., Receiver], certificates: dict[str, Path]
) -> None:
    _, hook = add(journal, "record")
    receiver = serve(statuses=[410])
    accept(journal)
    Deliverer(journal, poster_for(receiver, certificates), lambda: NOW).round()
    assert Webhooks(journal.database).get(hook).ended_at == NOW


def test_an_answer_that_trickles_is_cut_off(
    serve: Callable[..., Receiver], certificates: dict[str, Path]
) -> None:
    receiver, begun = serve(trickles=True), time.monotonic()
    posted = poster_for(receiver, certificates, timeout_s=0.5).post(f"https://{NAME}/", {}, b"{}")
    assert posted.status is None
    # The receiver trickles for more than a minute.
    assert time.monotonic() - begun < 30


def test_a_name_with_many_addresses_takes_no_longer_than_one_with_a_few() -> None:
    tried: list[tuple[str, float]] = []

    def dial(where: tuple[str, int], timeout_s: float) -> socket.socket:
        tried.append((where[0], timeout_s))
        raise OSError

    many = [f"93.184.216.{number}" for number in range(1, 200)]
    poster = Poster(resolve=lambda _host, _port: many, dial=dial, timeout_s=8)
    posted = poster.post(f"https://{NAME}/", {}, b"{}")
    assert (posted.status, posted.reason) == (None, "did not answer: OSError")
    assert tried == [(address, 2.0) for address in many[:4]]


def test_no_further_address_is_tried_once_the_time_is_over() -> None:
    tried: list[str] = []

    def dial(where: tuple[str, int], _timeout_s: float) -> socket.socket:
        tried.append(where[0])
        time.sleep(0.5)
        raise OSError

    addresses = ["93.184.216.1", "93.184.216.2", "93.184.216.3"]
    poster = Poster(resolve=lambda _host, _port: addresses, dial=dial, timeout_s=0.1)
    assert poster.post(f"https://{NAME}/", {}, b"{}").reason == "did not answer: TimeoutError"
    assert tried == addresses[:1]


def test_a_certificate_of_another_name_is_refused(
    serve: Callable[..., Receiver], certificates: dict[str, Path]
) -> None:
    receiver = serve("other.example.org")
    posted = poster_for(receiver, certificates).post(f"https://{NAME}/", {}, b"{}")
    assert (posted.taken, posted.reason) == (False, "did not answer: SSLCertVerificationError")
    assert receiver.told == []


def test_proxies_of_the_environment_are_not_asked(
    serve: Callable[..., Receiver], certificates: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    receiver = serve()
    assert poster_for(receiver, certificates).post(f"https://{NAME}/", {}, b"{}").taken
