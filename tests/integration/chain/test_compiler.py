import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from resonance_dao.chain.artifact import Artifacts
from resonance_dao.chain.compiler import compile_project
from resonance_dao.chain.metadata import cid_of_metadata
from resonance_dao.chain.toolchain import ensure_solc
from resonance_dao.errors import CompilationFailed


@pytest.fixture
def copy(project: Path, artifacts: Artifacts, tmp_path: Path) -> Path:
    return Path(shutil.copytree(project, tmp_path / "copy", symlinks=True))


def edit(project: Path, was: str, becomes: str) -> None:
    path = project / "contracts" / "Coin.sol"
    path.write_text(path.read_text().replace(was, becomes))


def test_an_error_is_shown_as_the_compiler_shows_it_and_nothing_is_kept(copy: Path) -> None:
    kept = sorted((copy / "build" / "solc").glob("*.json"))
    edit(copy, "LIMIT = limit;", "LIMIT = limti;")
    with pytest.raises(CompilationFailed, match=r"Undeclared identifier(?s:.)*contracts/Coin\.sol:16:"):
        compile_project(copy)
    assert sorted((copy / "build" / "solc").glob("*.json")) == kept


def test_two_contracts_of_one_name_are_refused(copy: Path) -> None:
    (copy / "contracts" / "Other.sol").write_text(
        "// SPDX-License-Identifier: MIT\npragma solidity 0.8.37;\ncontract Coin {}\n"
    )
    with pytest.raises(
        CompilationFailed, match=r"Coin is in contracts/Coin\.sol and in contracts/Other\.sol"
    ):
        compile_project(copy)


def test_a_contract_that_needs_linking_is_refused(copy: Path) -> None:
    (copy / "contracts" / "Linked.sol").write_text(
        "// SPDX-License-Identifier: MIT\npragma solidity 0.8.37;\n"
        "library L { function f() external pure returns (uint256) { return 1; } }\n"
        "contract Linked { function g() external pure returns (uint256) { return L.f(); } }\n"
    )
    with pytest.raises(CompilationFailed, match="calls a library at another address"):
        compile_project(copy)


def test_a_warning_of_ours_is_surfaced_every_time_and_those_of_packages_never(copy: Path) -> None:
    edit(copy, "LIMIT = limit;", "LIMIT = limit; uint256 unused;")
    for _ in range(2):
        warnings = compile_project(copy).warnings
        assert len(warnings) == 1
        assert "Unused local variable" in warnings[0]


def test_openzeppelin_compiles_and_the_metadata_hash_is_in_the_code(artifacts: Artifacts) -> None:
    assert sorted(artifacts) == ["Coin", "ICoin", "Shop"]
    coin = artifacts.get("Coin")
    assert coin.compiler.startswith("0.8.37+commit.")
    assert coin.metadata_cid == cid_of_metadata(coin.metadata)
    assert coin.immutable_references
    assert "above the limit" in coin.error_notes()["Coin_TooMuch(uint256,uint256)"]
    assert "balance" in coin.error_notes()["ERC20InsufficientBalance(address,uint256,uint256)"]


def test_the_standard_json_of_one_contract_compiles_to_the_same_bytes(
    project: Path, artifacts: Artifacts
) -> None:
    coin = artifacts.get("Coin")
    text = coin.standard_json() or ""
    assert "contracts/Shop.sol" not in text
    assert str(project) not in text
    solc = ensure_solc(project, "0.8.37", env={})
    done = subprocess.run(
        [solc, "--standard-json"], input=text, capture_output=True, text=True, check=True, cwd="/"
    )
    made = json.loads(done.stdout)["contracts"]["contracts/Coin.sol"]["Coin"]
    assert bytes.fromhex(made["evm"]["bytecode"]["object"]) == coin.bytecode
    assert made["metadata"] == coin.metadata


def test_unchanged_sources_are_read_back_in_less_than_a_second(copy: Path) -> None:
    first = compile_project(copy)
    started = time.monotonic()
    again = compile_project(copy, env={"RESONANCE_SOLC": "nothing is compiled, so this is never read"})
    assert time.monotonic() - started < 1
    assert dict(again) == dict(first)


def test_processes_that_compile_at_once_compile_once(copy: Path) -> None:
    edit(copy, "LIMIT = limit;", "LIMIT = limit + 0;")
    code = "import sys; from pathlib import Path; from resonance_dao.chain.compiler import compile_project\n"
    code += "print(compile_project(Path(sys.argv[1])).get('Coin').metadata_cid)"
    running = [
        subprocess.Popen([sys.executable, "-c", code, str(copy)], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    said = {process.communicate()[0] for process in running}
    assert len(said) == 1
    assert said.pop().startswith("Qm")
    assert not list((copy / "build" / "solc").glob("*.[0-9]*"))
