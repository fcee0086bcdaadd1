"""JSON-RPC over HTTP: one answer or one plain error, over connections that stay open."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from resonance_dao.chain.client import RpcChain
from resonance_dao.chain.http_endpoint import HttpEndpoint
from resonance_dao.errors import ChainUnreachable, TransactionFailed

Serve = Callable[..., str]


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def seen() -> list[Any]:
    """(method, path, Authorization, body, the connection's port) of each request."""
    return []


@pytest.fixture
def serve(seen: list[Any]) -> Iterator[Serve]:
    servers: list[ThreadingHTTPServer] = []

    def started(status: int = 200, answer: bytes | None = None, location: str = "") -> str:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                seen.append((self.path, self.headers["Authorization"], body, self.client_address[1]))
                content = answer
                if content is None and isinstance(body, list):
                    told = [{"id": one["id"], "result": one["params"][0]} for one in reversed(body)]
                    content = json.dumps(told).encode()
                elif content is None:
                    content = json.dumps({"id": body["id"], "result": "0x1"}).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                if location:
                    self.send_header("Location", location)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None: ...

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        return f"127.0.0.1:{server.server_port}"

    yield started
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("status", [301, 307, 401, 429, 500, 503])
def test_a_status_that_is_no_answer_is_an_error(serve: Serve, status: int) -> None:
    with pytest.raises(OSError, match=f"HTTP {status}"):
        HttpEndpoint(f"http://{serve(status)}", 5).make_request("eth_chainId", [])


def test_a_redirect_is_not_followed(serve: Serve, seen: list[Any]) -> None:
    elsewhere = serve()
    with pytest.raises(OSError, match="HTTP 302"):
        HttpEndpoint(f"http://{serve(302, location=f'http://{elsewhere}/')}", 5).make_request("eth_call", [])
    assert len(seen) == 1


def test_an_answer_that_is_no_json_is_an_error(serve: Serve) -> None:
    with pytest.raises(json.JSONDecodeError):
        HttpEndpoint(f"http://{serve(answer=b'<html>')}", 5).make_request("eth_chainId", [])


def test_an_address_where_nobody_listens_is_unreachable_and_its_secret_is_not_shown() -> None:
    with pytest.raises(OSError) as raised:
        HttpEndpoint("http://user:word@127.0.0.1:1/secret", 5).make_request("eth_chainId", [])
    assert "secret" not in str(raised.value)
    assert "word" not in str(raised.value)
    with pytest.raises(ChainUnreachable):
        RpcChain("http://127.0.0.1:1/secret").request("anvil_nodeInfo")


def test_path_login_and_parameters_arrive(serve: Serve, seen: list[Any]) -> None:
    endpoint = HttpEndpoint(f"http://me:pass%40word@{serve()}/v3/key?a=b", 5)
    assert endpoint.make_request("eth_call", [{"to": "0x"}, "latest"])["result"] == "0x1"
    path, login, body, _ = seen[0]
    assert path == "/v3/key?a=b"
    assert login == "Basic bWU6cGFzc0B3b3Jk"
    assert body == {"jsonrpc": "2.0", "id": 1, "method": "eth_call", "params": [{"to": "0x"}, "latest"]}


def test_connections_are_kept_open(serve: Serve, seen: list[Any]) -> None:
    endpoint = HttpEndpoint(f"http://{serve()}", 5)
    for _ in range(3):
        endpoint.make_request("eth_chainId", [])
    assert len({port for *_, port in seen}) == 1
    assert [body["id"] for _, _, body, _ in seen] == [1, 2, 3]


def test_a_proxy_of_the_environment_is_used(
    serve: Serve, seen: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", f"http://{serve()}")
    monkeypatch.setenv("no_proxy", "")
    HttpEndpoint("http://node.invalid/rpc", 5).make_request("eth_chainId", [])
    assert seen[0][0] == "http://node.invalid/rpc"


def test_the_answer_to_another_request_is_not_taken(serve: Serve) -> None:
    url = "http://" + serve(answer=b'{"jsonrpc": "2.0", "id": 77, "result": "0x1"}')
    with pytest.raises(ValueError, match="another request"):
        HttpEndpoint(url, 5).make_request("eth_chainId", [])
    with pytest.raises(ChainUnreachable, match="did not answer"):
        RpcChain(url).request("anvil_nodeInfo")


def test_a_refusal_of_whatever_was_asked_needs_no_id(serve: Serve) -> None:
    url = "http://" + serve(answer=b'{"id": null, "error": {"code": -32005, "message": "too many"}}')
    assert HttpEndpoint(url, 5).make_request("eth_chainId", [])["error"]["code"] == -32005


def test_several_requests_are_one_round_trip_and_answered_in_their_order(
    serve: Serve, seen: list[Any]
) -> None:
    chain = RpcChain(f"http://{serve()}")
    assert chain.request_many("eth_call", [["0x1"], ["0x2"], ["0x3"]]) == ["0x1", "0x2", "0x3"]
    assert [len(body) for _, _, body, _ in seen] == [3]


@pytest.mark.parametrize(
    "answer",
    [
        b"{}",
        b"[]",
        b"null",
        b'{"id": null, "error": {"code": -32600, "message": "no batches"}}',
        b'[{"id": 1, "result": 1}]',
        b'[{"id": 1, "result": 1}, {"id": 1, "result": 1}]',
        b'[{"id": 1, "result": 1}, {"id": 3, "result": 1}]',
        b'[{"id": 1, "result": 1}, {"id": [2], "result": 1}]',
        b'[{"id": 1, "result": 1}, 2]',
    ],
)
def test_answers_that_are_not_one_for_each_request_are_not_taken(serve: Serve, answer: bytes) -> None:
    with pytest.raises(ChainUnreachable):
        RpcChain(f"http://{serve(answer=answer)}").request_many("eth_call", [[], []])


def test_one_of_several_that_fails_fails_no_other(serve: Serve) -> None:
    answer = (
        b'[{"id": 2, "error": {"code": 3, "message": "reverted", "data": "0x"}}, {"id": 1, "result": "0x5"}]'
    )
    first, second = RpcChain(f"http://{serve(answer=answer)}").request_many("eth_call", [[], []])
    assert first == "0x5"
    assert isinstance(second, TransactionFailed)
