"""
Reading: blocks become files and directories again.

Everything takes `get_block` (`store.get_block` of any store or source), so one code reads a folder, a daemon,
a gateway and a dictionary. The blocks may be a stranger's: sizes are checked against what was declared, depth
and entry names against what is sane, and a node that is not UnixFS is `InputInvalid`. `get_block` itself
answers for the hashes.

>>> import io
>>> from resonance_dao.evidence.unixfs import build_directory, build_file
>>> blocks = {}
>>> note = build_file(io.BytesIO(b"sweet"), blocks.__setitem__)
>>> root = build_directory({"note.txt": note}, blocks.__setitem__)
>>> b"".join(read_file(resolve(root.cid, "note.txt", blocks.__getitem__), blocks.__getitem__))
b'sweet'
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from resonance_dao.errors import InputInvalid, NotFound
from resonance_dao.evidence import dagcbor
from resonance_dao.evidence.cid import DAG_CBOR, DAG_PB, Cid
from resonance_dao.evidence.dagpb import Node, decode
from resonance_dao.evidence.store import GetBlock
from resonance_dao.evidence.unixfs import DIRECTORY, FILE, Facts, check_name, decode_facts

_RAW_NODE = 0
_SHARDED = 5
_MAX_DEPTH = 32


@dataclass(frozen=True)
class NodeFacts:
    """
    What a CID leads to; `size` is a file's bytes, and for a directory those of all blocks below it, as
    declared.
    """

    cid: Cid
    kind: Literal["file", "directory"]
    size: int


@dataclass(frozen=True)
class DirectoryEntry:
    """One line of a directory; `tsize` is the declared bytes of all blocks below it."""

    name: str
    cid: Cid
    tsize: int


def stat(cid: Cid, get_block: GetBlock) -> NodeFacts:
    """Say what a CID leads to, reading one block."""
    if cid.codec != DAG_PB:
        return NodeFacts(cid, "file", len(get_block(cid)))
    node, facts = _open(cid, get_block)
    if facts.kind == DIRECTORY:
        return NodeFacts(cid, "directory", sum(link.tsize for link in node.links))
    return NodeFacts(cid, "file", facts.size)


def list_directory(cid: Cid, get_block: GetBlock) -> tuple[DirectoryEntry, ...]:
    """List a directory, sorted by the bytes of the names; `InputInvalid` when it is a file."""
    if cid.codec != DAG_PB:
        raise InputInvalid("cid", str(cid), "is a file, not a directory")
    node, facts = _open(cid, get_block)
    if facts.kind != DIRECTORY:
        raise InputInvalid("cid", str(cid), "is a file, not a directory")
    return tuple(DirectoryEntry(link.name, link.cid, link.tsize) for link in node.links)


def resolve(cid: Cid, path: str, get_block: GetBlock) -> Cid:
    """
    Follow a path like `photos/1.png` down from `cid`; an empty path is `cid` itself. `NotFound` names
    the step.
    """
    for name in [step for step in path.split("/") if step]:
        if stat(cid, get_block).kind != "directory":
            raise NotFound(
                f"{cid} is a file: there is no {name!r} in it", hint="Leave the rest of the path out."
            )
        found = {entry.name: entry.cid for entry in list_directory(cid, get_block)}
        if name not in found:
            raise NotFound(f"{cid} has no entry {name!r}", hint="List the directory to see its entries.")
        cid = found[name]
    return cid


def read_file(cid: Cid, get_block: GetBlock) -> Iterator[bytes]:
    """Yield a file's content block by block, in order; `InputInvalid` when it is a directory or malformed."""
    return read_range(cid, 0, None, get_block)


def read_range(cid: Cid, start: int, end: int | None, get_block: GetBlock) -> Iterator[bytes]:
    """
    Yield the bytes `start` to `end` (exclusive; None: to the end) of a file, reading only the blocks that
    hold them; errors as `read_file`.
    """
    waiting: list[tuple[Cid, int | None, int, int]] = [(cid, None, 0, 0)]
    while waiting:
        current, declared, place, depth = waiting.pop()
        if depth > _MAX_DEPTH:
            raise InputInvalid("cid", str(cid), f"is a file nested deeper than {_MAX_DEPTH} levels")
        if _is_outside(place, declared, start, end):
            continue
        content, children, size = _read_part(current, get_block)
        if declared is not None and declared != size:
            raise InputInvalid("cid", str(current), f"has {size} bytes where its parent declares {declared}")
        waiting.extend(reversed(list(_placed(children, place + len(content), depth + 1))))
        if part := content[max(0, start - place) : None if end is None else max(0, end - place)]:
            yield part


def walk(cid: Cid, get_block: GetBlock) -> Iterator[tuple[Cid, bytes]]:
    """Yield every block of the DAG once, parents before children, in the order of their links."""
    seen: set[Cid] = set()
    waiting = [cid]
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        block = get_block(current)
        yield current, block
        waiting.extend(reversed(links_of(current, block)))


def links_of(cid: Cid, block: bytes) -> tuple[Cid, ...]:
    """Give the CIDs a block points to, by its codec; `InputInvalid` when the block is not of that codec."""
    if cid.codec == DAG_PB:
        return tuple(link.cid for link in decode(block).links)
    return dagcbor.links(block) if cid.codec == DAG_CBOR else ()


def _is_outside(place: int, size: int | None, start: int, end: int | None) -> bool:
    # A part without a byte is read all the same: whatever hangs below it must be well-formed.
    if size is None or size == 0:
        return False
    return place + size <= start or (end is not None and place >= end)


def _placed(
    children: list[tuple[Cid, int]], place: int, depth: int
) -> Iterator[tuple[Cid, int | None, int, int]]:
    for child, size in children:
        yield child, size, place, depth
        place += size


def _open(cid: Cid, get_block: GetBlock) -> tuple[Node, Facts]:
    node = decode(get_block(cid))
    try:
        facts = decode_facts(node.data)
    except ValueError as exc:
        raise InputInvalid("cid", str(cid), f"is not UnixFS: {exc}") from exc
    if facts.kind == _SHARDED:
        raise InputInvalid("cid", str(cid), "is a sharded directory, which is not read here")
    if facts.kind not in (_RAW_NODE, DIRECTORY, FILE):
        raise InputInvalid("cid", str(cid), "is neither a file nor a directory")
    if facts.kind == DIRECTORY:
        _check_names(cid, node)
    return node, facts


def _check_names(cid: Cid, node: Node) -> None:
    names = [link.name for link in node.links]
    for name in names:
        check_name(name)
    if len(set(names)) != len(names):
        raise InputInvalid("cid", str(cid), "has two entries of one name")


def _read_part(cid: Cid, get_block: GetBlock) -> tuple[bytes, list[tuple[Cid, int]], int]:
    if cid.codec != DAG_PB:
        block = get_block(cid)
        return block, [], len(block)
    node, facts = _open(cid, get_block)
    if facts.kind == DIRECTORY:
        raise InputInvalid("cid", str(cid), "is a directory: name a file in it")
    size = len(facts.data) + sum(facts.child_sizes)
    if len(facts.child_sizes) != len(node.links) or (facts.size != size and node.links):
        raise InputInvalid("cid", str(cid), "declares sizes that do not fit its links")
    return (
        facts.data,
        [(link.cid, size) for link, size in zip(node.links, facts.child_sizes, strict=True)],
        size,
    )
