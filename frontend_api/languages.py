"""
Which language an answer is written in: what `Accept-Language` (RFC 9110, 12.5.4) prefers of the two we have.
"""

from __future__ import annotations

import re

LANGUAGES = ("en", "ja")
_RANGE = re.compile(
    r"\s*([A-Za-z]{1,8}|\*)(?:-[A-Za-z0-9-]{1,40})?\s*(?:;\s*q\s*=\s*(0|1|[01]\.[0-9]{0,3}))?\s*"
)


def preferred(header: str | None, default: str = "en") -> str:
    """Return "en" or "ja"; a header that is missing, malformed or names neither means the default."""
    best, best_weight = default, 0
    for part in (header or "")[:200].split(","):
        found = _RANGE.fullmatch(part)
        if found is None:
            continue
        language, weight = found[1].lower(), _thousandths(found[2])
        if language in LANGUAGES and weight > best_weight:
            best, best_weight = language, weight
    return best


def _thousandths(quality: str | None) -> int:
    whole, _, fraction = (quality or "1").partition(".")
    return int(whole) * 1000 + int(fraction.ljust(3, "0"))
