"""
What an upload brought: one file, or several that become one directory.

The CID is computed before anything is kept, so that a repeated or mistaken upload leaves nothing behind. One
file's name is not kept; the names in a directory are part of its CID and as public as the content.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from fastapi import Request, Response, UploadFile
from fastapi.routing import APIRoute

from frontend_api import media
from resonance_dao.errors import InputInvalid
from resonance_dao.evidence import evidence
from resonance_dao.evidence.evidence import Added
from resonance_dao.evidence.sealed_file import HEADER_BYTES, MAGIC, SealedHeader
from resonance_dao.evidence.store import EvidenceStore
from resonance_dao.evidence.unixfs import check_name

MAX_FILES = 32
"""Small files wait in memory while a form is read; this bounds how many do."""
DIRECTORY = "inode/directory"


@dataclass(frozen=True)
class Upload:
    """Files by their names in the directory, or a single one, whose name is not kept."""

    files: dict[str, BinaryIO]

    @classmethod
    def of(cls, files: Sequence[UploadFile]) -> Upload:
        """Take a form's files; `InputInvalid` names a name that is not plain, or stands twice."""
        if len(files) == 1:
            return cls({"": files[0].file})
        named: dict[str, BinaryIO] = {}
        for file in files:
            name = entry_name(file.filename or "")
            if name in named:
                raise InputInvalid("file", name, "stands twice", hint="Give each file a name of its own.")
            named[name] = file.file
        return cls(named)

    @property
    def media_type(self) -> str:
        """The file's media type by its first bytes, or that of a directory."""
        if len(self.files) > 1:
            return DIRECTORY
        return media.media_type_of(self._opened()[""].read(media.HEAD_BYTES))

    @property
    def sealed(self) -> SealedHeader | None:
        """The header of a sealed file, or None."""
        if len(self.files) > 1:
            return None
        head = self._opened()[""].read(HEADER_BYTES)
        return SealedHeader.from_bytes(head) if head.startswith(MAGIC) else None

    @property
    def size(self) -> int:
        """The bytes of all files together."""
        return sum(file.seek(0, io.SEEK_END) for file in self.files.values())

    def cid(self) -> str:
        """Return the CID that keeping it would give."""
        files = self._opened()
        return str(evidence.cid_of_files(files) if len(files) > 1 else evidence.cid_of_file(files[""]))

    def keep(self, store: EvidenceStore, max_bytes: int) -> Added:
        """Add and pin it; `InputInvalid` when a file is empty or all together pass `max_bytes`."""
        files = self._opened()
        if len(files) > 1:
            return evidence.add_evidence_files(store, files, max_bytes=max_bytes)
        return evidence.add_evidence(store, files[""], max_bytes=max_bytes)

    def _opened(self) -> dict[str, BinaryIO]:
        for file in self.files.values():
            file.seek(0)
        return self.files


def entry_name(given: str) -> str:
    """
    Return a file's name as it stands in a directory: in Unicode's composed form (NFC).

    `InputInvalid` for a path, a name that starts with a dot or a space, and one with control characters or
    marks that show text in another order than it is written in.
    """
    name = unicodedata.normalize("NFC", given)
    check_name(name)
    if not name.isprintable() or name.startswith(".") or name != name.strip():
        rule = "must be one line without control characters, and not start with a dot or a space"
        raise InputInvalid("file", given, rule)
    return name


class UploadRequest(Request):
    """A request whose form holds at most `MAX_FILES` files."""

    def form(self, **_: Any) -> Any:
        """Read the form."""
        return super().form(max_files=MAX_FILES, max_fields=8)


class UploadRoute(APIRoute):
    """A route that reads its form within bounds."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler, given the bounded request in place of the plain one."""
        handler = super().get_route_handler()

        async def bounded(request: Request) -> Response:
            return await handler(UploadRequest(request.scope, request.receive))

        return bounded
