"""The vault's matrices of hostile calls are complete: `Doors.sol` calls every function that writes."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
INTERFACES = ("IPayoutVault", "IPayeeRotation", "ISignedOrders")
CREDIT = {"transfer", "transferFrom", "approve", "setOperator"}
FUNCTION = re.compile(r"function (\w+)\([^)]*\)([^;]*);")


def _writing(interface: str) -> set[str]:
    source = (ROOT / "contracts" / "interfaces" / f"{interface}.sol").read_text(encoding="utf-8")
    return {name for name, rest in FUNCTION.findall(source) if not re.search(r"\b(view|pure)\b", rest)}


def test_every_function_that_writes_has_a_door() -> None:
    doors = (ROOT / "tests" / "contracts" / "PayoutVault" / "Doors.sol").read_text(encoding="utf-8")
    called = set(re.findall(r"abi\.encodeCall\(vault\.(\w+)", doors))
    writing = CREDIT.union(*(_writing(interface) for interface in INTERFACES))
    assert len(writing) > 30
    assert called == writing
