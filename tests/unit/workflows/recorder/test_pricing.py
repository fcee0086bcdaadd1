"""Prices: a replacement is taken by every node, and never exceeds the cap."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_dao.chain.chain import Block
from resonance_dao.workflows.pricing import (
    ENOUGH,
    Price,
    dear_enough,
    is_dear_enough,
    market,
    replacement,
    too_dear,
    too_dear_today,
)

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


def test_a_market_above_the_cap_is_told_with_both() -> None:
    told = too_dear_today(Price(7, 1), 5)
    assert "7 wei" in str(told)
    assert "the cap is 5" in str(told)


def test_a_nonce_that_waits_is_told_with_its_key_and_what_holds_it() -> None:
    assert "nonce 7 of 0x1 waits, though it pays far more than is usual" in str(dear_enough("0x1", 7))
    assert "nonce 7 of 0x1 waits: more than 5 wei per gas would be needed" in str(too_dear("0x1", 7, 5))


@pytest.mark.parametrize(
    ("paid", "today", "enough"),
    [
        (Price(103, 24), Price(103, 3), False),  # About the base fee is usual while tips are low.
        (Price(103, 48), Price(103, 3), True),
        (Price(102, 102), Price(103, 3), False),
        (Price(1600, 799), Price(1600, 0), False),
        (Price(1600, 800), Price(1600, 0), True),
        (Price(799, 8 * 30), Price(100, 30), True),
        (Price(799, 8 * 30 - 1), Price(100, 30), False),
        (Price(800, 0), Price(100, 30), True),
        (Price(7, 7), Price(7, 7, legacy=True), False),
        (Price(56, 56), Price(7, 7, legacy=True), True),
        (Price(0, 0), Price(0, 0), True),
    ],
)
def test_what_pays_far_more_than_is_usual_is_dear_enough(paid: Price, today: Price, enough: bool) -> None:
    assert is_dear_enough(paid, today) == enough


@given(base=st.integers(10, 10**12), tip=st.integers(0, 10**12))
def test_however_often_it_is_bumped_the_price_stays_near_the_market(base: int, tip: int) -> None:
    today = Price(2 * base + tip, tip)
    price, usual, bumps = today, max(tip, today.maximum // 16), 0
    while not is_dear_enough(price, today):
        bumped = replacement(price, today, 10**30)
        assert bumped is not None
        price, bumps = bumped, bumps + 1
        assert bumps < 40
    assert price.tip <= ENOUGH * usual * 1125 // 1000 + 2
    assert price.maximum <= ENOUGH * today.maximum * 1125 // 1000 + 2
