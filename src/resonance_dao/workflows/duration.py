"""
Lengths of time as people write them: "7d", "12h", "30m", "90s", or whole seconds.
"""

from __future__ import annotations

import re
from datetime import datetime

from resonance_dao.errors import InputInvalid

_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_DURATION = re.compile(r"([0-9]{1,9})\s*([smhdw])")


def parse_duration(text: str | int, *, field: str = "duration") -> int:
    """Return seconds; a year is "365d"."""
    if isinstance(text, int) and not isinstance(text, bool) and text >= 0:
        seconds = text
    else:
        found = _DURATION.fullmatch(str(text).strip())
        if found is None:
            raise InputInvalid(field, text, 'must be a length of time such as "7d", "12h" or "30m"')
        seconds = int(found[1]) * _SECONDS[found[2]]
    if seconds >= 2**32:
        raise InputInvalid(field, text, "is longer than 136 years")
    return seconds


def parse_moment(text: str | int, now: int, *, field: str = "time") -> int:
    """Return unix s: a length of time counted from `now`, or ISO 8601 with its offset, or unix seconds."""
    if isinstance(text, int) and not isinstance(text, bool):
        return text
    if _DURATION.fullmatch(str(text).strip()):
        return now + parse_duration(text, field=field)
    try:
        moment = datetime.fromisoformat(str(text).strip().replace("Z", "+00:00"))
    except ValueError as exc:
        raise InputInvalid(
            field, text, 'must be "30d" from now, or a time such as "2027-01-31T18:00:00+09:00"'
        ) from exc
    if moment.tzinfo is None:
        raise InputInvalid(field, text, 'must say its offset from UTC, such as "+09:00"')
    try:
        return int(moment.timestamp())
    except OverflowError as exc:
        raise InputInvalid(field, text, "is out of the range of dates") from exc
