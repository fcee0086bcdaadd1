"""
The verbs: add evidence, read it, take it elsewhere. They work on every store alike.

What is added is pinned, and pinning reads it back. `Added` carries the CID with the profile it was made by,
and what each store said of the pin: a mirror's failure is there to be disclosed.

>>> import io, tempfile
>>> from resonance_dao.evidence.embedded import EmbeddedStore
>>> store = EmbeddedStore(Path(tempfile.mkdtemp()))
>>> added = add_evidence_files(store, {"note.txt": io.BytesIO(b"sweet")}, max_bytes=1_000_000)
>>> read_bytes(store, added.cid, path="note.txt", max_bytes=100)
b'sweet'
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from resonance_dao.errors import InputInvalid
from resonance_dao.evidence import car, tree
from resonance_dao.evidence.budget import Budget
from resonance_dao.evidence.cid import RAW, Cid
from resonance_dao.evidence.store import BlockSource, EvidenceStore, PinReport
from resonance_dao.evidence.unixfs import (
    KUBO_CID_V1,
    Entry,
    Profile,
    Readable,
    build_directory,
    build_file,
    check_name,
)

MAX_RECORD_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Added:
    """
    Something that was added: its CID, its content's bytes, how it was cut, and what each store said of
    the pin.
    """

    cid: Cid
    size: int
    profile: str
    pins: tuple[PinReport, ...]

    @property
    def text(self) -> str:
        """The CID as text."""
        return str(self.cid)

    @property
    def failed(self) -> tuple[PinReport, ...]:
        """The reports of stores that did not pin it and are not about to: to be disclosed and tried again."""
        return tuple(report for report in self.pins if not (report.ok or report.pending))


def add_bytes(store: EvidenceStore, data: bytes) -> Added:
    """Add one block as it is, for records: the CID is the raw SHA-256 of `data`, at most 1 MiB."""
    if len(data) > MAX_RECORD_BYTES:
        raise InputInvalid("data", f"{len(data)} bytes", f"must be at most {MAX_RECORD_BYTES} bytes")
    cid = Cid.of(data, RAW)
    store.put_block(cid, data)
    return Added(cid, len(data), "raw", store.pin(cid))


def add_file(store: EvidenceStore, stream: Readable, *, max_bytes: int | None = None) -> Added:
    """Add a stream as `ipfs add --cid-version 1` does; `InputInvalid` once it passes `max_bytes`."""
    return _pinned(store, build_file(Budget(max_bytes).meter(stream, "file"), store.put_block))


def add_directory(
    store: EvidenceStore, folder: Path, *, max_bytes: int | None = None, hidden: bool = False
) -> Added:
    """
    Add a folder as `ipfs add -r --cid-version 1` does: names starting with a dot are left out unless
    `hidden`.

    `max_bytes` bounds the sum of all files. A symbolic link, socket or device is refused: it could lead
    anywhere.
    """
    if not folder.is_dir() or folder.is_symlink():
        raise InputInvalid("folder", str(folder), "must be a folder that exists")
    return _pinned(store, _build_folder(store, folder, Budget(max_bytes), hidden))


def add_evidence(store: EvidenceStore, stream: Readable, *, max_bytes: int) -> Added:
    """
    Add a submission's one file; `InputInvalid` when it is empty or passes `max_bytes`, and then nothing
    is pinned.
    """
    return _pinned(store, _build_evidence(store, stream, "evidence", Budget(max_bytes)))


def add_evidence_files(store: EvidenceStore, files: Mapping[str, Readable], *, max_bytes: int) -> Added:
    """
    Add a submission's named files as one directory.

    `InputInvalid` when there is none, one is empty, a name is not a plain file name, or together they pass
    `max_bytes`; then nothing is pinned.
    """
    if not files:
        raise InputInvalid("evidence", "no files", "must have at least one file")
    for name in files:
        check_name(name)
    budget = Budget(max_bytes)
    entries = {name: _build_evidence(store, file, name, budget) for name, file in files.items()}
    return _pinned(store, build_directory(entries, store.put_block))


def cat(
    source: BlockSource, cid: Cid, path: str = "", *, start: int = 0, end: int | None = None
) -> Iterator[bytes]:
    """
    Yield a file's content, or its bytes `start` to `end` (exclusive), verified block by block; `NotFound`
    when the path leads nowhere.
    """
    found = tree.resolve(cid, path, source.get_block)
    return tree.read_range(found, start, end, source.get_block)


def read_bytes(source: BlockSource, cid: Cid, *, max_bytes: int, path: str = "") -> bytes:
    """Give a file's content whole; `InputInvalid` once it passes `max_bytes`, whatever its node declares."""
    budget, content = Budget(max_bytes), bytearray()
    for part in cat(source, cid, path):
        budget.spend(len(part), str(cid))
        content += part
    return bytes(content)


def export_car(source: BlockSource, roots: Sequence[Cid], out: BinaryIO) -> int:
    """Write the DAGs below `roots` as one CARv1 stream; return how many blocks it holds."""
    return car.write_car(roots, source.get_block, out)


def import_car(store: EvidenceStore, stream: Readable) -> tuple[Added, ...]:
    """
    Keep a CARv1 stream's blocks and pin its roots; a root whose DAG is not whole is
    `EvidenceUnavailable`.
    """
    roots = car.read_car(stream, store.put_block)
    return tuple(
        Added(root, tree.stat(root, store.get_block).size, "imported", store.pin(root)) for root in roots
    )


def cid_of_file(stream: Readable, profile: Profile = KUBO_CID_V1) -> Cid:
    """Compute the CID that adding a stream would give, storing nothing."""
    return build_file(stream, _forget, profile).cid


def cid_of_files(files: Mapping[str, Readable]) -> Cid:
    """Compute the CID of the directory that `add_evidence_files` would make, storing nothing."""
    return build_directory({name: build_file(file, _forget) for name, file in files.items()}, _forget).cid


def _pinned(store: EvidenceStore, entry: Entry) -> Added:
    return Added(entry.cid, entry.size, KUBO_CID_V1.name, store.pin(entry.cid))


def _build_evidence(store: EvidenceStore, stream: Readable, field: str, budget: Budget) -> Entry:
    metered = budget.meter(stream, field)
    entry = build_file(metered, store.put_block)
    metered.refuse_empty()
    return entry


def _build_folder(store: EvidenceStore, folder: Path, budget: Budget, hidden: bool) -> Entry:
    entries = {}
    for path in sorted(folder.iterdir()):
        if hidden or not path.name.startswith("."):
            check_name(path.name)
            entries[path.name] = _build_path(store, path, budget, hidden)
    return build_directory(entries, store.put_block)


def _build_path(store: EvidenceStore, path: Path, budget: Budget, hidden: bool) -> Entry:
    if path.is_symlink() or not (path.is_file() or path.is_dir()):
        raise InputInvalid("folder", str(path), "must hold plain files and folders only")
    if path.is_dir():
        return _build_folder(store, path, budget, hidden)
    try:
        with path.open("rb") as file:
            return build_file(budget.meter(file, str(path)), store.put_block)
    except OSError as exc:
        raise InputInvalid("folder", str(path), f"cannot be read: {exc.strerror}") from exc


def _forget(_cid: Cid, _block: bytes) -> None:
    return None
