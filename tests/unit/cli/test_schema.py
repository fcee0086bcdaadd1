"""`resonance log schema`: what records look like, for whoever writes or checks them."""

from __future__ import annotations

from resonance_dao.transparency.published import published
from resonance_dao.transparency.record import KINDS
from tests.unit.cli.conftest import Resonance


def test_a_kind_that_is_none_is_not_found(resonance: Resonance) -> None:
    done = resonance("log", "schema", "invoice")
    assert done.code == 3
    assert "disclosure" in done.err


def test_without_a_kind_they_are_listed(resonance: Resonance) -> None:
    assert list(resonance("--json", "log", "schema").document["kinds"]) == list(KINDS)
    assert "correction" in resonance("log", "schema").out


def test_a_schema_is_printed_whole(resonance: Resonance) -> None:
    assert resonance("log", "schema", "correction").document == published("correction")
