"""What a key refuses to sign, and what is refused as its signature, each alone decisive."""

from __future__ import annotations

from typing import Any

import pytest
import rlp

from resonance_dao.chain.policy import SignerPolicy, Statement
from resonance_dao.chain.signed_transaction import check_signed
from resonance_dao.chain.signer import DevSigner
from resonance_dao.errors import SignatureRefused

TYPES = {"Receipt": [{"name": "text", "type": "string"}]}
HERE, THERE = ({"name": "x", "version": "1", "chainId": chain_id} for chain_id in (31337, 1))
DYNAMIC = {
    "type": 2, "chainId": 31337, "nonce": 0, "gas": 90_000, "to": "0x" + "11" * 20, "value": 0,
    "data": "0x0102", "maxFeePerGas": 9, "maxPriorityFeePerGas": 2,
}  # fmt: skip


def policy(*domains: dict[str, Any]) -> SignerPolicy:
    return SignerPolicy(31337, list, 100, tuple(Statement(domain, TYPES) for domain in domains))


def test_a_statement_for_another_chain_is_refused_though_it_is_listed() -> None:
    with pytest.raises(SignatureRefused, match="the chain id 1 is not 31337"):
        policy(THERE).check_typed_data(THERE, TYPES)


def test_one_of_several_statements_is_enough() -> None:
    policy({**HERE, "name": "y"}, HERE).check_typed_data(HERE, TYPES)


@pytest.mark.parametrize("at", [10, 11])
def test_a_signature_whose_part_is_a_list_is_refused(at: int) -> None:
    signer = DevSigner(3)
    items = rlp.decode(signer.sign_transaction(DYNAMIC)[1:])
    items[at] = [b"\x01"]
    with pytest.raises(SignatureRefused, match="no node takes"):
        check_signed(b"\x02" + bytes(rlp.encode(items)), signer.address, DYNAMIC)
