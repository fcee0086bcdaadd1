"""
Contracts that others wrote and deployed: EAS and its schema registry, from their npm package.

The package lists the addresses on the chains that have them; on other chains they are deployed from its
artifacts.
"""

from __future__ import annotations

import json
from pathlib import Path

from resonance_dao.chain.artifact import load_artifact
from resonance_dao.chain.plan import Ref, Specification
from resonance_dao.errors import InputInvalid

_PACKAGE = Path("node_modules") / "@ethereum-attestation-service" / "eas-contracts"


def eas_specifications(root: Path, chain_id: int) -> tuple[Specification, Specification]:
    """
    Return the specifications of `SchemaRegistry` and `EAS` for a chain.

    Raises `NotFound` when the npm package is not installed.
    """
    built = root / _PACKAGE / "artifacts" / "contracts"
    registry = load_artifact(built / "SchemaRegistry.sol" / "SchemaRegistry.json")
    eas = load_artifact(built / "EAS.sol" / "EAS.json")
    return (
        Specification("SchemaRegistry", registry, (), _listed(root, chain_id, "SchemaRegistry")),
        Specification("EAS", eas, (Ref("SchemaRegistry"),), _listed(root, chain_id, "EAS")),
    )


def _listed(root: Path, chain_id: int, name: str) -> str | None:
    for marker in sorted((root / _PACKAGE / "deployments").glob("*/.chainId")):
        if marker.read_text(encoding="utf-8").strip() == str(chain_id):
            return _address(marker.with_name(f"{name}.json"))
    return None


def _address(path: Path) -> str:
    try:
        return str(json.loads(path.read_text(encoding="utf-8"))["address"])
    except (OSError, ValueError, KeyError) as exc:
        raise InputInvalid(str(path), type(exc).__name__, "must be a deployment with an address") from exc
