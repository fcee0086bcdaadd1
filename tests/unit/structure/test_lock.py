"""What `make install` puts in is pinned, with hashes, and is what pyproject.toml asks for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import tomli
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[3]
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
PROJECT = tomli.loads((ROOT / "pyproject.toml").read_text("utf-8"))
WANTED = [
    *PROJECT["project"]["dependencies"],
    *PROJECT["project"]["optional-dependencies"]["dev"],
    *PROJECT["build-system"]["requires"],
]
PINS = re.findall(r"^([a-z0-9-]+)==([^ ;\\]+)[^\n]*((?:\n +--hash=\S+[^\n]*)*)", LOCK, re.M)


@pytest.mark.parametrize("wanted", WANTED)
def test_what_is_asked_for_is_pinned_within_its_range(wanted: str) -> None:
    asked = Requirement(wanted)
    found = [version for name, version, _ in PINS if name == canonicalize_name(asked.name)]
    assert found, "run `make lock`"
    assert [version for version in found if version not in asked.specifier] == [], "run `make lock`"


def test_every_pin_has_hashes_and_nothing_else_is_asked_for() -> None:
    assert len(PINS) > 100
    assert [name for name, _, hashes in PINS if "--hash=sha256:" not in hashes] == []
    rest = [
        line for line in LOCK.splitlines() if not re.match(r"[a-z0-9-]+==| +--hash=sha256:[0-9a-f]{64}", line)
    ]
    assert rest == []


def test_no_registry_is_named() -> None:
    assert "://" not in LOCK
    assert "--index" not in LOCK


def test_installing_uses_the_pins() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    recipe = makefile.partition("$(VENV)/.installed: pyproject.toml requirements.lock\n")[2].partition(
        "\n\n"
    )[0]
    assert "--require-hashes --requirement requirements.lock" in recipe
    assert "--no-deps --no-build-isolation --editable ." in recipe
