"""
The chain over JSON-RPC and HTTP.

Without web3's formatters reading 100,000 logs takes a second instead of a minute. Requests that change
nothing are tried three times; ranges of logs that an endpoint finds too large are halved.

    chain = RpcChain("http://127.0.0.1:8545", reverts=RevertDecoder(artifacts.values()))
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from resonance_dao.chain.abi import checksum
from resonance_dao.chain.chain import Block, BlockRef, Log, Receipt, block_tag, integer, octets
from resonance_dao.chain.http_endpoint import HttpEndpoint
from resonance_dao.chain.revert import RevertDecoder
from resonance_dao.errors import ChainUnreachable, InputInvalid, NotFound, ResonanceError, TransactionFailed
from resonance_dao.secret_url import check_endpoint

_EXECUTING = ("eth_call", "eth_estimateGas", "eth_sendRawTransaction")
# What nodes answer when the transaction is at fault; anything else is the node's own trouble.
_FAULT_CODES = (3, -32000, -32003, -32010, -32015)
_NODE_TROUBLE = (
    "header not found",
    "missing trie node",
    "pruned",
    "rate limit",
    "too many requests",
    "timeout",
)
_KNOWN_ALREADY = ("already known", "already imported", "known transaction")
_PAUSES_S = (0.2, 0.8)


class RpcChain:
    """`Chain` over one HTTP endpoint. `log_span` is the most blocks asked for at once by `logs`."""

    def __init__(
        self, url: str, *, reverts: RevertDecoder | None = None, timeout_s: int = 30, log_span: int = 10_000
    ) -> None:
        self.name = check_endpoint(url, "rpc_url")
        self._reverts = reverts or RevertDecoder()
        self._log_span = log_span
        self._provider = HttpEndpoint(url, timeout_s)

    def __repr__(self) -> str:
        return f"RpcChain({self.name})"

    def request(self, method: str, params: Sequence[object] = ()) -> Any:
        """Send one JSON-RPC request; see `Chain.request`."""
        repeatable = method.startswith(("eth_", "net_", "web3_"))
        for pause in _PAUSES_S if repeatable else ():
            try:
                return self._ask(method, params)
            except ChainUnreachable as exc:
                if "rpc_code" in exc.details:
                    raise
            time.sleep(pause)
        return self._ask(method, params)

    def request_many(self, method: str, many: Sequence[Sequence[object]]) -> list[Any | ResonanceError]:
        """
        Send several requests of one method in one round trip, once; return the result of each, or the error
        that it alone would have raised.

        Raises `ChainUnreachable` when the endpoint does not answer, or takes no batches.
        """
        try:
            answers = self._provider.make_requests(method, many)
        except (ValueError, OSError, TypeError) as exc:
            raise ChainUnreachable(f"{self.name} did not answer {method}: {type(exc).__name__}") from exc
        found: list[Any | ResonanceError] = []
        for answer in answers:
            try:
                found.append(self._read(method, answer))
            except ResonanceError as exc:
                found.append(exc)
        return found

    def call(
        self, to: str, data: bytes, *, sender: str | None = None, value: int = 0, block: BlockRef = "latest"
    ) -> bytes:
        """Simulate a call; see `Chain.call`."""
        transaction = {"to": to, "data": "0x" + data.hex(), "value": hex(value)}
        if sender is not None:
            transaction["from"] = sender
        return octets(self.request("eth_call", [transaction, block_tag(block)]))

    def logs(
        self,
        addresses: Sequence[str],
        first: int,
        last: int,
        topics: Sequence[str | Sequence[str] | None] = (),
    ) -> list[Log]:
        """Return logs in chain order; see `Chain.logs`."""
        found: list[Log] = []
        span = self._log_span
        while first <= last:
            end = min(last, first + span - 1)
            try:
                found += self._logs_between(addresses, first, end, topics)
            except ChainUnreachable as exc:
                if "rpc_code" not in exc.details or end == first:
                    raise
                span = (end - first + 1) // 2
                continue
            first, span = end + 1, min(self._log_span, span * 2)
        return found

    def block(self, number: BlockRef = "latest") -> Block:
        """Return a block's header; see `Chain.block`."""
        found = self.request("eth_getBlockByNumber", [block_tag(number), False])
        if found is None:
            raise NotFound(f"{self.name} has no block {number}")
        with _reading(self.name, "a block"):
            return _block(found)

    def receipt(self, tx_hash: str) -> Receipt | None:
        """Return a receipt; see `Chain.receipt`."""
        found = self.request("eth_getTransactionReceipt", [tx_hash])
        with _reading(self.name, "a receipt"):
            return None if found is None or found.get("blockNumber") is None else _receipt(found)

    def send_raw(self, raw: bytes) -> str:
        """Broadcast a signed transaction; see `Chain.send_raw`."""
        try:
            return str(self.request("eth_sendRawTransaction", ["0x" + raw.hex()])).lower()
        except TransactionFailed as exc:
            message = str(exc.details.get("rpc_message", "")).lower()
            tx_hash = transaction_hash(raw)
            # "Nonce too low" is also what a node says of the very transaction that has just been mined.
            if any(words in message for words in _KNOWN_ALREADY) or self.receipt(tx_hash) is not None:
                return tx_hash
            raise

    def _logs_between(
        self, addresses: Sequence[str], first: int, last: int, topics: Sequence[str | Sequence[str] | None]
    ) -> list[Log]:
        wanted = {
            "address": list(addresses),
            "fromBlock": hex(first),
            "toBlock": hex(last),
            "topics": list(topics),
        }
        found = self.request("eth_getLogs", [wanted])
        with _reading(self.name, "logs"):
            return [read_log(item) for item in found if not item.get("removed")]

    def _ask(self, method: str, params: Sequence[object]) -> Any:
        try:
            answer = self._provider.make_request(method, list(params))
        except (ValueError, OSError) as exc:
            raise ChainUnreachable(f"{self.name} did not answer {method}: {type(exc).__name__}") from exc
        return self._read(method, answer)

    def _read(self, method: str, answer: object) -> Any:
        if not isinstance(answer, dict) or not ("result" in answer or isinstance(answer.get("error"), dict)):
            raise ChainUnreachable(f"{self.name} answered {method} with something that is not JSON-RPC")
        if "error" in answer:
            raise self._refusal(method, answer["error"])
        return answer["result"]

    def _refusal(self, method: str, error: Mapping[str, Any]) -> ResonanceError:
        code, message = error.get("code"), _printable(str(error.get("message", "")))
        data = _revert_data(error.get("data"))
        if method in _EXECUTING and (data or "revert" in message.lower()):
            return self._reverts.decode(data).failure(data, rpc_code=code)
        trouble = any(words in message.lower() for words in _NODE_TROUBLE)
        if method in _EXECUTING and code in _FAULT_CODES and not trouble:
            hint = "Nothing was changed. Check the sender's balance and nonce."
            return TransactionFailed(
                f"the chain refused it: {message}", hint=hint, rpc_code=code, rpc_message=message
            )
        return ChainUnreachable(
            f"{self.name} refused {method}: {message}", rpc_code=code, rpc_message=message
        )


def transaction_hash(raw: bytes) -> str:
    """Return the hash of a signed transaction: what `send_raw` answers, known before sending."""
    from eth_utils.crypto import keccak

    return "0x" + keccak(raw).hex()


class _reading:  # noqa: N801  # Reads like a statement: `with _reading(...)`.
    """Turns a malformed answer into `ChainUnreachable`."""

    def __init__(self, name: str, what: str) -> None:
        self.name, self.what = name, what

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, _: object) -> None:
        if isinstance(exc, (KeyError, TypeError, AttributeError, InputInvalid)):
            raise ChainUnreachable(
                f"{self.name} answered with {self.what} that cannot be read: {exc!r}"
            ) from exc


def _printable(message: str) -> str:
    # It goes into logs: no line ends, no control characters, no novels.
    return "".join(c if c.isprintable() else "?" for c in message[:300])


def _revert_data(data: object) -> bytes:
    # geth and anvil give text; some nodes nest it, OpenEthereum's heirs write "Reverted 0x...".
    if isinstance(data, dict):
        return _revert_data(data.get("data") or data.get("result"))
    text = data.removeprefix("Reverted ") if isinstance(data, str) else ""
    try:
        return bytes.fromhex(text[2:]) if text.startswith("0x") else b""
    except ValueError:
        return b""


def _block(item: Mapping[str, Any]) -> Block:
    base_fee = item.get("baseFeePerGas")
    return Block(
        number=integer(item["number"]),
        hash=item["hash"].lower(),
        parent_hash=item["parentHash"].lower(),
        timestamp=integer(item["timestamp"]),
        base_fee=None if base_fee is None else integer(base_fee),
        gas_limit=integer(item["gasLimit"]),
    )


def read_log(item: Mapping[str, Any]) -> Log:
    """Return a log as JSON-RPC spells it; `KeyError` and the like when it is none."""
    return Log(
        address=checksum(item["address"]),
        topics=tuple(topic.lower() for topic in item["topics"]),
        data=octets(item["data"]),
        block_number=integer(item["blockNumber"]),
        block_hash=item["blockHash"].lower(),
        tx_hash=item["transactionHash"].lower(),
        log_index=integer(item["logIndex"]),
    )


def _receipt(item: Mapping[str, Any]) -> Receipt:
    return Receipt(
        tx_hash=item["transactionHash"].lower(),
        status=integer(item["status"]),
        block_number=integer(item["blockNumber"]),
        block_hash=item["blockHash"].lower(),
        sender=checksum(item["from"]),
        to=checksum(item["to"]) if item.get("to") else None,
        gas_used=integer(item["gasUsed"]),
        gas_price=integer(item.get("effectiveGasPrice") or "0x0"),
        contract_address=checksum(item["contractAddress"]) if item.get("contractAddress") else None,
        logs=tuple(read_log(log) for log in item["logs"]),
    )
