"""A small fault of a source, whatever its language, under a name that outlives edits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

LONGEST_SNIPPET = 90


@dataclass(frozen=True)
class Edit:
    """The bytes from `start` to `end` are replaced; `operator` names the kind of fault."""

    operator: str
    start: int
    end: int
    replacement: str


@dataclass(frozen=True)
class Mutant:
    """One fault: the bytes of `path` from `start` to `end` are replaced; `key` is its name across edits."""

    path: str
    line: int
    operator: str
    start: int
    end: int
    replacement: str
    key: str

    def apply(self, source: bytes) -> bytes:
        """Return `source` with the fault."""
        return source[: self.start] + self.replacement.encode() + source[self.end :]


def named(path: str, source: bytes, edits: Iterable[tuple[str, Edit]]) -> list[Mutant]:
    """Return the mutants that edits make, no two alike; each edit comes with the function it is in."""
    found: dict[tuple[int, int, str], Mutant] = {}
    times = Counter[str]()
    for where, edit in edits:
        place = (edit.start, edit.end, edit.replacement)
        before = source[edit.start : edit.end].decode()
        if place in found or before == edit.replacement:
            continue
        name = f"{where} | {edit.operator} | {_snippet(before)} -> {_snippet(edit.replacement) or 'nothing'}"
        times[name] += 1
        key = name if times[name] == 1 else f"{name} #{times[name]}"
        line = source.count(b"\n", 0, edit.start) + 1
        found[place] = Mutant(path, line, edit.operator, *place, key)
    return list(found.values())


def _snippet(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_SNIPPET else f"{line[: LONGEST_SNIPPET - 20]} ... {line[-15:]}"
