"""
The pitfalls of this field: each has tests whose names carry its number, of the contracts or, where it is
about the log or the gateway, in Python.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PITFALLS = {
    1: "terms or payees that change between review and acceptance",
    2: "a change of state without a check of who asks",
    3: "an owner who leaves after acceptance",
    4: "a refund or a payment twice",
    5: "milestones settled twice, or above the whole",
    6: "windows that overlap or leave a gap of one second",
    7: "money that no path leads out",
    8: "tokens that take a fee, rebase, or return nothing",
    9: "votes that outlive the version that they judged",
    10: "a right used beyond its limit",
    11: "signatures that hold elsewhere, twice, or for another message",
    14: "a late tranche taken back before its time",
    15: "one payee who blocks all others",
    16: "a call that fails because its caller left it little gas",
    17: "rounding that loses or makes money",
    18: "somebody who gains by standing on both sides",
    19: "an arbiter or a source that is a party",
}
"""By number: what went wrong elsewhere."""
IN_PYTHON = {
    12: "a forwarder and calls within calls together",
    13: "an inner node of a Merkle tree that passes for a leaf, or a root that holds elsewhere",
    20: "operation: pages with logs missing, a nonce used twice, strings from the chain that are run",
}
"""The same, of what is not the contracts' alone."""


@pytest.mark.parametrize("number", PITFALLS)
def test_every_pitfall_has_a_contract_test_that_names_it(number: int) -> None:
    name = re.compile(rf"function test(?:Fuzz)?_pitfall_{number:02}_")
    tests = (ROOT / "tests" / "contracts").rglob("*.t.sol")
    assert any(name.search(file.read_text("utf-8")) for file in tests), PITFALLS[number]


@pytest.mark.parametrize("number", IN_PYTHON)
def test_every_other_pitfall_has_a_python_test_that_names_it(number: int) -> None:
    name = re.compile(rf"^def test_pitfall_{number:02}_", re.MULTILINE)
    tests = (ROOT / "tests").rglob("test_*.py")
    assert any(name.search(file.read_text("utf-8")) for file in tests), IN_PYTHON[number]


def test_pitfall_12_no_contract_of_ours_lets_a_forwarder_or_a_batch_speak_for_a_sender() -> None:
    # With a trusted forwarder and calls within calls together, anyone could be anyone: ours has neither.
    spoofing = re.compile(r"ERC2771|trustedForwarder|Multicall|\bdelegatecall\b|functionDelegateCall")
    sources = sorted((ROOT / "contracts").rglob("*.sol"))
    assert len(sources) > 40
    assert [file.name for file in sources if spoofing.search(file.read_text("utf-8"))] == []
