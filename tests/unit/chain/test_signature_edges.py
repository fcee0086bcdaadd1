"""Signatures at the edges of what contracts and nodes accept: the last taken, the first refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import rlp  # type: ignore[import-untyped]
from eth_account import Account
from eth_account.messages import _hash_eip191_message, encode_defunct, encode_typed_data
from eth_keys.datatypes import Signature

from resonance_dao.chain.flat_typed_data import flat_digest
from resonance_dao.chain.signed_transaction import check_signed
from resonance_dao.chain.signer import DevSigner
from resonance_dao.chain.typed_data import fields_of, recover_signer, separator, split_signature
from resonance_dao.chain.wallet_signature import MAX_BYTES, require_signed
from resonance_dao.errors import InputInvalid, SignatureRefused

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
HALF = ORDER // 2
"""The highest s that is taken, so that of each signature there is one form only."""
TARGET = "0x" + "11" * 20
DOMAIN = {"name": "Log", "version": "1", "chainId": 31337, "verifyingContract": TARGET}
TYPES = {"Say": [{"name": "word", "type": "string"}]}
SAID = {"word": "yes"}
TEXT = "sign in"


def some_r() -> int:
    """A number that is the x of a point: any signature's r."""
    return int.from_bytes(DevSigner(3).sign_typed_data(DOMAIN, TYPES, SAID)[:32], "big")


def signature_with(s: int, v: int = 27) -> bytes:
    """A signature with a chosen s; it is somebody's over any message, whose is for who recovers to say."""
    return some_r().to_bytes(32, "big") + s.to_bytes(32, "big") + bytes([v])


def recovered(digest: bytes, s: int, parity: int) -> str:
    signature = Signature(vrs=(parity, some_r(), s))
    return str(signature.recover_public_key_from_msg_hash(digest).to_checksum_address())


def hashed(signable: Any) -> bytes:
    return bytes(_hash_eip191_message(signable))


class Nobody:
    """A chain without any code."""

    def request(self, *_: object) -> str:
        return "0x"


def typed(s: int, v: int) -> None:
    owner = recovered(hashed(encode_typed_data(DOMAIN, {**TYPES}, SAID)), s, v % 2 ^ 1)
    assert recover_signer(DOMAIN, TYPES, SAID, "0x" + signature_with(s, v).hex()) == owner


def of_wallet(s: int, v: int) -> None:
    owner = recovered(hashed(encode_defunct(text=TEXT)), s, v % 2 ^ 1)
    require_signed(Nobody(), owner, TEXT, "0x" + signature_with(s, v).hex())  # type: ignore[arg-type]


@pytest.mark.parametrize("take", [typed, of_wallet])
@pytest.mark.parametrize("v", [27, 28])
def test_s_is_at_most_half_of_the_order(take: Callable[[int, int], None], v: int) -> None:
    take(HALF, v)
    with pytest.raises(SignatureRefused):
        take(HALF + 1, v)


@pytest.mark.parametrize("length", [0, 32, 64, 66, 97])
def test_a_signature_of_another_length_is_refused_in_our_words(length: int) -> None:
    with pytest.raises(SignatureRefused, match="is not 65 bytes r, s, v"):
        recover_signer(DOMAIN, TYPES, SAID, "0x" + "01" * length)
    with pytest.raises(InputInvalid, match=r"^signature = '0x.* must be 65 bytes: what takes"):
        split_signature(b"\x01" * length)


@pytest.mark.parametrize("v", [0, 1, 26, 29])
def test_v_is_27_or_28(v: int) -> None:
    with pytest.raises(SignatureRefused, match="v of 27 or 28"):
        recover_signer(DOMAIN, TYPES, SAID, "0x" + signature_with(5, v).hex())


def test_numbers_that_are_no_signature_are_refused_in_our_words() -> None:
    for content in (bytes(64) + b"\x1b", signature_with(0)):
        with pytest.raises(SignatureRefused, match="cannot be read"):
            recover_signer(DOMAIN, TYPES, SAID, "0x" + content.hex())


def test_a_wallets_signature_has_at_most_so_many_bytes() -> None:
    assert MAX_BYTES == 8_192
    with pytest.raises(SignatureRefused, match="of 1 to 8192 bytes"):
        require_signed(Nobody(), TARGET, TEXT, "0x" + "01" * 8_193)  # type: ignore[arg-type]
    with pytest.raises(SignatureRefused, match="is not 0x1111"):
        require_signed(Nobody(), TARGET, TEXT, "0x" + "01" * 8_192)  # type: ignore[arg-type]


DYNAMIC = {
    "type": 2, "chainId": 31337, "nonce": 0, "gas": 90_000, "to": TARGET, "value": 0, "data": "0x0102",
    "maxFeePerGas": 9, "maxPriorityFeePerGas": 2,
}  # fmt: skip
LEGACY = {"chainId": 31337, "nonce": 0, "gas": 90_000, "to": TARGET, "value": 0, "data": "0x", "gasPrice": 9}


def with_s(s: int) -> tuple[bytes, str]:
    """A transaction of type 2 with a chosen s, and whose it is."""
    items = rlp.decode(DevSigner(3).sign_transaction(DYNAMIC)[1:])
    items[9:] = [b"", some_r().to_bytes(32, "big"), s.to_bytes(32, "big")]
    raw = b"\x02" + bytes(rlp.encode(items))
    return raw, str(Account.recover_transaction(raw))


def test_a_transactions_s_is_at_most_half_of_the_order() -> None:
    check_signed(*with_s(HALF), DYNAMIC)
    with pytest.raises(SignatureRefused, match="no node takes"):
        check_signed(*with_s(HALF + 1), DYNAMIC)


@pytest.mark.parametrize("index", range(6))
@pytest.mark.parametrize("wanted", [DYNAMIC, LEGACY])
def test_both_values_of_v_are_taken(index: int, wanted: dict[str, Any]) -> None:
    signer = DevSigner(index)
    for nonce in range(3):
        asked = {**wanted, "nonce": nonce}
        check_signed(signer.sign_transaction(asked), signer.address, asked)


def test_what_is_not_said_is_zero_or_nothing() -> None:
    signer = DevSigner(3)
    for wanted in (DYNAMIC, LEGACY):
        plain = {**wanted, "data": "0x"}
        said = {name: value for name, value in plain.items() if name not in ("nonce", "value", "data")}
        check_signed(signer.sign_transaction(plain), signer.address, said)


def test_a_signature_that_is_nobodys_is_refused_in_our_words() -> None:
    items = rlp.decode(DevSigner(3).sign_transaction(DYNAMIC)[1:])
    # No point of the curve has this x.
    items[10] = (5).to_bytes(1, "big")
    with pytest.raises(SignatureRefused, match="a signature that is nobody's"):
        check_signed(b"\x02" + bytes(rlp.encode(items)), TARGET, DYNAMIC)


def test_more_bytes_than_the_fields_are_refused_as_unreadable() -> None:
    raw = DevSigner(3).sign_transaction(DYNAMIC)
    with pytest.raises(SignatureRefused, match="cannot be read"):
        check_signed(raw + b"\x00", DevSigner(3).address, DYNAMIC)


def test_a_separator_is_that_of_the_standards_own_encoder() -> None:
    signable = encode_typed_data(DOMAIN, {**TYPES}, SAID)
    assert separator(DOMAIN) == bytes(signable.header)


@pytest.mark.parametrize("name", ["word", "X", "s"])
def test_a_type_is_read_to_its_closing_bracket_and_no_further(name: str) -> None:
    assert fields_of(f"Say(string {name})") == ("Say", [{"name": name, "type": "string"}])


@pytest.mark.parametrize("index", [-1, 2**31])
def test_an_index_that_no_path_has_is_refused(index: int) -> None:
    with pytest.raises(InputInvalid, match=r"^index = "):
        DevSigner(index)


def test_the_last_index_of_a_path_has_an_account() -> None:
    assert DevSigner(2**31 - 1).address != DevSigner(0).address


WORD = {"Word": [{"name": "word", "type": "bytes32"}]}


@pytest.mark.parametrize("word", [b"\x05" * 32, "0x" + "05" * 32])
def test_a_word_in_bytes_and_one_in_digits_have_the_digest_of_the_general_encoder(word: bytes | str) -> None:
    general = hashed(encode_typed_data(DOMAIN, {**WORD}, {"word": b"\x05" * 32}))
    assert flat_digest(DOMAIN, WORD, {"word": word}) == general


@pytest.mark.parametrize(("chain_id", "is_taken"), [(2**256 - 1, True), (2**256, False), (-1, False)])
def test_a_chain_id_has_256_bits(chain_id: int, is_taken: bool) -> None:
    digest = flat_digest({**DOMAIN, "chainId": chain_id}, WORD, {"word": b"\x05" * 32})
    assert (digest is not None) is is_taken
