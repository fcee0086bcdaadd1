"""
Answers of `/ipfs`: blocks and CARs that the receiver can verify, and files for people.

After the IPFS specifications "Trustless Gateway" (raw, car) and "Path Gateway" (files). Content under a CID
never changes, so every answer may be kept for ever. Every block is checked against its CID by the store
before it is sent.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from itertools import chain
from typing import BinaryIO, Literal, cast

from starlette.responses import Response, StreamingResponse

from frontend_api import media
from resonance_dao.errors import InputInvalid, NotFound
from resonance_dao.evidence import evidence, tree
from resonance_dao.evidence.cid import Cid
from resonance_dao.evidence.store import EvidenceStore

Form = Literal["file", "raw", "car"]
RAW_TYPE = "application/vnd.ipld.raw"
CAR_TYPE = "application/vnd.ipld.car; version=1; order=dfs; dups=n"
_CHUNK_BYTES = 65_536
_SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def wanted_form(query: str | None, accept: str | None) -> Form:
    """Return what is asked for; the query counts before the Accept header."""
    if query is not None:
        if query not in ("raw", "car"):
            raise InputInvalid("format", query, "must be raw or car, or be left out for the file itself")
        return "raw" if query == "raw" else "car"
    if accept and "application/vnd.ipld.raw" in accept:
        return "raw"
    return "car" if accept and "application/vnd.ipld.car" in accept else "file"


def answer(store: EvidenceStore, cid: Cid, path: str, form: Form, known: str | None) -> Response:
    """Return the content at `cid`/`path`; 304 when the caller's `If-None-Match` names it already."""
    if not store.has_block(cid):
        raise NotFound(
            f"{cid} is not kept here",
            hint="Ask another IPFS gateway; the CID proves the content from anywhere.",
        )
    found = tree.resolve(cid, path, store.get_block) if path else cid
    headers = _headers(cid, found, path, form)
    if known is not None and headers["ETag"] in (mark.strip() for mark in known.split(",")):
        return Response(status_code=304, headers=headers)
    show: dict[Form, Callable[[EvidenceStore, Cid, dict[str, str]], Response]] = {
        "raw": _raw,
        "car": _car,
        "file": _file,
    }
    return show[form](store, found, headers)


def _headers(root: Cid, found: Cid, path: str, form: Form) -> dict[str, str]:
    mark = f'"{found}"' if form == "file" else f'"{found}.{form}"'
    return {
        "ETag": mark,
        "Cache-Control": "public, max-age=29030400, immutable",
        "X-Content-Type-Options": "nosniff",
        "X-Ipfs-Path": f"/ipfs/{root}"
        + (f"/{path}" if path.isascii() and path.isprintable() and path else ""),
        "Content-Security-Policy": _SANDBOX,
        "Vary": "Accept",
    }


def _raw(store: EvidenceStore, cid: Cid, headers: dict[str, str]) -> Response:
    attached = {"Content-Disposition": f'attachment; filename="{cid}.bin"'}
    return Response(store.get_block(cid), headers={**headers, **attached}, media_type=RAW_TYPE)


def _car(store: EvidenceStore, cid: Cid, headers: dict[str, str]) -> Response:
    # Written to a file first: a block that is missing is then a problem, not a broken stream.
    spool = tempfile.SpooledTemporaryFile(max_size=1_000_000)  # noqa: SIM115  closed by the stream
    evidence.export_car(store, [cid], cast("BinaryIO", spool))
    length = spool.tell()
    spool.seek(0)

    def stream() -> Iterator[bytes]:
        with spool:
            while part := spool.read(_CHUNK_BYTES):
                yield part

    attached = {"Content-Disposition": f'attachment; filename="{cid}.car"', "Content-Length": str(length)}
    return StreamingResponse(stream(), headers={**headers, **attached}, media_type=CAR_TYPE)


def _file(store: EvidenceStore, cid: Cid, headers: dict[str, str]) -> Response:
    facts = tree.stat(cid, store.get_block)
    if facts.kind != "file":
        names = [entry.name for entry in tree.list_directory(cid, store.get_block)]
        raise NotFound(
            f"{cid} is a directory",
            hint=f"Add one of its names to the path ({', '.join(names[:20])}), or ask with ?format=car.",
        )
    parts = evidence.cat(store, cid)
    # The first part is read here, so that an altered or missing block is a problem and not a cut answer.
    head = next(parts, b"")
    kind = media.media_type_of(head[: media.HEAD_BYTES])
    shown = "attachment" if kind == media.DOWNLOAD else "inline"
    extra = {"Content-Disposition": f'{shown}; filename="{cid}"', "Content-Length": str(facts.size)}
    return StreamingResponse(chain([head], parts), headers={**headers, **extra}, media_type=kind)
