"""
The embedded store: blocks and pins as files in a folder.

    <folder>/blocks/<2 letters>/<cid>     one block; the folder can be copied, and read by an auditor as it is
    <folder>/pins/<cid>                   an empty file for each pinned root
    <folder>/incoming/                    blocks being written; what a crash leaves here may be deleted
    <folder>/discarded/                   blocks of no pin, waiting to be deleted; see `collecting`

A block appears under its name only when it is whole and on disk (write, fsync, rename, fsync of the folder),
so kill -9 at any point leaves a block or none, and several processes may write the same folder. Every read is
hashed again.

>>> import tempfile
>>> store = EmbeddedStore(Path(tempfile.mkdtemp()))
>>> cid = Cid.of(b"hello")
>>> store.put_block(cid, b"hello")
>>> store.pin(cid)[0].ok, store.get_block(cid)
(True, b'hello')
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from resonance_dao.errors import EvidenceMismatch, EvidenceUnavailable, InputInvalid
from resonance_dao.evidence.cid import Cid
from resonance_dao.evidence.store import MAX_BLOCK_BYTES, PinReport, check_block
from resonance_dao.evidence.tree import walk

_SHARD = slice(-3, -1)
"""
The letters that name a block's folder: the last one varies too little in base32, the ones before it fully.
"""


class EmbeddedStore:
    """
    A folder of blocks, made when first written to. An `EvidenceStore`; `name` tells copies apart in
    reports.
    """

    def __init__(self, folder: Path, *, name: str = "embedded") -> None:
        self.folder = folder
        self.name = name

    def put_block(self, cid: Cid, block: bytes) -> None:
        """Keep a block durably; a damaged one of the same name is replaced."""
        check_block(cid, block, "the caller")
        path = block_path(self.folder, cid)
        with suppress(EvidenceUnavailable, EvidenceMismatch):
            read_block(path, cid)
            # Whoever puts it wants it: to the collector it is a young block again.
            with suppress(OSError):
                os.utime(path)
            return
        _write(self.folder / "incoming", path, block)

    def get_block(self, cid: Cid) -> bytes:
        """Read a block and hash it again."""
        return read_block(block_path(self.folder, cid), cid)

    def has_block(self, cid: Cid) -> bool:
        """Say whether the block's file is there."""
        return block_path(self.folder, cid).is_file()

    def pin(self, cid: Cid) -> tuple[PinReport, ...]:
        """Read the whole DAG, then write the pin."""
        for _ in walk(cid, self.get_block):
            pass
        if not self.is_pinned(cid):
            _mark(self._pin_path(cid))
        return (PinReport(cid, self.name, ok=True, reason=""),)

    def unpin(self, cid: Cid) -> bool:
        """Take the pin away; False when there was none. The blocks stay until they are collected."""
        path = self._pin_path(cid)
        with _writing(path):
            if not path.is_file():
                return False
            path.unlink()
            sync_folder(path.parent)
        return True

    def is_pinned(self, cid: Cid) -> bool:
        """Say whether the pin's file is there."""
        return self._pin_path(cid).is_file()

    def pins(self) -> Iterator[Cid]:
        """Yield the pinned roots."""
        folder = self.folder / "pins"
        if folder.is_dir():
            for path in folder.iterdir():
                # What is not a CID (a file manager's own files) is not a pin.
                with suppress(InputInvalid):
                    yield Cid.parse(path.name)

    def _pin_path(self, cid: Cid) -> Path:
        return self.folder / "pins" / cid.as_v1().to_text()


def block_path(folder: Path, cid: Cid) -> Path:
    """Say where in a store's folder a block lies; both versions of a CID lie in one place."""
    text = cid.as_v1().to_text()
    return folder / "blocks" / text[_SHARD] / text


def read_block(path: Path, cid: Cid) -> bytes:
    """
    Read one block file, verified: `EvidenceUnavailable` when it is not there, `EvidenceMismatch` when
    altered.
    """
    try:
        with path.open("rb") as file:
            block = file.read(MAX_BLOCK_BYTES + 1)
    except OSError as exc:
        hint = "Fetch it from another source, or ask the operator to restore the folder."
        reason = "no such block" if isinstance(exc, FileNotFoundError) else str(exc.strerror)
        raise EvidenceUnavailable(
            f"{cid} cannot be read from {path}: {reason}", hint=hint, cid=str(cid)
        ) from exc
    cid.verify(block, str(path))
    return block


def write_durably(path: Path, content: bytes) -> None:
    """
    Write a file that is whole and on disk, or not there at all, and that its owner alone may read;
    `EvidenceUnavailable` when it cannot be written.
    """
    _write(path.parent, path, content)


def _write(incoming: Path, path: Path, content: bytes) -> None:
    with _writing(path):
        _make_folder(incoming)
        _make_folder(path.parent)
        handle, temporary = tempfile.mkstemp(dir=incoming, prefix=path.name + ".")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(temporary).unlink()
            raise
        sync_folder(path.parent)


def _mark(path: Path) -> None:
    # An empty file is whole the moment it exists: it needs no rename.
    with _writing(path):
        _make_folder(path.parent)
        path.touch()
        sync_folder(path.parent)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        hint = "Check the free space and the rights of that folder; the step can be repeated."
        raise EvidenceUnavailable(f"{path} cannot be written: {exc.strerror}", hint=hint) from exc


def _make_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Make what was renamed or removed in a folder survive a power cut."""
    # Windows cannot open a folder; its rename is durable once the journal is flushed.
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
