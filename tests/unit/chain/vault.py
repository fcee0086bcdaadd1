"""A server that keeps keys, as web3signer's JSON-RPC for Ethereum does."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from resonance_dao.chain.signer import DevSigner


class Vault:
    """Does what web3signer does over HTTP, with some keys; `answer` may take a method's place."""

    def __init__(self, *keys: DevSigner, chain_id: int = 31337) -> None:
        self.keys = {key.address.lower(): key for key in keys}
        self.asked, self.chain_id = list[dict[str, Any]](), chain_id
        self.tokens = list[str | None]()
        self.answer: Callable[[str, list[Any]], Any] | None = None
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.asked.append(request)
                outer.tokens.append(self.headers["Authorization"])
                status, body = outer.respond(request["method"], request["params"])
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Location", outer.url)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.httpd.server_port}"
        threading.Thread(target=self.httpd.serve_forever, args=(0.01,), daemon=True).start()

    def respond(self, method: str, params: list[Any]) -> tuple[int, bytes]:
        given = None if self.answer is None else self.answer(method, params)
        if isinstance(given, tuple):
            return given
        result = given if given is not None else {"result": getattr(self, method)(*params)}
        return 200, json.dumps({"jsonrpc": "2.0", "id": 1, **result}).encode()

    def close(self) -> None:
        self.httpd.shutdown()
        self.httpd.server_close()

    def eth_accounts(self) -> list[str]:
        return list(self.keys)

    def eth_signTransaction(self, asked: dict[str, str]) -> str:  # noqa: N802  # the method's own name
        key = self.keys[asked.pop("from").lower()]
        numbers = {name: int(value, 16) for name, value in asked.items() if name not in ("to", "data")}
        kind = {"type": 2} if "maxFeePerGas" in asked else {}
        # The chain is the server's own setting, whatever is asked.
        whole = {**numbers, **kind, "to": asked["to"], "data": asked["data"], "chainId": self.chain_id}
        return "0x" + key.sign_transaction(whole).hex()

    def eth_signTypedData(self, address: str, text: str) -> str:  # noqa: N802
        document = json.loads(text)
        fields = [field["name"] for field in document["types"].pop("EIP712Domain")]
        assert sorted(fields) == sorted(document["domain"])
        assert document["primaryType"] in document["types"]
        key = self.keys[address.lower()]
        return "0x" + key.sign_typed_data(document["domain"], document["types"], document["message"]).hex()
