"""Each way of signing 32 bytes gives the same signature."""

from __future__ import annotations

import sys

import pytest
from eth_account import Account
from hypothesis import given
from hypothesis import strategies as st

from resonance_dao.chain.hash_signer import hash_signer

# Below the order of the curve.
keys = st.integers(1, 2**255).map(lambda number: number.to_bytes(32, "big"))


def same(key: bytes, digest: bytes) -> None:
    signed = hash_signer(key)(digest)
    assert signed == bytes(Account.from_key(key).unsafe_sign_hash(digest).signature)
    assert signed[64] in (27, 28)


@given(keys, st.binary(min_size=32, max_size=32))
def test_what_is_installed_signs_as_eth_account_does(key: bytes, digest: bytes) -> None:
    same(key, digest)


def test_without_coincurve_it_signs_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "coincurve", None)
    for number in range(1, 9):
        same(number.to_bytes(32, "big"), bytes((number,)) * 32)
