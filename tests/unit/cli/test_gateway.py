"""`resonance gateway` where something is missing: it says so and ends, unless it is told to wait."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from resonance_dao.cli.exits import CODES
from resonance_dao.errors import ChainUnreachable, InputInvalid, NotDeployed
from resonance_dao.toolkit import Toolkit

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Resonance


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[object]:
    """What uvicorn was asked to serve, with no setting but a chain that does not answer."""
    import os

    import uvicorn

    for name in [name for name in os.environ if name.startswith("RESONANCE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("RESONANCE_RPC_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("RESONANCE_ROOT", str(tmp_path))
    asked: list[object] = []
    monkeypatch.setattr(uvicorn, "run", lambda app, **_options: asked.append(app))
    return asked


def test_without_a_chain_it_ends(resonance: Resonance, served: list[object]) -> None:
    done = resonance("gateway")
    assert done.code == CODES[ChainUnreachable]
    assert "Gateway at" not in done.out
    assert served == []


def test_without_contracts_or_key_it_ends(
    resonance: Resonance, served: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Toolkit, "endpoint", SimpleNamespace(block=lambda: None))

    def missing(_kit: Toolkit) -> None:
        raise NotDeployed("nothing is deployed")

    monkeypatch.setattr(Toolkit, "system", property(missing))
    assert resonance("gateway").code == CODES[NotDeployed]
    monkeypatch.setattr(Toolkit, "system", object())
    done = resonance("gateway")
    assert done.code == CODES[InputInvalid]
    assert "RESONANCE_OPERATOR_KEYSTORE" in done.err
    assert served == []


def test_told_to_wait_it_starts(resonance: Resonance, served: list[object]) -> None:
    assert resonance("gateway", "--wait").code == 0
    assert served == ["frontend_api.app:from_environment"]
