"""The arithmetic of reputation in Python and on a chain: ten thousand drawn steps agree to the unit."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from resonance_dao.chain.client import RpcChain
from resonance_dao.chain.compiler import compile_project
from resonance_dao.chain.contract import Contract
from resonance_dao.chain.devchain import DevChain
from resonance_dao.chain.toolchain import ensure_solc
from resonance_dao.economy.decay import DAILY_FACTORS
from resonance_dao.economy.reputation import Tally, multiplier_down

pytestmark = pytest.mark.chain

ROOT = Path(__file__).parents[3]
HALF_LIVES = sorted(DAILY_FACTORS)
PLACE = "0x00000000000000000000000000000000000f00d5"
CALLS, STEPS = 20, 500
SOURCES = (
    "interfaces/IContributionRegistry.sol",
    "interfaces/IJudgementReceiver.sol",
    "interfaces/IProjectRegistry.sol",
    "interfaces/IReputationLedger.sol",
    "libraries/Decay.sol",
    "libraries/Reputation.sol",
)


@pytest.fixture(scope="module")
def probe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RpcChain, Contract]]:
    """The libraries behind a contract that runs them, on a chain of its own."""
    folder = tmp_path_factory.mktemp("probe")
    for name in SOURCES:
        (folder / "contracts" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "contracts" / name, folder / "contracts" / name)
    shutil.copy(Path(__file__).with_name("ReputationProbe.sol"), folder / "contracts")
    for name in ("brownie-config.yaml", "foundry.toml"):
        shutil.copy(ROOT / name, folder)
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    ensure_solc(folder, "0.8.37", env={"RESONANCE_SOLC": "npm"})
    artifact = compile_project(folder).get("ReputationProbe")
    with DevChain.start(ROOT) as running:
        chain = RpcChain(running.url)
        chain.request("anvil_setCode", [PLACE, "0x" + artifact.deployed_bytecode.hex()])
        yield chain, Contract(PLACE, artifact)


def drawn(draw: random.Random) -> dict[str, Any]:
    """A step from a tally as the ledger could hold it; small ages and round values come often."""
    today = draw.randint(19_000, 40_000)
    age = draw.choice((0, 1, 30, draw.randint(0, 400), draw.randint(0, 19_000)))
    weight = draw.randrange(2 ** draw.choice((1, 60, 64, 100)))
    total = draw.choice((0, weight, draw.randint(0, weight)))
    return {
        "kind": draw.randrange(3),
        "halfLife": draw.randrange(4),
        "tally": {"sum": total, "weight": weight, "day": today - min(age, today)},
        "valueBps": draw.choice((0, 1, 9_999, 10_000, draw.randint(0, 10_000))),
        "since": today - draw.choice((age, 0, draw.randint(0, 1_000))),
        "today": today,
    }


def after(step: dict[str, Any]) -> Tally:
    tally, half_life = Tally(**step["tally"]), HALF_LIVES[step["halfLife"]]
    if step["kind"] == 0:
        return tally.faded(step["today"], half_life)
    change = tally.added if step["kind"] == 1 else tally.removed
    return change(step["valueBps"], since=step["since"], today=step["today"], half_life=half_life)


@pytest.mark.parametrize("seed", range(CALLS))
def test_every_step_is_the_same_on_a_chain(probe: tuple[RpcChain, Contract], seed: int) -> None:
    chain, contract = probe
    draw = random.Random(seed)  # noqa: S311  # The same steps every time.
    steps = [drawn(draw) for _ in range(STEPS)]
    found = contract.call(chain, "run", steps)
    values = [0, 0, 0]
    for i, step in enumerate(steps):
        tally = after(step)
        values[i % 3] = tally.value_down(step["today"], HALF_LIVES[step["halfLife"]])
        wanted = (tally.sum, tally.weight, values[i % 3], multiplier_down(*values))
        assert tuple(found[i].values()) == wanted, step
