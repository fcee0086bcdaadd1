from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_dao.chain import abi
from resonance_dao.errors import InputInvalid

ALICE = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
PAIR = {
    "name": "pairs",
    "type": "tuple[]",
    "components": [{"name": "amount", "type": "uint128"}, {"name": "payees", "type": "address[2]"}],
}
PARAMETERS: list[dict[str, Any]] = [PAIR, {"name": "", "type": "bytes"}, {"name": "note", "type": "string"}]
pairs = st.fixed_dictionaries(
    {
        "amount": st.integers(0, 2**128 - 1),
        "payees": st.lists(
            st.binary(min_size=20, max_size=20).map(lambda b: abi.checksum("0x" + b.hex())),
            min_size=2,
            max_size=2,
        ),
    }
)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("uint256", -1),
        ("uint256", 2**256),
        ("uint256", 1.0),
        ("uint256", "1"),
        ("uint256", True),
        ("uint8", 256),
        ("bool", 1),
        ("address", ALICE[:-1]),
        ("address", ALICE.replace("f39F", "f39f")),
        ("address", ALICE[2:]),
        ("address", 7),
        ("bytes32", b"\0" * 33),
        ("bytes32", "not hex"),
        ("bytes", "0xabc"),
        ("string", b"bytes"),
        ("uint256[]", 5),
        ("uint256[2]", [1]),
    ],
)
def test_a_value_of_another_type_is_refused(kind: str, value: object) -> None:
    with pytest.raises(InputInvalid):
        abi.encode([{"name": "x", "type": kind}], [value], where="f")


@pytest.mark.parametrize("value", [{"amount": 1}, {"amount": 1, "payees": [], "more": 2}, [1], 5])
def test_a_struct_with_other_fields_is_refused_by_name(value: object) -> None:
    with pytest.raises(InputInvalid, match=r"open\.pairs\[0\]"):
        abi.encode([PAIR], [[value]], where="open")


def test_a_wrong_number_of_arguments_is_refused_with_their_names() -> None:
    with pytest.raises(InputInvalid, match="takes 3 arguments: pairs, _1, note"):
        abi.encode(PARAMETERS, [1], where="f")


@pytest.mark.parametrize("data", [b"", b"\0" * 31, b"\xff" * 96, bytes(64) + b"\xff" * 32])
def test_malformed_data_is_refused(data: bytes) -> None:
    with pytest.raises(InputInvalid, match="is not ABI data"):
        abi.decode(PARAMETERS, data, where="f")


def test_signatures_selectors_and_topics_are_the_known_ones() -> None:
    transfer = {"name": "transfer", "inputs": [{"type": "address"}, {"type": "uint256"}]}
    assert abi.signature({"name": "f", "inputs": PARAMETERS}) == "f((uint128,address[2])[],bytes,string)"
    assert abi.selector(transfer).hex() == "a9059cbb"
    event = {"name": "Transfer", "inputs": [{"type": "address"}, {"type": "address"}, {"type": "uint256"}]}
    assert abi.topic(event) == "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"


def test_structs_may_be_sequences_and_bytes_may_be_text() -> None:
    by_name = abi.encode(PARAMETERS, [[{"amount": 1, "payees": [ALICE, ALICE]}], b"\xab", ""], where="f")
    by_position = abi.encode(PARAMETERS, [[(1, (ALICE, ALICE.lower()))], "0xab", ""], where="f")
    assert by_name == by_position


@given(st.lists(pairs, max_size=3), st.binary(max_size=40), st.text(max_size=20))
def test_what_is_encoded_decodes_to_the_same(made: list[dict[str, Any]], raw: bytes, text: str) -> None:
    data = abi.encode(PARAMETERS, [made, raw, text], where="f")
    assert abi.decode(PARAMETERS, data, where="f") == {"pairs": made, "_1": raw, "note": text}
