"""What the chain tests share: a chain that is a few dicts, and an artifact written by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from eth_utils.crypto import keccak

from resonance_dao.chain.artifact import Artifact
from resonance_dao.chain.chain import Block, BlockRef, Log, Receipt
from resonance_dao.errors import TransactionFailed

ALICE = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"


@dataclass
class FakeChain:
    """A chain without rules: code by address, and every transaction it is sent is mined at once."""

    chain_id: int = 31337
    genesis: str = "0x" + "11" * 32
    codes: dict[str, bytes] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)
    sent: list[bytes] = field(default_factory=list)
    status: int = 1
    base_fee: int | None = 7
    reverts_with: TransactionFailed | None = None

    def request(self, method: str, params: Sequence[object] = ()) -> Any:
        if method == "eth_getCode":
            return "0x" + self.codes.get(str(params[0]), b"").hex()
        known = {"eth_chainId": hex(self.chain_id), "eth_estimateGas": hex(100_000), "eth_gasPrice": hex(9)}
        return {"eth_maxPriorityFeePerGas": "0x2", "eth_getTransactionCount": "0x5", **known, **self.answers}[
            method
        ]

    def call(
        self, to: str, data: bytes, *, sender: str | None = None, value: int = 0, block: BlockRef = "latest"
    ) -> bytes:
        if self.reverts_with is not None:
            raise self.reverts_with
        return b""

    def logs(self, addresses: Sequence[str], first: int, last: int, topics: Sequence[Any] = ()) -> list[Log]:
        return []

    def block(self, number: BlockRef = "latest") -> Block:
        return Block(3, self.genesis if number == 0 else "0x22", "0x00", 1_000, self.base_fee, 30_000_000)

    def receipt(self, tx_hash: str) -> Receipt | None:
        known = ["0x" + keccak(raw).hex() for raw in self.sent]
        return (
            Receipt(tx_hash, self.status, 3, "0x22", ALICE, None, 1, 1, None, ())
            if tx_hash in known
            else None
        )

    def send_raw(self, raw: bytes) -> str:
        self.sent.append(raw)
        return "0x" + keccak(raw).hex()


def _inputs(*types: str) -> list[dict[str, Any]]:
    return [{"name": item.split()[1], "type": item.split()[0]} for item in types]


PAIR = {
    "name": "pair",
    "type": "tuple",
    "components": _inputs("uint128 amount", "bytes32 note", "address[] payees"),
}
ABI: tuple[dict[str, Any], ...] = (
    {"type": "constructor", "inputs": _inputs("address owner", "uint256 limit")},
    {"type": "function", "name": "put", "inputs": [PAIR], "outputs": [{**PAIR, "name": ""}]},
    {
        "type": "function",
        "name": "get",
        "inputs": _inputs("uint256 id"),
        "outputs": _inputs("bool ok", "uint256 left"),
    },
    {"type": "function", "name": "get", "inputs": [], "outputs": [{"name": "", "type": "string"}]},
    {"type": "function", "name": "touch", "inputs": [], "outputs": []},
    {
        "type": "event",
        "name": "Put",
        "inputs": [
            {"name": "id", "type": "uint256", "indexed": True},
            {**PAIR, "indexed": False},
            {"name": "label", "type": "string", "indexed": True},
        ],
    },
    {"type": "error", "name": "Coin_TooMuch", "inputs": _inputs("uint256 amount", "bytes32 why")},
)


def artifact_named(name: str, **changes: Any) -> Artifact:
    """A contract of 20 bytes, of which 4 are an immutable."""
    made: dict[str, Any] = {
        "name": name,
        "source_path": f"contracts/{name}.sol",
        "abi": ABI,
        "bytecode": b"\x60\x80" * 20,
        "deployed_bytecode": b"\x01" * 8 + bytes(4) + b"\x02" * 8,
        "immutable_references": ((8, 4),),
    }
    return Artifact(**{**made, **changes})


@pytest.fixture
def root() -> Path:
    return Path(__file__).parents[3]


@pytest.fixture
def chain() -> FakeChain:
    return FakeChain()


@pytest.fixture
def coin() -> Artifact:
    return artifact_named("Coin")


@pytest.fixture
def artifact() -> Callable[..., Artifact]:
    return artifact_named


@pytest.fixture
def other_chain() -> Callable[..., FakeChain]:
    return FakeChain
