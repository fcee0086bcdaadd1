"""
What a deployment will be, worked out without asking any chain.

    todo = plan([Specification("PayoutVault", vault), Specification("Escrow", escrow, (Ref("PayoutVault"),))])
    print(todo.to_text())

An address depends on the contract's code, arguments and salt alone (`create2.py`), so a plan is the same on
every chain wherever the arguments are. `deployment.py` carries it out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from eth_utils.crypto import keccak

from resonance_dao.chain import abi
from resonance_dao.chain.artifact import Artifact
from resonance_dao.chain.create2 import DETERMINISTIC_DEPLOYER, create2_address
from resonance_dao.errors import InputInvalid

DEFAULT_SALT = b"resonance-dao/1".ljust(32, b"\0")
_MAX_CODE, _MAX_INITCODE = 24_576, 49_152  # EIP-170, EIP-3860


@dataclass(frozen=True, slots=True)
class Ref:
    """Stands for the address of another specification, in a constructor's arguments."""

    name: str


@dataclass(frozen=True, slots=True)
class Specification:
    """One contract to deploy under `name`; `existing` is its address on a chain that has it already."""

    name: str
    artifact: Artifact
    args: tuple[Any, ...] = ()
    existing: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """
    One contract of a plan. `initcode` is empty when it is expected at `address` already and is never
    created.
    """

    name: str
    contract: str
    address: str
    arguments: Mapping[str, Any]
    salt: bytes
    initcode: bytes = field(repr=False)
    initcode_hash: str
    constructor_arguments: bytes = field(repr=False)
    artifact: Artifact = field(repr=False)
    present: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be where. `survey` marks what is there; before it, nothing is."""

    steps: tuple[Step, ...]
    deployer_present: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return the plan as plain values."""
        return {"deployer_present": self.deployer_present, "steps": [_step_dict(step) for step in self.steps]}

    def to_text(self) -> str:
        """Return the plan for people, a line for each contract."""
        width = max((len(step.name) for step in self.steps), default=0)
        lines = (
            []
            if self.deployer_present
            else [f"create the deterministic deployer at {DETERMINISTIC_DEPLOYER}"]
        )
        for number, step in enumerate(self.steps, 1):
            what = "is there" if step.present else "must be there, and is not"
            if step.initcode and not step.present:
                what = f"create, {len(step.initcode):,} bytes"
            given = ", ".join(f"{name}={abi.shown(value)}" for name, value in step.arguments.items())
            lines.append(f"{number}/{len(self.steps)} {step.name:<{width}} {step.address} {what} ({given})")
        return "\n".join(lines)


def plan(specifications: Iterable[Specification], *, salt: bytes = DEFAULT_SALT) -> Plan:
    """
    Work out every address, in order; each `Ref` must name an earlier specification. Asks no chain.

    Raises `InputInvalid` for a repeated name, an unknown `Ref`, arguments that do not fit, or code too
    large for a chain.
    """
    steps: dict[str, Step] = {}
    for wanted in specifications:
        if wanted.name in steps:
            raise InputInvalid("specifications", wanted.name, "must have a name of its own")
        steps[wanted.name] = _step(wanted, {name: step.address for name, step in steps.items()}, salt)
    return Plan(tuple(steps.values()))


def _step(wanted: Specification, addresses: Mapping[str, str], salt: bytes) -> Step:
    artifact = wanted.artifact
    if wanted.existing is not None:
        return Step(
            wanted.name, artifact.name, abi.checksum(wanted.existing), {}, salt, b"", "", b"", artifact
        )
    _check_size(wanted)
    inputs: Sequence[abi.Parameter] = next(
        (e["inputs"] for e in artifact.abi if e["type"] == "constructor"), ()
    )
    args = [_resolved(wanted.name, arg, addresses) for arg in wanted.args]
    encoded = abi.encode(inputs, args, where=f"{wanted.name} constructor")
    initcode = artifact.bytecode + encoded
    return Step(
        name=wanted.name,
        contract=artifact.name,
        address=create2_address(salt, initcode),
        arguments=dict(zip(abi.names(inputs), args, strict=True)),
        salt=salt,
        initcode=initcode,
        initcode_hash="0x" + keccak(initcode).hex(),
        constructor_arguments=encoded,
        artifact=artifact,
    )


def _resolved(name: str, arg: Any, addresses: Mapping[str, str]) -> Any:
    if not isinstance(arg, Ref):
        return arg
    if arg.name not in addresses:
        raise InputInvalid(f"{name} constructor", arg.name, "must name a contract that comes earlier")
    return addresses[arg.name]


def _check_size(wanted: Specification) -> None:
    artifact = wanted.artifact
    if not artifact.bytecode:
        raise InputInvalid(
            "specifications", wanted.name, f"{artifact.name} is an interface or abstract: it has no code"
        )
    if len(artifact.deployed_bytecode) > _MAX_CODE or len(artifact.bytecode) > _MAX_INITCODE:
        found = f"{len(artifact.deployed_bytecode)} bytes"
        raise InputInvalid(wanted.name, found, f"must not exceed {_MAX_CODE} bytes (EIP-170)")


def _step_dict(step: Step) -> dict[str, Any]:
    return {
        "name": step.name,
        "contract": step.contract,
        "address": step.address,
        "arguments": {name: abi.shown(value) for name, value in step.arguments.items()},
        "salt": "0x" + step.salt.hex(),
        "initcode_hash": step.initcode_hash,
        "bytes": len(step.initcode),
        "present": step.present,
    }
