"""
Copies by upload: a whole DAG goes to an endpoint as one CARv1 stream.

For services that take content but do not fetch it from the network, as an embedded store is on none. The CAR
is written to a file first: its length is known then, and a block that is missing here never begins an upload.

>>> from resonance_dao.evidence.gateway import HttpBlockSource
>>> remote = Remote("https://pins.example/upload", "token", field="RESONANCE_CAR_UPLOAD_URL")
>>> CarUpload(remote, HttpBlockSource("https://pins.example")).name     # nothing is sent until a copy is made
'car-upload'
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import IO, BinaryIO, cast

from resonance_dao.evidence.car import write_car
from resonance_dao.evidence.cid import Cid
from resonance_dao.evidence.remote import Remote
from resonance_dao.evidence.replica import read_back
from resonance_dao.evidence.store import BlockSource, GetBlock, PinReport

CAR_TYPE = "application/vnd.ipld.car"
_IN_MEMORY_BYTES = 4 * 1024 * 1024
_PART_BYTES = 64 * 1024


class CarUpload:
    """
    An endpoint that takes a CAR as the body of a POST, as a place for copies. Whether a copy is there is seen
    by reading every block back from `source`, a gateway or store that serves what was uploaded.
    """

    def __init__(self, remote: Remote, source: BlockSource, *, name: str = "car-upload") -> None:
        self._remote, self.source, self.name = remote, source, name

    def copy(self, cid: Cid, get_block: GetBlock) -> PinReport:
        """Upload the DAG unless it is there, then read it back."""
        found = self.check(cid)
        if found.ok:
            return found
        send_car(self._remote, cid, get_block)
        return self.check(cid)

    def check(self, cid: Cid) -> PinReport:
        """Read every block back."""
        return read_back(cid, self.name, self.source)


def send_car(remote: Remote, cid: Cid, get_block: GetBlock) -> None:
    """Upload the DAG below `cid`; `EvidenceUnavailable` when a block is missing or it is not taken."""
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES) as spool:
        file = cast("BinaryIO", spool)
        write_car([cid], get_block, file)
        length = file.tell()
        file.seek(0)
        remote.post(_parts(file), length, CAR_TYPE)


def _parts(file: IO[bytes]) -> Iterator[bytes]:
    while part := file.read(_PART_BYTES):
        yield part
