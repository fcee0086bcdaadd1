"""
Which bytes of a file a caller asks for: the `Range` header of RFC 9110, one range of bytes at a time.

A header that is malformed, in another unit or for several ranges is ignored, as the RFC allows: the whole
file is a right answer to it.

>>> wanted_range("bytes=0-4", 10), wanted_range("bytes=-3", 10), wanted_range("bytes=4-", 10)
(ByteRange(start=0, end=5), ByteRange(start=7, end=10), ByteRange(start=4, end=10))
>>> wanted_range("bytes=0-1,3-4", 10) is None
True
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from frontend_api.problems import RequestRefused

_ONE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class ByteRange:
    """The bytes `start` to `end`, exclusive."""

    start: int
    end: int

    def to_header(self, size: int) -> str:
        """Return the `Content-Range` of this part of `size` bytes."""
        return f"bytes {self.start}-{self.end - 1}/{size}"


def wanted_range(header: str | None, size: int) -> ByteRange | None:
    """Return the range that is asked for; None: everything. `RequestRefused` (416) when no byte is in it."""
    found = None if header is None else _ONE.fullmatch(header.strip())
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), size if not last else min(size, int(last) + 1)
        if last and int(last) < start:
            return None
    if start >= end:
        refused = RequestRefused(
            416, "range_not_satisfiable", f"the file has {size} bytes; none is in that range"
        )
        refused.headers = {"Content-Range": f"bytes */{size}"}
        raise refused
    return ByteRange(start, end)
