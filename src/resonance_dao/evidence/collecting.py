"""
Collecting what no pin needs: blocks of refused uploads, of content that was unpinned, leftovers of crashes.

It may run beside writers, and loses nothing that one of them is about to pin. A block is first set aside
(`<folder>/discarded`), and only a later run, at least `grace_s` after, deletes it, unless a pin needs it by
then: such a block is put back. A block that is written again meanwhile is there again at once. So a block
would be lost only if a pin took longer than `grace_s` between reading it back and being marked.

>>> import io, tempfile
>>> from resonance_dao.evidence.evidence import add_file
>>> store = EmbeddedStore(Path(tempfile.mkdtemp()))
>>> _ = add_file(store, io.BytesIO(b"kept")), store.put_block(Cid.of(b"waste"), b"waste")
>>> collect(store, now=2**33), collect(store, now=2**33 + GRACE_S)
(Collected(kept=1, set_aside=1, deleted=0, restored=0), Collected(kept=1, set_aside=0, deleted=1, restored=0))
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from resonance_dao.errors import EvidenceUnavailable, InputInvalid, ResonanceError
from resonance_dao.evidence.cid import Cid
from resonance_dao.evidence.embedded import EmbeddedStore, block_path, read_block
from resonance_dao.evidence.tree import links_of

GRACE_S = 86_400
_WRITING_S = 3_600


@dataclass(frozen=True, slots=True)
class Collected:
    """How many blocks pins need, and how many were set aside, deleted and put back."""

    kept: int
    set_aside: int
    deleted: int
    restored: int

    def to_dict(self) -> dict[str, int]:
        """Return plain values for JSON."""
        return asdict(self)


def collect(store: EmbeddedStore, *, now: float, grace_s: int = GRACE_S) -> Collected:
    """
    Set aside blocks older than `grace_s` that no pin needs, and delete those that were set aside so long ago;
    `now` is unix s, as the file system's clock counts.

    `EvidenceUnavailable` when a pinned DAG is not whole: nothing is deleted before it is repaired, since what
    its missing block leads to is not known.
    """
    if grace_s < 0:
        raise InputInvalid("grace_s", grace_s, "must not be negative")
    needed, restored = _needed(store)
    deleted = _delete_discarded(store, needed, now - grace_s)
    set_aside = _set_aside(store, needed, now, now - grace_s)
    _delete_leftovers(store.folder / "incoming", now - max(grace_s, _WRITING_S))
    return Collected(len(needed), set_aside, deleted, restored)


def _needed(store: EmbeddedStore) -> tuple[set[str], int]:
    """Return the names of the blocks that pins need, and how many of them had to be put back."""
    needed: set[str] = set()
    waiting, restored = [root.as_v1() for root in store.pins()], 0
    while waiting:
        cid = waiting.pop()
        if str(cid) in needed:
            continue
        needed.add(str(cid))
        restored += _restore(store, cid)
        waiting += [child.as_v1() for child in links_of(cid, store.get_block(cid))]
    return needed, restored


def _restore(store: EmbeddedStore, cid: Cid) -> bool:
    aside = _discarded(store) / str(cid)
    if store.has_block(cid) or not aside.is_file():
        return False
    store.put_block(cid, read_block(aside, cid))
    return True


def _delete_discarded(store: EmbeddedStore, needed: set[str], until: float) -> int:
    deleted = 0
    for path in _files(_discarded(store)):
        is_back = path.name in needed
        if is_back or _changed(path) <= until:
            _unlink(path)
            deleted += not is_back
    return deleted


def _set_aside(store: EmbeddedStore, needed: set[str], now: float, until: float) -> int:
    count, aside = 0, _discarded(store)
    for folder in _folders(store.folder / "blocks"):
        for path in _files(folder):
            if path.name in needed or _changed(path) > until or not _is_block(store, path):
                continue
            with _working(path):
                aside.mkdir(exist_ok=True)
                # The clock of its deletion starts now.
                os.utime(path, (now, now))
                path.replace(aside / path.name)
            count += 1
    return count


def _is_block(store: EmbeddedStore, path: Path) -> bool:
    # What is no block of ours, a file manager's own files, is nobody's to delete here.
    try:
        return block_path(store.folder, Cid.parse(path.name)) == path
    except ResonanceError:
        return False


def _delete_leftovers(folder: Path, until: float) -> None:
    for path in _files(folder):
        if _changed(path) <= until:
            _unlink(path)


def _discarded(store: EmbeddedStore) -> Path:
    return store.folder / "discarded"


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in (sorted(folder.iterdir()) if folder.is_dir() else ()) if path.is_file())


def _folders(folder: Path) -> Iterator[Path]:
    return (path for path in (sorted(folder.iterdir()) if folder.is_dir() else ()) if path.is_dir())


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        # Somebody else has moved it meanwhile: too young to touch.
        return float("inf")


def _unlink(path: Path) -> None:
    with suppress(FileNotFoundError), _working(path):
        path.unlink()


@contextmanager
def _working(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as exc:
        raise EvidenceUnavailable(f"{path} cannot be collected: {exc.strerror}") from exc
