"""No webhook leads anywhere but to a public address: sixty ways to try, and a canary that hears of none."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator, Sequence

import pytest

from resonance_dao.errors import InputInvalid
from resonance_dao.workflows.webhooks.addresses import (
    Resolve,
    Target,
    check_url,
    is_public,
    public_addresses,
    system_resolve,
)
from resonance_dao.workflows.webhooks.posting import Poster

PUBLIC = "93.184.216.34"

INWARD = [
    # The loopback, spelled in every way that some resolver takes.
    *("127.0.0.1", "127.1", "127.0.1", "127.255.255.254", "0.0.0.0", "0", "0x7f000001", "0x7f.0.0.1"),  # noqa: S104
    *("0x7f.1", "0177.0.0.1", "0177.1", "2130706433", "017700000001", "127.0.0.1.", "127.000.000.001"),
    *("localhost", "LOCALHOST", "localhost.", "a.localhost", "localhost.localdomain.localhost"),
    *("[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]"),
    *("[64:ff9b::127.0.0.1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[2001:0:7f00:1::]", "[::1%25lo]"),
    # Private networks and the machine's own neighbours.
    *("10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1", "100.64.0.1"),
    *("[fc00::1]", "[fd12:3456:789a::1]", "[fe80::1]", "[fec0::1]", "[::ffff:10.0.0.1]"),
    # Metadata of clouds.
    *("169.254.169.254", "169.254.170.2", "0xa9fea9fe", "2852039166", "0251.0376.0251.0376"),
    *("[::ffff:169.254.169.254]", "[fd00:ec2::254]", "metadata.google.internal", "100.100.100.200"),
    # Nobody's: documentation, benchmarks, multicast, broadcast, reserved.
    *("192.0.2.1", "198.51.100.1", "203.0.113.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "240.0.0.1"),
    *("[2001:db8::1]", "[ff02::1]", "192.0.0.170"),
    # Names of a network's own.
    *("intranet", "printer.local", "db.internal", "router.lan"),
]

SPELLED = [
    *("http://example.org/", "file:///etc/passwd", "gopher://example.org:70/_x", "ftp://example.org/"),
    *("dict://example.org:11211/", "https:example.org", "//example.org/", "example.org", "", "https://"),
    *("https://user@example.org/", "https://a:b@example.org/", "https://example.org@127.0.0.1/"),
    *("https://127.0.0.1#@example.org/", "https://example.org/#x", "https://example.org\\@127.0.0.1/"),
    *("https://example.org\n.evil/", "https://example.org/\r\nHost: a", "https://exa mple.org/"),
    *("https://%31%32%37.0.0.1/", "https://%2531%2532%2537.0.0.1/", "https://example.org:0/"),
    *("https://example.org:99999/", "https://example.org:x/", "https://①②⑦.⓪.⓪.①/", "https://ⓔxample.org/"),
    *("https://127。0。0。1/", "https://[::1/", "https://[v1.x]/", "https://example.org/é"),
    "https://example.org/" + "a" * 2_000,
]


class Canary:
    """Listens on the loopback and counts who connects."""

    def __init__(self) -> None:
        self.heard = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.heard += 1
            connection.close()

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def canary() -> Iterator[Canary]:
    found = Canary()
    yield found
    found.close()


def answering(found: Sequence[str]) -> Resolve:
    return lambda _host, _port: found


def test_the_list_is_long_enough() -> None:
    assert len(set(INWARD)) >= 60


@pytest.mark.parametrize("host", INWARD)
def test_a_host_inside_is_refused_before_anything_is_looked_up(host: str) -> None:
    with pytest.raises(InputInvalid):
        check_url(f"https://{host}/hook")


@pytest.mark.parametrize("url", SPELLED)
def test_what_is_no_plain_https_url_is_refused(url: str) -> None:
    with pytest.raises(InputInvalid):
        check_url(url)


@pytest.mark.parametrize("host", INWARD)
def test_a_host_inside_is_never_connected_to(host: str, canary: Canary) -> None:
    assert Poster(timeout_s=1).post(f"https://{host}:{canary.port}/", {}, b"").status is None
    # And behind the first gate stands a second: whatever the system makes of it is no public address.
    name = host.strip("[]").partition("%")[0]
    target = Target(name, canary.port, "/")

    def loopback_for_names(host: str, port: int) -> Sequence[str]:
        numeric = not any(letter in "ghijklmnopqrstuvwyz" for letter in host.lower())
        return system_resolve(host, port) if numeric else ["127.0.0.1"]

    with pytest.raises(InputInvalid):
        public_addresses(target, loopback_for_names)
    assert canary.heard == 0


@pytest.mark.parametrize(
    "url", ["https://example.org", "https://a.b-c.example.org:8443/x/y?z=1", "https://8.8.8.8/"]
)
def test_a_public_url_may_be_told(url: str) -> None:
    assert check_url(url).host in url


def test_public_addresses_of_both_families_are_public() -> None:
    assert is_public("1.1.1.1")
    assert is_public("2606:4700:4700::1111")
    assert not is_public("not an address")
    assert not is_public("fe80::1%eth0")


@pytest.mark.parametrize("inside", ["127.0.0.1", "::1", "10.0.0.1", "169.254.169.254", "::ffff:127.0.0.1"])
def test_a_name_that_leads_outside_and_inside_is_refused(inside: str) -> None:
    for found in ([PUBLIC, inside], [inside, PUBLIC], [inside]):
        with pytest.raises(InputInvalid, match="public"):
            public_addresses(Target("example.org", 443, "/"), answering(found))


def test_a_name_that_leads_nowhere_is_refused() -> None:
    def nobody(_host: str, _port: int) -> Sequence[str]:
        raise OSError("no such name")

    for resolve in (nobody, answering([])):
        with pytest.raises(InputInvalid):
            public_addresses(Target("example.org", 443, "/"), resolve)


def test_a_name_that_changes_its_mind_gains_nothing(canary: Canary) -> None:
    answers = [[PUBLIC], ["127.0.0.1"], ["127.0.0.1"]]
    asked: list[str] = []
    dialled: list[tuple[str, int]] = []

    def rebinding(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        return answers.pop(0)

    def dial(where: tuple[str, int], _timeout: float) -> socket.socket:
        dialled.append(where)
        raise ConnectionRefusedError

    poster = Poster(resolve=rebinding, dial=dial, context=ssl.create_default_context())
    url = f"https://rebind.example.org:{canary.port}/"
    # Looked up once, and dialled where that look-up said, though the name leads inside by then.
    assert poster.post(url, {}, b"").reason.startswith("did not answer")
    assert (asked, dialled) == (["rebind.example.org"], [(PUBLIC, canary.port)])
    # Registered when it was public, delivered when it is not: refused before dialling.
    assert poster.post(url, {}, b"").reason == "must lead to public addresses only"
    assert len(dialled) == 1
    assert canary.heard == 0
