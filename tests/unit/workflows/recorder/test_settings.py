"""How deep is deep enough."""

from __future__ import annotations

from typing import Any

import pytest

from resonance_dao.workflows.recorder_values import RecorderSettings, RecorderStatus, Tick


@pytest.mark.parametrize(
    ("chain_id", "given", "depth"),
    [(31337, None, 1), (1337, None, 1), (1, None, 12), (137, None, 12), (31337, 3, 3), (1, 64, 64)],
)
def test_development_chains_are_final_at_once_and_others_after_twelve(
    chain_id: int, given: int | None, depth: int
) -> None:
    assert RecorderSettings(confirmations=given).depth(chain_id) == depth


def test_a_tick_that_did_anything_is_not_idle() -> None:
    assert Tick(leader=True).is_idle
    fields = ("observed", "pinned", "signed", "sent", "confirmed", "anchored")
    for field in fields:
        changed: dict[str, Any] = {field: 1}
        assert not Tick(leader=True, **changed).is_idle


def test_a_recorder_is_settled_when_everything_is_anchored_and_nothing_is_under_way() -> None:
    done: dict[str, Any] = {
        "leader": True,
        "size": 5,
        "pinned": 5,
        "anchored": 5,
        "failed_pins": 1,
        "observed_block": 9,
    }
    still: dict[str, Any] = {"queued": 0, "in_flight": 0, "unconfirmed": 0, "halted": None}
    assert RecorderStatus(**done, **still).is_settled
    assert not RecorderStatus(**{**done, "anchored": 4}, **still).is_settled
    for field in ("queued", "in_flight", "unconfirmed"):
        assert not RecorderStatus(**done, **{**still, field: 1}).is_settled
    assert RecorderStatus(**done, **still).to_dict() == {**done, **still}
