"""
UnixFS: files and directories become blocks, with the CIDs that `ipfs add --cid-version 1` gives.

A CID depends on how the bytes were cut, so the way is a value, a `Profile`, and is recorded beside every CID
(IPIP-499). `KUBO_CID_V1` is how Kubo cuts by default: 256 KiB chunks as raw leaves, at most 174 links a node,
balanced. Files are streamed: memory is one chunk and, per level of the tree, 174 links. Reading is in `tree`.

>>> import io
>>> blocks = {}
>>> root = build_file(io.BytesIO(b"hello" * 100_000), blocks.__setitem__)
>>> str(root.cid), root.size, len(blocks)
('bafybeid2bwxnhgvoohnapmr5w2zwz5o6ekncnvik2dkgfawkx3vtxbowri', 500000, 3)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from resonance_dao.errors import InputInvalid
from resonance_dao.evidence.cid import DAG_PB, RAW, Cid
from resonance_dao.evidence.dagpb import Link, Node, encode, field_bytes, field_number, fields
from resonance_dao.evidence.store import PutBlock

DIRECTORY = 1
FILE = 2

_MAX_NAME_BYTES = 255
_SHARDING_BYTES = 262_144
"""Names and CIDs of a directory at which Kubo begins to shard it."""


class Readable(Protocol):
    """The one thing asked of a binary stream."""

    def read(self, size: int, /) -> bytes:
        """Give at most `size` bytes, none only at the end."""


@dataclass(frozen=True)
class Profile:
    """How a file is cut and its blocks are named. `name` is recorded beside the CID."""

    name: str
    chunk_bytes: int
    max_links: int
    raw_leaves: bool
    cid_version: int


KUBO_CID_V1 = Profile("kubo-cid-v1", chunk_bytes=262_144, max_links=174, raw_leaves=True, cid_version=1)
UNIXFS_V0_2015 = Profile(
    "unixfs-v0-2015", chunk_bytes=262_144, max_links=174, raw_leaves=False, cid_version=0
)
"""Kubo's default before CIDv1; solc names its metadata this way at the end of bytecode."""


@dataclass(frozen=True)
class Entry:
    """A built file or directory: `size` is its content's bytes, `tsize` those of all its blocks."""

    cid: Cid
    tsize: int
    size: int


@dataclass(frozen=True)
class Facts:
    """
    The UnixFS message inside a node: `kind` as numbered in the format, `data`, and the children's
    sizes.
    """

    kind: int
    data: bytes
    size: int
    child_sizes: tuple[int, ...]


def build_file(stream: Readable, put_block: PutBlock, profile: Profile = KUBO_CID_V1) -> Entry:
    """Read a stream to its end and put its blocks, children before parents; return the root."""
    levels: list[list[Entry]] = [[]]
    chunk = read_fully(stream, profile.chunk_bytes)
    while True:
        _push(levels, 0, _build_leaf(chunk, put_block, profile), put_block, profile)
        chunk = read_fully(stream, profile.chunk_bytes)
        if not chunk:
            return _close(levels, put_block, profile)


def build_directory(entries: Mapping[str, Entry], put_block: PutBlock) -> Entry:
    """
    Put a directory node over entries that were built before.

    `InputInvalid` for a name that no file system would take, and for so many entries that Kubo would shard
    the directory (about 5,000): its CID would be another.
    """
    for name in entries:
        check_name(name)
    if sum(len(name.encode()) + len(e.cid.to_bytes()) for name, e in entries.items()) >= _SHARDING_BYTES:
        raise InputInvalid("directory", f"{len(entries)} entries", "has too many entries: use sub-folders")
    links = tuple(Link(name, entry.cid, entry.tsize) for name, entry in entries.items())
    block = encode(Node(links, field_number(1, DIRECTORY)))
    return _put_node(block, sum(e.size for e in entries.values()), entries.values(), put_block, version=1)


def check_name(name: str) -> None:
    """Refuse an entry name that could leave its folder, be lost, or not be written down (`InputInvalid`)."""
    if name in ("", ".", "..") or "/" in name or "\\" in name or "\0" in name:
        raise InputInvalid("name", name, "must be a plain file name")
    try:
        raw = name.encode("utf-8")
    except UnicodeEncodeError as exc:
        raise InputInvalid("name", name, "must be text in UTF-8") from exc
    if len(raw) > _MAX_NAME_BYTES:
        raise InputInvalid("name", name, f"must be at most {_MAX_NAME_BYTES} bytes")


def read_fully(stream: Readable, size: int) -> bytes:
    """Read `size` bytes, fewer only at the end: a raw stream may give less than it was asked for."""
    parts, missing = [], size
    while missing:
        part = stream.read(missing)
        if not part:
            break
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def decode_facts(data: bytes) -> Facts:
    """Read the UnixFS message of a node; `ValueError` when it is malformed."""
    kind, content, size, child_sizes = -1, b"", 0, []
    for number, value in fields(data):
        if number == 1 and isinstance(value, int):
            kind = value
        elif number == 2 and isinstance(value, bytes):
            content = value
        elif number == 3 and isinstance(value, int):
            size = value
        elif number == 4 and isinstance(value, int):
            child_sizes.append(value)
    return Facts(kind, content, size, tuple(child_sizes))


def _build_leaf(chunk: bytes, put_block: PutBlock, profile: Profile) -> Entry:
    if not profile.raw_leaves:
        content = field_bytes(2, chunk) if chunk else b""
        data = field_number(1, FILE) + content + field_number(3, len(chunk))
        return _put_node(encode(Node((), data)), len(chunk), (), put_block, profile.cid_version)
    cid = Cid.of(chunk, RAW)
    put_block(cid, chunk)
    return Entry(cid, tsize=len(chunk), size=len(chunk))


def _push(levels: list[list[Entry]], level: int, entry: Entry, put_block: PutBlock, profile: Profile) -> None:
    if level == len(levels):
        levels.append([])
    if len(levels[level]) == profile.max_links:
        parent = _build_parent(levels[level], put_block, profile)
        levels[level] = []
        _push(levels, level + 1, parent, put_block, profile)
    levels[level].append(entry)


def _close(levels: list[list[Entry]], put_block: PutBlock, profile: Profile) -> Entry:
    level = 0
    while level < len(levels) - 1 or len(levels[level]) > 1:
        parent = _build_parent(levels[level], put_block, profile)
        _push(levels, level + 1, parent, put_block, profile)
        level += 1
    return levels[level][0]


def _build_parent(children: Sequence[Entry], put_block: PutBlock, profile: Profile) -> Entry:
    size = sum(child.size for child in children)
    data = field_number(1, FILE) + field_number(3, size)
    data += b"".join(field_number(4, child.size) for child in children)
    links = tuple(Link("", child.cid, child.tsize) for child in children)
    return _put_node(encode(Node(links, data)), size, children, put_block, profile.cid_version)


def _put_node(block: bytes, size: int, children: Iterable[Entry], put_block: PutBlock, version: int) -> Entry:
    cid = Cid.of(block, DAG_PB)
    cid = cid if version == 1 else cid.as_v0()
    put_block(cid, block)
    return Entry(cid, tsize=len(block) + sum(child.tsize for child in children), size=size)
