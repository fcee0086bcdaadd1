"""Which contracts the lists are read from."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from resonance_dao.workflows.reading.watched import Watched


def test_no_log_is_read_whichever_lane_the_journal_is_in() -> None:
    contracts = {name: SimpleNamespace(address=f"0x{name}") for name in ("log", "batched", "escrow", "vault")}
    system: Any = SimpleNamespace(contracts=contracts, log=contracts["log"], batched_log=contracts["batched"])
    model: Any = SimpleNamespace(contracts=list)
    watched = Watched(model, system)
    watched.at(None)
    assert watched.addresses() == [["0xescrow", "0xvault"]]
