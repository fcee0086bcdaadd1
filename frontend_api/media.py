"""
What a browser may show of a stranger's file: pictures and plain text, told by their first bytes and nothing
else.

Everything else is a download. HTML, SVG and scripts are text here, and text is never run: the type is
`text/plain`, sniffing is off, and the answer sits in a sandbox.
"""

from __future__ import annotations

import codecs

HEAD_BYTES = 1024
DOWNLOAD = "application/octet-stream"
TEXT = "text/plain; charset=utf-8"
_PICTURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
TYPES = (DOWNLOAD, "text/plain", "image/png", "image/jpeg", "image/gif", "image/webp")
"""Every media type that is ever answered with."""
_CONTROLS = frozenset(range(32)) - {9, 10, 12, 13} | {127}


def media_type_of(head: bytes) -> str:
    """Return the media type for the first bytes of a file; `DOWNLOAD` when it is not safe to show."""
    for mark, kind in _PICTURES:
        if head.startswith(mark):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return TEXT if _is_text(head) else DOWNLOAD


def _is_text(head: bytes) -> bool:
    try:
        # A character may be cut at the end of the head, so the decoder is told that more may come.
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return not _CONTROLS.intersection(head)
