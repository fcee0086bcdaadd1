"""The table of powers: nothing is missing, nothing is made up, and it prints what not everybody may do."""

from __future__ import annotations

from typing import Any

import pytest

from resonance_dao.chain.artifact import Artifact
from resonance_dao.chain.powers import Power, markdown, own_contracts, read_powers, writing_functions
from resonance_dao.errors import InputInvalid

FUNCTIONS: list[dict[str, Any]] = [
    {"type": "function", "name": "pay", "inputs": [], "stateMutability": "payable"},
    {"type": "function", "name": "stop", "inputs": [], "stateMutability": "nonpayable"},
    {"type": "function", "name": "look", "inputs": [], "stateMutability": "view"},
    {"type": "function", "name": "add", "inputs": [], "stateMutability": "pure"},
    {"type": "error", "name": "Door_Shut", "inputs": []},
]
TEXT = """[Door]
stop = { who = "the owner", limit = "once", refusal = "Door_Shut" }
pay = { who = "anyone", limit = "its own money" }
"""


def artifact(
    name: str = "Door", folder: str = "contracts", code: bytes = b"\1", more: tuple[Any, ...] = ()
) -> Artifact:
    return Artifact(name, f"{folder}/{name}.sol", (*FUNCTIONS, *more), code, code)


def read(text: str, *artifacts: Artifact) -> tuple[Power, ...]:
    return read_powers(text, {item.name: item for item in artifacts or (artifact(),)})


def refusal(text: str, *artifacts: Artifact) -> InputInvalid:
    with pytest.raises(InputInvalid) as refused:
        read(text, *artifacts)
    return refused.value


def test_text_that_is_no_toml_is_refused() -> None:
    assert refusal("[Door").rule == "must be TOML"


def test_a_missing_function_is_refused_with_the_lines_to_add() -> None:
    rule = refusal('[Door]\npay = { who = "anyone", limit = "its own money" }').rule
    assert rule.endswith('[Door]\nstop = { who = "", limit = "", refusal = "" }')


def test_a_missing_contract_is_refused_with_all_its_functions() -> None:
    rule = refusal(TEXT, artifact(), artifact("Gate")).rule
    assert rule.endswith(
        '[Gate]\npay = { who = "", limit = "", refusal = "" }\nstop = { who = "", limit = "", refusal = "" }'
    )


@pytest.mark.parametrize(
    "extra", ["look = { who = 'a', limit = 'b' }", "gone = { who = 'a', limit = 'b' }", "[Gate]\nx = 1"]
)
def test_a_function_that_does_not_write_or_does_not_exist_is_refused(extra: str) -> None:
    assert refusal(TEXT + extra).rule == "must name functions of the contracts that write"


@pytest.mark.parametrize(
    ("entry", "rule"),
    [
        ("1", "must say `who` and `limit`"),
        ('{ who = "anyone" }', "must say `who` and `limit`"),
        ('{ who = "", limit = "b" }', "must say `who` and `limit`"),
        (
            '{ who = "anyone", limit = "b", since = 1 }',
            "must have `who`, `limit` and `refusal` only",
        ),
        ('{ who = "the owner", limit = "b" }', "must be a custom error of the contract"),
        ('{ who = "the owner", limit = "b", refusal = "Gone" }', "must be a custom error of the contract"),
        (
            '{ who = "anyone", limit = "b", refusal = "Door_Shut" }',
            "must be left out: anyone may call it",
        ),
    ],
)
def test_an_entry_that_does_not_say_all_is_refused(entry: str, rule: str) -> None:
    text = TEXT.replace('{ who = "anyone", limit = "its own money" }', entry)
    assert refusal(text).rule == rule


def test_powers_come_in_the_order_of_the_text() -> None:
    stop, pay = read(TEXT)
    assert stop == Power("Door", "stop", "the owner", "once", "Door_Shut")
    assert stop.is_privileged
    assert pay == Power("Door", "pay", "anyone", "its own money")
    assert not pay.is_privileged


def test_only_concrete_contracts_right_below_the_folder_count() -> None:
    items = [artifact(), artifact("Base", code=b""), artifact("Coin", "contracts/mocks"), artifact("Arch")]
    assert [own.name for own in own_contracts({item.name: item for item in items})] == ["Arch", "Door"]


def test_overloaded_functions_are_named_by_signature() -> None:
    pay = {"type": "function", "name": "pay", "inputs": [{"type": "uint256"}], "stateMutability": "payable"}
    assert list(writing_functions(artifact(more=(pay,)))) == ["pay()", "pay(uint256)", "stop"]


def test_the_table_has_the_powers_and_not_what_anyone_may() -> None:
    assert markdown(read(TEXT)).splitlines() == [
        "| contract | function | who | limit |",
        "|---|---|---|---|",
        "| `Door` | `stop` | the owner | once |",
    ]
