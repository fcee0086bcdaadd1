"""
Whether an account signed a text (EIP-191): by its key, or, when it is a contract, by its own word (EIP-1271).

A wallet that is not deployed yet (EIP-6492) is refused: to ask it, foreign code would have to be run first.
"""

from __future__ import annotations

import re

from resonance_dao.chain.chain import Chain, code_at
from resonance_dao.errors import SignatureRefused, TransactionFailed

MAX_BYTES = 8_192
_HEX = re.compile(r"0x(?:[0-9a-fA-F]{2})+")
_HIGHEST_S = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0
_IS_VALID = bytes.fromhex("1626ba7e")  # isValidSignature(bytes32,bytes), and the word that means yes
_NOT_DEPLOYED = bytes.fromhex("6492" * 16)


def require_signed(chain: Chain, account: str, text: str, signature: str) -> None:
    """
    Refuse (`SignatureRefused`) a signature in 0x-hex that is not `account`'s over `text`.

    The chain is asked only when the account's own key did not sign. Raises `ChainUnreachable`.
    """
    content = _content(signature)
    if content.endswith(_NOT_DEPLOYED):
        raise SignatureRefused(
            f"the wallet {account} is not deployed yet, and such signatures (EIP-6492) are not read here",
            hint="Send one transaction with the wallet, which deploys it, and sign in again.",
        )
    if _recovered(text, content) == account:
        return
    if not code_at(chain, account):
        raise _stranger(account)
    _ask(chain, account, text, content)


def _content(signature: str) -> bytes:
    if not isinstance(signature, str) or len(signature) > 2 + 2 * MAX_BYTES or not _HEX.fullmatch(signature):
        raise SignatureRefused(
            f"the signature is not 0x and the hexadecimal digits of 1 to {MAX_BYTES} bytes",
            hint="Send the signature as the wallet gave it.",
        )
    return bytes.fromhex(signature[2:])


def _recovered(text: str, content: bytes) -> str | None:
    # Only the one form that contracts accept: s in the lower half, v of 27 or 28.
    if len(content) != 65 or content[64] not in (27, 28):
        return None
    if int.from_bytes(content[32:64], "big") > _HIGHEST_S:
        return None
    from eth_account import Account
    from eth_account.messages import encode_defunct

    try:
        return str(Account.recover_message(encode_defunct(text=text), signature=content))
    except Exception:  # eth-account raises many kinds for numbers that are no signature
        return None


def _ask(chain: Chain, account: str, text: str, content: bytes) -> None:
    from eth_abi.abi import encode
    from eth_account.messages import defunct_hash_message

    hashed = bytes(defunct_hash_message(text=text))
    try:
        answer = chain.call(account, _IS_VALID + encode(["bytes32", "bytes"], [hashed, content]))
    except TransactionFailed as exc:
        raise _stranger(account) from exc
    if answer != _IS_VALID.ljust(32, b"\0"):
        raise _stranger(account)


def _stranger(account: str) -> SignatureRefused:
    return SignatureRefused(
        f"the signature is not {account}'s over this message",
        hint="Sign the shown message, unchanged, with the account it names.",
        account=account,
    )
