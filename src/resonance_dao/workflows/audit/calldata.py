"""
Leaves in calldata: the log's contract stores only peaks, its leaves stand in the transactions that appended
them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from resonance_dao.chain.abi import checksum
from resonance_dao.chain.chain import Chain, octets
from resonance_dao.chain.contract import Contract
from resonance_dao.errors import InputInvalid


def appended_by(chain: Chain, log: Contract, tx_hash: str, size: int) -> Mapping[str, Any]:
    """
    Return what a transaction appended to the log of size `size`, from its calldata: `size`, `leaves` and
    `manifest`; of a log of batches `batch` and `manifest`.

    `InputInvalid` when the calldata is no such append, as when a contract appended on the publisher's behalf.
    """
    sent = chain.request("eth_getTransactionByHash", [tx_hash])
    if not isinstance(sent, Mapping) or not isinstance(sent.get("to"), str):
        raise InputInvalid("transaction", tx_hash, "is not known to the endpoint, or creates a contract")
    if checksum(sent["to"]) != log.address:
        raise InputInvalid(
            "transaction", tx_hash, "calls another contract; its leaves are not in plain calldata"
        )
    name, given = log.decode_input(octets(sent["input"]))
    named = given["batch"]["first"] if "batch" in given else given.get("size")
    if name != "append" or named != size:
        raise InputInvalid("transaction", tx_hash, f"is a call of {name}, not the append to size {size}")
    return given
