"""Signatures of wallets: by key, by a contract's own word, and what is refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from eth_abi.abi import decode
from eth_account import Account
from eth_account.messages import defunct_hash_message, encode_defunct

from resonance_dao.chain.wallet_signature import MAX_BYTES, require_signed
from resonance_dao.errors import ChainUnreachable, SignatureRefused, TransactionFailed

KEY = Account.from_key("0x" + "11" * 32)
WALLET = "0x5FbDB2315678afecb367f032d93F642f64180aa3"
TEXT = "dao.example.org wants you to sign in"
YES = bytes.fromhex("1626ba7e").ljust(32, b"\0")
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


@dataclass
class WalletChain:
    """A chain with code, or not, at every address, which answers `answer`."""

    code: str = "0x"
    answer: bytes | Exception = YES
    asked: list[tuple[str, bytes]] = field(default_factory=list)

    def request(self, method: str, params: Any = ()) -> Any:
        assert method == "eth_getCode"
        return self.code

    def call(self, to: str, data: bytes, **_: Any) -> bytes:
        self.asked.append((to, data))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def signed(text: str = TEXT) -> bytes:
    return bytes(KEY.sign_message(encode_defunct(text=text)).signature)


def check(chain: WalletChain, account: str, signature: bytes | str, text: str = TEXT) -> None:
    given = signature if isinstance(signature, str) else "0x" + signature.hex()
    require_signed(chain, account, text, given)  # type: ignore[arg-type]


@pytest.mark.parametrize("signature", ["", "0x", "0x1", "11" * 65, "0xzz", "0x" + "11" * (MAX_BYTES + 1)])
def test_what_is_no_hexadecimal_is_refused(signature: str) -> None:
    with pytest.raises(SignatureRefused, match="hexadecimal"):
        check(WalletChain(), KEY.address, signature)


def test_another_text_or_account_is_refused() -> None:
    for account, text in ((KEY.address, TEXT + "."), (WALLET, TEXT)):
        with pytest.raises(SignatureRefused, match="is not"):
            check(WalletChain(), account, signed(), text)


def test_the_other_half_of_s_and_other_values_of_v_are_refused() -> None:
    right = signed()
    s = int.from_bytes(right[32:64], "big")
    high = right[:32] + (ORDER - s).to_bytes(32, "big") + bytes([55 - right[64]])
    for wrong in (high, right[:64] + bytes([right[64] - 27]), right + b"\0", right[:64], bytes(65)):
        with pytest.raises(SignatureRefused):
            check(WalletChain(), KEY.address, wrong)


def test_a_key_signs_without_the_chain_being_asked() -> None:
    chain = WalletChain(answer=ChainUnreachable("down"))
    check(chain, KEY.address, signed())
    assert chain.asked == []


def test_a_wallet_that_is_not_deployed_is_refused_by_name() -> None:
    with pytest.raises(SignatureRefused, match="EIP-6492"):
        check(WalletChain(code="0x60"), WALLET, b"\x01" * 40 + bytes.fromhex("6492" * 16))


def test_less_than_the_whole_mark_of_such_a_wallet_is_a_signature_like_any_other() -> None:
    chain = WalletChain(code="0x60")
    check(chain, WALLET, b"\x01" * 40 + bytes.fromhex("6492" * 15))
    assert len(chain.asked) == 1


@pytest.mark.parametrize(
    "answer",
    [b"", YES[:4], YES + b"\0", b"\0" * 32, b"\x01".rjust(32, b"\0"), YES[::-1], TransactionFailed("no")],
)
def test_a_contract_that_does_not_say_yes_is_refused(answer: bytes | Exception) -> None:
    with pytest.raises(SignatureRefused, match="is not"):
        check(WalletChain(code="0x60", answer=answer), WALLET, signed())


def test_an_account_without_code_is_never_asked() -> None:
    chain = WalletChain()
    with pytest.raises(SignatureRefused):
        check(chain, WALLET, b"\x01")
    assert chain.asked == []


def test_a_contract_is_asked_with_the_hash_and_the_signature() -> None:
    chain = WalletChain(code="0x60")
    check(chain, WALLET, b"\x01\x02\x03")
    ((to, data),) = chain.asked
    hashed, content = decode(["bytes32", "bytes"], data[4:])
    assert (to, data[:4].hex(), content) == (WALLET, "1626ba7e", b"\x01\x02\x03")
    assert hashed == bytes(defunct_hash_message(text=TEXT))


def test_a_chain_that_does_not_answer_is_no_refusal() -> None:
    with pytest.raises(ChainUnreachable):
        check(WalletChain(code="0x60", answer=ChainUnreachable("down")), WALLET, b"\x01")
