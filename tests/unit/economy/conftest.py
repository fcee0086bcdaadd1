"""The vectors that Python and Solidity share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

VECTORS = Path(__file__).parents[2] / "vectors" / "impact_share.json"


@pytest.fixture(scope="session")
def vectors() -> Any:
    return json.loads(VECTORS.read_text())
