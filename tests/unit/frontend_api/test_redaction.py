"""What may not be shown or logged."""

from __future__ import annotations

import pytest

from frontend_api.redaction import redact, redact_all


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "https://mainnet.infura.io/v3/SECRET did not answer",
            "https://mainnet.infura.io/... did not answer",
        ),
        ("postgresql://user:SECRET@db.local/journal", "postgresql://db.local/..."),
        ("'https://rpc.example?key=SECRET': refused", "'https://rpc.example/...': refused"),
        ("http://127.0.0.1:8545: connection refused", "http://127.0.0.1:8545: connection refused"),
        ("no address here, 50% of 1/2", "no address here, 50% of 1/2"),
        ("urn:resonance:problem:internal", "urn:resonance:problem:internal"),
    ],
)
def test_of_a_url_only_scheme_and_host_are_kept(text: str, expected: str) -> None:
    assert redact(text) == expected


def test_texts_are_found_wherever_they_stand() -> None:
    value = {"a": ["https://h/SECRET", 1], "b": {"c": ("https://h?k=SECRET",)}, "d": None}
    assert redact_all(value) == {"a": ["https://h/...", 1], "b": {"c": ["https://h/..."]}, "d": None}
