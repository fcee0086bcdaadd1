"""
The schemas of records as anybody's validator reads them: one self-contained JSON Schema 2020-12 a kind.

    python -m resonance_dao.transparency.published > docs/records.md

What a schema cannot say is said in words: a record's links are ascending and earlier than itself, a
correction links to what it corrects, and no record holds personal data. `Record` checks all of it.

    >>> published("disclosure")["properties"]["kind"]
    {'const': 'disclosure'}
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any

from resonance_dao.errors import NotFound
from resonance_dao.transparency.record import KINDS
from resonance_dao.transparency.schema import document

_SHARED = "value"
_HEAD = """# Records

Made from the schemas by `python -m resonance_dao.transparency.published > docs/records.md`; a test keeps it
so. `resonance log schema KIND` prints the JSON Schema (2020-12) of a kind, complete in one document, and the
gateway serves it at `/v1/log/schemas/KIND`.

A record is canonical JSON (RFC 8785) of at most 262,144 bytes: no fractions, no integers beyond 2^53 - 1.
Its bytes are pinned as one raw block, hashed with Keccak-256 for its receipt, and stand in the log as
`keccak256(0x00 || keccak256(bytes))` at index number - 1.

Nothing is ever edited. A `correction` names what it corrects in `corrects` and in `links`, and stands beside
it; whatever is told of an earlier record links to it. Links are ascending numbers of earlier records. A
record with an e-mail address or a telephone number in it is refused.
"""


def published(kind: str) -> dict[str, Any]:
    """Return the schema of whole records of a kind; `NotFound` when there is no such kind."""
    if kind not in KINDS:
        raise NotFound(f"no record is called {kind!r}", hint=f"Kinds: {', '.join(KINDS)}.")
    envelope, body = dict(document("record")), document(kind)
    properties = {**envelope["properties"], "kind": {"const": kind}, "body": {"$ref": f"#/$defs/{kind}"}}
    shared = {**document(_SHARED)["$defs"], kind: body}
    used = {name: _local(part) for name, part in shared.items()}
    return {
        **{key: value for key, value in envelope.items() if key not in {"$id", "properties"}},
        "$id": f"urn:resonance-dao:record:1:{kind}",
        "title": body["title"],
        "description": body["description"],
        "properties": properties,
        "$defs": _reachable(used, kind),
    }


def reference() -> str:
    """Return the page about records as Markdown."""
    parts = [_HEAD, "## The envelope\n", *_rows(document("record"))]
    for kind in KINDS:
        body = document(kind)
        parts += [f"\n## `{kind}`: {_lower(body['title'])}\n", f"{body['description']}\n", *_rows(body)]
    return "\n".join([*parts, "\n## Shared values\n", *_values()]) + "\n"


def _local(value: Any) -> Any:
    if isinstance(value, Mapping):
        kept = {key: _local(part) for key, part in value.items() if key not in {"$id", "$schema"}}
        if isinstance(kept.get("$ref"), str):
            kept["$ref"] = f"#/$defs/{kept['$ref'].rpartition('/')[2]}"
        return kept
    return [_local(part) for part in value] if isinstance(value, list) else value


def _reachable(parts: Mapping[str, Any], first: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    waiting = [first]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = parts[name]
            waiting += [reference.rpartition("/")[2] for reference in _references(parts[name])]
    return dict(sorted(found.items()))


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for part in value.values():
            yield from _references(part)
    elif isinstance(value, list):
        for part in value:
            yield from _references(part)


def _rows(schema: Mapping[str, Any]) -> Iterator[str]:
    yield "| member | type | | meaning |\n|---|---|---|---|"
    for name, part in schema["properties"].items():
        needed = "required" if name in schema["required"] else ""
        yield f"| `{name}` | {_type(part)} | {needed} | {_meaning(part)} |"


def _values() -> Iterator[str]:
    yield "| type | of | meaning |\n|---|---|---|"
    for name, part in document(_SHARED)["$defs"].items():
        kinds = part["type"] if isinstance(part["type"], list) else [part["type"]]
        yield f"| {name} | {' or '.join(kinds)} | {_meaning(part)} |"


def _type(part: Mapping[str, Any]) -> str:
    if "$ref" in part:
        return str(part["$ref"]).rpartition("/")[2].removesuffix(".json")
    if "const" in part:
        return f"`{part['const']}`"
    if "enum" in part:
        return ", ".join(f"`{one}`" for one in part["enum"])
    kinds = part.get("type", "any")
    named = " or ".join(kinds) if isinstance(kinds, list) else str(kinds)
    return f"{named} of {_type(part['items'])}" if "items" in part else named


def _meaning(part: Mapping[str, Any]) -> str:
    said = [str(part["description"])] if "description" in part else []
    if "pattern" in part:
        said.append(f"`{part['pattern']}`".replace("|", "\\|"))
    return " ".join(said)


def _lower(title: str) -> str:
    return title[0].lower() + title[1:]


if __name__ == "__main__":
    sys.stdout.write(reference())
