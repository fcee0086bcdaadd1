"""
Sealing evidence to named readers: who a reader is, and what is written of sealed evidence.

A reader makes an X25519 key and lets their wallet sign a statement that it is theirs (EIP-712). Whoever
seals checks the statement, so that nobody is given a stranger's key in a reader's name.

    ReaderKey(address account,bytes32 key,uint64 issued)    domain: "Resonance DAO reader key", "1", chain id
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO

from resonance_dao.chain.signer import Signer
from resonance_dao.chain.typed_data import TypedData, fields_of, recover_signer
from resonance_dao.errors import InputInvalid, SignatureRefused
from resonance_dao.evidence.cid import Cid
from resonance_dao.evidence.evidence import cid_of_file
from resonance_dao.evidence.sealed_file import KEY_BYTES, seal_file
from resonance_dao.evidence.sealed_keys import Keyring, Random, wrap
from resonance_dao.transparency import canonical

_TYPE = "ReaderKey(address account,bytes32 key,uint64 issued)"
_FIELDS = ("account", "key", "issued", "chain_id", "signature")
READERS_MAX = 64


@dataclass(frozen=True, slots=True)
class ReaderStatement:
    """An account's word that `key` (0x and 64 hex digits) is its own; `issued` unix s, `signature` 0x-hex."""

    account: str
    key: str
    issued: int
    chain_id: int
    signature: str

    def to_json(self) -> str:
        """Write the statement; it is public."""
        return json.dumps(asdict(self), indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> ReaderStatement:
        """Read a statement, signature unchecked; `InputInvalid` when it is none."""
        try:
            given: Any = canonical.parse(text.encode())
            statement = cls(**{name: given[name] for name in _FIELDS})
        except (InputInvalid, ValueError, LookupError, TypeError) as exc:
            raise InputInvalid("reader", "***", "is no statement of a reader's key") from exc
        kinds = (str, str, int, int, str)
        if any(
            type(value) is not kind for value, kind in zip(asdict(statement).values(), kinds, strict=True)
        ):
            raise InputInvalid("reader", "***", "is no statement of a reader's key")
        return statement

    def public(self) -> bytes:
        """Return the 32 bytes of the key; `InputInvalid` when it is none."""
        try:
            raw = bytes.fromhex(self.key.removeprefix("0x"))
        except ValueError:
            raw = b""
        if len(raw) != 32 or not self.key.startswith("0x"):
            raise InputInvalid("reader key", self.key, "must be 0x and 64 hexadecimal digits")
        return raw

    def check(self, chain_id: int) -> None:
        """Raise `SignatureRefused` unless the account's own key signed this, for this chain."""
        self.public()
        if self.chain_id != chain_id:
            raise SignatureRefused(f"the reader's key was stated for chain {self.chain_id}, not {chain_id}")
        signer = recover_signer(*_typed(self.account, self.key, self.issued, chain_id), self.signature)
        if signer != self.account:
            raise SignatureRefused(
                f"the statement of {self.account} was signed by {signer}",
                hint="Ask the reader for a new statement. A contract wallet cannot state a key yet.",
            )


@dataclass(frozen=True, slots=True)
class SealedEvidence:
    """What sealing gives: the keyring, and the sealed file's size in bytes."""

    keyring: Keyring
    size: int

    @property
    def cid(self) -> Cid:
        """The sealed file's CID."""
        return self.keyring.cid

    def to_body(self) -> dict[str, Any]:
        """Return the body of the `evidence` record that tells of it."""
        return {**_about(self.keyring), "status": "sealed", "size": self.size}


def state_reader(signer: Signer, key: bytes, issued: int, chain_id: int) -> ReaderStatement:
    """Let a wallet state that the X25519 public key `key` is its own."""
    text = "0x" + key.hex()
    signature = signer.sign_typed_data(*_typed(signer.address, text, issued, chain_id))
    return ReaderStatement(signer.address, text, issued, chain_id, "0x" + signature.hex())


def seal(
    content: BinaryIO, out: BinaryIO, readers: Sequence[ReaderStatement], chain_id: int, random: Random
) -> SealedEvidence:
    """
    Seal content to readers: write the sealed file to `out`, from its beginning, and return the keys to it.

    `InputInvalid` for no reader, too many or one twice, `SignatureRefused` for one whose statement is not
    their own; nothing is written then.
    """
    if not 1 <= len(readers) <= READERS_MAX:
        raise InputInvalid("readers", len(readers), f"must be 1 to {READERS_MAX}")
    if len({reader.key for reader in readers}) != len(readers):
        raise InputInvalid("readers", [reader.account for reader in readers], "must not name a key twice")
    for reader in readers:
        reader.check(chain_id)
    key = random(KEY_BYTES)
    header = seal_file(content, out, key)
    size = out.tell()
    out.seek(0)
    cid = cid_of_file(out)
    keys = tuple(wrap(key, cid, reader.account, reader.public(), random) for reader in readers)
    return SealedEvidence(Keyring(cid, header.commitment, keys), size)


def forgotten(keyring: Keyring) -> Mapping[str, Any]:
    """Return the body of the `evidence` record that tells that the keys were deleted."""
    return {**_about(keyring), "status": "forgotten"}


def _about(keyring: Keyring) -> dict[str, Any]:
    return {"cid": str(keyring.cid), "commitment": "0x" + keyring.commitment.hex()}


def _typed(account: str, key: str, issued: int, chain_id: int) -> TypedData:
    name, parts = fields_of(_TYPE)
    domain = {"name": "Resonance DAO reader key", "version": "1", "chainId": chain_id}
    return domain, {name: parts}, {"account": account, "key": bytes.fromhex(key[2:]), "issued": issued}
