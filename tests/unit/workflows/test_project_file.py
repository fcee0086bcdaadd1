"""Project files: every refusal names the field, the value and the rule."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import pytest
import yaml

from resonance_dao.errors import InputInvalid
from resonance_dao.transparency.canonical import encode
from resonance_dao.workflows.project_file import read_project

GOOD: dict[str, Any] = {
    "name": "Wagashi Worldwide",
    "symbol": "WAGASHI",
    "cap": 1_000_000,
    "description": {"en": "Sweets.", "ja": "和菓子。"},
}


@pytest.mark.parametrize(
    ("key", "value", "rule"),
    [
        ("name", "", "at least 1"),
        ("name", "x" * 65, "at most 64"),
        ("name", "和" * 22, "64 bytes"),
        ("name", "red\x1b[31m", "control characters"),
        ("name", "two\nlines", "control characters"),
        ("name", " spaced ", "spaces around"),
        ("name", 5, "valid string"),
        ("symbol", "WA GASHI", "pattern"),
        ("symbol", "A" * 17, "pattern"),
        ("symbol", "和菓子", "pattern"),
        ("cap", 0, "more than zero"),
        ("cap", "0.0", "more than zero"),
        ("cap", "1e6", "decimal number"),
        ("cap", 1.5, "decimal point"),
        ("cap", str(2**128), "2^128"),
        ("description", "Sweets.", ""),
        ("description", {"en": "Sweets.", "ja": ""}, "at least 1"),
        ("website", "http://example.com", "pattern"),
        ("website", "javascript:alert(1)", "pattern"),
        ("website", 'https://example.com/"onload=', "pattern"),
        ("transfers", "open", "'locked'"),
        ("owner", "me", "no known key"),
    ],
)
def test_each_refusal_names_field_value_and_rule(key: str, value: object, rule: str) -> None:
    with pytest.raises(InputInvalid) as caught:
        read_project(yaml.safe_dump({**GOOD, key: value}, allow_unicode=True))
    assert caught.value.field.startswith(f"project: {key}")
    assert rule in caught.value.rule


@pytest.mark.parametrize("key", sorted(GOOD))
def test_a_missing_key_is_refused_by_name(key: str) -> None:
    content = {name: value for name, value in GOOD.items() if name != key}
    with pytest.raises(InputInvalid, match=f"project: {key} .* is missing"):
        read_project(yaml.safe_dump(content))


def test_the_template_can_be_opened_as_it_is() -> None:
    project = read_project(
        files("resonance_dao.workflows").joinpath("project_template.yaml").read_text("utf-8")
    )
    assert project.cap_units == 10**24
    assert project.transfers == "locked"


def test_the_document_for_people_has_a_canonical_form_with_the_cap_as_text() -> None:
    document = read_project(yaml.safe_dump({**GOOD, "cap": 10**17})).document()
    assert document["cap"] == str(10**17)
    assert document["schema"] == "resonance/project/1"
    assert "website" not in document
    assert encode(document)
