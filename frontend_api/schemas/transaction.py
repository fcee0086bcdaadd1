"""Transactions that someone else sent."""

from __future__ import annotations

from pydantic import Field

from frontend_api.schemas.wire import Bytes32, Wire


class TransactionIn(Wire):
    """The hash of a final transaction to one of the contracts."""

    tx_hash: Bytes32 = Field(examples=["0x" + "ab" * 32])
