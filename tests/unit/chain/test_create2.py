from typing import Any

import pytest
from eth_account import Account
from eth_utils.crypto import keccak

from resonance_dao.chain import create2
from resonance_dao.chain.create2 import DETERMINISTIC_DEPLOYER, ensure_deployer, has_deployer
from resonance_dao.chain.signer import DevSigner
from resonance_dao.errors import TransactionFailed


def test_a_chain_that_refuses_the_presigned_transaction_is_told_what_to_ask_for(
    chain: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(raw: bytes) -> str:
        raise TransactionFailed("only replay-protected transactions allowed over RPC")

    chain.answers["eth_getBalance"] = hex(10**18)
    monkeypatch.setattr(chain, "send_raw", refuse)
    with pytest.raises(TransactionFailed, match="only replay-protected") as refused:
        ensure_deployer(chain, DevSigner())
    assert DETERMINISTIC_DEPLOYER in refused.value.hint


def test_the_presigned_transaction_creates_the_deployer_at_its_known_address() -> None:
    sender = Account.recover_transaction(create2._ONE_TIME_TRANSACTION)
    assert sender == create2._ONE_TIME_SENDER
    # An address made by CREATE with nonce zero: keccak(rlp([sender, 0])).
    created = keccak(b"\xd6\x94" + bytes.fromhex(sender[2:]) + b"\x80")[12:]
    assert "0x" + created.hex() == DETERMINISTIC_DEPLOYER.lower()


def test_only_what_is_missing_is_paid(chain: Any) -> None:
    chain.answers["eth_getBalance"] = hex(10**16 - 5)
    ensure_deployer(chain, DevSigner())
    paid, presigned = chain.sent
    assert presigned == create2._ONE_TIME_TRANSACTION
    assert Account.recover_transaction(paid) == DevSigner().address


def test_nothing_is_sent_where_the_deployer_is(chain: Any) -> None:
    chain.codes[DETERMINISTIC_DEPLOYER] = b"\x60"
    assert has_deployer(chain)
    ensure_deployer(chain, DevSigner())
    assert chain.sent == []
