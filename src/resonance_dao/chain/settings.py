"""
What contracts are compiled with, read from `brownie-config.yaml`.

That file is the only place where the compiler's version, optimiser, EVM version and remappings are decided;
Brownie reads it too, and a test keeps `foundry.toml` equal to it.

    settings = read_settings(Path("."))
    settings.version, settings.runs          # ("0.8.37", 1000)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from resonance_dao.errors import InputInvalid, NotFound

CONFIG_NAME = "brownie-config.yaml"
_WHERE = (
    "Run this in the project's folder (the clone with contracts/), or name that folder by RESONANCE_ROOT."
)


@dataclass(frozen=True, slots=True)
class CompilerSettings:
    """
    The compiler facts of one project.

    `remappings` are `prefix=target` pairs with targets relative to the project's root;
    `ignored_error_codes` are solc's numbers of warnings that are not shown.
    """

    version: str
    optimizer: bool
    runs: int
    via_ir: bool
    evm_version: str
    remappings: tuple[str, ...]
    ignored_error_codes: tuple[int, ...] = ()


def read_settings(root: Path) -> CompilerSettings:
    """
    Read the compiler facts of the project in `root`.

    Raises `NotFound` when there is no `brownie-config.yaml`, `InputInvalid` when a fact is absent or of the
    wrong kind.
    """
    path = root / CONFIG_NAME
    try:
        config = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as exc:
        raise NotFound(f"{path} does not exist", hint=_WHERE) from exc
    except yaml.YAMLError as exc:
        raise InputInvalid(CONFIG_NAME, str(exc), "must be YAML") from exc
    return _settings_of(config if isinstance(config, dict) else {})


def _settings_of(config: Mapping[str, Any]) -> CompilerSettings:
    version = _fact(config, "compiler.solc.version", str)
    if re.fullmatch(r"\d+\.\d+\.\d+", version) is None:
        raise InputInvalid("compiler.solc.version", version, "must be one exact version, such as 0.8.37")
    return CompilerSettings(
        version=version,
        optimizer=_fact(config, "compiler.solc.optimizer.enabled", bool),
        runs=_fact(config, "compiler.solc.optimizer.runs", int),
        via_ir=_fact(config, "compiler.solc.viaIR", bool, False),
        evm_version=_fact(config, "compiler.evm_version", str),
        remappings=tuple(_remapping(item) for item in _fact(config, "compiler.solc.remappings", list)),
        ignored_error_codes=tuple(_fact(config, "warnings.ignored", list, [])),
    )


def _fact(config: Mapping[str, Any], path: str, kind: type, default: object = None) -> Any:
    found: Any = config
    for key in path.split("."):
        found = found.get(key) if isinstance(found, dict) else None
    found = default if found is None else found
    if type(found) is not kind:
        raise InputInvalid(path, found, f"must be given in {CONFIG_NAME} as {kind.__name__}")
    return found


def _remapping(item: object) -> str:
    if not isinstance(item, str) or not all(item.partition("=")[::2]):
        raise InputInvalid("compiler.solc.remappings", item, "must be text of the form prefix=target")
    return item
