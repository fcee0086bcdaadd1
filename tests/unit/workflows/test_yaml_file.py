"""YAML that people wrote: one reading, or none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from resonance_dao.errors import InputInvalid
from resonance_dao.workflows.yaml_file import Address, Strict, read


class Sample(Strict):
    a: int | str
    many: list[int] = Field(default_factory=list)
    inner: dict[str, int | str] = Field(default_factory=dict)


class Wallet(Strict):
    account: Address


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "must hold keys and values"),
        ("- 1", "must hold keys and values"),
        ("5", "must hold keys and values"),
        ("a: [1", "cannot be read"),
        ("a: 1\nb: 2", "no known key"),
        ("a: 1\na: 2", "the key a stands twice"),
        ("inner:\n  x: 1\n  y: 2\n  x: 3\na: 1", "the key x stands twice"),
        ("a: 1.5", "decimal point"),
        ("a: .inf", "decimal point"),
        ("a: .nan", "decimal point"),
        ("a: 1\ninner: {x: 1.0}", "decimal point"),
        ("a: true", "whole number, or text in quotes"),
        ("a: null", "whole number, or text in quotes"),
        ("a: &x 1\ninner: {y: *x}", "references"),
        ("a: &x [*x]", "references"),
        ("a: 1\n<<: {a: 2}", "no known key"),
        ("? [a]\n: 1", "cannot be read"),
        ("1: 2\na: 1", "Keys should be strings"),
        ("a: !!python/object/apply:os.system [ls]", "cannot be read"),
        ("a: 1\x00", "cannot be read"),
        ("a: " + "9" * 5000, "cannot be read"),
        ("[" * 1000, "cannot be read"),
        ("a: " + "[" * 5000 + "]" * 5000, "nested too deeply"),
        ("a: 1\nmany: [1, '2']", "valid integer"),
    ],
    ids=lambda part: repr(part)[:30],
)
def test_what_has_no_single_reading_is_refused(text: str, rule: str) -> None:
    with pytest.raises(InputInvalid) as caught:
        read(text, Sample, "sample")
    assert caught.value.field.startswith("sample")
    assert rule in caught.value.rule
    assert "\n" not in str(caught.value)


def test_a_mistyped_key_is_named_before_the_one_that_it_leaves_missing() -> None:
    with pytest.raises(InputInvalid, match=r"sample: acount = .*: is no known key"):
        read("acount: 1", Wallet, "sample")


def test_a_missing_key_has_no_value() -> None:
    with pytest.raises(InputInvalid, match="sample: account = None: is missing"):
        read("{}", Wallet, "sample")


def test_a_number_of_thousands_of_digits_is_refused_in_words_for_people() -> None:
    with pytest.raises(InputInvalid) as caught:
        read("a: " + "9" * 5000, Sample, "sample")
    assert "sys." not in caught.value.rule


def test_a_repeated_key_is_named_with_its_second_place() -> None:
    with pytest.raises(InputInvalid) as caught:
        read("a: 1\n\n  # again\na: 2\n", Sample, "sample")
    assert caught.value.value == "line 4, column 1"


def test_a_deep_place_is_named_by_its_path() -> None:
    with pytest.raises(InputInvalid) as caught:
        read("a: 1\ninner: {x: 1.0}", Sample, "sample")
    assert caught.value.field == "sample: inner.x"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("010", "010"),
        ("0x10", "0x10"),
        ("0b11", "0b11"),
        ("1:30", "1:30"),
        ("0o7", "0o7"),
        ("2027-01-31", "2027-01-31"),
    ],
)
def test_what_yaml_would_count_in_another_base_stays_text(text: str, value: str) -> None:
    assert read(f"a: {text}", Sample, "sample").a == value


@pytest.mark.parametrize(("text", "value"), [("0", 0), ("1_000", 1000), ("-5", -5), ("300000", 300_000)])
def test_a_decimal_number_is_a_number(text: str, value: int) -> None:
    assert read(f"a: {text}", Sample, "sample").a == value


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ('"0x12"', "must be an address"),
        ("0x5FbDB2315678afecb367f032d93F642f64180aa", "must be an address"),
        ('"0x5fbDB2315678afecb367f032d93F642f64180aa3"', "checksum"),
        (f'"0x{"0" * 40}"', "zero address"),
        ("5", "valid string"),
    ],
)
def test_an_address_that_may_be_mistyped_is_refused(text: str, rule: str) -> None:
    with pytest.raises(InputInvalid) as caught:
        read(f"account: {text}", Wallet, "wallet")
    assert caught.value.field == "wallet: account"
    assert rule in caught.value.rule


def test_an_address_in_lower_case_gets_its_checksum_even_without_quotes() -> None:
    found = read("account: 0x5fbdb2315678afecb367f032d93f642f64180aa3", Wallet, "wallet")
    assert found.account == "0x5FbDB2315678afecb367f032d93F642f64180aa3"


@given(st.text(max_size=80))
def test_no_text_raises_anything_else(text: str) -> None:
    try:
        read(text, Sample, "sample")
    except InputInvalid as exc:
        assert exc.rule
