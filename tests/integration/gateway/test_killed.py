"""
The gateway's process itself is killed, again and again, while clients upload evidence and have work relayed
over HTTP; they ask again under the same key until they are answered.

    RESONANCE_GATEWAY_KILLS=200 pytest tests/integration/gateway/test_killed.py
"""

from __future__ import annotations

import os
import random
import time

import pytest

from tests.integration.gateway.town import SEED, Town, check, postgres, town

__all__ = ["postgres", "town"]

KILLS = int(os.environ.get("RESONANCE_GATEWAY_KILLS", "4"))
pytestmark = [pytest.mark.chain, pytest.mark.slow, pytest.mark.timeout(900 + KILLS * 20)]


def test_a_gateway_that_is_killed_over_and_over_keeps_every_promise(town: Town) -> None:
    rng = random.Random(SEED)  # noqa: S311
    town.start()
    with town.busy():
        for _ in range(KILLS):
            time.sleep(rng.uniform(0.3, 3))
            town.start()
    check(town)
    assert town.asked_again > 0, "no client noticed that the gateway died"
