"""A signer behind HTTP: asked as web3signer is, believed in nothing."""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import rlp  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from resonance_dao.chain.remote_signer import RemoteSigner
from resonance_dao.chain.signed_transaction import check_signed
from resonance_dao.chain.signer import DevSigner
from resonance_dao.chain.signer_server import PAUSE_S, Credentials, SignerServer
from resonance_dao.errors import InputInvalid, ResonanceError, SignatureRefused, ToolMissing

_spec = importlib.util.spec_from_file_location("vault", Path(__file__).parent / "vault.py")
assert _spec is not None
assert _spec.loader is not None
vaults = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(vaults)

KEY, OTHER = DevSigner(3), DevSigner(4)
TARGET = "0x" + "11" * 20
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
DYNAMIC = {
    "chainId": 31337,
    "nonce": 7,
    "gas": 90_000,
    "to": TARGET,
    "value": 0,
    "data": "0x01020304",
    "type": 2,
    "maxFeePerGas": 30,
    "maxPriorityFeePerGas": 2,
}
LEGACY = {"chainId": 31337, "nonce": 7, "gas": 90_000, "to": TARGET, "value": 0, "data": "0x", "gasPrice": 9}
TYPED: tuple[Any, Any, Any] = (
    {"name": "Log", "version": "1", "chainId": 31337, "verifyingContract": TARGET},
    {"Receipt": [{"name": "number", "type": "uint256"}, {"name": "hash", "type": "bytes32"}]},
    {"number": 5, "hash": b"\x05" * 32},
)


@pytest.fixture
def vault() -> Iterator[Any]:
    started = vaults.Vault(KEY)
    yield started
    started.close()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "127.0.0.1:9000",
        "ftp://host",
        "file:///etc/passwd",
        "http://signer.example",
        "http://10.0.0.1:9000",
        "https://user:secret@signer.example",
        "https://signer.example?token=secret",
        "http://127.0.0.1:99999",
        "http://[::1",
    ],
)
def test_an_address_that_is_not_safe_to_sign_through_is_refused(url: str) -> None:
    with pytest.raises(InputInvalid) as refused:
        SignerServer(url)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("token", ["", "two words", "line\nbreak", "日本"])
def test_a_token_that_is_no_word_is_refused_and_not_shown(token: str) -> None:
    with pytest.raises(InputInvalid) as refused:
        SignerServer("https://signer.example", Credentials(token))
    assert token == "" or token not in str(refused.value)


def test_a_server_that_is_not_there_is_told_without_what_its_address_hides() -> None:
    server = SignerServer("http://127.0.0.1:1/path-secret", Credentials("token-secret"))
    signer = RemoteSigner(server, KEY.address)
    asks: list[Callable[[], bytes]] = [
        lambda: signer.sign_transaction(DYNAMIC),
        lambda: signer.sign_typed_data(*TYPED),
    ]
    for ask in asks:
        with pytest.raises(ToolMissing, match="did not answer") as missing:
            ask()
        assert "secret" not in str(missing.value) + repr(signer) + repr(server)


def test_a_silent_server_is_left_alone_for_a_moment_and_asked_again_then(vault: Any) -> None:
    times = [0.0]
    signer = RemoteSigner(SignerServer(vault.url, timeout_s=0.2, clock=lambda: times[0]), KEY.address)
    stuck = threading.Event()
    vault.answer = lambda method, params: stuck.wait(2) and None
    for _ in range(3):
        with pytest.raises(ToolMissing, match="did not answer"):
            signer.sign_transaction(DYNAMIC)
    assert len(vault.asked) == 1
    stuck.set()
    times[0] = PAUSE_S
    assert signer.sign_transaction(DYNAMIC) == KEY.sign_transaction(DYNAMIC)


def test_the_token_goes_along_and_no_redirect_is_followed(vault: Any) -> None:
    signer = RemoteSigner(SignerServer(vault.url, Credentials("opensesame")), KEY.address)
    signer.sign_transaction(DYNAMIC)
    assert vault.tokens == ["Bearer opensesame"]
    vault.answer = lambda method, params: (307, b"")
    with pytest.raises(ToolMissing, match="HTTP 307"):
        signer.sign_transaction(DYNAMIC)
    assert len(vault.asked) == 2


def test_a_server_that_is_set_to_another_chain_is_refused() -> None:
    vault = vaults.Vault(KEY, chain_id=1337)
    with pytest.raises(SignatureRefused, match="chainId"):
        RemoteSigner(SignerServer(vault.url), KEY.address).sign_transaction(DYNAMIC)
    vault.close()


def test_an_answer_without_end_is_cut_off(vault: Any) -> None:
    vault.answer = lambda method, params: (200, b'"' + b"0" * 2 * 1024 * 1024 + b'"')
    with pytest.raises(ToolMissing, match="no end"):
        RemoteSigner(SignerServer(vault.url), KEY.address).sign_transaction(DYNAMIC)


def test_a_server_without_the_key_is_refused(vault: Any) -> None:
    with pytest.raises(SignatureRefused, match="has no key"):
        RemoteSigner.open(SignerServer(vault.url), OTHER.address)
    vault.answer = lambda method, params: {"result": "nonsense"}
    with pytest.raises(SignatureRefused, match="has no key"):
        RemoteSigner.open(SignerServer(vault.url), KEY.address)


def test_nothing_is_asked_without_a_chain_id(vault: Any) -> None:
    signer = RemoteSigner(SignerServer(vault.url), KEY.address)
    with pytest.raises(InputInvalid, match="chainId"):
        signer.sign_transaction({key: value for key, value in DYNAMIC.items() if key != "chainId"})
    with pytest.raises(InputInvalid, match="chainId"):
        signer.sign_typed_data({"name": "Log"}, TYPED[1], TYPED[2])
    assert vault.asked == []


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        ({"error": {"code": -32000, "message": "From address\nis locked"}}, SignatureRefused, "is locked"),
        ((500, b"{}"), ToolMissing, "HTTP 500"),
        ((200, b"<html>"), ToolMissing, "did not answer"),
        ((302, b""), ToolMissing, "did not answer"),
        ((200, b"[]"), ToolMissing, "HTTP 200"),
        ({"result": "0xzz"}, ToolMissing, "hexadecimal"),
        ({"result": None}, ToolMissing, "hexadecimal"),
        ({"result": "0x"}, SignatureRefused, "type 2"),
        ({"result": "0x01c0"}, SignatureRefused, "type 2"),
        ({"result": "0x02"}, SignatureRefused, "cannot be read"),
        ({"result": "0x02c0"}, SignatureRefused, "number of fields"),
    ],
)
def test_an_answer_that_is_no_signature_is_an_error_of_ours(
    vault: Any, answer: Any, error: type[ResonanceError], words: str
) -> None:
    vault.answer = lambda method, params: answer
    with pytest.raises(error, match=words) as raised:
        RemoteSigner(SignerServer(vault.url), KEY.address).sign_transaction(DYNAMIC)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("transaction", [DYNAMIC, LEGACY])
@pytest.mark.parametrize(
    "change", [{"nonce": 8}, {"gas": 90_001}, {"to": "0x" + "12" * 20}, {"value": 1}, {"data": "0x05"}]
)
def test_another_transaction_than_was_asked_for_is_refused(
    vault: Any, transaction: dict[str, Any], change: dict[str, Any]
) -> None:
    (field,) = change
    vault.answer = lambda method, params: {
        "result": "0x" + KEY.sign_transaction({**transaction, **change}).hex()
    }
    with pytest.raises(SignatureRefused, match=f"another {field}"):
        RemoteSigner(SignerServer(vault.url), KEY.address).sign_transaction(transaction)


@pytest.mark.parametrize(("transaction", "field"), [(DYNAMIC, "maxFeePerGas"), (LEGACY, "gasPrice")])
def test_a_dearer_transaction_or_one_for_another_chain_is_refused(
    transaction: dict[str, Any], field: str
) -> None:
    with pytest.raises(SignatureRefused, match=field):
        check_signed(KEY.sign_transaction({**transaction, field: 99}), KEY.address, transaction)
    with pytest.raises(SignatureRefused, match="chainId"):
        check_signed(KEY.sign_transaction({**transaction, "chainId": 1337}), KEY.address, transaction)


def changed(raw: bytes, at: int, item: Any) -> bytes:
    """Return a signed transaction of type 2 with another item."""
    items = list(rlp.decode(raw[1:]))
    items[at] = item
    return b"\x02" + bytes(rlp.encode(items))


def test_what_no_node_would_take_is_refused_though_it_says_the_same() -> None:
    raw = KEY.sign_transaction(DYNAMIC)
    assert changed(raw, 1, b"\x07") == raw
    s = int.from_bytes(rlp.decode(raw[1:])[11], "big")
    for at, item in (
        (1, b"\x00\x07"),
        (6, b"\x00"),
        (9, b"\x02"),
        (9, []),
        (10, []),
        (10, b""),
        (8, [b"\x01"]),
    ):
        with pytest.raises(SignatureRefused):
            check_signed(changed(raw, at, item), KEY.address, DYNAMIC)
    for at, item in ((11, (ORDER - s).to_bytes(32, "big")), (10, [b"\x01"]), (11, [b"\x01"])):
        with pytest.raises(SignatureRefused, match="no node takes"):
            check_signed(changed(raw, at, item), KEY.address, DYNAMIC)
    with pytest.raises(SignatureRefused, match="type 2"):
        check_signed(KEY.sign_transaction(LEGACY), KEY.address, DYNAMIC)
    with pytest.raises(SignatureRefused):
        check_signed(raw, KEY.address, LEGACY)
    with pytest.raises(SignatureRefused):
        check_signed(raw + b"\x00", KEY.address, DYNAMIC)


def test_an_access_list_that_nobody_asked_for_is_refused() -> None:
    listed = {**DYNAMIC, "accessList": [{"address": TARGET, "storageKeys": []}]}
    with pytest.raises(SignatureRefused, match="accessList"):
        check_signed(KEY.sign_transaction(listed), KEY.address, DYNAMIC)


def test_the_signature_of_another_key_is_refused(vault: Any) -> None:
    signed = "0x" + OTHER.sign_transaction(DYNAMIC).hex()
    typed = "0x" + OTHER.sign_typed_data(*TYPED).hex()
    signer = RemoteSigner(SignerServer(vault.url), KEY.address)
    vault.answer = lambda method, params: {"result": typed if "Typed" in method else signed}
    with pytest.raises(SignatureRefused, match="is signed by"):
        signer.sign_transaction(DYNAMIC)
    with pytest.raises(SignatureRefused, match="signature of"):
        signer.sign_typed_data(*TYPED)


@given(st.binary(max_size=200))
def test_bytes_that_are_no_transaction_raise_nothing_but_our_error(raw: bytes) -> None:
    with pytest.raises(SignatureRefused):
        check_signed(raw, KEY.address, DYNAMIC)


@pytest.mark.parametrize("transaction", [DYNAMIC, LEGACY])
def test_it_signs_as_the_key_itself_would(vault: Any, transaction: dict[str, Any]) -> None:
    signer = RemoteSigner.open(SignerServer(vault.url), KEY.address)
    assert signer.sign_transaction(transaction) == KEY.sign_transaction(transaction)
    assert signer.sign_typed_data(*TYPED) == KEY.sign_typed_data(*TYPED)
    methods = [request["method"] for request in vault.asked]
    assert methods == ["eth_accounts", "eth_signTransaction", "eth_signTypedData"]
