"""A receipt counts when the block that it names is the chain's and holds the transaction."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from resonance_dao.chain.chain import Receipt
from resonance_dao.errors import ChainUnreachable
from resonance_dao.workflows.receipts import receipt_of, sound_receipt

TX, DEARER, OTHER = "0x" + "ab" * 32, "0x" + "ba" * 32, "0x" + "cd" * 32
HASH = "0x" + "77" * 32


def receipt(tx_hash: str = TX, **changes: Any) -> Receipt:
    fields = {"status": 1, "block_number": 7, "block_hash": HASH, "sender": "0x", "to": "0x"}
    rest = {"gas_used": 1, "gas_price": 1, "contract_address": None, "logs": ()}
    return Receipt(**{"tx_hash": tx_hash, **fields, **rest, **changes})


def node(block: Any, *receipts: Receipt, asked: str | None = None) -> Any:
    """A node that has these receipts (`asked`: whatever it is asked for), and one block for each number."""
    known = {asked or found.tx_hash: found for found in receipts}

    def request(method: str, params: Any) -> Any:
        assert (method, params) == ("eth_getBlockByNumber", ["0x7", False])
        return block

    return SimpleNamespace(receipt=known.get, request=request)


def block(*held: str, block_hash: str = HASH) -> dict[str, Any]:
    return {"hash": block_hash, "transactions": list(held)}


def test_a_receipt_whose_block_holds_the_transaction_counts() -> None:
    assert sound_receipt(node(block(OTHER, TX), receipt()), TX) == receipt()
    assert sound_receipt(node(block(TX.upper().replace("0X", "0x")), receipt()), TX) == receipt()


@pytest.mark.parametrize(
    "told",
    [block(), block(OTHER), block(TX, block_hash="0x" + "78" * 32), None],
    ids=["empty", "others only", "another block", "no such block"],
)
def test_a_receipt_whose_block_does_not_hold_it_counts_for_nothing(told: Any) -> None:
    assert sound_receipt(node(told, receipt()), TX) is None


def test_the_receipt_of_another_transaction_counts_for_nothing() -> None:
    assert sound_receipt(node(block(TX, OTHER), receipt(OTHER), asked=TX), TX) is None


def test_no_receipt_is_none() -> None:
    assert sound_receipt(node(block(TX)), TX) is None


@pytest.mark.parametrize("told", [{}, [], "0x1", {"hash": HASH}, {"hash": HASH, "transactions": None}])
def test_a_block_that_cannot_be_read_is_trouble(told: Any) -> None:
    with pytest.raises(ChainUnreachable, match="cannot be read"):
        sound_receipt(node(told, receipt()), TX)


def test_whichever_attempt_was_mined_counts() -> None:
    operation: Any = SimpleNamespace(attempts=[SimpleNamespace(tx_hash=TX), SimpleNamespace(tx_hash=DEARER)])
    assert receipt_of(node(block(TX), receipt()), operation) == receipt()
    assert receipt_of(node(block(TX, DEARER), receipt(DEARER)), operation) == receipt(DEARER)
    assert receipt_of(node(block(TX), receipt(), receipt(DEARER)), operation) == receipt()
    assert receipt_of(node(block(), receipt(), receipt(DEARER)), operation) is None
