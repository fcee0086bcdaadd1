"""
A Kubo daemon as a store, through its RPC (https://docs.ipfs.tech/reference/kubo/rpc/).

The daemon is trusted with keeping, not with naming: the CID it gives is compared with ours on every add,
every block it gives back is hashed, and a pin counts when the daemon lists it and the whole DAG was read
back.

    store = KuboStore(os.environ["IPFS_API_URL"])       # "http://127.0.0.1:5001" or "/ip4/127.0.0.1/tcp/5001"
    added = add_file(store, open("recipe.pdf", "rb"))   # as `ipfs add --cid-version 1 recipe.pdf`

>>> KuboStore("http://127.0.0.1:5001").name     # nothing is asked until a block is
'kubo'
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from resonance_dao.errors import EvidenceMismatch, EvidenceUnavailable, InputInvalid
from resonance_dao.evidence.base58 import decode_base58
from resonance_dao.evidence.cid import CODECS, RAW, Cid
from resonance_dao.evidence.kubo_client import api_address, failures, open_client
from resonance_dao.evidence.store import MAX_BLOCK_BYTES, PinReport, check_block
from resonance_dao.evidence.tree import walk

_MAX_ADD_BYTES = 1024 * 1024
_SEARCH_S = 5
_TEXT_BASE = {"cid-base": "base32"}
_T = TypeVar("_T")


class KuboStore:
    """
    The daemon at `api_url`. An `EvidenceStore`.

    `timeout_s` bounds each connection and each wait for data. `offline` keeps the daemon from asking the
    network: what it does not hold itself is then missing at once, instead of after a search.
    """

    name = "kubo"

    def __init__(self, api_url: str, *, timeout_s: float = 60, offline: bool = True) -> None:
        self.api_url = api_url
        # The daemon gives up a little before the client does, so that its words arrive.
        self._patience = {"timeout": f"{timeout_s * 0.9:g}s"}
        self._search = {"timeout": f"{min(_SEARCH_S, timeout_s / 2):g}s"}
        self._client = open_client(api_address(api_url), timeout_s, offline)
        self._legacy_put = False

    def put_block(self, cid: Cid, block: bytes) -> None:
        """Give the daemon a block and compare its CID with ours."""
        check_block(cid, block, "the caller")
        if cid.version == 1 and cid.codec == RAW and len(block) <= _MAX_ADD_BYTES:
            found = self._add(block)
        else:
            found = self._put(cid, block)
        if found.as_v1() != cid.as_v1():
            raise EvidenceMismatch(
                f"{self.api_url} named {found} what is {cid}",
                hint="Its import settings differ from Kubo's defaults, or it is no Kubo; nothing was pinned.",
                cid=str(cid),
                found=str(found),
            )

    def get_block(self, cid: Cid) -> bytes:
        """Read a block and hash it."""
        block = self._ask(f"give {cid}", lambda: self._client.block.get(str(cid), opts=dict(self._patience)))
        if not isinstance(block, bytes) or len(block) > MAX_BLOCK_BYTES:
            raise EvidenceMismatch(f"{self.api_url} gave something else than a block for {cid}", cid=str(cid))
        cid.verify(block, self.api_url)
        return block

    def has_block(self, cid: Cid) -> bool:
        """Ask whether the daemon holds the block itself."""
        # js-ipfs searches even when told to stay offline; a search out of time is an answer too: no.
        return self._is_known(
            f"look for {cid}", lambda: self._client.block.stat(str(cid), opts=dict(self._search))
        )

    def pin(self, cid: Cid) -> tuple[PinReport, ...]:
        """Pin recursively, then make sure that the daemon lists the pin and gives every block back."""
        self._ask(f"pin {cid}", lambda: self._client.pin.add(str(cid), opts=dict(self._patience)))
        if not self.is_pinned(cid):
            raise EvidenceUnavailable(f"{self.api_url} accepted the pin of {cid} but does not list it")
        for _ in walk(cid, self.get_block):
            pass
        return (PinReport(cid, self.name, ok=True, reason=""),)

    def is_pinned(self, cid: Cid) -> bool:
        """Ask whether this root is pinned recursively."""
        return self._is_known(
            f"list the pin of {cid}", lambda: self._client.pin.ls(str(cid), type="recursive")
        )

    def pins(self) -> Iterator[Cid]:
        """Yield the daemon's recursive pins, those of other programs too."""
        found = self._ask("list its pins", lambda: list(self._client.pin.ls(type="recursive")["Keys"]))
        # Pins of codecs and hashes this project never makes are somebody else's.
        for text in found:
            try:
                yield _read_pin(text)
            except InputInvalid:
                continue

    def version(self) -> str:
        """Ask for the daemon's version."""
        return self._ask("give its version", lambda: str(self._client.version()["Version"]))

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _add(self, block: bytes) -> Cid:
        # One chunk of up to 1 MiB as a raw leaf: the daemon's own `add` names it, as it would a file.
        options = {**_TEXT_BASE, "chunker": f"size-{_MAX_ADD_BYTES}"}
        answer = self._ask(
            "add a block",
            lambda: self._client.add(
                io.BytesIO(block), raw_leaves=True, cid_version=1, pin=False, opts=dict(options)
            ),
        )
        return self._read_cid(answer, "Hash")

    def _put(self, cid: Cid, block: bytes) -> Cid:
        if not self._legacy_put:
            options = {**_TEXT_BASE, "cid-codec": CODECS[cid.codec], "mhtype": "sha2-256"}
            found = self._put_as(block, options)
            if found.codec == cid.codec or found.digest != cid.digest:
                return found
            # js-ipfs and go-ipfs before 0.13 ignore `cid-codec` and want `format`; Kubo refuses both at once.
            self._legacy_put = True
        return self._put_as(
            block, {**_TEXT_BASE, "format": CODECS[cid.codec], "mhtype": "sha2-256", "version": "1"}
        )

    def _put_as(self, block: bytes, options: dict[str, str]) -> Cid:
        answer = self._ask(
            "keep a block", lambda: self._client.block.put(io.BytesIO(block), opts=dict(options))
        )
        return self._read_cid(answer, "Key")

    def _read_cid(self, answer: Any, field: str) -> Cid:
        try:
            return Cid.parse(answer[field])
        except (InputInvalid, LookupError, TypeError) as exc:
            raise self._unavailable("name a block", exc) from exc

    def _ask(self, deed: str, call: Callable[[], _T]) -> _T:
        try:
            return call()
        except failures() as exc:
            raise self._unavailable(deed, exc) from exc

    def _is_known(self, deed: str, call: Callable[[], object]) -> bool:
        from ipfshttpclient.exceptions import ErrorResponse

        try:
            call()
        except ErrorResponse:
            # The daemon's answer to a name it does not have; what is no daemon's answer is raised below.
            return False
        except failures() as exc:
            raise self._unavailable(deed, exc) from exc
        return True

    def _unavailable(self, deed: str, exc: Exception) -> EvidenceUnavailable:
        hint = f"Start the daemon (`ipfs daemon`) or correct IPFS_API_URL (now {self.api_url})."
        return EvidenceUnavailable(
            f"IPFS at {self.api_url} could not {deed}: {type(exc).__name__}: {exc}", hint=hint
        )


def _read_pin(text: str) -> Cid:
    # js-ipfs lists CIDv1 in base58, where Kubo writes base32.
    return Cid.from_bytes(decode_base58(text[1:])) if text.startswith("z") else Cid.parse(text)
