"""
A 30/50/20 stream of Sablier Lockup 4.0.1, from its npm packages' bytecode: created, then taken out in three.

Time alone releases the parts: nobody reviews, reports or refunds. The protocol's fee is left at zero. The
packages are unpacked by hand, because npm cannot install them from a registry alone (`@sablier/evm-utils`
takes forge-std from GitHub):

    npm pack @sablier/lockup@4.0.1 @sablier/evm-utils@2.0.1
    mkdir lockup evm-utils
    tar xzf sablier-lockup-4.0.1.tgz --strip-components=1 -C lockup
    tar xzf sablier-evm-utils-2.0.1.tgz --strip-components=1 -C evm-utils
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from eth_abi.abi import encode
from gas.node import Node

from resonance_dao.chain.artifact import Artifact
from resonance_dao.chain.client import RpcChain
from resonance_dao.chain.contract import Contract
from resonance_dao.chain.devchain import DevChain

_YEN = 10**18
_DAY_S = 86_400
_PARTS = (30, 50, 20)
_ADDRESS = ["address"]


def measure(root: Path, packages: Path, token: Artifact) -> dict[str, int]:
    """
    Return {step: gas} of the second stream between a funder and a recipient who know the token.

    `packages` holds the folders `lockup` and `evm-utils`; `token` is an ERC-20 with an open `mint`.
    """
    with DevChain.start(root) as dev:
        node = Node(RpcChain(dev.url))
        yen, lockup = node.create(token), _create(node, packages)
        node.send(yen, yen.encode("mint", node.accounts[0], 1_000 * _YEN))
        approve = node.gas(yen, yen.encode("approve", lockup.address, 1_000 * _YEN))
        _stream(node, lockup, yen, 1)
        return {"approve, once": approve, **_stream(node, lockup, yen, 2)}


def _stream(node: Node, lockup: Contract, token: Contract, stream: int) -> dict[str, int]:
    funder, worker = node.accounts[:2]
    params = {
        "sender": funder,
        "recipient": worker,
        "depositAmount": 100 * _YEN,
        "token": token.address,
        "cancelable": True,
        "transferable": False,
        "shape": "",
    }
    parts = [{"amount": part * _YEN, "duration": _DAY_S} for part in _PARTS]
    steps = {"create": node.gas(lockup, lockup.encode("createWithDurationsLT", params, parts))}
    for part in _PARTS:
        node.wait(_DAY_S)
        steps[f"withdraw {part} %"] = node.gas(
            lockup, lockup.encode("withdrawMax", stream, worker), sender=worker
        )
    return steps


def _create(node: Node, packages: Path) -> Contract:
    admin, built = node.accounts[0], packages / "evm-utils" / "artifacts"
    comptroller = read_artifact(built / "SablierComptroller.json")
    implementation = Contract(node.create(comptroller, encode(_ADDRESS, [admin])).address, comptroller)
    start = implementation.encode("initialize", admin, 0, 0, 0, 0, "0x" + "00" * 20)
    proxy = node.create(
        read_artifact(built / "ERC1967Proxy.json"),
        encode(["address", "bytes"], [implementation.address, start]),
    )
    built = packages / "lockup" / "artifacts"
    libraries = {
        name: node.create(read_artifact(built / "libraries" / f"{name}.json")).address
        for name in ("LockupHelpers", "LockupMath")
    }
    descriptor = node.create(read_artifact(built / "LockupNFTDescriptor.json"))
    lockup = read_artifact(built / "SablierLockup.json", libraries)
    return node.create(lockup, encode(["address", "address"], [proxy.address, descriptor.address]))


def read_artifact(path: Path, libraries: Mapping[str, str] | None = None) -> Artifact:
    """Read an artifact of forge; `libraries` are the addresses to link, by name."""
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    text: str = document["bytecode"]["object"].removeprefix("0x")
    for named in document["bytecode"]["linkReferences"].values():
        for name, places in named.items():
            address = (libraries or {})[name][2:].lower()
            for place in places:
                start = 2 * int(place["start"])
                text = text[:start] + address + text[start + 40 :]
    return Artifact(path.stem, str(path), tuple(document["abi"]), bytes.fromhex(text), b"")
