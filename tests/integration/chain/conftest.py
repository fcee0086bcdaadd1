"""A small project of its own, compiled with the real compiler, and a real anvil."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from resonance_dao.chain.artifact import Artifacts
from resonance_dao.chain.client import RpcChain
from resonance_dao.chain.compiler import compile_project
from resonance_dao.chain.devchain import DevChain
from resonance_dao.chain.revert import RevertDecoder
from resonance_dao.chain.signer import DevSigner
from resonance_dao.chain.toolchain import ensure_solc

ROOT = Path(__file__).parents[3]
COIN = """// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

interface ICoin {
    /// @notice Thrown when the amount is above the limit.
    error Coin_TooMuch(uint256 amount, uint256 limit);
}

contract Coin is ERC20, ICoin {
    uint256 public immutable LIMIT;

    constructor(uint256 limit) ERC20("Coin", "C") {
        if (limit == 0) revert Coin_TooMuch(0, limit);
        LIMIT = limit;
    }

    function mint(address to, uint256 amount) external {
        if (amount > LIMIT) revert Coin_TooMuch(amount, LIMIT);
        _mint(to, amount);
    }
}
"""
SHOP = """// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Coin} from "./Coin.sol";

contract Shop {
    struct Price { uint128 amount; string label; address[] payees; }

    Coin public immutable COIN;

    event Priced(uint256 indexed id, Price price);

    constructor(Coin coin) { COIN = coin; }

    function price(uint256 id, Price calldata given) external returns (Price memory) {
        emit Priced(id, given);
        return given;
    }
}
"""


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    (folder / "contracts").mkdir()
    (folder / "contracts" / "Coin.sol").write_text(COIN)
    (folder / "contracts" / "Shop.sol").write_text(SHOP)
    for name in ("brownie-config.yaml", "foundry.toml"):
        shutil.copy(ROOT / name, folder)
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    ensure_solc(folder, "0.8.37", env={"RESONANCE_SOLC": "npm"})
    return folder


@pytest.fixture(scope="session")
def artifacts(project: Path) -> Artifacts:
    return compile_project(project)


@pytest.fixture(scope="session")
def decoder(artifacts: Artifacts) -> RevertDecoder:
    return RevertDecoder(artifacts.values())


@pytest.fixture(scope="session")
def shared() -> Iterator[DevChain]:
    with DevChain.start(ROOT) as running:
        yield running


@pytest.fixture
def chain(shared: DevChain, decoder: RevertDecoder) -> Iterator[RpcChain]:
    """The shared chain, put back afterwards to how it was."""
    found = RpcChain(shared.url, reverts=decoder)
    snapshot = found.request("evm_snapshot")
    yield found
    found.request("evm_revert", [snapshot])


@pytest.fixture
def dev() -> Iterator[DevChain]:
    with DevChain.start(ROOT) as running:
        yield running


@pytest.fixture
def own_chain(dev: DevChain) -> RpcChain:
    """A chain for one test alone: it may be stopped, or set to mine otherwise."""
    return RpcChain(dev.url)


@pytest.fixture
def signer() -> DevSigner:
    return DevSigner()
