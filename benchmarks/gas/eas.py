"""
Attestations beside EAS 1.9.0, from its npm package's bytecode: both on one chain in one run, the same bytes.

EAS stores an attestation whole; the registry keeps one slot and tells the rest in an event. Two contents: 200
bytes, no zero among them but in the word that names the receiver, and a review as the escrow is given it.
Both are warm: EAS's first delegated attestation of an attester pays for its nonce and is not counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from eth_abi.abi import encode
from eth_utils.crypto import keccak
from gas.node import Node
from gas.parts import Parts

from resonance_dao.chain.artifact import Artifact, load_artifact
from resonance_dao.chain.attestation import TYPES, ZERO_ADDRESS, ZERO_HASH, Attestation, EasDomain, schema_uid
from resonance_dao.chain.client import RpcChain
from resonance_dao.chain.devchain import DevChain
from resonance_dao.chain.signer import DevSigner

_PACKAGE = (
    Path("node_modules") / "@ethereum-attestation-service" / "eas-contracts" / "artifacts" / "contracts"
)
_SCHEMA = "bytes values"
# Creates a contract of one byte, STOP: a receiver that accepts everything.
_ACCEPTING = Artifact("Accepting", "", (), bytes.fromhex("600060005360016000f3"), b"\0")
_EAS_TYPES = {
    "Attest": [
        {"name": name, "type": kind}
        for name, kind in (
            ("attester", "address"),
            ("schema", "bytes32"),
            ("recipient", "address"),
            ("expirationTime", "uint64"),
            ("revocable", "bool"),
            ("refUID", "bytes32"),
            ("data", "bytes"),
            ("value", "uint256"),
            ("nonce", "uint256"),
            ("deadline", "uint64"),
        )
    ]
}


@dataclass(frozen=True)
class Row:
    """A job, what is attested, and the gas of a whole transaction by item: ours and EAS's."""

    job: str
    content: str
    ours: int
    eas: int


def dense(receiver: str) -> bytes:
    """Return 200 bytes: the word that names the receiver, and no zero after it."""
    return bytes.fromhex(receiver[2:]).rjust(32, b"\0") + bytes(1 + i for i in range(168))


def review(receiver: str) -> bytes:
    """Return a review with a CID as its reason, 384 bytes, as Judgement.REVIEW has it."""
    kinds = ["address", "uint256", "uint256", "bytes32", "bool", "uint16", "bytes32", "string"]
    cid = "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy"
    return encode(kinds, [receiver, 41, 57, keccak(b"submission"), True, 8_500, keccak(b"code"), cid])


# By name: how it is made, and how many go into a batch; EIP-7825 keeps EAS from taking 50 reviews in one.
CONTENTS: dict[str, tuple[Callable[[str], bytes], int]] = {"200 bytes": (dense, 50), "a review": (review, 25)}


def measure(root: Path, artifact: Artifact) -> list[Row]:
    """Attest each content in each way with both on a fresh chain. `artifact` is ContributionRegistry's."""
    with DevChain.start(root) as dev:
        pair = _Pair(root, Node(RpcChain(dev.url)), artifact)
        return [row for content in CONTENTS for row in pair.rows(content)]


def spent(root: Path, artifact: Artifact) -> dict[str, Parts]:
    """Return what the gas of an attestation of 200 bytes is spent on, ours and EAS's, by job."""
    with DevChain.start(root) as dev:
        return _Pair(root, Node(RpcChain(dev.url)), artifact).parts()


def timestamped(root: Path, count: int) -> int:
    """Return the gas of EAS's multiTimestamp of so many hashes, none of which it has seen."""
    with DevChain.start(root) as dev:
        node = Node(RpcChain(dev.url))
        schemas = node.create(_packaged(root, "SchemaRegistry"))
        eas = node.create(_packaged(root, "EAS"), encode(["address"], [schemas.address]))
        hashes = [keccak(str(number).encode()) for number in range(count)]
        return node.gas(eas, eas.encode("multiTimestamp", hashes))


class _Pair:
    def __init__(self, root: Path, node: Node, artifact: Artifact) -> None:
        self._node, self._count = node, 0
        schemas = node.create(_packaged(root, "SchemaRegistry"))
        self._eas = node.create(_packaged(root, "EAS"), encode(["address"], [schemas.address]))
        self._ours = node.create(artifact, encode(["address"], [self._eas.address]))
        self._receiver = node.create(_ACCEPTING).address
        resolver = node.create(
            _packaged(root, "AttesterResolver", "resolver/examples"),
            encode(["address", "address"], [self._eas.address, node.accounts[0]]),
        ).address
        for hook in (ZERO_ADDRESS, resolver):
            node.send(schemas, schemas.encode("register", _SCHEMA, hook, True))
        self._plain, self._resolved = schema_uid(_SCHEMA), schema_uid(_SCHEMA, resolver)
        self._signer = DevSigner(1)
        node.send(self._eas, self._delegated(self._fresh(b"\1")))

    def rows(self, content: str) -> Iterator[Row]:
        """Yield a row for each job."""
        (make, size), ours, eas = CONTENTS[content], self._ours, self._eas

        def row(job: str, items: int, mine: bytes, theirs: bytes) -> Row:
            spent = self._node.gas(ours, mine), self._node.gas(eas, theirs)
            return Row(job, content, spent[0] // items, spent[1] // items)

        one, many = self._fresh(make(ZERO_ADDRESS)), [self._fresh(make(ZERO_ADDRESS)) for _ in range(size)]
        yield row("attest", 1, ours.encode("attest", one.to_dict(), b""), self._direct(one))
        heard = replace(self._fresh(make(self._receiver)), schema=self._resolved)
        yield row(
            "attest, heard by a contract", 1, ours.encode("attest", heard.to_dict(), b""), self._direct(heard)
        )
        signed = self._fresh(make(ZERO_ADDRESS))
        yield row(
            "signed, sent by another",
            1,
            ours.encode("relay", self._relayed(signed)),
            self._delegated(signed),
        )
        batch = [item.to_dict() for item in many]
        grouped = [{"schema": self._plain, "data": [_request(item) for item in many]}]
        yield row(
            f"batch of {size}, each",
            size,
            ours.encode("attestMany", batch, []),
            eas.encode("multiAttest", grouped),
        )
        many = [self._fresh(make(ZERO_ADDRESS)) for _ in range(size)]
        yield row(
            f"signed batch of {size}, each",
            size,
            ours.encode("relayMany", [self._relayed(item) for item in many]),
            self._delegated(*many),
        )

    def parts(self) -> dict[str, Parts]:
        """Return what each job's gas is spent on."""
        one, signed, theirs = (self._fresh(dense(ZERO_ADDRESS)) for _ in range(3))
        node, ours = self._node, self._ours
        return {
            "attest": node.parts(ours, ours.encode("attest", one.to_dict(), b"")),
            "relay": node.parts(ours, ours.encode("relay", self._relayed(signed))),
            "EAS attest": node.parts(self._eas, self._direct(theirs)),
        }

    def _fresh(self, data: bytes) -> Attestation:
        self._count += 1
        seed = keccak(str(self._count).encode())
        return Attestation(
            schema=self._plain,
            recipient="0x" + seed[:20].hex(),
            time=self._node.now(),
            expirationTime=0,
            revocable=True,
            refUID=ZERO_HASH,
            data="0x" + data.hex(),
            salt="0x" + seed.hex(),
        )

    def _relayed(self, attestation: Attestation) -> dict[str, Any]:
        version = str(self._eas.call(self._node.chain, "version"))
        domain = EasDomain(31337, self._eas.address, version).to_dict()
        signature = self._signer.sign_typed_data(domain, TYPES, attestation.message())
        return {
            "attestation": attestation.to_dict(),
            "attester": self._signer.address,
            "signature": signature,
            "context": b"",
        }

    def _direct(self, attestation: Attestation) -> bytes:
        return self._eas.encode("attest", {"schema": attestation.schema, "data": _request(attestation)})

    def _delegated(self, *items: Attestation) -> bytes:
        nonce = int(self._eas.call(self._node.chain, "getNonce", self._signer.address))
        signatures = [self._eas_signature(item, nonce + i) for i, item in enumerate(items)]
        shared = {"schema": self._plain, "attester": self._signer.address, "deadline": 0}
        if len(items) == 1:
            single = {**shared, "data": _request(items[0]), "signature": signatures[0]}
            return self._eas.encode("attestByDelegation", single)
        grouped = {**shared, "data": [_request(item) for item in items], "signatures": signatures}
        return self._eas.encode("multiAttestByDelegation", [grouped])

    def _eas_signature(self, attestation: Attestation, nonce: int) -> dict[str, Any]:
        domain = {
            "name": "EAS",
            "version": str(self._eas.call(self._node.chain, "version")),
            "chainId": 31337,
            "verifyingContract": self._eas.address,
        }
        message = {
            **_request(attestation),
            "attester": self._signer.address,
            "schema": attestation.schema,
            "nonce": nonce,
            "deadline": 0,
        }
        signed = self._signer.sign_typed_data(domain, _EAS_TYPES, message)
        return {"v": signed[64], "r": signed[:32], "s": signed[32:64]}


def _packaged(root: Path, name: str, folder: str = "") -> Artifact:
    return load_artifact(root / _PACKAGE / folder / f"{name}.sol" / f"{name}.json")


def _request(attestation: Attestation) -> dict[str, Any]:
    names = ("recipient", "expirationTime", "revocable", "refUID", "data")
    return {**{name: getattr(attestation, name) for name in names}, "value": 0}
