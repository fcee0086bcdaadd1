"""
Recovering who made an EIP-712 signature, in the one form that is accepted: 65 bytes r, s, v, with low s.
"""

from __future__ import annotations

from resonance_dao.errors import SignatureRefused

# Half the order of secp256k1: of the two signatures (s, n - s) only the lower is accepted (EIP-2).
_HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0


def recover_signer(domain_separator: bytes, struct_hash: bytes, signature: bytes) -> str:
    """Return the address that signed; `SignatureRefused` unless it is 65 bytes, low s, and v 27 or 28."""
    from eth_account import Account
    from eth_account.messages import SignableMessage

    if type(signature) is not bytes or len(signature) != 65:
        raise SignatureRefused(
            "a signature has 65 bytes: r, s, v", hint="Compact signatures are not accepted."
        )
    if int.from_bytes(signature[32:64], "big") > _HALF_ORDER:
        raise SignatureRefused("the signature's s is in the upper half of the order (EIP-2)")
    if signature[64] not in (27, 28):
        raise SignatureRefused(f"the signature's v is {signature[64]}; it must be 27 or 28")
    message = SignableMessage(b"\x01", domain_separator, struct_hash)  # type: ignore[arg-type, unused-ignore]
    try:
        return str(Account.recover_message(message, signature=signature))
    except (
        Exception
    ) as exc:  # eth_keys raises several unrelated classes for points that are not on the curve.
        raise SignatureRefused("no key could have made this signature") from exc
