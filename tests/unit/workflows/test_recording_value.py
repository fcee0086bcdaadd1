"""The operator sends no coin of its own for others."""

from __future__ import annotations

from typing import Any, cast

import pytest

from resonance_dao.errors import InputInvalid
from resonance_dao.workflows import recording
from resonance_dao.workflows.system import Action


def test_a_request_with_which_coin_would_go_along_is_refused_before_anything_is_written() -> None:
    nothing = cast("Any", None)
    action = Action(nothing, "challenge", (), {"en": "", "ja": ""}, value=1)
    with pytest.raises(InputInvalid, match="the operator sends none"):
        recording.request(nothing, action, "bounty/1", now=0)
