"""Where a secret may be sent."""

from __future__ import annotations

import doctest

import pytest

from resonance_dao import secret_url
from resonance_dao.errors import InputInvalid
from resonance_dao.secret_url import check_url, may_use_proxy, public_part


@pytest.mark.parametrize(
    "url",
    [
        "ftp://pins.example",
        "http://pins.example",
        "http://10.0.0.1",
        "http://localhost.example",
        "https://user:secret@pins.example",
        "https://@pins.example",
        "https://pins.example?token=secret",
        "https://pins.example#secret",
        "https://",
        "https://pins.example:port",
        "https://[secret",
    ],
)
def test_an_address_that_would_leak_a_secret_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(InputInvalid, match=r"service = .*must be https") as refused:
        check_url(url, "service")
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "proxied"),
    [
        ("https://pins.example/api", True),
        ("http://127.0.0.1:1", False),
        ("http://[::1]:1", False),
        ("http://localhost", False),
    ],
)
def test_https_and_the_loopback_are_taken_and_what_is_not_encrypted_stays_here(
    url: str, proxied: bool
) -> None:
    assert check_url(url, "service") == url
    assert may_use_proxy(url) is proxied


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://user:secret@pins.example:1/secret?secret#secret", "https://pins.example:1"),
        ("http://[::1]:1/secret", "http://[::1]:1"),
        ("secret", "://"),
    ],
)
def test_what_is_shown_of_an_address_is_no_secret(url: str, shown: str) -> None:
    assert public_part(url) == shown


def test_the_examples_run() -> None:
    assert doctest.testmod(secret_url) == (0, 3)
