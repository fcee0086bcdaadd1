"""`resonance monitor` before it has seen anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from resonance_dao.cli.exits import CODES
from resonance_dao.errors import EvidenceUnavailable

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Resonance


def test_a_gateway_that_is_down_at_the_first_start_is_told_with_what_helps(resonance: Resonance) -> None:
    done = resonance("monitor", "http://127.0.0.1:9")
    assert done.code == CODES[EvidenceUnavailable]
    assert "Is the gateway's address right" in done.err
    assert "--publisher" in done.err
    assert "IPFS" not in done.err
