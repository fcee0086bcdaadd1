"""
Funding pools: many contribute to one bounty, and share what comes back from it.

A pool's address is known before it is open: `pooled` writes it into the terms, as their funder.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from resonance_dao.chain.chain import Receipt
from resonance_dao.chain.contract import Contract
from resonance_dao.chain.signer import Signer
from resonance_dao.chain.typed_data import TypedData, split_signature
from resonance_dao.errors import InputInvalid, NotFound
from resonance_dao.workflows.funding import RECEIVE, allowing, permit, receiving, require_balance
from resonance_dao.workflows.signing import Address, Amount, Hash, Order
from resonance_dao.workflows.system import NATIVE, Action, System
from resonance_dao.workflows.terms import Terms, decode_terms


@dataclass(frozen=True)
class PoolView:
    """
    A pool as it stands; amounts in base units, `deadline` unix s. `contributions`, and `pending`, what could
    be released now, are by contributor; `bounty_id` is zero until the bounty is funded.
    """

    address: str
    opener: str
    terms: Terms
    token: str
    goal: int
    deadline: int
    raised: int
    bounty_id: int
    contributions: Mapping[str, int]
    pending: Mapping[str, int]


@dataclass(frozen=True)
class Contribution(Order):
    """A contribution by ERC-3009 authorization; anybody may carry it. `nonce` is random."""

    kind: ClassVar[str] = "contribution"
    text: ClassVar[str] = RECEIVE
    pool: Address
    contributor: Address
    amount: Amount
    nonce: Hash

    @property
    def account(self) -> str:
        """The contributor."""
        return self.contributor

    def contract(self, system: System) -> Contract:
        """Return the token, whose message it is."""
        return system.token(pool(system, self.pool).token)

    def message(self, system: System) -> Mapping[str, Any]:
        """Return what the token is told, but for the deadline."""
        return {
            "from": self.contributor,
            "to": self.pool,
            "value": self.amount,
            "validAfter": 0,
            "nonce": self.nonce,
        }

    def typed_data(self, system: System, deadline: int) -> TypedData:
        """Return the token's own message."""
        return receiving(system, self.contract(system).address, self.message(system), deadline)

    def action(self, system: System, deadline: int = 0, signature: str = "0x") -> Action:
        """Return what contributes with the authorization. `InputInvalid` when the pool takes no more."""
        _check(system, pool(system, self.pool), self.amount)
        v, r, s = split_signature(bytes.fromhex(signature[2:]))
        authorization = {
            "from": self.contributor,
            "validAfter": 0,
            "validBefore": deadline,
            "nonce": self.nonce,
            "v": v,
            "r": r,
            "s": s,
        }
        return Action(
            _contract(system, self.pool),
            "contributeWithAuthorization",
            (self.amount, authorization),
            _words(self.pool, self.contributor),
        )


def pooled(system: System, terms: Terms, opener: str, deadline: int, salt: bytes) -> Terms:
    """Return the terms with the pool's address as their funder; `deadline` unix s, `salt` 32 bytes."""
    arguments = (opener, terms.to_abi(), deadline, salt)
    return replace(terms, funder=str(system.pools.call(system.chain, "poolAt", *arguments)))


def opening_pool(system: System, terms: Terms, deadline: int, salt: bytes) -> Action:
    """Return what opens the pool that the terms name as their funder; whom `pooled` was told sends it."""
    if deadline <= (now := system.now()):
        raise InputInvalid("deadline", deadline, f"must be after the chain's time, {now}")
    words = {"en": "Open a pool for the bounty's money", "ja": "懸賞の資金を集めるプールを開く"}
    return Action(system.pools, "open", (terms.to_abi(), deadline, salt), words)


def opened_pool(system: System, receipt: Receipt) -> str:
    """Return the address of the pool that a receipt announces."""
    return str(system.pools.events(receipt.logs, "PoolOpened")[0].args["pool"])


def contributing(system: System, address: str, contributor: str, amount: int) -> list[Action]:
    """Return what contributes from the contributor's wallet: the allowance where it is missing, then it."""
    view, contract = pool(system, address), _contract(system, address)
    token, words = view.token, _words(address, contributor)
    _check(system, view, amount)
    require_balance(system, token, contributor, amount, "amount")
    if token == NATIVE:
        return [Action(contract, "contributeNative", (), words, amount)]
    allow = {"en": "Allow exactly the contribution", "ja": "拠出額ちょうどの引き出しを許可する"}
    allowance = allowing(system, token, contributor, address, amount, allow)
    return [*allowance, Action(contract, "contribute", (amount,), words)]


def contributing_with_permit(
    system: System, address: str, signer: Signer, amount: int, deadline: int
) -> Action:
    """Return what contributes with a permit that is signed here; the contributor sends it itself."""
    view = pool(system, address)
    _check(system, view, amount)
    require_balance(system, view.token, signer.address, amount, "amount")
    signed = permit(system, view.token, signer, address, amount, deadline)
    arguments = (amount, deadline, *signed)
    return Action(
        _contract(system, address), "contributeWithPermit", arguments, _words(address, signer.address)
    )


def taking_back(system: System, address: str, contributor: str, amount: int | None = None) -> Action:
    """Return what takes back a contribution, all of it when `amount` is None; until the bounty is funded."""
    view = pool(system, address)
    given = view.contributions.get(contributor, 0)
    wanted = given if amount is None else amount
    if view.bounty_id:
        raise InputInvalid(
            "pool", address, f"has funded bounty {view.bounty_id}: shares are released instead"
        )
    if not 0 < wanted <= given:
        raise InputInvalid("amount", wanted, f"must be more than zero and at most {given} base units")
    words = {"en": f"Take back from pool {address}", "ja": f"プール {address} から拠出を引き上げる"}
    return Action(_contract(system, address), "takeBack", (wanted,), words)


def giving_back(system: System, address: str, contributor: str) -> Action:
    """Return what gives a contribution back when the deadline passed without a bounty; anyone may send it."""
    words = {
        "en": f"Return the contribution of {contributor} to pool {address}",
        "ja": f"プール {address} への {contributor} の拠出を返す",
    }
    return Action(_contract(system, address), "giveBack", (contributor,), words)


def sharing_out(system: System, address: str, contributor: str) -> Action:
    """Return what moves a contributor's share of what came back to its credit; anyone may send it."""
    words = {
        "en": f"Release the share of {contributor} in pool {address}",
        "ja": f"プール {address} の戻り金から {contributor} の分を渡す",
    }
    return Action(_contract(system, address), "release", (contributor,), words)


def pools(system: System) -> list[str]:
    """Return the addresses of all pools, in the order in which they were opened."""
    return [str(event.args["pool"]) for event in system.events(system.pools, "PoolOpened")]


def pool(system: System, address: str) -> PoolView:
    """Return a pool from events and state; `NotFound` when the factory opened none there."""
    args, contract, chain = _opened(system, address), _contract(system, address), system.chain
    accounts = _contributors(system, address)
    kept = {account: contract.call(chain, "contributionOf", account) for account in accounts}
    return PoolView(
        address=address,
        opener=str(args["opener"]),
        terms=decode_terms(system, args["terms"]),
        token=str(args["token"]),
        goal=int(args["goal"]),
        deadline=int(args["deadline"]),
        raised=int(contract.call(chain, "raised")),
        bounty_id=int(contract.call(chain, "bountyId")),
        contributions={account: int(value["amount"]) for account, value in kept.items()},
        pending={account: int(contract.call(chain, "pendingOf", account)) for account in accounts},
    )


def due_pools(system: System, addresses: Sequence[str], now: int) -> list[Action]:
    """
    Return what anyone may do for these pools' contributors at `now`, unix s: give back, release shares. The
    terms need not be readable: whoever opens a pool may write anything there.
    """
    actions: list[Action] = []
    for address in addresses:
        contract, chain = _contract(system, address), system.chain
        if contract.call(chain, "bountyId"):
            owed = [who for who in _contributors(system, address) if contract.call(chain, "pendingOf", who)]
            actions += [sharing_out(system, address, who) for who in owed]
        elif now >= int(_opened(system, address)["deadline"]):
            kept = {
                who: contract.call(chain, "contributionOf", who) for who in _contributors(system, address)
            }
            actions += [giving_back(system, address, who) for who, value in kept.items() if value["amount"]]
    return actions


def _opened(system: System, address: str) -> Mapping[str, Any]:
    events = system.events(system.pools, "PoolOpened", address)
    if not events:
        raise NotFound(f"there is no pool at {address}", hint="`resonance pool list` shows them.")
    return events[0].args


def _contributors(system: System, address: str) -> list[str]:
    given = system.events(_contract(system, address), "Contributed")
    return sorted({str(event.args["contributor"]) for event in given})


def _contract(system: System, address: str) -> Contract:
    return Contract(address, system.artifacts.get("FundingPool"))


def _check(system: System, view: PoolView, amount: int) -> None:
    if view.bounty_id or system.now() >= view.deadline:
        raise InputInvalid("pool", view.address, "takes no more: it has funded, or its deadline has passed")
    room = view.goal - view.raised
    if not 0 < amount <= room:
        raise InputInvalid("amount", amount, f"must be more than zero and at most what is missing, {room}")


def _words(address: str, contributor: str) -> dict[str, str]:
    return {
        "en": f"Contribute to pool {address} for {contributor}",
        "ja": f"{contributor} の資金をプール {address} に拠出する",
    }
