"""The end of the audit's story: who takes money out, and what goes wrong."""

from __future__ import annotations

from typing import Any

from resonance_dao.chain.chain import Receipt, nonce_of
from resonance_dao.chain.sender import wait
from resonance_dao.chain.signer import DevSigner
from resonance_dao.workflows import payouts
from resonance_dao.workflows.system import Action, perform

YEN = 10**18
OPERATOR, WORKER, PARTNER, OUTSIDER = (DevSigner(n) for n in (0, 2, 3, 6))


def transaction(receipt: Receipt, function: str, status: str) -> dict[str, Any]:
    """What a record says of a transaction."""
    return {
        "to": receipt.to,
        "from": receipt.sender,
        "function": function.split("(", maxsplit=1)[0],
        "status": status,
        "tx_hash": receipt.tx_hash,
        "block_number": receipt.block_number,
        "block_hash": receipt.block_hash,
    }


def tell_withdrawals(story: Any, coin: str) -> None:
    """One pushed, one given to somebody else, one taken by its owner."""
    system = story.system
    story.do(payouts.pushing(system, coin, PARTNER.address), OUTSIDER)
    number = int(coin, 16)
    gift = Action(system.vault, "transfer(address,uint256,uint256)", (OUTSIDER.address, number, YEN), {})
    story.do(gift, WORKER, "private")
    story.do(payouts.withdrawing(system, coin, WORKER.address, 1000 * YEN), WORKER)


def tell_failures(story: Any, coin: str) -> None:
    """A transaction that reverts, a pin that fails and is mended, a request and its outcome."""
    system, chain = story.system, story.system.chain
    fields = {
        "type": 2,
        "chainId": 31337,
        "nonce": nonce_of(chain, OUTSIDER.address),
        "to": system.vault.address,
        "data": system.vault.encode("withdraw", coin, 10**30),
        "value": 0,
        "gas": 200_000,
        "maxFeePerGas": 10**11,
        "maxPriorityFeePerGas": 10**9,
    }
    receipt = wait(chain, chain.send_raw(OUTSIDER.sign_transaction(fields)))
    failed = transaction(receipt, "withdraw", "failed") | {"error": {"name": "Error", "message": "too much"}}
    story.hashes["failed"] = receipt.tx_hash
    told = {"what": "A transaction reverted.", "why": "Too much was asked.", "next": "Ask for less."}
    reverted = {"reason_code": "TRANSACTION_REVERTED", **told, "details": {"transaction": failed}}
    story.write("disclosure", f"transaction/{receipt.tx_hash}", reverted)
    number = story.write("disclosure", "pin/memory/x", {"reason_code": "PIN_FAILED", **told})
    mended = {"corrects": number, "what": "It is pinned.", "why": "The store answered again."}
    story.write("correction", "pin/memory/x", mended, (number,))
    request = {"to": system.vault.address, "function": "push", "status": "requested", "tx_hash": None}
    number = story.write("transaction", "payout/1", request)
    action = payouts.pushing(system, coin, WORKER.address)
    receipt = perform(system, action, OPERATOR)
    number = story.write("transaction", "payout/1", transaction(receipt, "push", "succeeded"), (number,))
    story.follow(number, receipt)
