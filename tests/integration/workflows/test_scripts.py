"""The Brownie scripts over a real chain, with a stand-in for Brownie; CI runs them under Brownie too."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from resonance_dao.chain.book import Book
from resonance_dao.chain.client import RpcChain
from resonance_dao.chain.compiler import compile_project
from resonance_dao.chain.devchain import DevChain
from resonance_dao.workflows import bounties
from resonance_dao.workflows.system import System

pytestmark = pytest.mark.chain
PROGRAM = """
import sys, types
brownie = types.ModuleType("brownie")
provider = types.SimpleNamespace(endpoint_uri=sys.argv[1])
brownie.web3 = types.SimpleNamespace(provider=provider)
sys.modules["brownie"] = brownie
import importlib
for name, *arguments in (step.split() for step in sys.argv[2:]):
    importlib.import_module(f"scripts.{name}").main(*arguments)
"""


@pytest.fixture(scope="module")
def dev(root: Path):  # type: ignore[no-untyped-def]
    with DevChain.start(root) as running:
        yield running


def run(root: Path, home: Path, url: str, *steps: str) -> str:
    env = {name: text for name, text in os.environ.items() if not name.startswith("RESONANCE_")}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, url, *steps],
        cwd=root,
        env={**env, "RESONANCE_HOME": str(home), "IPFS_API_URL": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("verdict", "stage"), [("request_changes", "changes_requested"), ("reject", "rejected")]
)
def test_one_reviewer_is_enough_to_send_work_back(
    root: Path, tmp_path: Path, verdict: str, stage: str
) -> None:
    with DevChain.start(root) as fresh:
        out = run(root, tmp_path, fresh.url, f"review 1 1 {verdict}")
    assert out.count("review by 0x") == 1
    assert f"submission 1: {stage}" in out


def test_each_script_sets_its_own_stage_on_a_development_network(
    root: Path, dev: DevChain, tmp_path: Path
) -> None:
    out = run(root, tmp_path, dev.url, "report_outcome 1 1 success 400")
    assert "project 1: Wagashi Worldwide" in out
    assert "bounty 1: 300,000 tJPY in escrow" in out
    assert out.count("review by 0x") == 2
    assert "success: reported 80%" in out

    out = run(root, tmp_path, dev.url, "deploy", "open_project", "open_bounty")
    assert "BountyEscrow: 0x" in out
    assert "project 2: Wagashi Worldwide" in out
    assert "bounty 2: 300,000 tJPY in escrow" in out

    chain, artifacts = RpcChain(dev.url), compile_project(root, env=os.environ)
    system = System.from_book(chain, Book.load(tmp_path / "deployments", chain), artifacts)
    assert bounties.bounties(system) == [1, 2]
    assert bounties.bounty(system, 1).submissions[0].tranches["success"]["achieved_bps"] == 8000
