"""The published schemas: complete, the page made from them, and the same verdicts as ours from ajv."""

from __future__ import annotations

import copy
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from resonance_dao.errors import InputInvalid, NotFound
from resonance_dao.transparency.published import published, reference
from resonance_dao.transparency.record import KINDS
from resonance_dao.transparency.schema import check
from tests.unit.transparency.test_record import record

ROOT = Path(__file__).parents[3]
# Of every type, and of none that a member of ours has.
STRANGE: tuple[Any, ...] = (None, True, -1, 0, 1, 2**53, "", "x", "0x00", "1e5", [], [1], ["x"], {}, {"x": 1})


@pytest.mark.parametrize("kind", ["", "record", "value", "../record", "Disclosure"])
def test_what_is_no_kind_has_no_schema(kind: str) -> None:
    with pytest.raises(NotFound):
        published(kind)


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from ([value["$ref"]] if "$ref" in value else [])
        for part in value.values():
            yield from references(part)
    elif isinstance(value, list):
        for part in value:
            yield from references(part)


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_complete_in_one_document(kind: str) -> None:
    schema = published(kind)
    assert {name.removeprefix("#/$defs/") for name in references(schema)} == schema["$defs"].keys()
    assert schema["$id"].endswith(f":{kind}") and schema["description"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_member_of_a_record_is_explained(kind: str) -> None:
    schema = published(kind)
    for name, part in {**schema["properties"], **schema["$defs"][kind]["properties"]}.items():
        assert name in {"kind", "body"} or part["description"], name


def test_the_page_is_made_from_the_schemas() -> None:
    page = (ROOT / "docs" / "records.md").read_text(encoding="utf-8")
    assert page == reference(), "run `python -m resonance_dao.transparency.published > docs/records.md`"


def spoilt(sound: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the record with each member missing, strange, or joined by one that is not known."""
    for path in ((), ("body",)):
        members: dict[str, Any] = sound["body"] if path else sound
        for name in (*members, "unknown"):
            for value in (*STRANGE, "missing"):
                changed = copy.deepcopy(sound)
                target = changed["body"] if path else changed
                if value == "missing":
                    target.pop(name, None)
                else:
                    target[name] = value
                yield changed


def is_ours(value: dict[str, Any], kind: str) -> bool:
    """Return what our own checker says of envelope and body."""
    try:
        check(value, "record")
        check(value["body"], kind)
    except InputInvalid:
        return False
    return bool(value["kind"] == kind)


def test_another_validator_says_the_same_of_every_spoilt_record() -> None:
    cases: list[dict[str, Any]] = []
    for kind in KINDS:
        sound = record(kind).to_dict()
        cases.append({"schema": published(kind), "records": [sound, *spoilt(sound)]})
    script = str(Path(__file__).with_name("schemas.mjs"))
    ran = subprocess.run(
        ["node", script], input=json.dumps(cases), stdout=subprocess.PIPE, text=True, check=True
    )
    for kind, case, verdicts in zip(KINDS, cases, json.loads(ran.stdout), strict=True):
        expected = [is_ours(value, kind) for value in case["records"]]
        assert expected[0] and expected.count(False) > 100
        differing = [
            value
            for value, ours, theirs in zip(case["records"], expected, verdicts, strict=True)
            if ours != theirs
        ]
        assert differing == []
