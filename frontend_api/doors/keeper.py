"""
The doorkeeper: recognises callers, opens and closes their sessions, and holds the purse.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from frontend_api.doors import budgets, nonces
from frontend_api.doors.clocks import Clocks
from frontend_api.doors.cookies import token_hash
from frontend_api.doors.cost import Costs
from frontend_api.doors.identity import ACCOUNT, ACCOUNT_SCOPES, KEY, Identity
from frontend_api.doors.purse import Purse
from frontend_api.doors.rates import Rates
from frontend_api.parts import SharedParts
from frontend_api.problems import RequestRefused
from frontend_api.settings import GatewaySettings
from resonance_dao.chain.siwe import SiweMessage
from resonance_dao.chain.wallet_signature import require_signed
from resonance_dao.errors import JournalUnavailable
from resonance_dao.journal.api_keys import ApiKey, ApiKeys
from resonance_dao.journal.entry import Accepted
from resonance_dao.journal.sessions import Session, Sessions
from resonance_dao.journal.spending import Spending
from resonance_dao.workflows.machine_keys import recognised
from resonance_dao.workflows.roles import Role, roles_of
from resonance_dao.workflows.system import Action, System

ROLES_KEPT_NS, KEYS_KEPT_NS, KEYS_KEPT = 30 * 10**9, 10**9, 1_000


@dataclass(frozen=True, slots=True)
class Spent:
    """What was taken from the budgets of a day, for one request; gwei, or bytes of evidence."""

    day: int
    limits: Mapping[str, int]
    amount: int


class Keeper:
    """One gateway's doorkeeper. Nothing of the database or the chain is touched before a request needs it."""

    def __init__(self, parts: SharedParts, settings: GatewaySettings, clocks: Clocks) -> None:
        self.settings, self.clocks = settings, clocks
        self.rates, self._costs = Rates(clocks.monotonic), Costs(clocks.monotonic)
        self._parts, self._lock = parts, threading.Lock()
        self._secret: bytes | None = None
        self._purse: Purse | None = None
        self._roles: dict[str, tuple[int, tuple[Role, ...]]] = {}
        self._keys: dict[bytes, tuple[int, ApiKey]] = {}

    @cached_property
    def sessions(self) -> Sessions:
        """The sessions."""
        return Sessions(self._parts.journal.database)

    @cached_property
    def keys(self) -> ApiKeys:
        """The API keys."""
        return ApiKeys(self._parts.journal.database)

    @property
    def purse(self) -> Purse:
        """What relaying may cost; one for all threads, or each would spend a portion of its own."""
        if self._purse is None:
            with self._lock:
                self._purse = self._purse or Purse(
                    Spending(self._parts.journal.database), self.clocks.monotonic
                )
        return self._purse

    def session(self, token: str, network: str) -> Identity | None:
        """Return the account that a cookie's token stands for; None when its session is over."""
        found = self.sessions.find(token_hash(token), self.clocks.now())
        if found is None:
            return None
        return Identity(ACCOUNT, found.account, network, ACCOUNT_SCOPES, found.until, found.token_hash)

    def key(self, text: str, network: str) -> Identity | None:
        """
        Return the machine that an API key stands for; None when it opens nothing.

        Machines come often, so a key is known for a second: a revoked one opens nothing after that.
        """
        now, marked = self.clocks.monotonic(), token_hash(text)
        asked_at, found = self._keys.get(marked, (now - KEYS_KEPT_NS, None))
        if now - asked_at >= KEYS_KEPT_NS or found is None or not found.is_valid(self.clocks.now()):
            found = recognised(self.keys, text, self.clocks.now())
            self._remember(marked, now, found)
        if found is None:
            return None
        return Identity(KEY, found.id, network, frozenset(found.scopes), found.until)

    def _remember(self, marked: bytes, now: int, found: ApiKey | None) -> None:
        with self._lock:
            if found is None or len(self._keys) >= KEYS_KEPT:
                self._keys = {key: kept for key, kept in self._keys.items() if now - kept[0] < KEYS_KEPT_NS}
                self._keys.pop(marked, None)
            if found is not None and len(self._keys) < KEYS_KEPT:
                self._keys[marked] = (now, found)

    def nonce(self) -> str:
        """Return a new nonce for a sign-in."""
        return nonces.issue(self._shared_secret(), self.clocks.now(), self.clocks.random(12))

    def sign_in(
        self, text: str, signature: str, *, domain: str, instead_of: bytes | None
    ) -> tuple[str, Session]:
        """
        Open a session for whoever signed the message, and return its token, which exists nowhere else.

        Raises `InputInvalid` for what is no message, `SignatureRefused` for one that is not for this site,
        chain and moment, not signed by its account, or whose nonce is not ours, over or used.
        """
        system, now = self._parts.system, self.clocks.now()
        message = SiweMessage.from_text(text)
        message.check(domain=domain, chain_id=system.chain_id, now=now)
        nonce_until = nonces.until(self._shared_secret(), message.nonce, now)
        require_signed(system.chain, message.address, text, signature)
        self.roles(message.address)  # Kept for the answer: a chain that fails must not use up the nonce.
        ends = now + self.settings.session_s
        token = self.clocks.random(32).hex()
        opened = Session(token_hash(token), message.address, now, min(ends, message.expires or ends))
        if not self.sessions.open(opened, message.nonce, nonce_until, instead_of=instead_of):
            raise nonces.used()
        return token, opened

    def roles(self, account: str) -> tuple[Role, ...]:
        """Return an account's roles on the chain; the answer may be half a minute old."""
        now = self.clocks.monotonic()
        kept = self._roles.get(account)
        if kept is not None and now - kept[0] < ROLES_KEPT_NS:
            return kept[1]
        operators = frozenset({self._parts.operator.address})
        try:
            found = self._parts.lists.roles_of(account, operators)
        except JournalUnavailable:
            # Nobody is kept from signing in while the index lags: it takes longer, that is all.
            found = roles_of(self._parts.system, account, operators)
        with self._lock:
            self._roles = {one: entry for one, entry in self._roles.items() if now - entry[0] < ROLES_KEPT_NS}
            self._roles[account] = (now, found)
        return found

    def may_operate(self, identity: Identity) -> bool:
        """Whether a caller may what only the operator may: by its own account, or by a key made for it."""
        if identity.kind == KEY:
            return "operate" in identity.scopes
        return identity.kind == ACCOUNT and identity.name == self._parts.operator.address

    def may_watch(self, identity: Identity) -> bool:
        """Whether a caller may read the operator's figures."""
        return self.may_operate(identity) or (identity.kind == KEY and "metrics" in identity.scopes)

    def cost(self, system: System, action: Action) -> int:
        """
        Simulate what the relayer would send, and return what it may cost, in gwei. Raises `TransactionFailed`
        with the decoded reason when it would revert.
        """
        return self._costs.of(system.chain, action, self._sender)

    def costs(self, system: System, actions: Sequence[Action]) -> list[int | None]:
        """Return what `cost` would for each, asked for at once; None where only `cost` can tell."""
        return self._costs.together(system.chain, actions, self._sender)

    def paid(self, identity: Identity, route: str, gwei: int, accept: Callable[[], Accepted]) -> Accepted:
        """
        Accept a request for which the relayer pays `gwei`, within the day's budgets of this caller, this
        route and all.

        Raises `RequestRefused` (429) when one of them does not reach; what is not accepted costs nothing.
        """
        return self._accepted(self.spend(identity, route, gwei), accept)

    def spend(self, identity: Identity, route: str, gwei: int) -> Spent:
        """Take `gwei` from the day's budgets; raises as `paid`."""
        day = self.clocks.now() // budgets.DAY_S
        limits = budgets.of(self.settings, identity, route, self._shared_secret(), day)
        refused = self.purse.spend(day, limits, gwei)
        if refused is not None:
            words = f"today's budget {budgets.shown(refused)} is spent; it is"
            raise self._spent("budget_spent", words, day)
        return Spent(day, limits, gwei)

    def refund(self, spent: Spent) -> None:
        """Put back what was taken for something that was not accepted."""
        self.purse.refund(spent.day, spent.limits, spent.amount)

    def kept(self, identity: Identity, size: int, accept: Callable[[], Accepted]) -> Accepted:
        """
        Accept evidence of `size` bytes, within what this caller may bring in a day.

        Raises `RequestRefused` (429) when it is more; what is not accepted counts for nothing.
        """
        return self._accepted(self.count_bytes(identity, size), accept)

    def count_bytes(self, identity: Identity, size: int) -> Spent:
        """Count `size` bytes that are kept whatever becomes of their request; raises as `kept` does."""
        day = self.clocks.now() // budgets.DAY_S
        limits = budgets.of_evidence(self.settings, identity, self._shared_secret(), day)
        refused = self.purse.spend(day, limits, size)
        if refused is not None:
            most = f"the {limits[refused]} bytes of evidence a day {budgets.shown(refused)}"
            words = f"{size} bytes are more than is left today of {most}; it is"
            raise self._spent("evidence_spent", words, day)
        return Spent(day, limits, size)

    def _accepted(self, spent: Spent, accept: Callable[[], Accepted]) -> Accepted:
        try:
            accepted = accept()
        except BaseException:
            self.refund(spent)
            raise
        if accepted.replayed:
            self.refund(spent)
        return accepted

    def close(self) -> None:
        """Give back what was not spent."""
        if self._purse is not None:
            self._purse.close()

    @property
    def _sender(self) -> str:
        return self._parts.operator.address

    def _spent(self, code: str, words: str, day: int) -> RequestRefused:
        again_s = max(1, (day + 1) * budgets.DAY_S - self.clocks.now())
        detail = f"{words} {again_s} seconds to midnight UTC"
        return RequestRefused(429, code, detail, headers={"Retry-After": str(again_s)})

    def _shared_secret(self) -> bytes:
        if self._secret is None:
            self._secret = self.sessions.secret(self.clocks.random(32))
        return self._secret
