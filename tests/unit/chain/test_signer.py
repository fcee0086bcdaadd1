import pickle

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data

from resonance_dao.chain.signer import DevSigner
from resonance_dao.errors import InputInvalid, SignatureRefused

ACCOUNTS = (  # As anvil prints them.
    "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266",
    "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
    "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC",
)
KEY = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"
TRANSACTION = {"chainId": 31337, "nonce": 0, "gas": 21_000, "gasPrice": 1, "to": ACCOUNTS[1], "value": 1}
DOMAIN = {"name": "Test", "version": "1", "chainId": 31337, "verifyingContract": ACCOUNTS[2]}
TYPES = {"Pay": [{"name": "to", "type": "address"}, {"name": "wei", "type": "uint256"}]}
MESSAGE = {"to": ACCOUNTS[1], "wei": 5}


@pytest.fixture
def signer() -> DevSigner:
    return DevSigner()


@pytest.mark.parametrize("chain_id", [1, 10, 11155111, 31338])
def test_a_development_account_refuses_every_other_chain(signer: DevSigner, chain_id: int) -> None:
    with pytest.raises(SignatureRefused, match=f"chain {chain_id}"):
        signer.sign_transaction({**TRANSACTION, "chainId": chain_id})
    with pytest.raises(SignatureRefused):
        signer.sign_typed_data({**DOMAIN, "chainId": chain_id}, TYPES, MESSAGE)


@pytest.mark.parametrize("chain_id", [None, "31337", "0x7a69"])
def test_nothing_is_signed_that_could_be_replayed_on_another_chain(
    signer: DevSigner, chain_id: object
) -> None:
    with pytest.raises(InputInvalid, match="chainId"):
        signer.sign_transaction({**TRANSACTION, "chainId": chain_id})
    with pytest.raises(InputInvalid, match="chainId"):
        signer.sign_typed_data({k: v for k, v in DOMAIN.items() if k != "chainId"}, TYPES, MESSAGE)


def test_what_cannot_be_signed_is_refused_in_our_words(signer: DevSigner) -> None:
    with pytest.raises(InputInvalid):
        signer.sign_transaction({**TRANSACTION, "to": "nobody"})
    with pytest.raises(InputInvalid):
        signer.sign_typed_data(DOMAIN, TYPES, {"to": ACCOUNTS[1], "wei": "many"})
    with pytest.raises(InputInvalid):
        DevSigner(-1)


def test_the_key_is_neither_shown_nor_serialised(signer: DevSigner) -> None:
    assert repr(signer) == f"DevSigner({ACCOUNTS[0]})"
    assert KEY not in repr(vars(signer)).lower()
    with pytest.raises(TypeError, match="not serialised"):
        pickle.dumps(signer)


def test_the_accounts_are_anvils() -> None:
    assert tuple(DevSigner(i).address for i in range(3)) == ACCOUNTS


def test_a_transaction_is_signed_by_the_address(signer: DevSigner) -> None:
    raw = signer.sign_transaction(TRANSACTION)
    assert Account.recover_transaction(raw) == ACCOUNTS[0]


def test_a_message_is_signed_by_the_address_in_65_bytes(signer: DevSigner) -> None:
    signature = signer.sign_typed_data(DOMAIN, TYPES, MESSAGE)
    readable = encode_typed_data(DOMAIN, TYPES, MESSAGE)
    assert len(signature) == 65
    assert Account.recover_message(readable, signature=signature) == ACCOUNTS[0]
