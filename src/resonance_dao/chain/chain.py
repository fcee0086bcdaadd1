"""
The seam to an EVM chain: six methods on plain values.

`Chain` is the strict cut-off. Above it nothing knows of web3, HTTP or JSON-RPC's spelling; below it nothing
knows of contracts. `RpcChain` in `client.py` is the real one; a fake of a few lines serves tests.

Addresses are EIP-55 text, hashes lower-case `0x` text, data is bytes, amounts (wei), gas, times (unix
seconds) and block numbers are ints.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from resonance_dao.errors import ChainUnreachable

BlockRef = int | str


@dataclass(frozen=True, slots=True)
class Block:
    """A block's header. `base_fee` (wei per gas) is None on chains without EIP-1559."""

    number: int
    hash: str
    parent_hash: str
    timestamp: int
    base_fee: int | None
    gas_limit: int


@dataclass(frozen=True, slots=True)
class Log:
    """One event as the chain keeps it, not yet decoded."""

    address: str
    topics: tuple[str, ...]
    data: bytes
    block_number: int
    block_hash: str
    tx_hash: str
    log_index: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """
    What became of a transaction: `status` 1 done, 0 reverted; `gas_price` (wei per gas) is what was paid.
    """

    tx_hash: str
    status: int
    block_number: int
    block_hash: str
    sender: str
    to: str | None
    gas_used: int
    gas_price: int
    contract_address: str | None
    logs: tuple[Log, ...]


@dataclass(frozen=True, slots=True)
class ChainIdentity:
    """
    Which chain an endpoint serves. The genesis hash tells a restarted development chain from the one
    before.
    """

    chain_id: int
    genesis_hash: str


class Chain(Protocol):
    """
    An EVM chain.

    Every method raises `ChainUnreachable` when the endpoint does not answer, and `TransactionFailed` (with
    the decoded reason) when it answers that the call or transaction fails.
    """

    def request(self, method: str, params: Sequence[object] = ()) -> Any:
        """Send one JSON-RPC request and return its result as JSON gives it."""
        ...

    def call(
        self, to: str, data: bytes, *, sender: str | None = None, value: int = 0, block: BlockRef = "latest"
    ) -> bytes:
        """Simulate a call and return what it returns."""
        ...

    def logs(
        self,
        addresses: Sequence[str],
        first: int,
        last: int,
        topics: Sequence[str | Sequence[str] | None] = (),
    ) -> list[Log]:
        """Return the logs of `addresses` in blocks `first` to `last`, both included, in chain order."""
        ...

    def block(self, number: BlockRef = "latest") -> Block:
        """Return a block's header by number or tag. Raises `NotFound` when there is no such block."""
        ...

    def receipt(self, tx_hash: str) -> Receipt | None:
        """Return the receipt of a mined transaction; None while there is none."""
        ...

    def send_raw(self, raw: bytes) -> str:
        """
        Broadcast a signed transaction and return its hash; sending one that is known already is no error.
        """
        ...


def identify(chain: Chain) -> ChainIdentity:
    """Ask which chain this is."""
    return ChainIdentity(integer(chain.request("eth_chainId")), chain.block(0).hash)


def code_at(chain: Chain, address: str, block: BlockRef = "latest") -> bytes:
    """Return the code at `address`; empty when there is none."""
    return octets(chain.request("eth_getCode", [address, block_tag(block)]))


def nonce_of(chain: Chain, address: str, block: BlockRef = "pending") -> int:
    """Return how many transactions `address` has sent, those still waiting included by default."""
    return integer(chain.request("eth_getTransactionCount", [address, block_tag(block)]))


def balance_of(chain: Chain, address: str, block: BlockRef = "latest") -> int:
    """Return the balance of `address` in wei."""
    return integer(chain.request("eth_getBalance", [address, block_tag(block)]))


def block_tag(block: BlockRef) -> str:
    """Spell a block number or tag as JSON-RPC does."""
    return block if isinstance(block, str) else hex(block)


def integer(quantity: object) -> int:
    """Read a JSON-RPC quantity (`0x1f`). Raises `ChainUnreachable` when it is none."""
    try:
        return int(str(quantity), 16)
    except ValueError as exc:
        raise ChainUnreachable(f"the endpoint answered {quantity!r} where a number belongs") from exc


def octets(data: object) -> bytes:
    """Read JSON-RPC data (`0x00ff`). Raises `ChainUnreachable` when it is none."""
    try:
        return bytes.fromhex(str(data).removeprefix("0x"))
    except ValueError as exc:
        raise ChainUnreachable(f"the endpoint answered {data!r} where data belongs") from exc
