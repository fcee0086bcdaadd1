"""
The shapes of records, as JSON Schema 2020-12 files of this package, and the part of that language they use.

A keyword that this module does not know is an error, never ignored: a schema cannot promise what nobody
checks. `pattern` must be anchored at both ends.

    >>> check({"reason_code": "PIN_FAILED", "what": "w", "why": "y", "next": "n"}, "disclosure")
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

from resonance_dao.errors import InputInvalid, NotFound

Schema: TypeAlias = Mapping[str, Any]

_ANNOTATIONS = frozenset({"$schema", "$id", "$defs", "title", "description", "examples"})
_TYPES: Mapping[str, Callable[[object], bool]] = {
    "null": lambda value: value is None,
    "boolean": lambda value: type(value) is bool,
    "integer": lambda value: type(value) is int,
    "string": lambda value: type(value) is str,
    "array": lambda value: isinstance(value, (list, tuple)),
    "object": lambda value: isinstance(value, Mapping),
}


@cache
def document(name: str) -> Schema:
    """Return the schema file of that name, such as "record" or "disclosure"."""
    if not re.fullmatch("[a-z_]+", name):
        raise NotFound(f"no schema is called {name!r}")
    source = files(__package__) / "schema" / f"{name}.json"
    try:
        schema: Schema = json.loads(source.read_text("utf-8"))
    except FileNotFoundError as exc:
        raise NotFound(f"no schema is called {name!r}") from exc
    return schema


def check(value: object, name: str, path: str = "$") -> None:
    """
    Return when `value` has the shape of schema `name`; otherwise `InputInvalid` names the path and the rule.
    """
    _check(value, document(name), name, path)


def _check(value: object, schema: Schema, name: str, path: str) -> None:
    for keyword, rule in schema.items():
        if keyword in _ANNOTATIONS or keyword == "then":
            continue
        try:
            checker = _KEYWORDS[keyword]
        except KeyError as exc:
            raise NotFound(f"schema {name}: keyword {keyword!r} is not supported") from exc
        checker(value, rule, schema, name, path)


def _type(value: object, rule: Any, _schema: Schema, _name: str, path: str) -> None:
    wanted = [rule] if isinstance(rule, str) else rule
    if not any(_TYPES[kind](value) for kind in wanted):
        raise InputInvalid(path, value, f"must be {' or '.join(wanted)}")


def _enum(value: object, rule: Any, _schema: Schema, _name: str, path: str) -> None:
    if value not in rule:
        raise InputInvalid(path, value, f"must be one of {', '.join(map(str, rule))}")


def _const(value: object, rule: Any, _schema: Schema, _name: str, path: str) -> None:
    if value != rule:
        raise InputInvalid(path, value, f"must be {rule}")


def _properties(value: object, rule: Any, _schema: Schema, name: str, path: str) -> None:
    if isinstance(value, Mapping):
        for key, schema in rule.items():
            if key in value:
                _check(value[key], schema, name, f"{path}.{key}")


def _additional(value: object, rule: Any, schema: Schema, name: str, path: str) -> None:
    if not isinstance(value, Mapping):
        return
    for key in value.keys() - schema.get("properties", {}).keys():
        if rule is False:
            raise InputInvalid(f"{path}.{key}", value[key], "is not a known member")
        if rule is not True:
            _check(value[key], rule, name, f"{path}.{key}")


def _required(value: object, rule: Any, _schema: Schema, _name: str, path: str) -> None:
    if isinstance(value, Mapping):
        for key in rule:
            if key not in value:
                raise InputInvalid(f"{path}.{key}", None, "is missing")


def _items(value: object, rule: Any, _schema: Schema, name: str, path: str) -> None:
    if isinstance(value, (list, tuple)):
        for at, entry in enumerate(value):
            _check(entry, rule, name, f"{path}[{at}]")


def _pattern(value: object, rule: Any, _schema: Schema, _name: str, path: str) -> None:
    # `$` would let a final newline through in Python; the anchors become a full match.
    if isinstance(value, str) and not re.fullmatch(rule.removeprefix("^").removesuffix("$"), value):
        raise InputInvalid(path, value, f"must match {rule}")


def _reference(value: object, rule: Any, _schema: Schema, name: str, path: str) -> None:
    file, _, pointer = rule.partition("#/$defs/")
    target = file.removesuffix(".json") or name
    schema = document(target)
    _check(value, schema["$defs"][pointer] if pointer else schema, target, path)


def _condition(value: object, rule: Any, schema: Schema, name: str, path: str) -> None:
    try:
        _check(value, rule, name, path)
    except InputInvalid:
        return
    _check(value, schema["then"], name, path)


def _all_of(value: object, rule: Any, _schema: Schema, name: str, path: str) -> None:
    for schema in rule:
        _check(value, schema, name, path)


def _measure(
    kind: tuple[type, ...], measured: Callable[[Any], int], within: Callable[[int, int], bool], words: str
) -> Callable[[object, Any, Schema, str, str], None]:
    def checker(value: object, rule: Any, _schema: Schema, _name: str, path: str) -> None:
        if isinstance(value, kind) and type(value) is not bool and not within(measured(value), rule):
            raise InputInvalid(path, value, words.format(rule))

    return checker


def _at_least(found: int, bound: int) -> bool:
    return found >= bound


def _at_most(found: int, bound: int) -> bool:
    return found <= bound


_KEYWORDS: Mapping[str, Callable[[object, Any, Schema, str, str], None]] = {
    "$ref": _reference,
    "type": _type,
    "enum": _enum,
    "const": _const,
    "properties": _properties,
    "additionalProperties": _additional,
    "required": _required,
    "items": _items,
    "pattern": _pattern,
    "allOf": _all_of,
    "if": _condition,
    "minimum": _measure((int,), int, _at_least, "must be at least {}"),
    "maximum": _measure((int,), int, _at_most, "must be at most {}"),
    "minLength": _measure((str,), len, _at_least, "must have at least {} characters"),
    "maxLength": _measure((str,), len, _at_most, "must have at most {} characters"),
    "minItems": _measure((list, tuple), len, _at_least, "must have at least {} entries"),
    "maxItems": _measure((list, tuple), len, _at_most, "must have at most {} entries"),
    "minProperties": _measure((dict,), len, _at_least, "must have at least {} members"),
}
