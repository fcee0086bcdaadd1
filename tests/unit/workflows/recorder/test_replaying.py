"""Why a transaction reverted: what is told when running it again does not say so, or is not done."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from resonance_dao.errors import ChainUnreachable, TransactionFailed
from resonance_dao.workflows.replaying import NOT_RUN, OUT_OF_GAS, UNEXPLAINED, reason

RECEIPT: Any = SimpleNamespace(gas_used=50_000, block_number=7, to="0x1", sender="0x2")
PRUNED = ChainUnreachable("missing trie node", rpc_code=-32000, rpc_message="missing trie node")


def told(answers: dict[int, Exception | bytes], gas_limit: int = 100_000) -> dict[str, Any]:
    def call(*_: Any, block: int, **__: Any) -> bytes:
        answer = answers[block]
        if isinstance(answer, Exception):
            raise answer
        return answer

    chain: Any = SimpleNamespace(call=call)
    return reason(chain, RECEIPT, b"", gas_limit=gas_limit)


@pytest.mark.parametrize(
    ("answers", "text"),
    [
        ({7: PRUNED, 6: PRUNED}, NOT_RUN),
        ({7: b"", 6: PRUNED}, UNEXPLAINED),
        ({7: PRUNED, 6: b""}, UNEXPLAINED),
        ({7: b"", 6: b""}, UNEXPLAINED),
    ],
)
def test_what_was_not_run_again_is_not_told_as_if_it_had_been(
    answers: dict[int, Exception | bytes], text: dict[str, str]
) -> None:
    assert told(answers) == text


def test_what_used_all_its_gas_is_not_run_again() -> None:
    assert told({}, gas_limit=50_000) == OUT_OF_GAS


def test_the_state_before_its_block_explains_it_too() -> None:
    refused = TransactionFailed("no", error={"name": "Broke", "args": {}})
    assert told({7: b"", 6: refused})["name"] == "Broke"
