"""The stored vectors, the script that writes them, and a log that tests share."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from resonance_dao.transparency.merkle import leaf_hash
from resonance_dao.transparency.tree import Tree

VECTORS = Path(__file__).parents[2] / "vectors" / "log"


@pytest.fixture(scope="session")
def vectors() -> Callable[[str], Any]:
    return lambda name: json.loads((VECTORS / f"{name}.json").read_text())


@pytest.fixture(scope="session")
def build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("log_vectors", VECTORS / "build.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def leaves() -> list[bytes]:
    return [leaf_hash(f"record {i}".encode()) for i in range(257)]


@pytest.fixture(scope="session")
def tree(leaves: list[bytes]) -> Tree:
    return Tree(leaves)
