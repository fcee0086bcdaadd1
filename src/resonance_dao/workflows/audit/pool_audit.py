"""
Funding pools: what each funder brought, took back, and gets of what comes back, to the unit.

A share is `received x contribution / raised`, rounded down, for the first contributor up; what the division
leaves, at most as many units as there are contributors but two, waits in the pool for what comes next.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from eth_utils.crypto import keccak

from resonance_dao.chain.contract import Event
from resonance_dao.workflows.audit.custody_audit import CustodyAudit
from resonance_dao.workflows.audit.history import Transaction
from resonance_dao.workflows.audit.report import Findings
from resonance_dao.workflows.bounties import liability
from resonance_dao.workflows.system import System
from resonance_dao.workflows.terms import decode_terms


@dataclass(slots=True)
class Pool:
    """A pool as its events tell it; amounts in base units by contributor, `deadline` unix s."""

    address: str
    token: str
    goal: int
    deadline: int
    terms_hash: bytes
    first: str = "0x" + "00" * 20
    raised: int = 0
    bounty_id: int = 0
    given: dict[str, int] = field(default_factory=dict)
    released: dict[str, int] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        """What rows call it."""
        return f"pool/{self.address}"

    def received(self, credit: int) -> int:
        """Return what came back in all, when `credit` lies in the vault now; nothing before the bounty."""
        return credit + sum(self.released.values()) if self.bounty_id else 0

    def pending(self, contributor: str, credit: int) -> int:
        """Return what could be released to a contributor now."""
        received, given = self.received(credit), self.given.get(contributor, 0)
        if not received or not self.raised:
            return 0
        share, rest = divmod(received * given, self.raised)
        up = 1 if rest and contributor == self.first else 0
        return share + up - self.released.get(contributor, 0)


class PoolAudit:
    """Follows `FundingPools` and every pool that it opened."""

    def __init__(self, system: System, findings: Findings, custody: CustodyAudit) -> None:
        self._system, self._findings, self._custody = system, findings, custody
        self.pools: dict[str, Pool] = {}

    def opened(self, transaction: Transaction, event: Event) -> None:
        """Follow `PoolOpened`: the terms that it names are for this pool and say its token and goal."""
        given = event.args
        terms = decode_terms(self._system, given["terms"])
        pool = Pool(given["pool"], terms.token, liability(terms), given["deadline"], keccak(given["terms"]))
        expected = {
            "pool": terms.funder,
            "projectId": terms.project_id,
            "termsHash": pool.terms_hash,
            "token": pool.token,
            "goal": pool.goal,
        }
        self._told("pools.opened", pool, event, expected, transaction)
        self._check("pools.opened_once", pool, False, pool.address in self.pools, transaction)
        self._check("pools.ahead", pool, True, transaction.time < pool.deadline, transaction)
        self.pools[pool.address] = pool
        self._custody.keepers.add(pool.address)

    def follow(self, transaction: Transaction, event: Event) -> None:
        """Follow one event of a pool."""
        handler = {
            "Contributed": self._contributed,
            "ContributionReturned": self._taken_back,
            "BountyFunded": self._funded,
            "ShareReleased": self._released,
        }[event.name]
        handler(transaction, event, self.pools[event.address])

    def _contributed(self, transaction: Transaction, event: Event, pool: Pool) -> None:
        who, amount = event.args["contributor"], event.args["amount"]
        self._check("pools.unfunded", pool, 0, pool.bounty_id, transaction)
        self._check("pools.in_time", pool, True, transaction.time < pool.deadline, transaction)
        self._check("pools.room", pool, True, 0 < amount <= pool.goal - pool.raised, transaction)
        self._told("pools.contributed", pool, event, {"raised": pool.raised + amount}, transaction)
        if not pool.given.get(pool.first):
            pool.first = who
        pool.raised += amount
        pool.given[who] = pool.given.get(who, 0) + amount
        self._custody.owe_in(pool.address, pool.token, amount, pool.subject)

    def _taken_back(self, transaction: Transaction, event: Event, pool: Pool) -> None:
        who, amount = event.args["contributor"], event.args["amount"]
        given = pool.given.get(who, 0)
        self._check("pools.unfunded", pool, 0, pool.bounty_id, transaction)
        # From the deadline on anyone may return a contribution, but only all of it.
        own = event.args["caller"] == who
        allowed = own or (transaction.time >= pool.deadline and amount == given)
        self._check("pools.taken_back_by", pool, True, allowed, transaction)
        self._check("pools.contribution", pool, True, 0 < amount <= given, transaction)
        self._told("pools.taken_back", pool, event, {"raised": pool.raised - amount}, transaction)
        pool.raised -= amount
        pool.given[who] = given - amount
        self._custody.owe_out(pool.address, pool.token, who, amount, pool.subject)

    def _funded(self, transaction: Transaction, event: Event, pool: Pool) -> None:
        self._check("pools.unfunded", pool, 0, pool.bounty_id, transaction)
        self._check("pools.in_time", pool, True, transaction.time < pool.deadline, transaction)
        self._check("pools.goal_reached", pool, pool.goal, pool.raised, transaction)
        opened = transaction.of(self._system.escrow.address, "BountyOpened")
        bounties = [one.args["bountyId"] for one in opened if one.args["termsHash"] == pool.terms_hash]
        self._check("pools.bounty", pool, True, event.args["bountyId"] in bounties, transaction)
        self._told("pools.funded", pool, event, {"amount": pool.goal}, transaction)
        pool.bounty_id = event.args["bountyId"]
        escrow = self._system.escrow.address
        self._custody.owe_out(pool.address, pool.token, escrow, pool.goal, pool.subject)

    def _released(self, transaction: Transaction, event: Event, pool: Pool) -> None:
        who = event.args["contributor"]
        share = pool.pending(who, self._credit(pool))
        self._check("pools.share", pool, True, share > 0, transaction)
        self._told("pools.released", pool, event, {"amount": share}, transaction)
        pool.released[who] = pool.released.get(who, 0) + share
        self._custody.owe_out(pool.address, pool.token, who, share, pool.subject)

    def _credit(self, pool: Pool) -> int:
        return self._custody.credits[pool.address, pool.token]

    def finish(self, block: int) -> None:
        """Compare every pool and contributor with the pools' views at `block`."""
        for pool in self.pools.values():
            contract, chain, credit = self._system.pool(pool.address), self._system.chain, self._credit(pool)
            told: dict[str, object] = {
                "raised": pool.raised,
                "bountyId": pool.bounty_id,
                "termsHash": pool.terms_hash,
                "firstContributor": pool.first,
                "received": pool.received(credit),
                "plan": {"token": pool.token, "goal": pool.goal, "deadline": pool.deadline},
            }
            stored = {view: contract.call(chain, view, block=block) for view in told}
            self._findings.compare("state.pools", pool.subject, "FundingPool", stored, told)
            for who in pool.given:
                kept = contract.call(chain, "contributionOf", who, block=block)
                pending = contract.call(chain, "pendingOf", who, block=block)
                stored = {"amount": kept["amount"], "released": kept["released"], "pending": pending}
                told = {
                    "amount": pool.given[who],
                    "released": pool.released.get(who, 0),
                    "pending": pool.pending(who, credit),
                }
                subject = f"{pool.subject}/contributor/{who}"
                self._findings.compare("state.pools", subject, "contributionOf", stored, told)
            self._check_rest(pool, credit)

    def _check_rest(self, pool: Pool, credit: int) -> None:
        """
        Check that the credit pays what is owed, and leaves what a division can leave: of the units that the
        fractions of n shares make, n - 1 at most, the first contributor's rounding takes one.
        """
        if not pool.bounty_id:
            backed = pool.raised + self._custody.gifts[pool.address, pool.token]
            self._findings.check("pools.covered", pool.subject, backed, credit)
            return
        contributors = sum(given > 0 for given in pool.given.values())
        rest = credit - sum(pool.pending(who, credit) for who in pool.given)
        most = max(0, contributors - 2)
        expected = f"a rest from 0 to {most}"
        found = expected if 0 <= rest <= most else f"a rest of {rest}"
        self._findings.check("pools.remainder", pool.subject, expected, found)

    def _told(
        self, check: str, pool: Pool, event: Event, expected: dict[str, object], transaction: Transaction
    ) -> None:
        subject, at = pool.subject, transaction.hash
        self._findings.compare(check, subject, event.name, expected, event.args, transaction=at)

    def _check(
        self, check: str, pool: Pool, expected: object, found: object, transaction: Transaction
    ) -> None:
        self._findings.check(check, pool.subject, expected, found, transaction=transaction.hash)
