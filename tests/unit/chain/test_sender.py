from typing import Any

import pytest
from eth_account import Account

from resonance_dao.chain import sender
from resonance_dao.chain.contract import Contract
from resonance_dao.chain.sender import current_fees, preview, send, wait
from resonance_dao.chain.signer import DevSigner
from resonance_dao.errors import ChainUnreachable, SignatureRefused, TransactionFailed

BOB = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"
REFUSAL = TransactionFailed("the contract refused with Closed()", hint="Wait.", error={"name": "Closed"})


@pytest.fixture
def signer() -> DevSigner:
    return DevSigner()


def test_what_would_revert_is_refused_before_anything_is_signed_or_sent(
    chain: Any, signer: DevSigner
) -> None:
    chain.reverts_with = REFUSAL
    signed: list[str] = []
    with pytest.raises(TransactionFailed, match="Closed"):
        send(chain, signer, BOB, b"\1", on_signed=signed.append)
    assert signed == chain.sent == []


def test_a_preview_of_what_would_revert_says_why(chain: Any, signer: DevSigner) -> None:
    chain.reverts_with = REFUSAL
    with pytest.raises(TransactionFailed, match="Closed"):
        preview(chain, signer.address, BOB, b"\1")


def test_another_chain_than_a_development_chain_is_not_signed_for(
    other_chain: Any, signer: DevSigner
) -> None:
    chain = other_chain(chain_id=1)
    with pytest.raises(SignatureRefused):
        send(chain, signer, BOB, b"")
    assert chain.sent == []


def test_a_transaction_that_reverts_in_its_block_is_a_failure_with_its_hash(
    chain: Any, signer: DevSigner
) -> None:
    chain.status = 0
    with pytest.raises(TransactionFailed, match="its simulation does not") as failed:
        send(chain, signer, BOB, b"\1")
    assert failed.value.details["tx_hash"].startswith("0x")


def test_a_transaction_that_is_never_mined_is_said_with_its_hash(
    chain: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "_POLL_S", 0)
    with pytest.raises(ChainUnreachable, match="not in a block after 0 s") as late:
        wait(chain, "0xab", timeout_s=0)
    assert late.value.details["tx_hash"] == "0xab"


def test_the_hash_is_told_before_the_transaction_is_broadcast(chain: Any, signer: DevSigner) -> None:
    told: list[tuple[str, int]] = []
    receipt = send(chain, signer, BOB, b"\1", on_signed=lambda tx: told.append((tx, len(chain.sent))))
    assert told == [(receipt.tx_hash, 0)]
    assert len(chain.sent) == 1


def test_fees_leave_room_for_the_base_fee_to_double(chain: Any, signer: DevSigner) -> None:
    assert (current_fees(chain).maximum, current_fees(chain).tip) == (2 * 7 + 2, 2)
    send(chain, signer, BOB, b"\1", value=3)
    assert Account.recover_transaction(chain.sent[0]) == signer.address
    assert chain.sent[0][0] == 2


def test_a_chain_without_base_fee_gets_the_old_kind_of_transaction(
    other_chain: Any, signer: DevSigner
) -> None:
    chain = other_chain(base_fee=None)
    assert (current_fees(chain).maximum, current_fees(chain).tip) == (9, None)
    send(chain, signer, BOB, b"\1")
    assert chain.sent[0][0] >= 0xC0


def test_a_preview_names_the_function_and_the_most_it_can_cost(
    chain: Any, signer: DevSigner, coin: Any
) -> None:
    contract = Contract(BOB, coin)
    seen = preview(chain, signer.address, BOB, contract.encode("get(uint256)", 5), value=1, contract=contract)
    assert (seen.function, seen.args) == ("get", {"id": 5})
    assert (seen.gas, seen.max_fee, seen.max_cost) == (120_000, 16, 120_000 * 16 + 1)
    assert chain.sent == []
