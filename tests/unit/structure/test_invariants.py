"""`docs/invariants.md` names where each law is tested; what it names must be there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
LAWS = ROOT / "docs" / "invariants.md"
CONTRACT_TESTS = ROOT / "tests" / "contracts"
SOLIDITY_NAME = re.compile(r"\b(?:invariant|check|test|testFuzz)_\w+\b(?!\.py)")
FILE_NAME = re.compile(r"`((?:[\w.*-]+/)*[\w.*-]+\.(?:t\.sol|py|json))")


def _text() -> str:
    return LAWS.read_text(encoding="utf-8")


def _sources() -> str:
    files = [*CONTRACT_TESTS.rglob("*.sol"), *(ROOT / "tests" / "proofs").glob("*.sol")]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def test_every_function_that_a_law_names_exists() -> None:
    sources = _sources()
    named = set(SOLIDITY_NAME.findall(_text()))
    assert named, "the laws name no functions"
    assert [name for name in sorted(named) if f"function {name}(" not in sources] == []


@pytest.mark.parametrize("name", sorted(set(FILE_NAME.findall(_text()))))
def test_every_file_that_a_law_names_exists(name: str) -> None:
    assert any(folder.glob(name) for folder in (ROOT, CONTRACT_TESTS)) or any(CONTRACT_TESTS.rglob(name))
