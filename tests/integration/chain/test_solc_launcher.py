"""The launcher, called as each tool calls it."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import solcx.wrapper

from resonance_dao.chain.toolchain import binary, ensure_solc

OZ = "@openzeppelin/=node_modules/@openzeppelin/"
IMPORTING = {"a.sol": {"content": 'pragma solidity 0.8.37; import "contracts/Coin.sol"; contract A {}'}}
CANARY = """// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;
import {Test} from "forge-std/Test.sol";
import {Coin} from "../../contracts/Coin.sol";
contract CoinTest is Test {
    function test_works() public { assertEq(new Coin(3).LIMIT(), 3); }
    function test_canary() public { assertEq(new Coin(3).LIMIT(), 4); }
}
"""


@pytest.fixture
def solc(project: Path) -> Path:
    return ensure_solc(project, "0.8.37", env={})


@pytest.fixture
def run(solc: Path, project: Path) -> Any:
    def called(*arguments: str, stdin: str = "", cwd: Path = project) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [solc, *arguments], input=stdin, capture_output=True, text=True, cwd=cwd, check=False
        )

    return called


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--bogus"], "unrecognised option '--bogus'"),
        (["--link", "a.bin"], "unrecognised option '--link'"),
        (["--base-path"], "the required argument for option '--base-path' is missing"),
        ([], "No input files given"),
        (["nowhere.sol"], '"nowhere.sol" is not found'),
        (
            ["--combined-json", "abi,colour", "contracts/Coin.sol"],
            "Invalid option to --combined-json: colour",
        ),
        (["--bin", "contracts/Coin.sol"], 'Source "@openzeppelin/contracts/token/ERC20/ERC20.sol" not found'),
    ],
)
def test_what_it_cannot_do_ends_with_1_and_says_why(run: Any, arguments: list[str], words: str) -> None:
    done = run(*arguments)
    assert done.returncode == 1
    assert words in done.stderr
    assert done.stdout == ""


def test_an_import_outside_the_allowed_folders_is_refused(run: Any, tmp_path: Path) -> None:
    (tmp_path / "Secret.sol").write_text("contract Secret {}")
    source = {"a.sol": {"content": f'import "{tmp_path / "Secret.sol"}"; contract A {{}}'}}
    document = json.dumps({"language": "Solidity", "sources": source})
    assert "File outside of allowed directories" in run("--standard-json", stdin=document).stdout
    allowed = run("--standard-json", "--allow-paths", str(tmp_path), stdin=document)
    assert not [e for e in json.loads(allowed.stdout)["errors"] if e["severity"] == "error"]


def test_standard_json_reports_errors_inside_the_json_as_the_native_compiler_does(run: Any) -> None:
    for text in ("nonsense", '{"language": "Solidity", "sources": {"a.sol": {"content": "contract {"}}}'):
        done = run("--standard-json", stdin=text)
        assert done.returncode == 0
        assert json.loads(done.stdout)["errors"][0]["severity"] == "error"


def test_py_solc_x_reads_its_version(solc: Path) -> None:
    assert str(solcx.wrapper.get_solc_version(solc, with_commit_hash=True)) == "0.8.37+commit.f401782d"


def test_brownie_and_forge_read_imports_from_disk_through_remappings(run: Any, project: Path) -> None:
    settings = {"remappings": [OZ], "outputSelection": {"*": {"*": ["evm.bytecode.object"]}}}
    document = json.dumps({"language": "Solidity", "sources": IMPORTING, "settings": settings})
    for arguments, cwd in (([], project), (["--base-path", str(project), "--allow-paths", "/"], Path("/"))):
        output = json.loads(run("--standard-json", *arguments, stdin=document, cwd=cwd).stdout)
        assert output["contracts"]["a.sol"]["A"]["evm"]["bytecode"]["object"]


def test_include_paths_are_searched_after_the_base_path(run: Any, project: Path) -> None:
    document = json.dumps({"language": "Solidity", "sources": IMPORTING})
    include = ["--base-path", ".", "--include-path", "node_modules"]
    output = json.loads(run("--standard-json", *include, stdin=document).stdout)
    assert not [e for e in output.get("errors", []) if e["severity"] == "error"]


def test_slither_gets_combined_json(run: Any) -> None:
    outputs = "abi,ast,bin,bin-runtime,srcmap,srcmap-runtime,userdoc,devdoc,hashes"
    done = run(OZ, "contracts/Coin.sol", "--combined-json", outputs, "--allow-paths", ".,contracts")
    document = json.loads(done.stdout)
    coin = document["contracts"]["contracts/Coin.sol:Coin"]
    assert set(coin) == set(outputs.split(",")) - {"ast"}
    assert coin["hashes"]["mint(address,uint256)"] == "40c10f19"
    assert document["sources"]["contracts/Coin.sol"]["AST"]["nodeType"] == "SourceUnit"
    assert "contracts/Coin.sol" in document["sourceList"]


def test_gambit_gets_the_tree_in_a_folder(run: Any, tmp_path: Path) -> None:
    arguments = [
        "--ast-compact-json",
        "contracts/Coin.sol",
        "--output-dir",
        str(tmp_path),
        "--allow-paths",
        ".",
        OZ,
    ]
    assert run(*arguments, "--overwrite").returncode == 0
    assert json.loads((tmp_path / "Coin.sol_json.ast").read_text())["nodeType"] == "SourceUnit"
    again = run(*arguments)
    assert again.returncode == 1
    assert "Refusing to overwrite" in again.stderr


def test_people_get_what_they_ask_for_by_single_flags(run: Any) -> None:
    source = "pragma solidity 0.8.37; contract A { function f() external {} }"
    done = run(
        "--bin", "--abi", "--optimize", "--optimize-runs=7", "--evm-version", "cancun", "-", stdin=source
    )
    assert done.returncode == 0
    assert "======= <stdin>:A =======\nBinary:\n60" in done.stdout
    assert '[{"inputs":[],"name":"f"' in done.stdout
    assert "SPDX" in done.stderr


@pytest.mark.slow
def test_forge_builds_with_it_and_a_failing_test_ends_with_1(root: Path, project: Path) -> None:
    tests = project / "tests" / "contracts"
    tests.mkdir(parents=True)
    (tests / "Coin.t.sol").write_text(CANARY)
    forge = binary("forge", root)
    built = subprocess.run([forge, "build"], cwd=project, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    for name, code in (("test_works", 0), ("test_canary", 1)):
        done = subprocess.run(
            [forge, "test", "--mt", name], cwd=project, capture_output=True, text=True, check=False
        )
        assert done.returncode == code, done.stdout
