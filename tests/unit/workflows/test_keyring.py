"""Keys as operators name them, and the policies that stand before them."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account

from resonance_dao.chain.artifact import Artifact
from resonance_dao.chain.contract import Contract
from resonance_dao.chain.signer import DevSigner
from resonance_dao.errors import InputInvalid, NotFound, SignatureRefused, ToolMissing
from resonance_dao.settings import Settings
from resonance_dao.toolkit import Toolkit
from resonance_dao.transparency.receipt import Receipt, typed_data
from resonance_dao.transparency.signed_checkpoint import TYPES as CHECKPOINT
from resonance_dao.workflows.keyring import (
    RELAYER_KEYS,
    Keyring,
    address_of,
    guarded_pool,
    guarded_publisher,
    parts,
    stating,
)

PUBLISHER, OTHER = DevSigner(9), DevSigner(1)


def word() -> str:
    return "correct"


def quick_keystore(path: Path) -> str:
    """Write a keystore that opens quickly, since it hides nothing; return its address."""
    account = Account.create()
    path.write_text(json.dumps(Account.encrypt(account.key, word(), kdf="pbkdf2", iterations=2)))
    return str(account.address)


def test_a_key_that_is_not_there_is_said(tmp_path: Path) -> None:
    keyring = Keyring(word)
    with pytest.raises(NotFound, match="does not exist"):
        keyring.open(str(tmp_path / "missing.json"))
    with pytest.raises(InputInvalid, match="RESONANCE_SIGNER_URL"):
        keyring.open(OTHER.address)
    with pytest.raises(InputInvalid, match="RESONANCE_SIGNER_URL"):
        keyring.remote("anything")


@pytest.mark.parametrize("names", ["dev:1,dev:1", "dev:9", "dev:1,dev:2,dev:9"])
def test_a_key_is_named_once_and_is_not_the_publishers(names: str) -> None:
    with pytest.raises(InputInvalid, match=RELAYER_KEYS):
        Keyring(word).pool(names, PUBLISHER.address)


def test_keys_come_in_the_order_of_their_names(tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    address = quick_keystore(path)
    keys = Keyring(word).pool(f" dev:1 , {path},", PUBLISHER.address)
    assert [key.address for key in keys] == [OTHER.address, address]
    assert Keyring(word).pool("", PUBLISHER.address) == []


def test_a_password_from_a_descriptor_opens_every_keystore(tmp_path: Path) -> None:
    paths = [tmp_path / "one.json", tmp_path / "two.json", tmp_path / "operator.json"]
    addresses = [quick_keystore(path) for path in paths]
    reading, writing = os.pipe()
    os.write(writing, b"correct\n")
    os.close(writing)
    kit = toolkit(
        tmp_path,
        RESONANCE_OPERATOR_DEV_INDEX="",
        RESONANCE_OPERATOR_KEYSTORE=str(paths[2]),
        RESONANCE_RELAYER_KEYS=f"{paths[0]},{paths[1]}",
        RESONANCE_PASSWORD_FD=str(reading),
    )
    assert [key.address for key in (*kit.relayer_keys, kit.operator)] == addresses


def toolkit(tmp_path: Path, **given: str) -> Toolkit:
    env = {"RESONANCE_HOME": str(tmp_path), "RESONANCE_OPERATOR_DEV_INDEX": "9", **given}
    return Toolkit(Settings.load(env), env=env)


def test_the_pools_keystores_have_a_password_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("correct\n")
    path = tmp_path / "one.json"
    address = quick_keystore(path)
    given = {"RESONANCE_RELAYER_KEYS": f"{path},dev:1"}
    with pytest.raises(InputInvalid, match="RESONANCE_PASSWORD_FILE"):
        _ = toolkit(tmp_path, **given).relayer_keys
    for variable in ("RESONANCE_RELAYER_PASSWORD_FILE", "RESONANCE_PASSWORD_FILE"):
        keys = toolkit(tmp_path, **given, **{variable: str(tmp_path / "password")}).relayer_keys
        assert [key.address for key in keys] == [address, OTHER.address]
    assert toolkit(tmp_path).relayer_keys == []


SIGNER: dict[str, str] = {
    "RESONANCE_OPERATOR_DEV_INDEX": "",
    "RESONANCE_OPERATOR_ADDRESS": OTHER.address,
    "RESONANCE_SIGNER_URL": "http://127.0.0.1:1",
}


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"RESONANCE_SIGNER_URL": ""}, "RESONANCE_SIGNER_URL"),
        ({"RESONANCE_SIGNER_URL": "http://signer.example"}, "RESONANCE_SIGNER_URL"),
        ({"RESONANCE_SIGNER_TOKEN_FILE": "missing"}, "RESONANCE_SIGNER_TOKEN_FILE"),
        ({"RESONANCE_SIGNER_CERTIFICATE_FILE": "missing"}, "RESONANCE_SIGNER_CERTIFICATE_FILE"),
        ({"RESONANCE_SIGNER_AUTHORITIES_FILE": "missing"}, "RESONANCE_SIGNER_AUTHORITIES_FILE"),
    ],
)
def test_a_signer_that_cannot_be_is_refused_by_its_setting(
    tmp_path: Path, changes: dict[str, str], named: str
) -> None:
    with pytest.raises(InputInvalid, match=named):
        _ = toolkit(tmp_path, **{**SIGNER, **changes}).operator


def test_a_signer_that_does_not_answer_is_told_without_its_token(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("secret-word\n")
    kit = toolkit(tmp_path, **SIGNER, RESONANCE_SIGNER_TOKEN_FILE=str(tmp_path / "token"))
    with pytest.raises(ToolMissing, match="did not answer") as missing:
        _ = kit.operator
    assert "secret-word" not in str(missing.value) + missing.value.hint


PAY = {"type": "function", "name": "pay", "inputs": [], "outputs": [], "stateMutability": "nonpayable"}
TOKEN, LOG = (
    Contract(address, Artifact("Fake", "Fake.sol", (PAY,), b"", b""))
    for address in ("0x" + "11" * 20, "0x" + "22" * 20)
)


def call(to: str, **changes: Any) -> dict[str, Any]:
    price = {"type": 2, "maxFeePerGas": 10, "maxPriorityFeePerGas": 1}
    data = "0x" + TOKEN.encode("pay").hex()
    return {"chainId": 31337, "nonce": 1, "gas": 9, "value": 0, "to": to, "data": data, **price, **changes}


def test_the_publisher_appends_relays_and_states_and_a_key_of_the_pool_only_relays() -> None:
    publisher = guarded_publisher(PUBLISHER, 31337, lambda: [TOKEN], LOG, 10)
    (key,) = guarded_pool([OTHER], 31337, lambda: [TOKEN], 10).signers
    for signer, target in ((publisher, TOKEN), (publisher, LOG), (key, TOKEN)):
        assert signer.sign_transaction(call(target.address))
    with pytest.raises(SignatureRefused, match="none of the contracts"):
        key.sign_transaction(call(LOG.address))
    for stated in (a_receipt(), a_checkpoint()):
        assert len(publisher.sign_typed_data(*stated)) == 65
        with pytest.raises(SignatureRefused, match="may not be signed"):
            key.sign_typed_data(*stated)
    for signer in (publisher, key):
        with pytest.raises(SignatureRefused, match="above 10"):
            signer.sign_transaction(call(TOKEN.address, maxFeePerGas=11))


def a_receipt() -> tuple[dict[str, Any], Any, dict[str, Any]]:
    told = typed_data(Receipt(1, b"\1" * 32, 1, 2, PUBLISHER.address, 31337, LOG.address))
    return told["domain"], told["types"], told["message"]


def a_checkpoint() -> tuple[dict[str, Any], Any, dict[str, Any]]:
    return {"name": "Resonance Checkpoint", "version": "1", "chainId": 31337}, CHECKPOINT, {"text": "x"}


PERMIT = [{"name": name, "type": "address"} for name in ("owner", "spender")]


@pytest.mark.parametrize("stated", [a_receipt(), a_checkpoint()])
@pytest.mark.parametrize(
    "changed",
    [
        {"chainId": 1},
        {"chainId": 31337.5},
        {"name": "Test Yen"},
        {"version": "2"},
        {"verifyingContract": TOKEN.address},
        {"salt": "0x" + "00" * 32},
    ],
)
def test_a_receipt_of_another_domain_is_not_signed(stated: Any, changed: dict[str, Any]) -> None:
    domain, types, message = stated
    for signer in (
        stating(PUBLISHER, 31337, LOG.address),
        guarded_publisher(PUBLISHER, 31337, list, LOG, 10),
    ):
        assert len(signer.sign_typed_data(domain, types, message)) == 65
        with pytest.raises(SignatureRefused, match="policy refuses"):
            signer.sign_typed_data({**domain, **changed}, types, message)


@pytest.mark.parametrize("stated", [a_receipt(), a_checkpoint()])
def test_what_is_only_called_a_receipt_is_not_signed(stated: Any) -> None:
    domain, types, message = stated
    (kind,) = types
    signer = stating(PUBLISHER, 31337, LOG.address)
    for others in (
        {kind: PERMIT},
        {kind: [*types[kind], {"name": "amount", "type": "uint256"}]},
        {kind: types[kind][:-1]},
        {**types, "Permit": PERMIT},
        {"Permit": PERMIT},
        {},
    ):
        with pytest.raises(SignatureRefused, match="may not be signed"):
            signer.sign_typed_data(domain, others, message)


def test_a_key_that_states_sends_nothing() -> None:
    signer = stating(PUBLISHER, 31337, LOG.address)
    nothing = call(PUBLISHER.address, data="0x", maxFeePerGas=1)
    for transaction in (call(LOG.address, maxFeePerGas=0), call(TOKEN.address), nothing):
        with pytest.raises(SignatureRefused):
            signer.sign_transaction(transaction)


def test_addresses_are_told_without_opening_a_key(tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    address = quick_keystore(path)
    (tmp_path / "list.json").write_text("[]")
    (tmp_path / "bare.json").write_text('{"version": 3}')
    names = f"dev:1, {path}, {OTHER.address.lower()}, {tmp_path / 'missing.json'}"
    assert [address_of(name) for name in parts(names)] == [OTHER.address, address, OTHER.address, None]
    assert [address_of(str(tmp_path / name)) for name in ("list.json", "bare.json", "")] == [None] * 3
