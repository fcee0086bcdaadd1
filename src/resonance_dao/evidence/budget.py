"""
A limit on bytes, kept while they are read: nobody has to know a stream's length beforehand.

>>> import io
>>> Budget(5).meter(io.BytesIO(b"hello"), "evidence").read(64)
b'hello'
"""

from __future__ import annotations

from resonance_dao.errors import InputInvalid
from resonance_dao.evidence.unixfs import Readable


class Budget:
    """How many bytes may still be read, by all metered streams together; `None` is without limit."""

    def __init__(self, max_bytes: int | None) -> None:
        if max_bytes is not None and max_bytes < 0:
            raise InputInvalid("max_bytes", max_bytes, "must not be negative")
        self.max_bytes = max_bytes
        self.used = 0

    def meter(self, stream: Readable, field: str) -> MeteredStream:
        """Let a stream be read within this budget; errors name it `field`."""
        return MeteredStream(stream, field, self)

    def spend(self, size: int, field: str) -> None:
        """Count `size` bytes; `InputInvalid` once they pass the limit."""
        self.used += size
        if self.max_bytes is not None and self.used > self.max_bytes:
            raise InputInvalid(
                field, f"over {self.max_bytes} bytes", f"must be at most {self.max_bytes} bytes in all"
            )


class MeteredStream:
    """A stream that counts what is read from it."""

    def __init__(self, stream: Readable, field: str, budget: Budget) -> None:
        self._stream, self._field, self._budget = stream, field, budget
        self._count = 0

    def read(self, size: int, /) -> bytes:
        """Read at most `size` bytes, within the budget."""
        part = self._stream.read(size)
        self._count += len(part)
        self._budget.spend(len(part), self._field)
        return part

    def refuse_empty(self) -> None:
        """Raise `InputInvalid` when nothing came from the stream."""
        if self._count == 0:
            raise InputInvalid(self._field, "0 bytes", "must not be empty")
