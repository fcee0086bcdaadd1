"""
Deterministic addresses: CREATE2 (EIP-1014) through the deterministic deployer.

The deployer is a contract of 69 bytes at the same address on nearly every chain
(https://github.com/Arachnid/deterministic-deployment-proxy). It has no owner: the address it creates at
depends on the salt and the creation code alone. Where it is missing, Nick's method puts it there: a
transaction whose signature was chosen, not made, so that nobody has its key and its sender, once funded,
can send nothing else.
"""

from __future__ import annotations

from eth_utils.crypto import keccak

from resonance_dao.chain.abi import checksum
from resonance_dao.chain.chain import Chain, balance_of, code_at
from resonance_dao.chain.sender import send, wait
from resonance_dao.chain.signer import Signer
from resonance_dao.errors import InputInvalid, TransactionFailed

DETERMINISTIC_DEPLOYER = "0x4e59b44847b379578588920cA78FbF26c0B4956C"
_ONE_TIME_SENDER = "0x3fAB184622Dc19b6109349B94811493BF2a45362"
_ONE_TIME_COST = 100_000 * 100_000_000_000
_ONE_TIME_TRANSACTION = bytes.fromhex(
    "f8a58085174876e800830186a08080b853604580600e600039806000f350fe7fffffffffffffffffffffffffffffffffffff"
    "ffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf3"
    "1ba02222222222222222222222222222222222222222222222222222222222222222a0222222222222222222222222222222"
    "2222222222222222222222222222222222"
)


def create2_address(salt: bytes, initcode: bytes) -> str:
    """Return where the deployer creates `initcode` under `salt` (32 bytes)."""
    if len(salt) != 32:
        raise InputInvalid("salt", "0x" + salt.hex(), "must be 32 bytes")
    packed = b"\xff" + bytes.fromhex(DETERMINISTIC_DEPLOYER[2:]) + salt + keccak(initcode)
    return checksum("0x" + keccak(packed)[12:].hex())


def created_address(creator: str, nonce: int) -> str:
    """
    Return where a contract's `nonce`-th creation goes, 1 to 127: `keccak256(rlp([creator,
    nonce]))[12:]`.
    """
    encoded = b"\xd6\x94" + bytes.fromhex(creator[2:]) + bytes([nonce])
    return checksum("0x" + keccak(encoded)[12:].hex())


def has_deployer(chain: Chain) -> bool:
    """Say whether the deterministic deployer is on this chain."""
    return bool(code_at(chain, DETERMINISTIC_DEPLOYER))


def ensure_deployer(chain: Chain, signer: Signer) -> None:
    """
    Put the deterministic deployer on the chain when it is not there; `signer` pays 0.01 coins for it.

    Raises `TransactionFailed` on a chain that takes no transaction without a chain id (EIP-155): there is
    no way then.
    """
    if has_deployer(chain):
        return
    missing = _ONE_TIME_COST - balance_of(chain, _ONE_TIME_SENDER)
    if missing > 0:
        send(chain, signer, _ONE_TIME_SENDER, b"", value=missing)
    try:
        wait(chain, chain.send_raw(_ONE_TIME_TRANSACTION))
    except TransactionFailed as exc:
        raise TransactionFailed(
            f"this chain refuses the transaction that creates the deterministic deployer: {exc}",
            hint=f"Ask the chain's operator to create it at {DETERMINISTIC_DEPLOYER}.",
        ) from exc
