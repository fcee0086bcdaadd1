"""
What an auditor reads from: a gateway over HTTP, or a folder of blocks. Neither is trusted.

A gateway is asked for raw blocks (the trustless gateway,
https://specs.ipfs.tech/http-gateways/trustless-gateway/), and every block is hashed here, so a gateway can
refuse but not lie.

>>> import tempfile
>>> folder = Path(tempfile.mkdtemp())
>>> cid = Cid.of(b"hello")
>>> _ = (folder / str(cid)).write_bytes(b"hello")
>>> DirectorySource(folder).get_block(cid)
b'hello'
"""

from __future__ import annotations

from pathlib import Path

import httpx

from resonance_dao.errors import EvidenceMismatch, EvidenceUnavailable, InputInvalid
from resonance_dao.evidence.cid import Cid
from resonance_dao.evidence.embedded import block_path, read_block
from resonance_dao.evidence.store import MAX_BLOCK_BYTES
from resonance_dao.secret_url import check_endpoint, failure

_RAW_BLOCK = "application/vnd.ipld.raw"


class DirectorySource:
    """
    A folder of blocks: an embedded store's, or any folder with one file per block named by its CID.
    Read only.
    """

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise InputInvalid("folder", str(folder), "must be a folder that exists")
        self.folder = folder

    @property
    def name(self) -> str:
        """The folder's path."""
        return str(self.folder)

    def get_block(self, cid: Cid) -> bytes:
        """Read a block, verified."""
        flat = self.folder / str(cid)
        return read_block(flat if flat.is_file() else block_path(self.folder, cid), cid)


class HttpBlockSource:
    """
    A gateway's raw blocks, verified.

    `base_url` is the part before `/ipfs/`, and `field` names what it was given as. No redirect is followed:
    an auditor named this host and no other. A block over 2 MiB is refused while it arrives; `timeout_s`
    bounds the wait for each part. Close it, or use it as a context.
    """

    def __init__(
        self,
        base_url: str,
        *,
        field: str = "base_url",
        timeout_s: float = 30,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.name = check_endpoint(base_url, field)
        """What may be shown of the address: its path may be a key."""
        self._base_url = base_url.rstrip("/")
        self._client = httpx.Client(timeout=timeout_s, follow_redirects=False, transport=transport)

    def get_block(self, cid: Cid) -> bytes:
        """
        Fetch a block: `EvidenceUnavailable` unless it comes, `EvidenceMismatch` unless it is the
        right one.
        """
        url = f"{self._base_url}/ipfs/{cid}"
        try:
            with self._client.stream(
                "GET", url, params={"format": "raw"}, headers={"Accept": _RAW_BLOCK}
            ) as answer:
                block = self._read(cid, answer)
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as exc:
            # A host that cannot be one raises `UnicodeError`.
            raise self._unavailable(cid, failure(exc)) from None
        cid.verify(block, self.name)
        return block

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def __enter__(self) -> HttpBlockSource:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read(self, cid: Cid, answer: httpx.Response) -> bytes:
        if answer.status_code != httpx.codes.OK:
            raise self._unavailable(cid, f"it answered with status {answer.status_code}")
        block = bytearray()
        for part in answer.iter_bytes():
            block += part
            if len(block) > MAX_BLOCK_BYTES:
                message = f"{self.name} gave more than {MAX_BLOCK_BYTES} bytes for {cid}: that is no block"
                raise EvidenceMismatch(message, cid=str(cid), where=self.name)
        return bytes(block)

    def _unavailable(self, cid: Cid, reason: str) -> EvidenceUnavailable:
        hint = "Try another gateway, or a copy of the evidence folder."
        return EvidenceUnavailable(f"{self.name} did not give {cid}: {reason}", hint=hint, cid=str(cid))
