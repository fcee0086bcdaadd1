"""
Answers of `/ipfs`: blocks and CARs that the receiver can verify, and files for people.

After the IPFS specifications "Trustless Gateway" (raw, car) and "Path Gateway" (files). Content under a CID
never changes, so every answer may be kept for ever. Every block is checked against its CID by the store
before it is sent.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any, BinaryIO, Literal, cast

from starlette.responses import Response, StreamingResponse

from frontend_api import media
from frontend_api.byte_range import ByteRange, wanted_range
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


@dataclass(frozen=True)
class Asked:
    """
    How content is asked for: its form, the `If-None-Match`, `Range` and `If-Range` headers, and whether only
    the head of the answer is wanted.
    """

    form: Form = "file"
    known: str | None = None
    range: str | None = None
    if_range: str | None = None
    head_only: bool = False


def answer(store: EvidenceStore, cid: Cid, path: str, asked: Asked) -> Response:
    """
    Return the content at `cid`/`path`; 304 when the caller's `If-None-Match` names it already, 206 or 416 for
    a range of a file's or block's bytes.
    """
    if not store.has_block(cid):
        raise NotFound(
            f"{cid} is not kept here",
            hint="Ask another IPFS gateway; the CID proves the content from anywhere.",
        )
    found = tree.resolve(cid, path, store.get_block) if path else cid
    headers = _headers(cid, found, path, asked.form)
    if asked.known is not None and headers["ETag"] in (mark.strip() for mark in asked.known.split(",")):
        return Response(status_code=304, headers=headers)
    show: dict[Form, Callable[[EvidenceStore, Cid, dict[str, str], Asked], Response]] = {
        "raw": _raw,
        "car": _car,
        "file": _file,
    }
    return show[asked.form](store, found, headers, asked)


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


def _raw(store: EvidenceStore, cid: Cid, headers: dict[str, str], asked: Asked) -> Response:
    block = store.get_block(cid)
    attached = {**headers, "Content-Disposition": f'attachment; filename="{cid}.bin"'}
    part = _part(len(block), attached, asked)
    return _sent(lambda: iter([block[part.start : part.end]]), part, len(block), attached, RAW_TYPE, asked)


def _car(store: EvidenceStore, cid: Cid, headers: dict[str, str], asked: Asked) -> Response:
    attached = {**headers, "Content-Disposition": f'attachment; filename="{cid}.car"'}
    if asked.head_only:
        # Its length is known only when it is made, and a head is to be cheap.
        return Response(headers=attached, media_type=CAR_TYPE)
    # Written to a file first: a block that is missing is then a problem, not a broken stream.
    spool = tempfile.SpooledTemporaryFile(max_size=1_000_000)  # noqa: SIM115  closed by the stream
    evidence.export_car(store, [cid], cast("BinaryIO", spool))
    length = spool.tell()
    spool.seek(0)

    def stream() -> Iterator[bytes]:
        with spool:
            while part := spool.read(_CHUNK_BYTES):
                yield part

    return StreamingResponse(
        stream(), headers={**attached, "Content-Length": str(length)}, media_type=CAR_TYPE
    )


def _file(store: EvidenceStore, cid: Cid, headers: dict[str, str], asked: Asked) -> Response:
    facts = tree.stat(cid, store.get_block)
    if facts.kind != "file":
        names = [entry.name for entry in tree.list_directory(cid, store.get_block)]
        raise NotFound(
            f"{cid} is a directory",
            hint=f"Add one of its names to the path ({', '.join(names[:20])}), or ask with ?format=car.",
        )
    head = b"".join(evidence.cat(store, cid, end=media.HEAD_BYTES))
    kind = media.media_type_of(head)
    shown = "attachment" if kind == media.DOWNLOAD else "inline"
    attached = {**headers, "Content-Disposition": f'{shown}; filename="{cid}"'}
    part = _part(facts.size, attached, asked)
    return _sent(
        lambda: evidence.cat(store, cid, start=part.start, end=part.end),
        part,
        facts.size,
        attached,
        kind,
        asked,
    )


def _part(size: int, headers: dict[str, str], asked: Asked) -> ByteRange:
    """Return which bytes to send; a condition that names other content asks for everything."""
    is_current = asked.if_range in (None, headers["ETag"])
    return (wanted_range(asked.range, size) if is_current else None) or ByteRange(0, size)


def _sent(
    content: Callable[[], Iterator[bytes]],
    part: ByteRange,
    size: int,
    headers: dict[str, str],
    media_type: str,
    asked: Asked,
) -> Response:
    is_whole = part == ByteRange(0, size)
    extra = {"Accept-Ranges": "bytes", "Content-Length": str(part.end - part.start)}
    if not is_whole:
        extra["Content-Range"] = part.to_header(size)
    told: dict[str, Any] = {"headers": {**headers, **extra}, "media_type": media_type}
    told["status_code"] = 200 if is_whole else 206
    if asked.head_only:
        return Response(**told)
    parts = content()
    # The first part is read here, so that an altered or missing block is a problem and not a cut answer.
    first = next(parts, b"")
    return StreamingResponse(chain([first], parts), **told)
