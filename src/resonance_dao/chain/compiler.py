"""
Compiling all contracts of a project, once.

The input is one standard JSON document; its hash names the result in `build/solc/`, so unchanged sources
are never compiled twice. The file is written whole or not at all, and a lock keeps two processes from
compiling the same thing.

    artifacts = compile_project(Path("."), env=os.environ)
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from resonance_dao.chain.artifact import Artifact, Artifacts
from resonance_dao.chain.settings import CompilerSettings, read_settings
from resonance_dao.chain.sources import collect, project_units
from resonance_dao.chain.toolchain import ensure_solc
from resonance_dao.errors import CompilationFailed

_FORMAT = 1
_KEPT = 8
_OUTPUTS = ["abi", "metadata", "evm.bytecode", "evm.deployedBytecode"]


def compile_project(root: Path, *, env: Mapping[str, str] | None = None) -> Artifacts:
    """
    Return the artifacts of every contract in `contracts/`, compiling only when the input changed.

    `env` is the environment that chooses the compiler (`ensure_solc`). Raises `CompilationFailed` with
    solc's messages, `ToolMissing` when there is no compiler.
    """
    settings = read_settings(root)
    units = project_units(root)
    document = standard_input(collect(root, units, settings.remappings), units, settings)
    path = _cache_path(root, document, settings)
    if not path.is_file():
        _compile_into(path, root, document, settings, env or {})
    return _read(path, document)


def standard_input(
    sources: Mapping[str, str], units: Iterable[str], settings: CompilerSettings
) -> dict[str, Any]:
    """Return solc's standard JSON input over `sources`, with output for the contracts of `units` only."""
    return {
        "language": "Solidity",
        "sources": {unit: {"content": text} for unit, text in sources.items()},
        "settings": {
            "optimizer": {"enabled": settings.optimizer, "runs": settings.runs},
            "viaIR": settings.via_ir,
            "evmVersion": settings.evm_version,
            "metadata": {"bytecodeHash": "ipfs"},
            "outputSelection": {unit: {"*": _OUTPUTS} for unit in units},
        },
    }


def _cache_path(root: Path, document: Mapping[str, Any], settings: CompilerSettings) -> Path:
    facts = json.dumps([_FORMAT, settings.version, settings.ignored_error_codes, document], sort_keys=True)
    return root / "build" / "solc" / f"{hashlib.sha256(facts.encode()).hexdigest()}.json"


def _compile_into(
    path: Path, root: Path, document: dict[str, Any], settings: CompilerSettings, env: Mapping[str, str]
) -> None:
    from filelock import FileLock

    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.parent / "compiling.lock"):
        if path.is_file():  # Another process compiled it while this one waited.
            return
        output = _run_solc(ensure_solc(root, settings.version, env=env), document)
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.write_text(json.dumps(_build_of(output, settings)), encoding="utf-8")
        fresh.replace(path)
        _forget_old(path.parent)


def _forget_old(folder: Path) -> None:
    # The newest few stay: another process may be about to read one, and going back to a branch is free.
    by_age = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime)
    for path in by_age[:-_KEPT]:
        path.unlink(missing_ok=True)


def _run_solc(solc: Path, document: dict[str, Any]) -> dict[str, Any]:
    import solcx
    import solcx.exceptions

    try:
        output: dict[str, Any] = solcx.compile_standard(document, solc_binary=solc)
    except solcx.exceptions.SolcError as exc:
        found = [e for e in exc.error_dict or [] if e["severity"] == "error"]
        text = "\n".join(e["formattedMessage"].rstrip() for e in found) or exc.stderr_data or str(exc)
        raise CompilationFailed(text, errors=len(found)) from exc
    except (OSError, ValueError) as exc:
        raise CompilationFailed(
            f"{solc} did not answer in standard JSON: {exc}", hint="Run `npm ci`."
        ) from exc
    return output


def _build_of(output: Mapping[str, Any], settings: CompilerSettings) -> dict[str, Any]:
    by_unit = output.get("contracts", {})
    contracts = [
        _kept(unit, name, made) for unit in sorted(by_unit) for name, made in sorted(by_unit[unit].items())
    ]
    _refuse_twins(contracts)
    return {"contracts": contracts, "warnings": _warnings_of(output, settings)}


def _kept(unit: str, name: str, made: Mapping[str, Any]) -> dict[str, Any]:
    created, deployed = made["evm"]["bytecode"], made["evm"]["deployedBytecode"]
    if created.get("linkReferences"):
        raise CompilationFailed(
            f"{unit}:{name} calls a library at another address",
            hint="Make the library's functions internal, so that they are part of the contract.",
        )
    immutables = [
        (at["start"], at["length"])
        for group in deployed.get("immutableReferences", {}).values()
        for at in group
    ]
    return {
        "name": name,
        "source_path": unit,
        "abi": made["abi"],
        "bytecode": created["object"],
        "deployed_bytecode": deployed["object"],
        "immutable_references": sorted(immutables),
        "metadata": made["metadata"],
    }


def _refuse_twins(contracts: Iterable[Mapping[str, Any]]) -> None:
    seen: dict[str, str] = {}
    for contract in contracts:
        name, unit = contract["name"], contract["source_path"]
        if name in seen:
            raise CompilationFailed(
                f"{name} is in {seen[name]} and in {unit}", hint="Give each contract its own name."
            )
        seen[name] = unit


def _warnings_of(output: Mapping[str, Any], settings: CompilerSettings) -> list[str]:
    ignored = {str(code) for code in settings.ignored_error_codes}
    own = [
        e
        for e in output.get("errors", [])
        if e.get("sourceLocation", {}).get("file", "").startswith("contracts/")
    ]
    return [e["formattedMessage"].rstrip() for e in own if e.get("errorCode") not in ignored]


def _read(path: Path, document: Mapping[str, Any]) -> Artifacts:
    build = json.loads(path.read_text(encoding="utf-8"))
    sources = {unit: source["content"] for unit, source in document["sources"].items()}
    made = [_artifact(kept, sources) for kept in build["contracts"]]
    return Artifacts({artifact.name: artifact for artifact in made}, tuple(build["warnings"]))


def _artifact(kept: Mapping[str, Any], sources: Mapping[str, str]) -> Artifact:
    metadata = kept["metadata"]
    return Artifact(
        name=kept["name"],
        source_path=kept["source_path"],
        abi=tuple(kept["abi"]),
        bytecode=bytes.fromhex(kept["bytecode"]),
        deployed_bytecode=bytes.fromhex(kept["deployed_bytecode"]),
        immutable_references=tuple((start, length) for start, length in kept["immutable_references"]),
        metadata=metadata,
        compiler=json.loads(metadata)["compiler"]["version"] if metadata else "",
        sources=sources,
    )
