"""
The keys to sealed files: each file's key, wrapped for each reader, kept apart from the file.

Wrapping is X25519 with a key of its own for each reader and file, HKDF-SHA256, and AES-256-GCM:

    wrapping key   HKDF-SHA256(X25519(ephemeral, reader), salt = ephemeral || reader,
                               info = "resonance-sealed/1 wrap" || CID of the sealed file)
    wrapped        AES-256-GCM(wrapping key, nonce 0, the file's key, authenticated: the CID), 48 bytes

A `Keyring` is JSON (`resonance-sealed-keys/1`) and never goes to IPFS: deleting every copy of it forgets the
content, for all who have not opened it before. `SealedKeys` keeps keyrings in a folder that only its owner
reads. A backup of that folder remembers what was forgotten since: keep none, or let it lapse.

>>> key, mine = bytes(range(32)), ReaderSecret.from_random(lambda size: bytes(size))
>>> cid = Cid.of(b"sealed")
>>> ring = Keyring(cid, b"c" * 32, (wrap(key, cid, "0x00", mine.public, lambda size: b"r" * size),))
>>> Keyring.from_json(ring.to_json()) == ring, mine.unwrap(ring) == key
(True, True)
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from resonance_dao.errors import EvidenceUnavailable, InputInvalid, NotFound, SignatureRefused
from resonance_dao.evidence.cid import Cid
from resonance_dao.evidence.embedded import sync_folder, write_durably
from resonance_dao.transparency import canonical

Random = Callable[[int], bytes]
"""Gives so many random bytes; `secrets.token_bytes`."""

FORMAT = "resonance-sealed-keys/1"
_INFO = b"resonance-sealed/1 wrap"
_NONCE = bytes(12)
_MAX_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A file's key for one reader: their account, their public key, and what only its secret half opens."""

    account: str
    reader: bytes
    ephemeral: bytes
    wrapped: bytes


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys to the sealed file `cid`, whose header holds `commitment` (32 bytes)."""

    cid: Cid
    commitment: bytes
    keys: tuple[WrappedKey, ...]

    def to_json(self) -> str:
        """Write the keyring."""
        keys = [
            {
                "account": key.account,
                "reader": key.reader.hex(),
                "ephemeral": key.ephemeral.hex(),
                "wrapped": key.wrapped.hex(),
            }
            for key in self.keys
        ]
        head = {"format": FORMAT, "cid": str(self.cid), "commitment": "0x" + self.commitment.hex()}
        return json.dumps({**head, "keys": keys}, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Keyring:
        """Read a keyring; `InputInvalid` when it is none."""
        try:
            given: Any = canonical.parse(text.encode())
            if given["format"] != FORMAT:
                raise ValueError("another format")
            keys = tuple(_read_key(key) for key in given["keys"])
            return cls(Cid.parse(given["cid"]), _hex(given["commitment"][2:], 32), keys)
        except (InputInvalid, ValueError, LookupError, TypeError, AttributeError) as exc:
            raise InputInvalid("keys", "***", f"is no keyring of the format {FORMAT}") from exc


class ReaderSecret:
    """The secret half of a reader's X25519 key; it shows itself to nobody."""

    def __init__(self, secret: bytes) -> None:
        from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

        self.__key = X25519PrivateKey.from_private_bytes(secret)
        self.public = self.__key.public_key().public_bytes_raw()

    def __repr__(self) -> str:
        return f"ReaderSecret({self.public.hex()})"

    @classmethod
    def from_random(cls, random: Random) -> ReaderSecret:
        """Make a new one."""
        return cls(random(32))

    @classmethod
    def from_pem(cls, pem: bytes, password: bytes) -> ReaderSecret:
        """Read an encrypted PKCS #8 file; `SignatureRefused` when it does not open."""
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        try:
            key = load_pem_private_key(pem, password)
        except (ValueError, TypeError, UnsupportedAlgorithm) as exc:
            raise SignatureRefused(
                "the reader's key does not open", hint="Check the file and the password."
            ) from exc
        if not isinstance(key, X25519PrivateKey):
            raise InputInvalid("reader key", "***", "must be an X25519 key")
        return cls(key.private_bytes_raw())

    def to_pem(self, password: bytes) -> bytes:
        """Write it as PKCS #8, encrypted with a password that must not be empty."""
        from cryptography.hazmat.primitives import serialization

        if not password:
            raise InputInvalid("password", "***", "must not be empty")
        return self.__key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(password),
        )

    def unwrap(self, keyring: Keyring) -> bytes:
        """Return the file's key; `SignatureRefused` when the keyring has none for this reader."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        for key in keyring.keys:
            if key.reader == self.public:
                try:
                    shared = self.__key.exchange(X25519PublicKey.from_public_bytes(key.ephemeral))
                    wrapping = _wrapping(shared, key.ephemeral, self.public, keyring.cid)
                    return AESGCM(wrapping).decrypt(_NONCE, key.wrapped, keyring.cid.to_bytes())
                except (InvalidTag, ValueError) as exc:
                    raise SignatureRefused("the key for this reader was altered") from exc
        raise SignatureRefused(
            "the file was not sealed to this reader", hint="Ask whoever sealed it to add your key."
        )


def wrap(key: bytes, cid: Cid, account: str, reader: bytes, random: Random) -> WrappedKey:
    """Wrap a file's key for the reader with this public key; `InputInvalid` when that is none."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    once = X25519PrivateKey.from_private_bytes(random(32))
    ephemeral = once.public_key().public_bytes_raw()
    try:
        shared = once.exchange(X25519PublicKey.from_public_bytes(reader))
    except ValueError as exc:
        raise InputInvalid("reader", reader.hex(), "is no X25519 public key") from exc
    wrapping = _wrapping(shared, ephemeral, reader, cid)
    return WrappedKey(account, reader, ephemeral, AESGCM(wrapping).encrypt(_NONCE, key, cid.to_bytes()))


class SealedKeys:
    """Keyrings in a folder, one file each, readable by its owner alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, keyring: Keyring) -> None:
        """Keep a keyring durably, in place of an earlier one for the same file."""
        write_durably(self._path(keyring.cid), keyring.to_json().encode())

    def get(self, cid: Cid) -> Keyring:
        """Return the keyring; `NotFound` when there is none, or it was forgotten."""
        try:
            raw = self._path(cid).read_bytes()[:_MAX_BYTES]
        except OSError as exc:
            raise NotFound(
                f"there are no keys to {cid}", hint="They were kept elsewhere, or forgotten."
            ) from exc
        return Keyring.from_json(raw.decode("utf-8", "replace"))

    def forget(self, cid: Cid) -> bool:
        """
        Delete a keyring for good; False when there is none. It is overwritten first, which a disk that moves
        blocks about may not do in place: encrypt the disk.
        """
        path = self._path(cid)
        if not path.is_file():
            return False
        try:
            with path.open("r+b") as file:
                file.write(bytes(path.stat().st_size))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
            sync_folder(self.folder)
        except OSError as exc:
            raise EvidenceUnavailable(f"the keys to {cid} cannot be deleted: {exc.strerror}") from exc
        return True

    def _path(self, cid: Cid) -> Path:
        return self.folder / f"{cid.as_v1()}.json"


def _wrapping(shared: bytes, ephemeral: bytes, reader: bytes, cid: Cid) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), 32, salt=ephemeral + reader, info=_INFO + cid.to_bytes()).derive(shared)


def _read_key(given: Any) -> WrappedKey:
    account = given["account"]
    if not isinstance(account, str):
        raise TypeError("an account is text")
    return WrappedKey(
        account, _hex(given["reader"], 32), _hex(given["ephemeral"], 32), _hex(given["wrapped"], 48)
    )


def _hex(text: str, size: int) -> bytes:
    raw = bytes.fromhex(text)
    if len(raw) != size:
        raise ValueError("another length")
    return raw
