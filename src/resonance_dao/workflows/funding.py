"""
Where an opening's money comes from: an allowance, a permit, an authorization, the chain's own coin, a pool.

An allowance is a transaction of its own; a permit (ERC-2612) spares it; an authorization (ERC-3009) is signed
by the funder and relayed by anybody; a pool brings what many contributed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from resonance_dao.chain.chain import integer
from resonance_dao.chain.contract import Contract
from resonance_dao.chain.signer import Signer
from resonance_dao.chain.typed_data import TypedData, fields_of, separator, split_signature
from resonance_dao.errors import InputInvalid, NotDeployed, TransactionFailed
from resonance_dao.workflows.signing import Address, Hash, Hex, Order
from resonance_dao.workflows.system import NATIVE, Action, System, Text
from resonance_dao.workflows.terms import Terms, decode_terms, encode_terms

_PERMIT = "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
RECEIVE = (
    "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,"
    "bytes32 nonce)"
)
_VERSIONS = ("1", "2")


@dataclass(frozen=True)
class Opening(Order):
    """
    A bounty opened with its funder's ERC-3009 authorization: its nonce names the terms, so that whoever
    relays can open nothing else with the money.

    `terms` is `abi.encode(Terms)`, `amount` what is escrowed, `salt` random. The deadline of the signature
    is the authorization's `validBefore`.
    """

    kind: ClassVar[str] = "opening"
    text: ClassVar[str] = RECEIVE
    terms: Hex
    funder: Address
    salt: Hash

    @property
    def account(self) -> str:
        """The funder."""
        return self.funder

    def contract(self, system: System) -> Contract:
        """Return the token, whose message it is."""
        return system.token(self._read(system).token)

    def message(self, system: System) -> Mapping[str, Any]:
        """Return what the token is told, but for the deadline."""
        terms = self._read(system)
        return {
            "from": self.funder,
            "to": system.opener.address,
            "value": int(system.opener.call(system.chain, "escrowOf", terms.to_abi())),
            "validAfter": 0,
            "nonce": _authorization_nonce(system, self),
        }

    def typed_data(self, system: System, deadline: int) -> TypedData:
        """Return the token's own message."""
        return receiving(system, self._read(system).token, self.message(system), deadline)

    def action(self, system: System, deadline: int = 0, signature: str = "0x") -> Action:
        """Return what opens the bounty; there is no other way than with a signature."""
        words = {
            "en": f"Open the bounty with the money that {self.funder} authorized",
            "ja": f"{self.funder} が署名した資金で懸賞を開く",
        }
        v, r, s = split_signature(bytes.fromhex(signature[2:]))
        authorization = {"validAfter": 0, "validBefore": deadline, "salt": self.salt, "v": v, "r": r, "s": s}
        arguments = (self._read(system).to_abi(), authorization)
        return Action(system.opener, "openWithAuthorization", arguments, words)

    def _read(self, system: System) -> Terms:
        terms = decode_terms(system, bytes.fromhex(self.terms[2:]))
        if terms.funder != self.funder:
            raise InputInvalid("funder", self.funder, f"must be that of the terms, {terms.funder}")
        return terms


def opening_order(system: System, terms: Terms, salt: bytes) -> Opening:
    """Return an opening for its funder to sign; `salt` is 32 random bytes."""
    return Opening("0x" + encode_terms(system, terms).hex(), terms.funder, "0x" + salt.hex())


def opening_with_permit(system: System, terms: Terms, amount: int, signer: Signer, deadline: int) -> Action:
    """Return the opening with the funder's permit for exactly `amount`, signed here; it sends it itself."""
    signed = permit(system, terms.token, signer, system.opener.address, amount, deadline)
    words = {
        "en": "Open the bounty and escrow its money, allowed by a signature",
        "ja": "署名による許可で懸賞を開き、報酬を預託する",
    }
    return Action(system.opener, "openWithPermit", (terms.to_abi(), deadline, *signed), words)


def opening_from_pool(system: System, terms: Terms) -> Action:
    """Return the opening with the money of the contract that the terms name as their funder."""
    words = {
        "en": f"Open the bounty with the money of {terms.funder}",
        "ja": f"{terms.funder} の資金で懸賞を開く",
    }
    return Action(system.opener, "openFrom", (terms.to_abi(),), words)


def allowing(
    system: System, token: str, account: str, spender: str, amount: int, words: Text
) -> list[Action]:
    """Return the allowance of exactly `amount` where it is missing; the chain's own coin needs none."""
    if token == NATIVE or amount == 0:
        return []
    contract = system.token(token)
    if int(contract.call(system.chain, "allowance", account, spender)) >= amount:
        return []
    return [Action(contract, "approve", (spender, amount), words)]


def require_balance(system: System, token: str, account: str, amount: int, field: str) -> None:
    """Refuse an amount, in base units, that the account does not hold."""
    if token == NATIVE:
        held = integer(system.chain.request("eth_getBalance", [account, "latest"]))
    else:
        held = int(system.token(token).call(system.chain, "balanceOf", account))
    if held < amount:
        short = f"{account} holds {held} base units of {token}: {system.coins(token, held)}"
        wanted = system.coins(token, amount)
        raise InputInvalid(field, amount, f"is to be escrowed, but {short} of {wanted}")


def permit(
    system: System, token: str, signer: Signer, spender: str, amount: int, deadline: int
) -> tuple[int, str, str]:
    """
    Return v, r, s of a permit (ERC-2612) for exactly `amount`. `InputInvalid` when the token has none.
    """
    domain, contract = token_domain(system, token), system.token(token)
    name, parts = fields_of(_PERMIT)
    message = {
        "owner": signer.address,
        "spender": spender,
        "value": amount,
        "nonce": int(contract.call(system.chain, "nonces", signer.address)),
        "deadline": deadline,
    }
    return split_signature(signer.sign_typed_data(domain, {name: parts}, message))


def receiving(system: System, token: str, message: Mapping[str, Any], deadline: int) -> TypedData:
    """Return an authorization (ERC-3009) to receive, as a wallet signs it; `deadline` is `validBefore`."""
    name, parts = fields_of(RECEIVE)
    values = {**message, "validBefore": deadline}
    ordered = {part["name"]: values[part["name"]] for part in parts}
    return token_domain(system, token), {name: parts}, ordered


def token_domain(system: System, token: str) -> dict[str, Any]:
    """
    Return a token's EIP-712 domain, compared with the separator that the token itself gives.

    Tokens differ in the version and few say which: the usual ones are tried.
    """
    contract = system.token(token)
    try:
        wanted = contract.call(system.chain, "DOMAIN_SEPARATOR")
        name = str(contract.call(system.chain, "name"))
    except (TransactionFailed, InputInvalid, NotDeployed) as exc:
        raise _no_signatures(token) from exc
    for version in _VERSIONS:
        domain = {
            "name": name,
            "version": version,
            "chainId": system.chain_id,
            "verifyingContract": contract.address,
        }
        if separator(domain) == wanted:
            return domain
    raise _no_signatures(token)


def _no_signatures(token: str) -> InputInvalid:
    return InputInvalid(
        "token", token, "takes no signatures that we can make", hint="Fund with an allowance: --fund approve."
    )


def _authorization_nonce(system: System, order: Opening) -> str:
    from eth_abi.abi import encode
    from eth_utils.crypto import keccak

    hashed = keccak(bytes.fromhex(order.terms[2:]))
    salt = bytes.fromhex(order.salt[2:])
    packed = encode(["address", "bytes32", "bytes32"], [system.opener.address, hashed, salt])
    return "0x" + keccak(packed).hex()
