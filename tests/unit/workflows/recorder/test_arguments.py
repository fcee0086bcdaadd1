"""The arguments of an append, beside the general encoder."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_dao.chain import abi
from resonance_dao.errors import JournalConflict
from resonance_dao.workflows.lane import arguments

PARAMETERS = [
    {"name": "size", "type": "uint64"},
    {"name": "leaves", "type": "bytes32[]"},
    {"name": "manifest", "type": "bytes32"},
]
words = st.binary(min_size=32, max_size=32)


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_leaf_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(JournalConflict, match="32 bytes"):
        arguments(0, [bytes(32), bytes(length)], bytes(32))


@given(st.integers(0, 2**64 - 1), st.lists(words, max_size=20), words)
def test_they_are_what_the_general_encoder_makes_of_them(
    size: int, leaves: list[bytes], manifest: bytes
) -> None:
    general = abi.encode(PARAMETERS, [size, leaves, manifest], where="append")
    assert arguments(size, leaves, manifest) == general
