from __future__ import annotations

import hashlib
import sys
from types import SimpleNamespace
from typing import Any

import pytest
from eth_hash.auto import keccak

from resonance_dao.transparency.keccak import EMPTY_DIGEST, _fastest, keccak256


def test_a_back_end_that_hashes_otherwise_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several packages are imported as `sha3`; FIPS 202's function differs from Ethereum's in its padding."""
    monkeypatch.setitem(sys.modules, "sha3", SimpleNamespace(keccak_256=hashlib.sha3_256))
    assert hashlib.sha3_256(b"").digest() != EMPTY_DIGEST
    assert _fastest()(b"abc") == keccak(b"abc")


def test_a_native_back_end_is_used_when_it_is_right(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []

    def native(content: bytes) -> Any:
        asked.append(content)
        return SimpleNamespace(digest=lambda: keccak(content))

    monkeypatch.setitem(sys.modules, "sha3", SimpleNamespace(keccak_256=native))
    assert _fastest()(b"abc") == keccak(b"abc")
    assert asked == [b"", b"abc"]


def test_without_a_native_back_end_the_default_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sha3", None)
    assert _fastest() is keccak
    assert keccak256(b"") == EMPTY_DIGEST
