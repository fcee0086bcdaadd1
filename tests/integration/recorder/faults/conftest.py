"""What the fault tests share: the modules beside them, which are no tests, and a chain that waits."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from resonance_dao.chain import client
from resonance_dao.chain.devchain import DevChain

ROOT = Path(__file__).parents[4]


def beside(name: str) -> ModuleType:
    """Load a module of this folder."""
    spec = importlib.util.spec_from_file_location(f"faults_{name}", Path(__file__).parent / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def proxying() -> ModuleType:
    return beside("proxy")


@pytest.fixture(scope="session")
def geth() -> ModuleType:
    return beside("geth_pool")


@pytest.fixture(scope="session")
def playing(proxying: ModuleType) -> ModuleType:
    return beside("playing")


@pytest.fixture(scope="session")
def tracing() -> ModuleType:
    return beside("tracing")


@pytest.fixture(scope="session")
def strace(tracing: ModuleType) -> str:
    found: str = tracing.program()
    return found


@pytest.fixture
def mined_by_hand(stage: Any) -> Any:
    """A stage whose chain mines only when told."""
    stage.chain().request("evm_setAutomine", [False])
    stage.mine(3)
    return stage


@pytest.fixture(scope="session")
def elsewhere() -> Iterator[str]:
    """The endpoint of another chain."""
    with DevChain.start(ROOT) as dev:
        other = client.RpcChain(dev.url)
        other.request("anvil_setChainId", [1337])
        other.request("anvil_mine", ["0x3"])
        yield dev.url


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask an endpoint again without a pause."""
    monkeypatch.setattr(client, "_PAUSES_S", (0.0, 0.0))
