"""
Sending one transaction in the foreground: simulate, price, sign, broadcast, wait.

For deployments and for owners at the command line. The gateway's relayer has a queue, nonces of its own and
replacement; it does not use `send`.

    print(preview(chain, owner, vault.address, data, contract=vault))
    receipt = send(chain, signer, vault.address, data)
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from resonance_dao.chain.chain import Chain, Receipt, integer, nonce_of
from resonance_dao.chain.client import transaction_hash
from resonance_dao.chain.contract import Contract
from resonance_dao.chain.signer import Signer
from resonance_dao.errors import ChainUnreachable, TransactionFailed

_POLL_S = 0.25
MOST_GAS = 2**24  # EIP-7825


@dataclass(frozen=True, slots=True)
class Fees:
    """
    Wei per gas: `maximum` is never exceeded, `tip` goes to the block's producer, None on a chain without
    EIP-1559.
    """

    maximum: int
    tip: int | None


@dataclass(frozen=True, slots=True)
class Preview:
    """
    What a transaction would do and cost. `max_cost` is in wei, value included; `gas` has the margin in it.
    """

    to: str
    value: int
    gas: int
    max_fee: int
    max_cost: int
    function: str
    args: dict[str, Any]


def preview(
    chain: Chain, sender: str, to: str, data: bytes, *, value: int = 0, contract: Contract | None = None
) -> Preview:
    """
    Simulate a transaction and say what it would cost; nothing is signed or sent.

    Raises `TransactionFailed` with the decoded reason when it would revert.
    """
    chain.call(to, data, sender=sender, value=value)
    gas, fees = estimate_gas(chain, sender, to, data, value), current_fees(chain)
    function, args = contract.decode_input(data) if contract is not None and data else ("", {})
    return Preview(to, value, gas, fees.maximum, value + gas * fees.maximum, function, args)


def send(
    chain: Chain,
    signer: Signer,
    to: str,
    data: bytes,
    *,
    value: int = 0,
    timeout_s: float = 120,
    on_signed: Callable[[str], None] | None = None,
) -> Receipt:
    """
    Send a transaction and wait until it is in a block.

    `on_signed` is given the hash after signing and before broadcasting, so that whoever crashes in between
    can look for it. Raises `TransactionFailed` with the decoded reason, by simulation before anything is
    paid where possible.
    """
    chain.call(to, data, sender=signer.address, value=value)
    raw = signer.sign_transaction(_transaction(chain, signer.address, to, data, value))
    if on_signed is not None:
        on_signed(transaction_hash(raw))
    receipt = wait(chain, chain.send_raw(raw), timeout_s)
    if receipt.status != 1:
        raise _failure(chain, receipt, {"to": to, "data": data, "value": value})
    return receipt


def wait(chain: Chain, tx_hash: str, timeout_s: float = 120) -> Receipt:
    """
    Return the receipt of `tx_hash` once it is in a block. Raises `ChainUnreachable` when that takes too
    long.
    """
    deadline = time.monotonic() + timeout_s
    while (receipt := chain.receipt(tx_hash)) is None:
        if time.monotonic() > deadline:
            raise ChainUnreachable(
                f"transaction {tx_hash} is not in a block after {timeout_s:g} s",
                hint="It may still be mined. Run the same command again: what is done is not done twice.",
                tx_hash=tx_hash,
            )
        time.sleep(_POLL_S)
    return receipt


def calldata_floor(data: bytes) -> int:
    """Return the least gas that a transaction with this calldata takes (EIP-7623)."""
    zeros = data.count(0)
    return 21_000 + 10 * zeros + 40 * (len(data) - zeros)


def estimate_gas(
    chain: Chain, sender: str, to: str, data: bytes, value: int = 0, *, most: int | None = None
) -> int:
    """
    Return the gas limit for a transaction: the node's estimate and a fifth, within what is allowed.

    A node looks for the least limit with which it succeeds, up to `most`; None: up to a block's.
    """
    call = {"from": sender, "to": to, "data": "0x" + data.hex(), "value": hex(value)}
    if most is not None:
        call["gas"] = hex(most)
    estimate = integer(chain.request("eth_estimateGas", [call]))
    return max(estimate, min(estimate * 6 // 5, chain.block().gas_limit, MOST_GAS))


def current_fees(chain: Chain) -> Fees:
    """
    Return today's fees: twice the base fee and the node's tip, so that six full blocks in a row do not
    strand it.
    """
    base_fee = chain.block().base_fee
    if base_fee is None:
        return Fees(integer(chain.request("eth_gasPrice")), None)
    tip = integer(chain.request("eth_maxPriorityFeePerGas"))
    return Fees(2 * base_fee + tip, tip)


def _transaction(chain: Chain, sender: str, to: str, data: bytes, value: int) -> dict[str, Any]:
    fees = current_fees(chain)
    priced: dict[str, Any] = {"gasPrice": fees.maximum}
    if fees.tip is not None:
        priced = {"type": 2, "maxFeePerGas": fees.maximum, "maxPriorityFeePerGas": fees.tip}
    return {
        "chainId": integer(chain.request("eth_chainId")),
        "nonce": nonce_of(chain, sender),
        "gas": estimate_gas(chain, sender, to, data, value),
        "to": to,
        "value": value,
        "data": "0x" + data.hex(),
        **priced,
    }


def _failure(chain: Chain, receipt: Receipt, call: dict[str, Any]) -> TransactionFailed:
    # The receipt does not say why: run it again on the state before its block.
    try:
        chain.call(
            call["to"],
            call["data"],
            sender=receipt.sender,
            value=call["value"],
            block=receipt.block_number - 1,
        )
    except TransactionFailed as exc:
        return TransactionFailed(str(exc), hint=exc.hint, **{**exc.details, "tx_hash": receipt.tx_hash})
    return TransactionFailed(
        f"transaction {receipt.tx_hash} reverted, and its simulation does not",
        hint="Another transaction came first in the same block. Look at the present state, then try again.",
        tx_hash=receipt.tx_hash,
    )
