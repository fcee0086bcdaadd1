"""
What must never be written for ever: e-mail addresses and telephone numbers in the text of a record.

A net for mistakes, not a proof of their absence: names and postal addresses pass. Private material belongs
into sealed evidence, of which a record holds only a salted commitment. Hashes, addresses, CIDs, amounts,
dates and versions such as `model@1.2.0` are not mistaken for personal data.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from resonance_dao.errors import InputInvalid

_EMAIL = re.compile(r"[^\s@<>()\[\]\"',;:/]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_][\w-]{1,62}")
# National numbers begin with 0 and have ten or eleven digits in Japan. Letters beside a number are looked for
# in ASCII only, since Japanese is written without spaces.
_NATIONAL = re.compile(
    r"(?<![0-9A-Za-z_.-])\(?0[0-9]{1,4}\)?[-. ]?\(?[0-9]{1,4}\)?[-. ]?[0-9]{3,4}(?![0-9A-Za-z_-]|\.[0-9])"
)
_INTERNATIONAL = re.compile(r"(?<![0-9A-Za-z_])\+[1-9](?:[-. ()]{0,2}[0-9]){7,14}(?![0-9A-Za-z_])")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−ーｰ﹣－", "-"))


def refuse_personal_data(value: object, path: str = "$") -> None:
    """
    Raise `InputInvalid` with the path of the first e-mail address or telephone number; the value is not
    repeated.
    """
    if isinstance(value, str):
        _refuse(value, path)
    elif isinstance(value, Mapping):
        for key, entry in value.items():
            _refuse(str(key), f"{path} (a key)")
            refuse_personal_data(entry, f"{path}.{key}")
    elif isinstance(value, (list, tuple)):
        for at, entry in enumerate(value):
            refuse_personal_data(entry, f"{path}[{at}]")


def _refuse(text: str, path: str) -> None:
    # Full-width letters and the many Japanese dashes would otherwise hide a number.
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text).translate(_DASHES)
    # Each pattern needs one character, and looking for that is many times as fast.
    if "@" in plain and _EMAIL.search(plain):
        raise _personal(path, "an e-mail address")
    if "0" in plain and any(len(_digits(found)) in (10, 11) for found in _NATIONAL.findall(plain)):
        raise _personal(path, "a telephone number")
    if "+" in plain and _INTERNATIONAL.search(plain):
        raise _personal(path, "a telephone number")


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())


def _personal(path: str, what: str) -> InputInvalid:
    return InputInvalid(
        path,
        "(not repeated)",
        f"seems to hold {what}, which a public record would keep for ever",
        hint="Remove it, or attach it as sealed evidence for named readers.",
    )
