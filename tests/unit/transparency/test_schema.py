from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest

from resonance_dao.errors import InputInvalid, NotFound
from resonance_dao.transparency import schema
from resonance_dao.transparency.record import KINDS

NAMES = sorted(
    entry.name.removesuffix(".json") for entry in (files("resonance_dao.transparency") / "schema").iterdir()
)


def subschemas(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every object in the document that is a schema."""
    if not isinstance(value, dict):
        return
    yield value
    for keyword in ("properties", "$defs"):
        for inner in value.get(keyword, {}).values():
            yield from subschemas(inner)
    for keyword in ("items", "additionalProperties", "if", "then"):
        yield from subschemas(value.get(keyword))
    for inner in value.get("allOf", []):
        yield from subschemas(inner)


@pytest.mark.parametrize("name", ["", "nothing", "../record", "record.json", "a/b"])
def test_an_unknown_schema_is_not_found(name: str) -> None:
    with pytest.raises(NotFound):
        schema.document(name)


def test_a_keyword_that_nobody_checks_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "document", lambda _: {"format": "email"})
    with pytest.raises(NotFound, match="format"):
        schema.check("x", "any")


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        ({"type": "integer"}, True),
        ({"type": "integer"}, 1.0),
        ({"type": ["string", "null"]}, 1),
        ({"type": "boolean"}, 1),
        ({"minimum": 2}, 1),
        ({"maximum": 2}, 3),
        ({"minLength": 1}, ""),
        ({"maxLength": 1}, "ab"),
        ({"minItems": 1}, []),
        ({"maxItems": 1}, [1, 2]),
        ({"minProperties": 1}, {}),
        ({"const": "a"}, "b"),
        ({"enum": ["a"]}, "b"),
        ({"pattern": "^a$"}, "a\n"),
        ({"pattern": "^a$"}, "ba"),
        ({"required": ["a"]}, {}),
        ({"additionalProperties": False}, {"a": 1}),
        ({"additionalProperties": {"type": "null"}}, {"a": 1}),
        ({"properties": {"a": {"type": "null"}}}, {"a": 1}),
        ({"items": {"type": "null"}}, [None, 1]),
        ({"allOf": [{"type": "string"}, {"const": "a"}]}, "b"),
        ({"if": {"type": "string"}, "then": {"const": "a"}}, "b"),
    ],
)
def test_each_keyword_refuses(rule: dict[str, Any], value: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "document", lambda _: rule)
    with pytest.raises(InputInvalid):
        schema.check(value, "any")


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        ({"minimum": 2, "maxLength": 1, "maxItems": 0, "required": ["a"]}, "a"),
        ({"minLength": 3, "pattern": "^x$", "items": {"type": "null"}}, 1),
        ({"minimum": 5}, True),
        ({"additionalProperties": True}, {"a": 1}),
        ({"type": "boolean"}, False),
        ({"if": {"type": "string"}, "then": {"const": "a"}}, 1),
        ({"minimum": 2, "maximum": 2}, 2),
    ],
)
def test_a_keyword_leaves_other_types_alone(
    rule: dict[str, Any], value: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "document", lambda _: rule)
    schema.check(value, "any")


def test_there_is_a_schema_for_every_kind() -> None:
    assert sorted({*KINDS, "record", "value"}) == NAMES
    assert tuple(schema.document("record")["properties"]["kind"]["enum"]) == KINDS


@pytest.mark.parametrize("name", NAMES)
def test_every_schema_uses_only_what_is_checked(name: str) -> None:
    for part in subschemas(schema.document(name)):
        assert part.keys() - {"then"} <= schema._KEYWORDS.keys() | schema._ANNOTATIONS
        assert ("if" in part) == ("then" in part)
        if "pattern" in part:
            assert part["pattern"].startswith("^") and part["pattern"].endswith("$")
        if "$ref" in part:
            file, _, pointer = part["$ref"].partition("#/$defs/")
            assert pointer in schema.document(file.removesuffix(".json") or name)["$defs"]


@pytest.mark.parametrize("name", sorted({*NAMES} - {"value"}))
def test_every_schema_says_what_it_is_and_admits_nothing_unknown(name: str) -> None:
    document = schema.document(name)
    assert document["$id"] == f"{name}.json"
    assert document["title"] and document["description"]
    assert document["additionalProperties"] is False
    assert set(document["required"]) <= document["properties"].keys()
