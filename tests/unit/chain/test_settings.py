import sys
from pathlib import Path

import pytest

from resonance_dao.chain.settings import read_settings
from resonance_dao.errors import InputInvalid, NotFound

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

GOOD = """
compiler:
  evm_version: cancun
  solc:
    version: 0.8.37
    optimizer: {enabled: true, runs: 200}
    remappings: ["a/=b/"]
"""


# How the facts begin that decide what a contract is compiled to.
DECIDE = {"src", "libs", "solc", "optimizer", "evm", "via", "bytecode", "cbor", "remappings"}


def write(folder: Path, text: str) -> Path:
    (folder / "brownie-config.yaml").write_text(text, encoding="utf-8")
    return folder


def test_a_folder_without_a_configuration_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFound) as caught:
        read_settings(tmp_path)
    assert "RESONANCE_ROOT" in caught.value.hint


@pytest.mark.parametrize(
    ("was", "becomes", "field"),
    [
        ("version: 0.8.37", "version: ^0.8.37", "compiler.solc.version"),
        ("version: 0.8.37", "version: 0.8", "compiler.solc.version"),
        ("runs: 200", "runs: many", "compiler.solc.optimizer.runs"),
        ("runs: 200", "runs: true", "compiler.solc.optimizer.runs"),
        ("evm_version: cancun", "", "compiler.evm_version"),
        ('"a/=b/"', '"a/"', "compiler.solc.remappings"),
        ('"a/=b/"', "3", "compiler.solc.remappings"),
        ("compiler:", "compiler: [", "brownie-config.yaml"),
        (GOOD, "just text", "compiler.solc.version"),
    ],
)
def test_a_wrong_fact_is_named(tmp_path: Path, was: str, becomes: str, field: str) -> None:
    with pytest.raises(InputInvalid) as refused:
        read_settings(write(tmp_path, GOOD.replace(was, becomes)))
    assert refused.value.field == field


def test_the_facts_are_read(tmp_path: Path) -> None:
    settings = read_settings(write(tmp_path, GOOD))
    assert (settings.version, settings.optimizer, settings.runs) == ("0.8.37", True, 200)
    assert (settings.evm_version, settings.remappings) == ("cancun", ("a/=b/",))
    assert (settings.via_ir, settings.ignored_error_codes) == (False, ())


def test_the_slow_code_generator_is_used_where_it_is_asked_for(tmp_path: Path) -> None:
    asked = GOOD.replace("    remappings", "    viaIR: true\n    remappings")
    assert read_settings(write(tmp_path, asked)).via_ir


def test_forge_compiles_with_the_same_facts(root: Path) -> None:
    settings = read_settings(root)
    forge = tomllib.loads((root / "foundry.toml").read_text(encoding="utf-8"))["profile"]["default"]
    assert forge["solc"] == f".solc/solc-v{settings.version}"
    assert (forge["optimizer"], forge["optimizer_runs"]) == (settings.optimizer, settings.runs)
    assert (forge["evm_version"], forge["via_ir"]) == (settings.evm_version, settings.via_ir)
    assert tuple(forge["remappings"]) == settings.remappings
    assert tuple(forge["ignored_error_codes"]) == settings.ignored_error_codes
    assert (forge["bytecode_hash"], forge["cbor_metadata"]) == ("ipfs", True)


def test_only_profiles_for_quick_rounds_leave_the_code_generator_out(root: Path) -> None:
    profiles = tomllib.loads((root / "foundry.toml").read_text(encoding="utf-8"))["profile"]
    decide = {name for name in profiles["default"] if name.split("_")[0] in DECIDE}
    differing = {name: set(facts) & decide for name, facts in profiles.items() if name != "default"}
    quick = {name for name, facts in differing.items() if facts}
    assert quick == {"lite", "ci", "deep", "proofs", "coverage", "broken"}
    assert all(differing[name] == {"via_ir"} for name in quick)


def test_npm_installs_the_compiler_that_is_configured(root: Path) -> None:
    package = (root / "package.json").read_text(encoding="utf-8")
    assert f'"solc": "{read_settings(root).version}"' in package
