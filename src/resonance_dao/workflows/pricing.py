"""
What a transaction may pay: today's market, and the next price when it has waited too long.

A node takes a replacement only when both fees are at least a tenth higher, strictly; by an eighth and one
wei, rounded up, no rounding of theirs can refuse it. All prices are wei per gas.
"""

from __future__ import annotations

from dataclasses import dataclass

from resonance_dao.chain.chain import Chain, integer
from resonance_dao.errors import TransactionFailed

# Both fees stay about below so many times today's; a tip may reach the base fee where tips are lower still.
ENOUGH, BASE_SHARE = 8, 16


@dataclass(frozen=True, slots=True)
class Price:
    """
    `maximum` is never exceeded; `tip` of it goes to the block's producer. `legacy`: a chain without
    EIP-1559.
    """

    maximum: int
    tip: int
    legacy: bool = False

    def fields(self) -> dict[str, int]:
        """Return the price as a transaction's fields."""
        if self.legacy:
            return {"gasPrice": self.maximum}
        return {"type": 2, "maxFeePerGas": self.maximum, "maxPriorityFeePerGas": self.tip}


def market(chain: Chain) -> Price:
    """Return today's price: twice the base fee and the node's tip, enough for six full blocks in a row."""
    base_fee = chain.block().base_fee
    if base_fee is None:
        price = integer(chain.request("eth_gasPrice"))
        return Price(price, price, legacy=True)
    tip = integer(chain.request("eth_maxPriorityFeePerGas"))
    return Price(2 * base_fee + tip, tip)


def replacement(paid: Price, today: Price, cap: int) -> Price | None:
    """Return the price of the next attempt, given the highest so far; None when it would exceed `cap`."""
    maximum = max(_bumped_up(paid.maximum), today.maximum)
    tip = max(_bumped_up(paid.tip), today.tip)
    return None if maximum > cap else Price(maximum, min(tip, maximum), today.legacy)


def is_dear_enough(paid: Price, today: Price) -> bool:
    """
    Return whether an attempt pays so much that its price cannot be why it waits: a node that is cut off, or
    a chain that stands still, must not raise what is paid when they are back.
    """
    usual = max(today.tip, today.maximum // BASE_SHARE)
    is_much = paid.tip >= ENOUGH * usual or paid.maximum >= ENOUGH * today.maximum
    return paid.maximum >= today.maximum and is_much


def too_dear_today(price: Price, cap: int) -> TransactionFailed:
    """Return what is told while nothing is signed, because the market is above the cap."""
    return TransactionFailed(
        f"nothing is signed: the market asks {price.maximum} wei per gas, and the cap is {cap}",
        hint="What waits is signed when the market falls, or when RESONANCE_FEE_CAP_GWEI is raised.",
    )


def dear_enough(account: str, nonce: int) -> TransactionFailed:
    """Return what is told of a nonce that waits, and not because of its price."""
    return TransactionFailed(
        f"nonce {nonce} of {account} waits, though it pays far more than is usual today",
        hint="Its price is not raised further. Is the node cut off from the network?",
    )


def too_dear(account: str, nonce: int, cap: int) -> TransactionFailed:
    """Return what is told of a nonce that could only be replaced for more than the cap."""
    return TransactionFailed(
        f"nonce {nonce} of {account} waits: more than {cap} wei per gas would be needed",
        hint="It is replaced when that is allowed, or when the market falls.",
    )


def _bumped_up(price: int) -> int:
    return -(-price * 1125 // 1000) + 1
