"""
A key kept elsewhere: a signer behind HTTP, as web3signer and its kin offer it
(https://docs.web3signer.consensys.io/reference/api/json-rpc).

It is asked by JSON-RPC (`eth_accounts`, `eth_signTransaction`, `eth_signTypedData`), and not believed: what
it answers must be the very transaction that was asked for, and carry the signature of the address.

    server = SignerServer("http://127.0.0.1:9000")
    signer = RemoteSigner.open(server, "0xf39F...2266")
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from resonance_dao.chain.abi import checksum
from resonance_dao.chain.flat_typed_data import TypedFields
from resonance_dao.chain.signed_transaction import check_signed
from resonance_dao.chain.signer_server import SignerServer
from resonance_dao.chain.typed_data import recover_signer
from resonance_dao.errors import InputInvalid, SignatureRefused

_DOMAIN_FIELDS = {
    "name": "string",
    "version": "string",
    "chainId": "uint256",
    "verifyingContract": "address",
    "salt": "bytes32",
}


class RemoteSigner:
    """Signs by asking a server for the key of `address`; see `Signer`. Safe to use from many threads."""

    def __init__(self, server: SignerServer, address: str) -> None:
        self._server = server
        self.address: str = checksum(address)

    def __repr__(self) -> str:
        return f"RemoteSigner({self._server.name}, {self.address})"

    @classmethod
    def open(cls, server: SignerServer, address: str) -> RemoteSigner:
        """
        Return a signer whose server is there and has the key.

        Raises `ToolMissing` when the server does not answer, `SignatureRefused` when it lacks the key.
        """
        signer = cls(server, address)
        accounts = server.ask("eth_accounts", [])
        held = [str(account).lower() for account in accounts] if isinstance(accounts, list) else []
        if signer.address.lower() not in held:
            raise SignatureRefused(
                f"the signer at {server.name} has no key of {signer.address}",
                hint="Give it the key, or name another address.",
            )
        return signer

    def sign_transaction(self, transaction: Mapping[str, Any]) -> bytes:
        """
        Return the raw signed transaction; see `Signer`.

        Raises `ToolMissing` when the server does not answer, `SignatureRefused` when it will not sign, or
        signs something else.
        """
        _check_chain(transaction)
        asked = {key: hex(value) if isinstance(value, int) else value for key, value in transaction.items()}
        asked.pop("type", None)
        raw = self._server.octets("eth_signTransaction", [{"from": self.address, **asked}])
        check_signed(raw, self.address, transaction)
        return raw

    def sign_typed_data(
        self, domain: Mapping[str, Any], types: TypedFields, message: Mapping[str, Any]
    ) -> bytes:
        """Return the 65 bytes r, s, v of an EIP-712 signature; raises as `sign_transaction`."""
        _check_chain(domain)
        fields = [{"name": name, "type": _DOMAIN_FIELDS[name]} for name in _DOMAIN_FIELDS if name in domain]
        document = {
            "types": {"EIP712Domain": fields, **{name: list(types[name]) for name in types}},
            "primaryType": _primary(types),
            "domain": dict(domain),
            "message": dict(message),
        }
        text = json.dumps(document, default=_plain)
        signature = self._server.octets("eth_signTypedData", [self.address, text])
        found = recover_signer(domain, types, message, "0x" + signature.hex())
        if found != self.address:
            raise SignatureRefused(
                f"the signer at {self._server.name} answered with a signature of {found}, "
                f"not of {self.address}",
                hint="Do not use this signer until you know why.",
            )
        return signature


def _check_chain(given: Mapping[str, Any]) -> None:
    if not isinstance(given.get("chainId"), int):
        rule = "must be given: a signature without it can be replayed elsewhere"
        raise InputInvalid("chainId", given.get("chainId"), rule)


def _primary(types: TypedFields) -> str:
    """Return the type that no other refers to."""
    used = {field["type"].split("[", maxsplit=1)[0] for fields in types.values() for field in fields}
    roots = [name for name in types if name not in used]
    if len(roots) != 1:
        raise InputInvalid("types", sorted(types), "must have one type that no other refers to")
    return roots[0]


def _plain(value: object) -> str:
    if isinstance(value, bytes):
        return "0x" + value.hex()
    raise InputInvalid("message", type(value).__name__, "cannot be written as JSON")
