"""
A proxy between the recorder and its node that does what nodes, load balancers and networks do on bad days.

    with FaultProxy(node_url) as proxy:
        proxy.script = Script("timeout_after", "eth_sendRawTransaction", first=0, count=3)
        chain = RpcChain(proxy.url, timeout_s=1)

Every connection has a thread. A script says which requests go wrong and how; without one all goes through.
"""

from __future__ import annotations

import json
import random
import socket
import socketserver
import struct
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

ASKED = (
    "eth_chainId",
    "eth_getBlockByNumber",
    "eth_getTransactionCount",
    "eth_getBalance",
    "eth_maxPriorityFeePerGas",
    "eth_call",
    "eth_estimateGas",
    "eth_sendRawTransaction",
    "eth_getTransactionByHash",
    "eth_getTransactionReceipt",
    "eth_getLogs",
)
"""What the recorder asks a node."""

# Where a request names the block that it is about: by position, or by the key of the first parameter.
_BLOCK_AT = {"eth_getBlockByNumber": 0, "eth_getTransactionCount": 1, "eth_getBalance": 1, "eth_call": 1}
STALE = (*_BLOCK_AT, "eth_getTransactionReceipt", "eth_getLogs")
TRANSPORT = (
    "timeout_before",
    "timeout_after",
    "too_many",
    "server_error",
    "cut_body",
    "bad_json",
    "wrong_id",
    "wrong_chain",
    "hang",
    "reset",
)
"""Faults that any request can meet."""

FAULTS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(TRANSPORT, ASKED),
    "stale_head": STALE,
    "lost_answer": ASKED,
    "forged_receipt": ("eth_getTransactionReceipt",),
    "misplaced_receipt": ("eth_getTransactionReceipt",),
}
"""Each fault, and the methods that it can befall."""

Ask = dict[str, Any]
Forward = Callable[[Ask], Ask]


@dataclass
class Script:
    """
    The requests of one method go wrong in one way: `count` of them, after the first `first`. `lag` is how
    many blocks a stale node is behind.
    """

    fault: str
    method: str
    first: int = 0
    count: int = 1
    lag: int = 1
    seed: int = 0
    seen: int = 0
    hits: int = 0

    def befalls(self, method: str) -> bool:
        """Count a request, and say whether it goes wrong."""
        if method != self.method:
            return False
        self.seen += 1
        if not self.first < self.seen <= self.first + self.count:
            return False
        self.hits += 1
        return True


@dataclass
class FaultProxy:
    """A server on the loopback address. `elsewhere` is the node of another chain; `rule` guards the pool."""

    node: str
    elsewhere: str | None = None
    rule: Callable[[Ask, Forward], Ask | None] | None = None
    script: Script | None = None
    asked: Counter[str] = field(default_factory=Counter)
    before: Any = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.proxy = self
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> FaultProxy:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def fault_of(self, method: str) -> Script | None:
        """Return the script when this request goes wrong."""
        with self.lock:
            self.asked[method] += 1
            script = self.script
            return script if script is not None and script.befalls(method) else None


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    block_on_close = False
    proxy: FaultProxy


class _Handler(socketserver.StreamRequestHandler):
    server: _Server
    disable_nagle_algorithm = True

    def handle(self) -> None:
        self._nodes: dict[str, HTTPConnection] = {}
        try:
            while (body := self._read()) is not None and self._answer(body):
                pass
        except (ConnectionError, TimeoutError):
            pass
        finally:
            for node in self._nodes.values():
                node.close()

    def _read(self) -> bytes | None:
        length = 0
        while line := self.rfile.readline():
            name, _, value = line.decode("latin-1").partition(":")
            if name.lower() == "content-length":
                length = int(value)
            if line in (b"\r\n", b"\n"):
                return self.rfile.read(length)
        return None

    def _answer(self, body: bytes) -> bool:
        """Answer one request; return whether the connection goes on."""
        asked: Ask = json.loads(body)
        proxy = self.server.proxy
        script = proxy.fault_of(asked["method"])
        if script is not None:
            return _Misfortune(self, proxy, script, asked).befall()
        told = self.forward(asked)
        proxy.before = told
        return self.tell(told)

    def forward(self, asked: Ask) -> Ask:
        """Ask the node, as the pool's rule permits."""
        rule = self.server.proxy.rule
        refused = rule(asked, self.ask_node) if rule is not None else None
        return self.ask_node(asked) if refused is None else refused

    def ask_node(self, asked: Ask) -> Ask:
        return self.ask(self.server.proxy.node, asked)

    def ask(self, url: str, asked: Ask) -> Ask:
        """Ask a node; if it has closed a connection that was kept open, ask on a new one."""
        known = url in self._nodes
        node = self._nodes.setdefault(url, HTTPConnection(urlsplit(url).netloc, timeout=30))
        try:
            node.request("POST", "/", json.dumps(asked), {"Content-Type": "application/json"})
            answer: Ask = json.loads(node.getresponse().read())
        except (ConnectionError, OSError):
            self._nodes.pop(url).close()
            if not known:
                raise
            return self.ask(url, asked)
        return answer

    def tell(self, answer: Ask | bytes, status: str = "200 OK", cut: bool = False) -> bool:
        """Send an answer, or half of it under the length of the whole."""
        body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self.wfile.write(head.encode() + (body[: len(body) // 2] if cut else body))
        self.wfile.flush()
        return True

    def wait_until_gone(self) -> bool:
        """Say nothing until the client gives up."""
        self.connection.settimeout(60)
        self.rfile.read(1)
        return False


class _Misfortune:
    """What befalls one request."""

    def __init__(self, handler: _Handler, proxy: FaultProxy, script: Script, asked: Ask) -> None:
        self._handler, self._proxy, self._script, self._asked = handler, proxy, script, asked
        self._rng = random.Random(f"{script.seed}-{script.hits}")  # noqa: S311

    def befall(self) -> bool:
        return bool(getattr(self, f"_{self._script.fault}")())

    def _timeout_before(self) -> bool:
        return self._handler.wait_until_gone()

    def _timeout_after(self) -> bool:
        self._handler.forward(self._asked)
        return self._handler.wait_until_gone()

    def _too_many(self) -> bool:
        return self._handler.tell(b"slow down", "429 Too Many Requests")

    def _server_error(self) -> bool:
        if self._rng.random() < 0.5:
            self._handler.forward(self._asked)
        return self._handler.tell(
            b"<html>bad gateway</html>", self._rng.choice(("500 Error", "502 Bad Gateway"))
        )

    def _cut_body(self) -> bool:
        self._handler.tell(self._handler.forward(self._asked), cut=True)
        return False

    def _bad_json(self) -> bool:
        body = json.dumps(self._handler.forward(self._asked)).encode()
        garbage = (body[: len(body) // 2], b"", b"null", b"[]", b'"0x1"', b"{}", b"\xff\xfe", body + b"}")
        return self._handler.tell(self._rng.choice(garbage))

    def _wrong_id(self) -> bool:
        """Answer with what another request was answered."""
        mine = self._handler.forward(self._asked)
        other = self._proxy.before or {"jsonrpc": "2.0", "result": "0x1"}
        return self._handler.tell({**other, "id": mine["id"] + 1 + self._rng.randrange(9)})

    def _wrong_chain(self) -> bool:
        assert self._proxy.elsewhere is not None
        return self._handler.tell(self._handler.ask(self._proxy.elsewhere, self._asked))

    def _hang(self) -> bool:
        """Begin to answer, and go silent."""
        self._handler.tell(self._handler.forward(self._asked), cut=True)
        return self._handler.wait_until_gone()

    def _reset(self) -> bool:
        if self._rng.random() < 0.5:
            self._handler.forward(self._asked)
        self._handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._handler.connection.close()
        return False

    def _lost_answer(self) -> bool:
        """Answer with nothing, as a node that has not heard of it."""
        answer = self._handler.forward(self._asked)
        return self._handler.tell({"jsonrpc": "2.0", "id": answer["id"], "result": None})

    def _stale_head(self) -> bool:
        method, params = self._asked["method"], json.loads(json.dumps(self._asked["params"]))
        past = max(0, self._head() - self._script.lag)
        if method == "eth_getTransactionReceipt":
            answer = self._handler.forward(self._asked)
            found = answer.get("result")
            is_new = found is not None and int(found["blockNumber"], 16) > past
            return self._handler.tell({**answer, "result": None} if is_new else answer)
        if method == "eth_getLogs" and "blockHash" in params[0]:
            return self._logs_of(params[0]["blockHash"], past)
        if method == "eth_getLogs":
            params[0]["toBlock"] = hex(min(int(params[0]["toBlock"], 16), past))
            if int(params[0]["fromBlock"], 16) > past:
                return self._handler.tell({"jsonrpc": "2.0", "id": self._asked["id"], "result": []})
        elif params[_BLOCK_AT[method]] in ("latest", "pending"):
            params[_BLOCK_AT[method]] = hex(past)
        return self._handler.tell(self._handler.forward({**self._asked, "params": params}))

    def _logs_of(self, block_hash: str, past: int) -> bool:
        """Answer for one block as nodes do (EIP-234): one that is not there is an error, and not no logs."""
        asked = {"jsonrpc": "2.0", "id": 1, "method": "eth_getBlockByHash", "params": [block_hash, False]}
        found = self._handler.ask_node(asked)["result"]
        if found is not None and int(found["number"], 16) <= past:
            return self._handler.tell(self._handler.forward(self._asked))
        error = {"code": -32000, "message": "unknown block"}
        return self._handler.tell({"jsonrpc": "2.0", "id": self._asked["id"], "error": error})

    def _forged_receipt(self) -> bool:
        """Tell of a block that is not the chain's, and of a failure or success that did not happen."""
        return self._tell_of({"blockHash": "0x" + self._rng.randbytes(32).hex()})

    def _misplaced_receipt(self) -> bool:
        """Tell of a block that is the chain's and does not hold the transaction."""
        number = hex(self._rng.randrange(self._head() + 1))
        asked = {"jsonrpc": "2.0", "id": 1, "method": "eth_getBlockByNumber", "params": [number, False]}
        block = self._handler.ask_node(asked)["result"]
        if self._asked["params"][0] in block["transactions"]:
            return self._handler.tell(self._handler.forward(self._asked))
        return self._tell_of({"blockNumber": number, "blockHash": block["hash"]})

    def _tell_of(self, where: dict[str, Any]) -> bool:
        answer = self._handler.forward(self._asked)
        found = answer.get("result") or self._invented()
        told = {**found, **where, "status": self._rng.choice(("0x0", "0x1"))}
        told["logs"] = [{**log, **where} for log in found["logs"]]
        return self._handler.tell({**answer, "result": told})

    def _invented(self) -> dict[str, Any]:
        return {
            "transactionHash": self._asked["params"][0],
            "blockNumber": hex(max(0, self._head() - self._rng.randrange(5))),
            "from": "0x" + "11" * 20,
            "to": "0x" + "22" * 20,
            "gasUsed": "0x5208",
            "effectiveGasPrice": "0x1",
            "contractAddress": None,
            "logs": [],
        }

    def _head(self) -> int:
        asked = {"jsonrpc": "2.0", "id": 1, "method": "eth_blockNumber", "params": []}
        return int(self._handler.ask_node(asked)["result"], 16)
