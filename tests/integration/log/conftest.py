"""The log's library behind a probe on a chain of its own, a publisher, and the verifier in JavaScript."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from resonance_dao.chain.client import RpcChain
from resonance_dao.chain.compiler import compile_project
from resonance_dao.chain.contract import Contract
from resonance_dao.chain.devchain import DevChain
from resonance_dao.chain.toolchain import ensure_solc
from resonance_dao.cli.app import main
from resonance_dao.transparency.merkle import leaf_hash
from resonance_dao.transparency.tree import Tree
from tests.integration.log.publishing import BatchPublishing, Publishing, publishing_on

ROOT = Path(__file__).parents[3]
PLACE = "0x00000000000000000000000000000000000f00d5"


@pytest.fixture(scope="session")
def probe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RpcChain, Contract]]:
    folder = tmp_path_factory.mktemp("log")
    (folder / "contracts" / "libraries").mkdir(parents=True)
    shutil.copy(ROOT / "contracts/libraries/MountainRange.sol", folder / "contracts/libraries")
    shutil.copy(Path(__file__).with_name("LogProbe.sol"), folder / "contracts")
    for name in ("brownie-config.yaml", "foundry.toml"):
        shutil.copy(ROOT / name, folder)
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    ensure_solc(folder, "0.8.37", env={"RESONANCE_SOLC": "npm"})
    artifact = compile_project(folder).get("LogProbe")
    with DevChain.start(ROOT) as running:
        chain = RpcChain(running.url)
        chain.request("anvil_setCode", [PLACE, "0x" + artifact.deployed_bytecode.hex()])
        yield chain, Contract(PLACE, artifact)


@pytest.fixture(scope="session")
def javascript() -> Callable[[str, bytes], bytes]:
    """Answer cases by the verifier in JavaScript."""
    script = str(Path(__file__).with_name("verdicts.mjs"))

    def answer(kind: str, cases: bytes) -> bytes:
        return subprocess.run(["node", script, kind], input=cases, stdout=subprocess.PIPE, check=True).stdout

    return answer


Verify = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def verify_at(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], Verify]:
    """Run `resonance verify` in an empty folder; return its exit code and its document."""
    monkeypatch.chdir(tmp_path)

    def at(url: str) -> Verify:
        def run(*arguments: object) -> tuple[int, dict[str, Any]]:
            capsys.readouterr()
            with pytest.raises(SystemExit) as ended:
                main(["--json", "verify", *map(str, arguments), "--rpc", url])
            return int(str(ended.value.code)), json.loads(capsys.readouterr().out)

        return run

    return at


@pytest.fixture(scope="session")
def build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("log_vectors", ROOT / "tests/vectors/log/build.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def tree() -> Tree:
    return Tree([leaf_hash(f"record {i}".encode()) for i in range(257)])


@pytest.fixture
def publishing() -> Iterator[Publishing]:
    """A publisher whose log is new, on a chain of its own."""
    with DevChain.start(ROOT) as running:
        yield publishing_on(running.url, compile_project(ROOT).get("TransparencyLog"))


@pytest.fixture
def batching(tmp_path: Path) -> Iterator[BatchPublishing]:
    """A publisher whose log of batches is new, on a chain of its own; its records are in a folder."""
    with DevChain.start(ROOT) as running:
        made = publishing_on(running.url, compile_project(ROOT).get("BatchedLog"))
        assert isinstance(made, BatchPublishing)
        made.folder = tmp_path / "blocks"
        made.folder.mkdir()
        yield made
