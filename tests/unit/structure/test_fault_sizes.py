"""docs/faults.md says how often each fault is tried: the sizes are those of tests, CI and Makefile."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
ROWS = re.findall(
    r"^\| `(RESONANCE_\w+)` \| (\w+) \| (\w+) \|", (ROOT / "docs/faults.md").read_text("utf-8"), re.M
)
RAISED = dict(re.findall(r"(RESONANCE_\w+)=(\w+)", (ROOT / ".ci/run").read_text("utf-8")))
DEEP = dict(re.findall(r"(RESONANCE_\w+)=(\w+)", (ROOT / "Makefile").read_text("utf-8")))
TESTS = "".join(file.read_text("utf-8") for file in sorted((ROOT / "tests/integration").rglob("test_*.py")))


@pytest.mark.parametrize(("name", "ci", "deep"), ROWS)
def test_a_size_is_what_is_run(name: str, ci: str, deep: str) -> None:
    defaults = re.findall(rf'environ\.get\("{name}", "(\w+)"\)', TESTS)
    assert ci in ([RAISED[name]] if name in RAISED else defaults)
    assert DEEP[name] == deep


def test_the_sizes_are_found() -> None:
    assert len(ROWS) >= 11
