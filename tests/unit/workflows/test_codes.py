"""Reason codes, both ways and malformed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_dao.errors import InputInvalid
from resonance_dao.workflows.codes import reason_code, reason_text


@pytest.mark.parametrize("code", ["", "Off-brief", "off brief", "-x", "x" * 33, "é", "x\n", "x\0"])
def test_what_is_no_code_is_refused(code: str) -> None:
    with pytest.raises(InputInvalid, match="reason_code"):
        reason_code(code)


@given(st.from_regex(r"[a-z0-9][a-z0-9-]{0,31}", fullmatch=True))
def test_a_code_is_read_back(code: str) -> None:
    written = reason_code(code)
    assert len(written) == 32
    assert reason_text(written) == code


@given(st.binary(min_size=32, max_size=32))
def test_bytes_that_are_no_code_are_shown_and_never_printed_raw(written: bytes) -> None:
    text = reason_text(written)
    assert text.isascii()
    assert text.isprintable()


def test_no_code_is_no_text() -> None:
    assert reason_text(bytes(32)) == ""
