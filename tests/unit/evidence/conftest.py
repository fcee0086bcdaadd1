"""Blocks in memory, content to cut, the folder of vectors, and a server that answers as it is told."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from resonance_dao.errors import EvidenceUnavailable
from resonance_dao.evidence.cid import Cid
from resonance_dao.evidence.embedded import EmbeddedStore
from resonance_dao.evidence.store import PinReport, check_block
from resonance_dao.evidence.tree import walk

VECTORS = Path(__file__).parents[2] / "vectors" / "evidence"


class MemoryStore:
    """An EvidenceStore in a dictionary."""

    def __init__(self, name: str = "memory") -> None:
        self.name = name
        self.blocks: dict[Cid, bytes] = {}
        self.pinned: set[Cid] = set()

    def put_block(self, cid: Cid, block: bytes) -> None:
        check_block(cid, block, "the caller")
        self.blocks[cid] = block

    def get_block(self, cid: Cid) -> bytes:
        if cid not in self.blocks:
            raise EvidenceUnavailable(f"{self.name} has no {cid}")
        return self.blocks[cid]

    def has_block(self, cid: Cid) -> bool:
        return cid in self.blocks

    def pin(self, cid: Cid) -> tuple[PinReport, ...]:
        for _ in walk(cid, self.get_block):
            pass
        self.pinned.add(cid)
        return (PinReport(cid, self.name, ok=True, reason=""),)

    def is_pinned(self, cid: Cid) -> bool:
        return cid in self.pinned

    def pins(self) -> Iterator[Cid]:
        return iter(self.pinned)


class Server:
    """A local HTTP server: `answer(path)` gives status, headers and body; `paths` are the requests it saw."""

    def __init__(self) -> None:
        self.answer: Callable[[str], tuple[int, dict[str, str], bytes]] = lambda _path: (404, {}, b"")
        self.paths: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer.paths.append(self.path)
                _read_chunks(self.rfile) if self.headers.get("Transfer-Encoding") else None
                status, headers, body = outer.answer(self.path)
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST  # noqa: N815

            def log_message(self, *_: object) -> None:
                pass

        self.httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.httpd.server_port}"
        threading.Thread(target=self.httpd.serve_forever, args=(0.01,), daemon=True).start()


def _read_chunks(stream: Any) -> None:
    while size := int(stream.readline(), 16):
        stream.read(size + 2)
    stream.readline()


class Ramp:
    """`size` bytes, 0 to 250 over and over, given in uneven parts; no two chunks of 256 KiB are equal."""

    def __init__(self, size: int) -> None:
        self.place, self.size = 0, size

    def read(self, size: int, /) -> bytes:
        count = min(size, self.size - self.place, 100_003)
        start = self.place % 251
        self.place += count
        return (bytes(range(251)) * (count // 251 + 2))[start : start + count]


@pytest.fixture
def vectors() -> Callable[[str], Any]:
    return lambda name: json.loads((VECTORS / f"{name}.json").read_text("utf-8"))


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.httpd.shutdown()
    made.httpd.server_close()


@pytest.fixture
def ramp() -> type[Ramp]:
    return Ramp


@pytest.fixture
def another_memory() -> MemoryStore:
    return MemoryStore("another")


@pytest.fixture
def memory() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def embedded(tmp_path: Path) -> EmbeddedStore:
    return EmbeddedStore(tmp_path / "evidence")
