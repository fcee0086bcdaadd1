"""
Whether the disk has room for an upload. A disk that evidence has filled could take no receipt, no
transaction and no record either, so a share of it is never given to uploads.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from frontend_api.parts import Parts
from frontend_api.problems import RequestRefused

FLOOR_BYTES = 256 * 2**20
"""What uploads leave to the journal."""


def require(places: Iterable[Path], size: int) -> None:
    """
    Refuse `size` bytes (507) where less than twice as much is free, or less than `FLOOR_BYTES`: blocks are
    written beside the upload, which waits on a disk itself.
    """
    needed = max(2 * size, FLOOR_BYTES)
    for place in places:
        if _free(place) < needed:
            raise RequestRefused(507, "storage_full", "there is no room for more evidence on this gateway")


def places_of(parts: Parts) -> list[Path]:
    """Return the folders on this machine that an upload or its record is written to."""
    store, file = parts.store, parts.journal.database.file
    folders = (getattr(getattr(store, "primary", store), "folder", None), file and file.parent)
    return [folder for folder in folders if isinstance(folder, Path)]


def _free(place: Path) -> int:
    there = next(folder for folder in (place, *place.absolute().parents) if folder.exists())
    return shutil.disk_usage(there).free
