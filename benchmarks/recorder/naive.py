"""
The baseline: a gateway as one writes it in an afternoon. Each request is one transaction, built, signed and
sent by web3.py, and answered when it is mined.

It is fair to itself: the lock is held only while nonce, transaction and broadcast belong together, and
waiting for receipts overlaps. Its answer promises that the transaction is on the chain, but a crash between
signing and answering loses the request.
"""

from __future__ import annotations

import os
import threading

from fastapi import FastAPI
from pydantic import BaseModel
from web3 import HTTPProvider, Web3

ABI = [
    {
        "type": "function",
        "name": "mint",
        "stateMutability": "nonpayable",
        "inputs": [{"name": "to", "type": "address"}, {"name": "amount", "type": "uint256"}],
        "outputs": [],
    }
]


class Mint(BaseModel):
    """Whom to give how much."""

    to: str
    amount: str


def create_app() -> FastAPI:
    """Return the gateway; the environment names the node, the token and a development account's key."""
    web3 = Web3(HTTPProvider(os.environ["BENCH_RPC"]))
    token = web3.eth.contract(address=Web3.to_checksum_address(os.environ["BENCH_TOKEN"]), abi=ABI)
    account = web3.eth.account.from_key(os.environ["BENCH_KEY"])
    sending, app = threading.Lock(), FastAPI()

    @app.post("/mint", status_code=202)
    def mint(body: Mint) -> dict[str, object]:
        with sending:
            nonce = web3.eth.get_transaction_count(account.address, "pending")
            call = token.functions.mint(body.to, int(body.amount))
            transaction = call.build_transaction({"from": account.address, "nonce": nonce})
            sent = web3.eth.send_raw_transaction(account.sign_transaction(transaction).raw_transaction)
        receipt = web3.eth.wait_for_transaction_receipt(sent)
        return {"hash": receipt["transactionHash"].to_0x_hex(), "status": receipt["status"]}

    return app
