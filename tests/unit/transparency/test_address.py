from __future__ import annotations

from typing import Any

import pytest
from eth_utils.address import to_checksum_address
from hypothesis import given
from hypothesis import strategies as st

from resonance_dao.errors import InputInvalid
from resonance_dao.transparency.address import checksum


@pytest.mark.parametrize(
    "value",
    [
        None,
        1,
        b"\x00" * 20,
        "",
        "0x" + "0" * 39,
        "0x" + "0" * 41,
        "0X" + "0" * 40,
        "0" * 42,
        "0x" + "g" * 40,
        "0x" + "0" * 40 + "\n",
        "0x" + "０" * 40,
        "0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    ],
)
def test_what_is_no_address_is_refused_by_name(value: Any) -> None:
    with pytest.raises(InputInvalid) as caught:
        checksum(value, "payee")
    assert caught.value.field == "payee"


@pytest.mark.parametrize(
    "spelled",
    [
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
        "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
    ],
)
def test_the_spellings_of_the_eip_are_reached_from_any_case(spelled: str) -> None:
    assert checksum(spelled, "a") == spelled
    assert checksum(spelled.lower(), "a") == spelled
    assert checksum("0x" + spelled[2:].upper(), "a") == spelled


@given(st.binary(min_size=20, max_size=20))
def test_any_address_is_spelled_as_other_tools_spell_it(account: bytes) -> None:
    assert checksum("0x" + account.hex(), "a") == to_checksum_address(account)
