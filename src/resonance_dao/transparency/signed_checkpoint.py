"""
A checkpoint that its publisher signed: C2SP's signed note, with an EIP-712 signature for its line.

The chain is the witness of what is anchored; the signature is for whoever is shown something else. Two signed
checkpoints that do not extend one another, or one that the chain contradicts, are evidence against the
publisher.

The signature is of the type that C2SP leaves to others (0xff, then `IDENTIFIER`): r, s, v over
`Checkpoint(string text)` in the domain of name "Resonance Checkpoint", version "1" and the chain's id. The
key is the 20 bytes of the publisher's address.

    note = sign_checkpoint(checkpoint, chain_id, signer)
    verify_checkpoint(note, checkpoint.origin, chain_id, signer.address) == checkpoint
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from resonance_dao.errors import SignatureRefused
from resonance_dao.transparency.address import checksum
from resonance_dao.transparency.checkpoint import Checkpoint
from resonance_dao.transparency.fields import to_integer
from resonance_dao.transparency.keccak import keccak256
from resonance_dao.transparency.note import Note, NoteSignature
from resonance_dao.transparency.signature import recover_signer

NAME, VERSION = "Resonance Checkpoint", "1"
IDENTIFIER = b"resonance-dao/eip712-checkpoint/1"
TYPES: dict[str, list[dict[str, str]]] = {"Checkpoint": [{"name": "text", "type": "string"}]}
_DOMAIN_TYPE = b"EIP712Domain(string name,string version,uint256 chainId)"
_TYPE = b"Checkpoint(string text)"


class CheckpointSigner(Protocol):
    """Whoever signs for the publisher."""

    @property
    def address(self) -> str:
        """The EIP-55 address that signatures belong to."""

    def sign_typed_data(
        self,
        domain: Mapping[str, Any],
        types: Mapping[str, Sequence[Mapping[str, str]]],
        message: Mapping[str, Any],
    ) -> bytes:
        """Return the 65 bytes r, s, v of an EIP-712 signature."""


def key_id(name: str, publisher: str) -> bytes:
    """Return the four bytes that name the key in a note: of name, newline, type and address, by SHA-256."""
    address = bytes.fromhex(checksum(publisher, "publisher")[2:])
    return hashlib.sha256(name.encode() + b"\n\xff" + IDENTIFIER + address).digest()[:4]


def sign_checkpoint(checkpoint: Checkpoint, chain_id: int, signer: CheckpointSigner) -> Note:
    """Return the checkpoint as a note; the key has the name of the origin."""
    text = checkpoint.to_text()
    domain = {"name": NAME, "version": VERSION, "chainId": chain_id}
    signature = signer.sign_typed_data(domain, TYPES, {"text": text})
    line = NoteSignature(checkpoint.origin, key_id(checkpoint.origin, signer.address), signature)
    return Note(text, (line,))


def verify_checkpoint(note: Note, origin: str, chain_id: int, publisher: str) -> Checkpoint:
    """
    Return the checkpoint that `publisher` signed. Lines of other keys are passed over, as C2SP asks.

    `SignatureRefused` when it is another log's, or no line is the publisher's; `InputInvalid` when the text
    is no checkpoint.
    """
    checkpoint, expected = Checkpoint.from_text(note.text), checksum(publisher, "publisher")
    if checkpoint.origin != origin:
        raise SignatureRefused(f"the checkpoint is of {checkpoint.origin}, not of {origin}")
    own = (origin, key_id(origin, expected))
    for line in note.signatures:
        if (line.name, line.key_id) != own:
            continue
        signer = recover_signer(_domain_separator(chain_id), _struct_hash(note.text), line.signature)
        if signer != expected:
            raise SignatureRefused(
                "the checkpoint was not signed by its publisher", expected=expected, found=signer
            )
        return checkpoint
    raise SignatureRefused("the checkpoint has no signature of its publisher", expected=expected)


def _domain_separator(chain_id: int) -> bytes:
    number = to_integer(chain_id, "chain_id", 1).to_bytes(32, "big")
    parts = (_DOMAIN_TYPE, NAME.encode(), VERSION.encode())
    return keccak256(b"".join(map(keccak256, parts)) + number)


def _struct_hash(text: str) -> bytes:
    return keccak256(keccak256(_TYPE) + keccak256(text.encode()))
