"""Sign-in messages: read to the byte or not at all, and good for one site, chain and moment."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resonance_dao.chain.siwe import MAX_CHARACTERS, SKEW_S, SiweMessage
from resonance_dao.errors import InputInvalid, SignatureRefused
from resonance_dao.transparency.address import checksum

NOW = 1_767_225_600
ACCOUNT = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"
DOMAIN = "dao.example.org"
PLAIN = SiweMessage(
    domain=DOMAIN,
    address=ACCOUNT,
    uri=f"https://{DOMAIN}/in",
    chain_id=1,
    nonce="32891756abc",
    issued_at="2026-01-01T00:00:00Z",
    statement="I accept the terms: https://dao.example.org/tos",
)
FULL = replace(
    PLAIN,
    scheme="https",
    expiration_time="2026-01-01T00:10:00.5+00:00",
    not_before="2025-12-31T23:59:59.000001Z",
    request_id="some-id~1%20",
    resources=("ipfs://bafy/", "https://example.com/a?b=c#d"),
)


def text_of(unix: int) -> str:
    return datetime.fromtimestamp(unix, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


# Each takes a right text and gives one that a careless reader would read another way.
MALFORMED: dict[str, Callable[[str], str]] = {
    "nothing": lambda _: "",
    "one letter more": lambda text: text + " ",
    "a line end more": lambda text: text + "\n",
    "a space before": lambda text: " " + text,
    "windows line ends": lambda text: text.replace("\n", "\r\n"),
    "no line between statement and fields": lambda text: text.replace("\n\nURI", "\nURI"),
    "a nonce hidden in the statement": lambda text: text.replace(
        "I accept", "Hi\nNonce: 0000000000\nI accept"
    ),
    "fields after the statement twice": lambda text: text.replace(
        "\nVersion", "\nURI: https://evil.example\nVersion"
    ),
    "the nonce twice": lambda text: text.replace("\nIssued", "\nNonce: 0000000000\nIssued"),
    "fields in another order": lambda text: text.replace(
        "Version: 1\nChain ID: 1", "Chain ID: 1\nVersion: 1"
    ),
    "a small letter in a name": lambda text: text.replace("Chain ID", "Chain Id"),
    "no nonce": lambda text: text.replace("Nonce: 32891756abc\n", ""),
    "a nonce of 7": lambda text: text.replace("32891756abc", "3289175"),
    "a nonce with a dash": lambda text: text.replace("32891756abc", "32891756-abc"),
    "a chain id in hexadecimal": lambda text: text.replace("Chain ID: 1", "Chain ID: 0x1"),
    "a chain id with a zero before": lambda text: text.replace("Chain ID: 1", "Chain ID: 01"),
    "a negative chain id": lambda text: text.replace("Chain ID: 1", "Chain ID: -1"),
    "an address in small letters": lambda text: text.replace(ACCOUNT, ACCOUNT.lower()),
    "an address mistyped": lambda text: text.replace(ACCOUNT, ACCOUNT[:-1] + "9"),
    "an address too short": lambda text: text.replace(ACCOUNT, ACCOUNT[:-1]),
    "a day that is none": lambda text: text.replace("2026-01-01", "2026-02-30"),
    "a time without an offset": lambda text: text.replace("00:00:00Z", "00:00:00"),
    "a time in unix seconds": lambda text: text.replace("2026-01-01T00:00:00Z", str(NOW)),
    "a user before the domain": lambda text: text.replace(f"{DOMAIN} wants", f"you@{DOMAIN} wants"),
    "a path behind the domain": lambda text: text.replace(f"{DOMAIN} wants", f"{DOMAIN}/x wants"),
    "a letter beyond ASCII": lambda text: text.replace("I accept", "承諾"),
    "a full-width digit": lambda text: text.replace("Chain ID: 1", "Chain ID: １"),
    "a tab": lambda text: text.replace("I accept", "I\taccept"),
    "an uri without a scheme": lambda text: text.replace("https://dao.example.org/in", "dao.example.org"),
    "too long": lambda text: text.replace("I accept", "I accept" + "!" * MAX_CHARACTERS),
}

WRONG: dict[str, SiweMessage] = {
    "domain": replace(PLAIN, domain="evil.example", uri="https://evil.example"),
    "domain that ours begins": replace(PLAIN, domain=f"{DOMAIN}.evil.example"),
    "domain with a port": replace(PLAIN, domain=f"{DOMAIN}:8443"),
    "uri": replace(PLAIN, uri="https://evil.example/in"),
    "uri with a user": replace(PLAIN, uri=f"https://{DOMAIN}@evil.example"),
    "uri of another kind": replace(PLAIN, uri=f"ftp://{DOMAIN}"),
    "scheme": replace(PLAIN, scheme="http"),
    "version": replace(PLAIN, version="2"),
    "chain_id": replace(PLAIN, chain_id=2),
    "issued_at": replace(PLAIN, issued_at=text_of(NOW + SKEW_S + 1)),
    "not_before": replace(PLAIN, not_before=text_of(NOW + 1)),
    "expiration_time": replace(PLAIN, expiration_time=text_of(NOW)),
    "resources": replace(PLAIN, resources=("urn:recap:eyJhdHQiOnt9fQ",)),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_what_is_not_of_the_grammar_is_refused(name: str) -> None:
    text = MALFORMED[name](PLAIN.to_text())
    assert text != PLAIN.to_text()
    with pytest.raises(InputInvalid) as caught:
        SiweMessage.from_text(text)
    assert caught.value.field.startswith("message")


@pytest.mark.parametrize("name", WRONG)
def test_a_message_for_another_site_chain_or_moment_is_refused(name: str) -> None:
    message = SiweMessage.from_text(WRONG[name].to_text())
    with pytest.raises(SignatureRefused) as caught:
        message.check(domain=DOMAIN, chain_id=1, now=NOW)
    assert caught.value.details["field"] == name.split(maxsplit=1)[0]


def test_a_right_message_passes() -> None:
    for message in (PLAIN, replace(FULL, resources=None), replace(FULL, resources=())):
        assert SiweMessage.from_text(message.to_text()) == message
        message.check(domain=DOMAIN.upper(), chain_id=1, now=NOW)


@pytest.mark.parametrize(
    "message", [PLAIN, FULL, replace(PLAIN, statement=None), replace(FULL, request_id="")]
)
def test_a_message_is_written_back_to_the_byte(message: SiweMessage) -> None:
    text = message.to_text()
    assert SiweMessage.from_text(text) == message
    assert SiweMessage.from_text(text).to_text() == text


def test_moments_are_counted_against_whoever_gains_by_them() -> None:
    assert (PLAIN.issued, PLAIN.expires, PLAIN.begins) == (NOW, None, 0)
    assert (FULL.expires, FULL.begins) == (NOW + 600, NOW)
    offset = replace(PLAIN, expiration_time="2026-01-01T09:00:00.999+09:00")
    assert offset.expires == NOW


@pytest.mark.parametrize(("ends", "passes"), [(-1, False), (0, False), (1, True)])
def test_a_message_ends_at_its_second(ends: int, passes: bool) -> None:
    message = replace(PLAIN, expiration_time=text_of(NOW + ends))
    if passes:
        message.check(domain=DOMAIN, chain_id=1, now=NOW)
    else:
        with pytest.raises(SignatureRefused):
            message.check(domain=DOMAIN, chain_id=1, now=NOW)


@pytest.mark.parametrize(("begins", "passes"), [(-1, True), (0, True), (1, False)])
def test_a_message_begins_at_its_second(begins: int, passes: bool) -> None:
    message = replace(PLAIN, not_before=text_of(NOW + begins))
    if passes:
        message.check(domain=DOMAIN, chain_id=1, now=NOW)
    else:
        with pytest.raises(SignatureRefused):
            message.check(domain=DOMAIN, chain_id=1, now=NOW)


def test_an_ipv6_site_may_be_signed_in_to() -> None:
    message = replace(PLAIN, domain="[::1]:8700", uri="http://[::1]:8700")
    SiweMessage.from_text(message.to_text()).check(domain="[::1]:8700", chain_id=1, now=NOW)


@settings(max_examples=300, deadline=None)
@given(
    nonce=st.from_regex(r"[A-Za-z0-9]{8,64}", fullmatch=True),
    statement=st.none() | st.from_regex(r"[A-Za-z0-9 .,:/?!()-]{1,80}", fullmatch=True),
    chain_id=st.integers(0, 2**53),
    account=st.binary(min_size=20, max_size=20),
    unix=st.integers(0, 4_000_000_000),
)
def test_every_message_is_read_as_it_was_written(
    nonce: str, statement: str | None, chain_id: int, account: bytes, unix: int
) -> None:
    address, issued = checksum("0x" + account.hex(), "account"), text_of(unix)
    message = replace(
        PLAIN, nonce=nonce, statement=statement, chain_id=chain_id, address=address, issued_at=issued
    )
    found = SiweMessage.from_text(message.to_text())
    assert found == message
    assert found.issued == unix


def test_a_changed_byte_is_refused_or_read_as_what_it_says() -> None:
    dice, text = random.Random(4361), FULL.to_text()  # noqa: S311  a seed, not a secret
    for _ in range(10_000):
        at, byte = dice.randrange(len(text)), chr(dice.randrange(1, 128))
        changed = text[:at] + byte + text[at + dice.randrange(2) :]
        try:
            found = SiweMessage.from_text(changed)
        except InputInvalid:
            continue
        assert found.to_text() == changed


def test_we_are_never_laxer_than_another_reader() -> None:
    siwe = pytest.importorskip("siwe", reason="PyPI siwe, an oracle, is not installed")
    dice, text = random.Random(1), FULL.to_text()  # noqa: S311  a seed, not a secret
    texts = [text, PLAIN.to_text(), *(change(PLAIN.to_text()) for change in MALFORMED.values())]
    for _ in range(500):
        at = dice.randrange(len(text))
        texts.append(text[:at] + chr(dice.randrange(32, 127)) + text[at + 1 :])
    both = 0
    for one in texts:
        try:
            ours = SiweMessage.from_text(one)
        except InputInvalid:
            continue
        theirs = siwe.SiweMessage.from_message(one)
        assert (str(theirs.address), theirs.nonce, theirs.domain) == (ours.address, ours.nonce, ours.domain)
        assert (int(theirs.chain_id), str(theirs.issued_at)) == (ours.chain_id, ours.issued_at)
        both += 1
    assert both > 50
