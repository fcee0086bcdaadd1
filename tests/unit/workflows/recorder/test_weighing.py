"""Gas limits: what the estimate needs and a margin, within what a block and a transaction may take."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from resonance_dao.chain.sender import MOST_GAS
from resonance_dao.errors import TransactionFailed
from resonance_dao.journal.operation import ANCHOR, QUEUED, REQUEST, Operation
from resonance_dao.workflows.attempting import GAS_BELIEVED
from resonance_dao.workflows.weighing import GAS_BEHIND_OTHERS, GAS_MARGIN, LONG, Weigher

ACCOUNT = "0x" + "11" * 20


class Node:
    """A chain on which everything succeeds, with this estimate."""

    def __init__(self, estimate: int, block_gas: int) -> None:
        self._estimate, self._block_gas = estimate, block_gas

    def call(self, *_: Any, **__: Any) -> bytes:
        return b""

    def request(self, method: str, _params: Any = ()) -> str:
        assert method == "eth_estimateGas"
        return hex(self._estimate)

    def block(self) -> Any:
        return SimpleNamespace(gas_limit=self._block_gas)


def operation() -> Operation:
    where: dict[str, Any] = dict.fromkeys(("nonce", "tx_hash", "block_number", "block_hash", "error"))
    return Operation(
        2,
        REQUEST,
        1,
        None,
        ACCOUNT,
        b"",
        None,
        QUEUED,
        created_at=0,
        attempts=(),
        sender=ACCOUNT,
        cancel_at=None,
        **where,
    )


def weigh(estimate: int, block_gas: int = 60_000_000, before: tuple[int, ...] = ()) -> int | None:
    settler: Any = SimpleNamespace(require_asked=lambda _operation: None)
    chain: Any = Node(estimate, block_gas)
    return Weigher(chain, settler, None).gas(operation(), ACCOUNT, before, 0)


def test_a_reason_that_an_estimate_does_not_tell_is_asked_of_a_call(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(**details: Any) -> Any:
        def raised(*_: Any, **__: Any) -> Any:
            raise TransactionFailed("it fails", **details)

        return raised

    monkeypatch.setattr(Node, "request", failing())
    with pytest.raises(TransactionFailed, match="it fails"):
        weigh(1)
    monkeypatch.setattr(Node, "call", failing(error={"name": "No"}))
    refused = []
    settler: Any = SimpleNamespace(
        require_asked=lambda _operation: None, refuse=lambda _operation, error, _now: refused.append(error)
    )
    chain: Any = Node(1, 60_000_000)
    assert Weigher(chain, settler, None).gas(operation(), ACCOUNT, (), 0) is None
    assert [error["name"] for error in refused] == ["No"]


def test_an_estimate_beyond_belief_is_refused() -> None:
    with pytest.raises(TransactionFailed, match="estimates"):
        weigh(2 * GAS_BELIEVED)


@pytest.mark.parametrize("estimate", [14_000_000, 16_000_000, MOST_GAS - 1, MOST_GAS])
def test_the_margin_does_not_lead_over_what_one_transaction_may_take(estimate: int) -> None:
    assert weigh(estimate, before=(1,)) == MOST_GAS


def test_below_that_the_margin_is_whole() -> None:
    assert weigh(1_000_000) == 1_200_000 + GAS_MARGIN
    assert weigh(1_000_000, before=(1,)) == 1_200_000 + GAS_BEHIND_OTHERS


def test_what_needs_more_than_a_transaction_may_take_gets_no_margin() -> None:
    assert weigh(40_000_000) == weigh(40_000_000, before=(1,)) == 40_000_000


def test_no_limit_exceeds_a_blocks() -> None:
    assert weigh(11_900_000, block_gas=12_000_000, before=(1,)) == 12_000_000


def test_a_long_append_is_estimated_up_to_its_floor_and_beyond_when_that_does_not_do() -> None:
    floor = 21_000 + 10 * 32 + 40 * (LONG - 32)
    data, asked = b"\x00" * 32 + b"\x01" * (LONG - 32), list[int | None]()

    class Floored(Node):
        def request(self, _method: str, params: Any = ()) -> str:
            asked.append(int(params[0]["gas"], 16) if "gas" in params[0] else None)
            if self._estimate > (asked[-1] or self._estimate):
                raise TransactionFailed("gas required exceeds allowance")
            return hex(self._estimate)

    settler: Any = SimpleNamespace(require_asked=lambda _operation: None)
    for needed, looks in ((floor - 1, [floor]), (floor + 1, [floor, None])):
        asked.clear()
        chain: Any = Floored(needed, 60_000_000)
        append = replace(operation(), purpose=ANCHOR, data=data)
        assert Weigher(chain, settler, None).gas(append, ACCOUNT, (), 0) == needed * 6 // 5 + GAS_MARGIN
        assert asked == looks
        asked.clear()
        Weigher(chain, settler, None).gas(replace(append, data=data[1:]), ACCOUNT, (), 0)
        Weigher(chain, settler, None).gas(replace(append, purpose=REQUEST), ACCOUNT, (), 0)
        assert asked == [None, None]
