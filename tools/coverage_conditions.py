"""
The sides of every condition of the contracts: was it ever true, and ever false?

Forge counts an `if` without `else` as one branch, its body, and counts neither the operands of `&&` and `||`
nor `? :`. So in a copy of the project each of them passes through a function of its own, in which true and
false are two lines; forge's report of lines then tells. Lines of the contracts stay where they are.

Conditions of loops are left out: their lines already tell whether the body was entered and left.
"""

from __future__ import annotations

import os
import posixpath
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from resonance_dao.chain.compiler import standard_input
from resonance_dao.chain.settings import read_settings
from resonance_dao.chain.sources import collect, project_units
from resonance_dao.chain.toolchain import ensure_solc

UNIT = "contracts/Conditions.sol"
_JOINING = ("&&", "||")
_PRAGMA = b"pragma solidity 0.8.37;"
_HEAD = f"// SPDX-License-Identifier: MIT\n{_PRAGMA.decode()}\nlibrary Conditions {{\n"
# Five lines each, the second for true and the fourth for false.
_EACH = """function at{}(bool value) internal pure returns (bool) {{ if (value)
{{ return true; }}
else
{{ return false; }}
}}
"""


@dataclass(frozen=True)
class Condition:
    """A condition without `&&` or `||`: its file, first byte, the one after its last, line and text."""

    unit: str
    start: int
    end: int
    line: int
    text: str


def find(root: Path, units: Collection[str]) -> list[Condition]:
    """Return the conditions in the sources `units` of the project in `root`, in order."""
    import solcx

    settings = read_settings(root)
    document = standard_input(collect(root, project_units(root), settings.remappings), (), settings)
    document["settings"]["outputSelection"] = {unit: {"": ["ast"]} for unit in units}
    compiler = ensure_solc(root, settings.version, env=os.environ)
    trees = solcx.compile_standard(document, solc_binary=compiler)["sources"]
    found = []
    for unit in sorted(units):
        source = document["sources"][unit]["content"].encode()
        # The outer one first, when two begin together.
        for start, end in sorted(set(_spans(trees[unit]["ast"])), key=lambda span: (span[0], -span[1])):
            line, text = source[:start].count(b"\n") + 1, " ".join(source[start:end].decode().split())
            found.append(Condition(unit, start, end, line, text))
    return found


def _spans(node: Any) -> Iterator[tuple[int, int]]:
    if isinstance(node, list):
        for item in node:
            yield from _spans(item)
    if not isinstance(node, dict):
        return
    kind = node.get("nodeType")
    if kind == "BinaryOperation" and node["operator"] in _JOINING:
        yield from _span(node["leftExpression"])
        yield from _span(node["rightExpression"])
    if kind in ("Conditional", "IfStatement"):
        yield from _span(node["condition"])
    for child in node.values():
        yield from _spans(child)


def _span(node: Mapping[str, Any]) -> Iterator[tuple[int, int]]:
    inner = node
    while (kind := inner["nodeType"]) == "TupleExpression" or (
        kind == "UnaryOperation" and inner["operator"] == "!"
    ):
        inner = inner["components"][0] if kind == "TupleExpression" else inner["subExpression"]
    if kind == "BinaryOperation" and inner["operator"] in _JOINING:
        return  # Its operands tell more, and are found where it stands.
    start, length, _ = map(int, inner["src"].split(":"))
    yield start, start + length


def watch(folder: Path, conditions: Sequence[Condition]) -> None:
    """Let each condition of the copy in `folder` pass through a function of its own."""
    (folder / UNIT).write_text(
        _HEAD + "".join(_EACH.format(number) for number in range(len(conditions))) + "}\n", encoding="utf-8"
    )
    insertions: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for number, condition in enumerate(conditions):
        # Of two that begin or end together, the outer one has the lower number.
        insertions[condition.unit].append((condition.start, number, f"Conditions.at{number}("))
        insertions[condition.unit].append((condition.end, -number - 1, ")"))
    for unit, inserted in insertions.items():
        source = (folder / unit).read_bytes()
        for position, _, text in sorted(inserted, reverse=True):
            source = source[:position] + text.encode() + source[position:]
        path = posixpath.relpath(UNIT, posixpath.dirname(unit))
        path = path if path.startswith(".") else f"./{path}"
        imported = f'{_PRAGMA.decode()} import {{Conditions}} from "{path}";'
        (folder / unit).write_bytes(source.replace(_PRAGMA, imported.encode(), 1))


def sides(conditions: Sequence[Condition], lines: Mapping[int, int]) -> list[tuple[Condition, bool, int]]:
    """Return how often each side was reached, by the hits `lines` of forge's report on `UNIT`."""
    first = _HEAD.count("\n") + 1
    each = _EACH.count("\n")
    return [
        (condition, value, lines.get(first + each * number + offset, 0))
        for number, condition in enumerate(conditions)
        for value, offset in ((True, 1), (False, 3))
    ]
