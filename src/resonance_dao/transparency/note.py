"""
C2SP's signed note: a text, a blank line, and signature lines. The envelope only; nothing is signed or
verified here.

Each signature line is an em dash, the signer's name, and base64 of a four-byte key id followed by the
signature.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass

from resonance_dao.errors import InputInvalid
from resonance_dao.transparency.checkpoint import check_line, from_base64
from resonance_dao.transparency.fields import to_string

# An em dash and a space.
_MARK = "\u2014 "


@dataclass(frozen=True)
class NoteSignature:
    """Who signed, with which key (4 bytes), and the signature's bytes."""

    name: str
    key_id: bytes
    signature: bytes

    def __post_init__(self) -> None:
        check_line(self.name, "name")
        if "+" in self.name or any(character.isspace() for character in self.name):
            raise InputInvalid("name", self.name, "must have neither spaces nor plus signs")
        if len(self.key_id) != 4 or not self.signature:
            raise InputInvalid("signature", self.key_id, "must be a key id of 4 bytes and a signature")

    def to_text(self) -> str:
        """Return the line without its newline."""
        return f"{_MARK}{self.name} {base64.b64encode(self.key_id + self.signature).decode('ascii')}"

    @classmethod
    def from_text(cls, line: str) -> NoteSignature:
        """Read what `to_text` wrote."""
        parts = line.removeprefix(_MARK).split(" ")
        if not line.startswith(_MARK) or len(parts) != 2:
            raise InputInvalid("signature", line, "must be an em dash, a name and base64")
        content = from_base64(parts[1], "signature")
        return cls(parts[0], content[:4], content[4:])


@dataclass(frozen=True)
class Note:
    """A text that ends with a newline, and at least one signature over it."""

    text: str
    signatures: tuple[NoteSignature, ...]

    def __post_init__(self) -> None:
        if not to_string(self.text, "text").endswith("\n") or self.text == "\n":
            raise InputInvalid("text", self.text, "must be lines, the last ended by a newline")
        # Lines of the text may be empty; everything else that `check_line` refuses is refused.
        for line in filter(None, self.text.split("\n")):
            check_line(line, "text")
        if not self.signatures:
            raise InputInvalid("signatures", self.signatures, "must be at least one")

    def to_text(self) -> str:
        """Return the whole note."""
        return f"{self.text}\n" + "".join(f"{signature.to_text()}\n" for signature in self.signatures)

    @classmethod
    def from_text(cls, text: str) -> Note:
        """Read what `to_text` wrote. The last blank line parts text and signatures."""
        body, blank, tail = to_string(text, "note").rpartition("\n\n")
        if not blank or not tail.endswith("\n"):
            raise InputInvalid("note", text, "must be a text, a blank line and signature lines")
        signatures = tuple(NoteSignature.from_text(line) for line in tail[:-1].split("\n"))
        return cls(body + "\n", signatures)
