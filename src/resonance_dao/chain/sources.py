"""
The Solidity sources of a project and all that they import, gathered without running the compiler.

Source units are named as they are imported: `contracts/X.sol` for the project's own,
`@openzeppelin/contracts/...` for a package. Remappings only find the file on disk, so the standard JSON
input is complete, has no path of this machine in it, and can be given to a block explorer as it stands.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from resonance_dao.errors import CompilationFailed, NotFound

_TOKEN = re.compile(r"""//[^\n]*|/\*.*?\*/|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\bimport\b|;""", re.DOTALL)


def project_units(root: Path) -> tuple[str, ...]:
    """
    Return the unit names of the project's own sources, `contracts/**/*.sol`, sorted. Raises `NotFound` when
    none.
    """
    units = sorted(path.relative_to(root).as_posix() for path in (root / "contracts").rglob("*.sol"))
    if not units:
        raise NotFound(
            f"{root / 'contracts'} holds no Solidity source", hint="Run this in the project's folder."
        )
    return tuple(units)


def collect(root: Path, units: Iterable[str], remappings: Iterable[str]) -> dict[str, str]:
    """
    Return the text of `units` and of everything they import, by unit name, sorted.

    Raises `CompilationFailed` when an import has no file.
    """
    mapping = _mapping(remappings)
    found: dict[str, str] = {}
    waiting = [(unit, "the project") for unit in units]
    while waiting:
        unit, importer = waiting.pop()
        if unit in found:
            continue
        found[unit] = _read(_locate(root, unit, mapping), unit, importer)
        waiting += [(imported, unit) for imported in imports_of(unit, found[unit])]
    return dict(sorted(found.items()))


def imports_of(unit: str, text: str) -> tuple[str, ...]:
    """Return the unit names that the source `text` of `unit` imports, relative ones resolved, in order."""
    names, importing = [], False
    for word in (match[0] for match in _TOKEN.finditer(text)):
        if word[0] in "\"'" and importing:
            names.append(word[1:-1])
        if word[0] != "/":
            importing = word == "import"
    return tuple(_resolve(unit, name) for name in names)


def _resolve(unit: str, name: str) -> str:
    if not name.startswith(("./", "../")):
        return name
    return posixpath.normpath(posixpath.join(posixpath.dirname(unit), name))


def _mapping(remappings: Iterable[str]) -> dict[str, str]:
    # Longest prefix first: solc's own rule.
    pairs = [item.partition("=")[::2] for item in remappings]
    return dict(sorted(pairs, key=lambda pair: -len(pair[0])))


def _locate(root: Path, unit: str, mapping: Mapping[str, str]) -> Path:
    for prefix, target in mapping.items():
        if unit.startswith(prefix):
            return root / (target + unit[len(prefix) :])
    return root / unit


def _read(path: Path, unit: str, importer: str) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError as exc:
        raise CompilationFailed(
            f"{unit}, imported by {importer}, is not at {path}",
            hint="Run `npm ci` for a package's source; else correct the import or the remappings.",
        ) from exc
    except (OSError, UnicodeDecodeError) as exc:
        raise CompilationFailed(f"{unit}, imported by {importer}, cannot be read: {exc}") from exc
