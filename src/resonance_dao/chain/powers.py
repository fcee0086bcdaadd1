"""
Who may call each function of the contracts that writes, compared with the compiled contracts.

    powers = read_powers(Path("docs/powers.toml").read_text("utf-8"), compile_project(root))
    print(markdown(powers))

The text says who may call and within what limit; the ABI says which functions there are. Neither may have
one that the other has not, so nobody can add a function without saying whose power it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from resonance_dao.chain import abi
from resonance_dao.chain.artifact import Artifact
from resonance_dao.errors import InputInvalid

ANYONE = "anyone"
_WRITING = ("nonpayable", "payable")


@dataclass(frozen=True, slots=True)
class Power:
    """
    One function that writes.

    `function` is its name, or its signature when the name is overloaded. `refusal` names the custom error
    that an outsider meets; None when `who` is `ANYONE`.
    """

    contract: str
    function: str
    who: str
    limit: str
    refusal: str | None = None

    @property
    def is_privileged(self) -> bool:
        """Whether not everybody may call it."""
        return self.who != ANYONE


def own_contracts(artifacts: Mapping[str, Artifact]) -> tuple[Artifact, ...]:
    """Return the concrete contracts right below `contracts/`, which are those that are deployed, by name."""
    own = (item for item in artifacts.values() if item.bytecode and item.source_path.count("/") == 1)
    return tuple(sorted(own, key=lambda artifact: artifact.name))


def writing_functions(artifact: Artifact) -> dict[str, Mapping[str, Any]]:
    """Return the ABI entries of the functions that write, by name; by signature where that is overloaded."""
    entries = [e for e in artifact.abi if e["type"] == "function" and e["stateMutability"] in _WRITING]
    count = Counter(entry["name"] for entry in entries)
    keys = [entry["name"] if count[entry["name"]] == 1 else abi.signature(entry) for entry in entries]
    return dict(sorted(zip(keys, entries, strict=True)))


def read_powers(text: str, artifacts: Mapping[str, Artifact]) -> tuple[Power, ...]:
    """
    Return the powers that the TOML `text` tells, by contract and in the text's order.

    Raises `InputInvalid` when the text lacks a function of the contracts (its rule holds the lines to add),
    names one that they do not have, or does not say who, the limit, and the refusal for a power.
    """
    import tomli

    try:
        told = tomli.loads(text)
    except tomli.TOMLDecodeError as exc:
        raise InputInvalid("powers", str(exc), "must be TOML") from exc
    contracts = own_contracts(artifacts)
    _check_names(told, contracts)
    return tuple(
        _power(artifact, function, entry)
        for artifact in contracts
        for function, entry in told.get(artifact.name, {}).items()
    )


def _check_names(told: Mapping[str, Any], contracts: Iterable[Artifact]) -> None:
    there = {artifact.name: set(writing_functions(artifact)) for artifact in contracts}
    missing = {name: functions - set(told.get(name, {})) for name, functions in there.items()}
    unknown = {name: set(functions) - there.get(name, set()) for name, functions in told.items()}
    if any(unknown.values()):
        found = ", ".join(f"{name}.{function}" for name in unknown for function in sorted(unknown[name]))
        raise InputInvalid("powers", found, "must name functions of the contracts that write")
    if any(missing.values()):
        lines = "\n".join(_blank(name, functions) for name, functions in missing.items() if functions)
        raise InputInvalid("powers", "incomplete", f"must say who may call these:\n{lines}")


def _blank(contract: str, functions: Iterable[str]) -> str:
    keys = (name if name.isidentifier() else f'"{name}"' for name in sorted(functions))
    return "\n".join(
        [f"[{contract}]", *(f'{key} = {{ who = "", limit = "", refusal = "" }}' for key in keys)]
    )


def _power(artifact: Artifact, function: str, entry: Any) -> Power:
    where = f"powers.{artifact.name}.{function}"
    if not isinstance(entry, dict) or not entry.get("who") or not entry.get("limit"):
        raise InputInvalid(where, entry, "must say `who` and `limit`")
    if not set(entry) <= {"who", "limit", "refusal"}:
        raise InputInvalid(where, sorted(entry), "must have `who`, `limit` and `refusal` only")
    power = Power(artifact.name, function, entry["who"], entry["limit"], entry.get("refusal"))
    errors = {item["name"] for item in artifact.abi if item["type"] == "error"}
    if power.is_privileged and power.refusal not in errors:
        raise InputInvalid(f"{where}.refusal", power.refusal, "must be a custom error of the contract")
    if not power.is_privileged and power.refusal is not None:
        raise InputInvalid(f"{where}.refusal", power.refusal, "must be left out: anyone may call it")
    return power


def markdown(powers: Iterable[Power]) -> str:
    """Return the table of those powers that not everybody has."""
    lines = ["| contract | function | who | limit |", "|---|---|---|---|"]
    lines += [
        f"| `{power.contract}` | `{power.function}` | {power.who} | {power.limit} |"
        for power in powers
        if power.is_privileged
    ]
    return "\n".join(lines)
