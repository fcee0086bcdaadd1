"""
Who signs. A `Signer` is the only holder of a key; nothing returns, prints or serialises one.

`DevSigner` uses the accounts that anvil gives everybody, and refuses every chain that is not a development
chain. `KeystoreSigner` in `keystore.py` is for everything else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn, Protocol

from resonance_dao.chain.flat_typed_data import TypedFields, flat_digest
from resonance_dao.chain.hash_signer import hash_signer
from resonance_dao.errors import InputInvalid, SignatureRefused

DEV_CHAIN_IDS = (31337, 1337)

# Public knowledge, printed by anvil at every start: no secret, and no account to send anything of value to.
_DEV_MNEMONIC = "test test test test test test test test test test test junk"


class Signer(Protocol):
    """
    Signs as one address. Raises `SignatureRefused` when it will not, `InputInvalid` when it cannot read the
    request.
    """

    @property
    def address(self) -> str:
        """The EIP-55 address that signatures belong to."""
        ...

    def sign_transaction(self, transaction: Mapping[str, Any]) -> bytes:
        """
        Return the raw signed transaction; `transaction` has JSON-RPC's names and int values, `chainId`
        included.
        """
        ...

    def sign_typed_data(
        self, domain: Mapping[str, Any], types: TypedFields, message: Mapping[str, Any]
    ) -> bytes:
        """Return the 65 bytes r, s, v of an EIP-712 signature; `types` leaves out `EIP712Domain`."""
        ...


class AccountSigner:
    """A signer over an eth-account account that is kept to itself. `chain_ids` limits where it signs."""

    def __init__(self, account: Any, chain_ids: Sequence[int] | None = None) -> None:
        self.__account, self.__sign_hash = account, hash_signer(bytes(account.key))
        self._chain_ids = chain_ids
        self.address: str = account.address

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.address})"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a signer is not serialised: it holds a key")

    def sign_transaction(self, transaction: Mapping[str, Any]) -> bytes:
        """Return the raw signed transaction; see `Signer`."""
        self._check_chain(transaction.get("chainId"))
        try:
            return bytes(self.__account.sign_transaction(dict(transaction)).raw_transaction)
        except (TypeError, ValueError) as exc:
            raise InputInvalid("transaction", sorted(transaction), str(exc)) from exc

    def sign_typed_data(
        self, domain: Mapping[str, Any], types: TypedFields, message: Mapping[str, Any]
    ) -> bytes:
        """Return an EIP-712 signature; see `Signer`."""
        self._check_chain(domain.get("chainId"))
        digest = flat_digest(domain, types, message)
        if digest is not None:
            return self.__sign_hash(digest)
        plain_types = {name: [dict(field) for field in fields] for name, fields in types.items()}
        try:
            signed = self.__account.sign_typed_data(dict(domain), plain_types, dict(message))
        except Exception as exc:
            # eth-account raises its own, eth_abi's and eth_utils' classes here; none may carry the message
            # further.
            raise InputInvalid("typed data", sorted(types), f"cannot be signed: {exc}") from exc
        return bytes(signed.signature)

    def _check_chain(self, chain_id: object) -> None:
        if not isinstance(chain_id, int):
            raise InputInvalid(
                "chainId", chain_id, "must be given: a signature without it can be replayed elsewhere"
            )
        if self._chain_ids is not None and chain_id not in self._chain_ids:
            raise SignatureRefused(
                f"the development account {self.address} does not sign for chain {chain_id}",
                hint="Its key is public. Use a keystore: set RESONANCE_KEYSTORE.",
                chain_id=chain_id,
            )


class DevSigner(AccountSigner):
    """Account number `index` of anvil's well-known mnemonic. Development chains (31337, 1337) only."""

    def __init__(self, index: int = 0) -> None:
        from eth_account import Account
        from eth_account.hdaccount import key_from_seed, seed_from_mnemonic

        if not 0 <= index < 2**31:
            raise InputInvalid("index", index, "must be zero or more")
        seed = seed_from_mnemonic(_DEV_MNEMONIC, "")
        super().__init__(Account.from_key(key_from_seed(seed, f"m/44'/60'/0'/0/{index}")), DEV_CHAIN_IDS)
