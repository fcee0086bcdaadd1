"""Prices: a replacement is taken by every node, and never exceeds the cap."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_dao.chain.chain import Block
from resonance_dao.workflows.pricing import Price, market, replacement

WEI = st.integers(0, 10**15)


class Market:
    """A chain with a base fee and a tip; `base_fee` None has no EIP-1559."""

    def __init__(self, base_fee: int | None) -> None:
        self.base_fee = base_fee

    def block(self, number: int | str = "latest") -> Block:
        return Block(1, "0x", "0x", 1, self.base_fee, 30_000_000)

    def request(self, method: str, params: object = ()) -> Any:
        return {"eth_gasPrice": "0x7", "eth_maxPriorityFeePerGas": "0x3"}[method]


def test_a_replacement_above_the_cap_is_none() -> None:
    assert replacement(Price(100, 10), Price(100, 10), 112) is None
    assert replacement(Price(100, 10), Price(500, 10), 499) is None


def test_todays_price_is_twice_the_base_fee_and_the_tip() -> None:
    assert market(Market(50)) == Price(103, 3)  # type: ignore[arg-type]
    assert market(Market(50)).fields() == {  # type: ignore[arg-type]
        "type": 2,
        "maxFeePerGas": 103,
        "maxPriorityFeePerGas": 3,
    }


def test_a_chain_without_a_base_fee_has_one_price() -> None:
    assert market(Market(None)).fields() == {"gasPrice": 7}  # type: ignore[arg-type]


@pytest.mark.parametrize(("paid", "next_price"), [(8, 10), (0, 1), (1, 3), (1000, 1126)])
def test_a_price_grows_by_an_eighth_rounded_up_and_one(paid: int, next_price: int) -> None:
    assert replacement(Price(paid, paid), Price(0, 0), 10**18) == Price(next_price, next_price)


@given(paid=WEI, tip=WEI, today=WEI, today_tip=WEI)
def test_both_fees_exceed_what_any_node_wants(paid: int, tip: int, today: int, today_tip: int) -> None:
    tip, today_tip = min(tip, paid), min(today_tip, today)
    price = replacement(Price(paid, tip), Price(today, today_tip), 10**30)
    assert price is not None
    assert price.maximum > paid * 11 // 10
    assert price.tip > tip * 11 // 10
    assert price.maximum >= today
    assert price.tip <= price.maximum
