"""The escrow's matrices of hostile calls are complete: `EscrowDoors.sol` calls every function that writes."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
FUNCTION = re.compile(r"function (\w+)\([^)]*\)([^;]*);")


def _writing(interface: str) -> set[str]:
    source = (ROOT / "contracts" / "interfaces" / f"{interface}.sol").read_text(encoding="utf-8")
    return {name for name, rest in FUNCTION.findall(source) if not re.search(r"\b(view|pure)\b", rest)}


def test_every_function_that_writes_has_a_door() -> None:
    doors = (ROOT / "tests" / "contracts" / "BountyEscrow" / "EscrowDoors.sol").read_text(encoding="utf-8")
    called = re.findall(r"abi\.encodeCall\(\s*(escrow|opener)\.(\w+)", doors)
    writing = {("escrow", name) for name in _writing("IBountyEscrow") | _writing("IJudgementReceiver")}
    writing |= {("opener", name) for name in _writing("IBountyOpener")}
    assert len(writing) > 15
    assert set(called) == writing
