"""
Which key sends: the publisher's, and a pool of others that relay requests.

The authority of a request lies in the signatures that it carries, so any key may send it. Appends to the log
are the publisher's alone. Each key has nonces of its own: one that is stuck holds up nothing but what it has
under way and what is about the same subject, since requests about one subject keep their order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from resonance_dao.chain.chain import Chain, balance_of, nonce_of
from resonance_dao.chain.policy import SignerPolicy
from resonance_dao.chain.signer import Signer
from resonance_dao.errors import JournalConflict, ResonanceError, TransactionFailed
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.operation import REQUEST, Operation
from resonance_dao.journal.outbox import Outbox
from resonance_dao.journal.outlay import GWEI, Outlays, gwei, scopes
from resonance_dao.journal.senders import RetiredSenders, SenderNonces
from resonance_dao.workflows.attempting import TRANSFER_GAS, AttemptSigner, transfer_gas
from resonance_dao.workflows.pricing import Price

DAYS_OF_COIN = 3


@dataclass(frozen=True, slots=True)
class RelayerLimits:
    """
    `fee_cap` is in wei per gas, `in_flight_max` counts for each key. `outlay_key_gwei` and
    `outlay_route_gwei` are what requests may cost in a day (UTC), for each key and for each function of a
    contract; None: no limit.
    """

    fee_cap: int
    bump_after_s: int
    in_flight_max: int
    outlay_key_gwei: int | None = None
    outlay_route_gwei: int | None = None
    balance_min_wei: int = 0

    def of(self, sender: str, operation: Operation) -> dict[str, int]:
        """Return the day's limit of each scope that an operation counts towards; only requests have any."""
        limits = (self.outlay_key_gwei, self.outlay_route_gwei) if operation.purpose == REQUEST else ()
        named = zip(scopes(sender, operation.to, operation.data), limits, strict=False)
        return {scope: limit for scope, limit in named if limit is not None}


@dataclass(frozen=True, slots=True)
class Pool:
    """Further keys that relay requests, and what any key may send; no policy: whatever is accepted."""

    signers: Sequence[Signer] = ()
    policy: SignerPolicy | None = None


class Senders:
    """The keys of one process: the publisher's and the pool's, which may be empty."""

    def __init__(
        self,
        journal: Journal,
        chain: Chain,
        publisher: Signer,
        pool: Sequence[Signer],
        limits: RelayerLimits,
    ) -> None:
        chain_id, self.publisher = journal.identity.chain_id, publisher.address
        self._journal, self._chain, self.limits = journal, chain, limits
        self._keys = {
            signer.address: AttemptSigner(signer, chain_id, lambda account: transfer_gas(chain, account))
            for signer in (publisher, *pool)
        }
        if len(self._keys) != len(pool) + 1:
            raise JournalConflict("two of the sending keys are the same", hint="Name each key once.")
        self._retired = RetiredSenders(journal.database)
        self._nonces, self.doubted = SenderNonces(journal.database, chain_id), set[str]()
        self._outbox, self._outlays = Outbox(journal), Outlays(journal.database)

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every key, the publisher's first."""
        return tuple(self._keys)

    def key(self, address: str) -> AttemptSigner:
        """Return a key. Raises `TransactionFailed` for one that is not configured any more."""
        if address not in self._keys:
            why = f"the key of {address} is not here, and transactions of it are under way"
            raise TransactionFailed(why, hint="Name it in RESONANCE_RELAYER_KEYS until they have ended.")
        return self._keys[address]

    def retired(self) -> dict[str, str]:
        """Return the keys that are out of service and why."""
        return self._retired.all()

    def retire(self, address: str, reason_code: str, now: int) -> None:
        """Put a key of the pool out of service."""
        self._retired.add(address, reason_code, now)
        self.doubted.discard(address)

    def relaying(self) -> tuple[str, ...]:
        """Return the keys that send requests: the pool's; the publisher's when none of them is in service."""
        retired = self.retired()
        pool = tuple(address for address in self._keys if address not in {self.publisher, *retired})
        return pool or (self.publisher,)

    def turn(self, flying: Sequence[Operation], price: Price, now: int) -> Turn:
        """Return how things stand for one round of signing."""
        return Turn(self, self._outbox, flying, price, now)

    def nonce(self, address: str) -> int:
        """Return how many transactions of a key are on the chain."""
        return nonce_of(self._chain, address, "latest")

    def accounted(self, address: str, used: int, now: int) -> int:
        """
        Return how many nonces of a key are accounted for; one that has used more, `used`, is doubted until
        it is known who used it.
        """
        known = self._nonces.accounted(address, used, now)
        (self.doubted.add if used > known else self.doubted.discard)(address)
        return known

    def is_vouched_for(self, address: str, nonce: int) -> bool:
        """Return whether a nonce of a key was used before us, or a person said what for."""
        return nonce < self._nonces.start(address)

    def balance(self, address: str) -> int:
        """Return a key's coin in wei."""
        return balance_of(self._chain, address)

    def least(self, now: int) -> dict[str, int]:
        """
        Return what each key should have, in wei: what the operator says, else three times the most that it
        took in a day of the last week.
        """
        given = self.limits.balance_min_wei
        highest = {} if given else self._outlays.highest(now)
        return {key: given or DAYS_OF_COIN * highest.get(f"key/{key}", 0) * GWEI for key in self._keys}

    def outlays(self, now: int) -> dict[str, int]:
        """Return what each scope has taken on this day, in gwei."""
        return self._outlays.of(now)


class Turn:
    """One round of signing: who has how much under way and left. Each question is asked once a round."""

    def __init__(
        self,
        senders: Senders,
        outbox: Outbox,
        flying: Sequence[Operation],
        price: Price,
        now: int,
    ) -> None:
        self._senders, self._limits, self._price, self._outbox = senders, senders.limits, price, outbox
        self._now = now
        self._count = Counter(operation.sender for operation in flying)
        self._held = Counter[str]()
        for operation in flying:
            self._held[operation.sender] += operation.max_cost
        self._stuck = {operation.sender for operation in flying if self._waits(operation, now)}
        # What is mined and not final keeps its subject too: a reorganised chain may mine it anew.
        self._subjects, self._holders = dict[int, str](), outbox.holders()
        self._relaying, self._retired = senders.relaying(), senders.retired()
        self._outlays = senders.outlays(now)
        self._balances: dict[str, int] = {}
        self._nonces: dict[str, int] = {}
        self._aside, self._used_up = set[str](), set[str]()
        self.trouble: ResonanceError | None = None

    @property
    def slots(self) -> int:
        """How many more transactions the keys may have under way."""
        free = (self._limits.in_flight_max - self._count[key] for key in self._senders.addresses)
        return sum(max(slots, 0) for slots in free)

    @property
    def has_room(self) -> bool:
        """Whether a key that relays may take another request, as far as that does not depend on which."""
        held = {key for key in self._relaying if self._count[key] >= self._limits.in_flight_max}
        spent = {key for key in self._relaying if f"key/{key}" in self._used_up}
        return not held.union(spent, self._aside).issuperset(self._relaying)

    def met(self, pages: Iterable[Sequence[Operation]]) -> Iterator[Operation]:
        """Yield queued operations, knowing what they are about, while a key that relays may take more."""
        for page in pages:
            self._subjects.update(self._outbox.subjects(page))
            yield from page
            if not self.has_room:
                return

    def candidates(self, operation: Operation) -> list[str]:
        """Return the keys that may send an operation now, the best first."""
        allowed: Sequence[str] = self._relaying
        if operation.purpose != REQUEST:
            allowed = (self._senders.publisher,)
        elif (holder := self._holders.get(self._subjects.get(operation.id, ""))) is not None:
            allowed = () if holder in self._retired else (holder,)
        free = [key for key in allowed if self._is_free(key, operation)]
        able = [key for key in free if self._can_pay(key, TRANSFER_GAS)]
        self._note_poor(free, able)
        return sorted(able, key=lambda key: (key in self._stuck, self._count[key]))

    def choose(self, candidates: Sequence[str], operation: Operation, gas: int) -> str | None:
        """Return the first of the candidates that can pay for an operation, within its limits of the day."""
        there = [key for key in candidates if key not in self._aside]
        able = [key for key in there if self._can_pay(key, gas)]
        self._note_poor(there, able)
        return next(
            (key for key in able if self._is_within(key, operation, gas) and self._is_ours(key)), None
        )

    def set_aside(self, key: str, trouble: ResonanceError) -> None:
        """Leave out a key for the rest of the round: what holds it does not sign."""
        self._aside.add(key)
        self.trouble = trouble

    def nonce(self, key: str) -> int:
        """Return from which nonce on the transactions of a key that was chosen are ours to give."""
        return self._nonces[key]

    def limits(self, key: str, operation: Operation) -> Mapping[str, int]:
        """Return the day's limits for an operation sent by a key."""
        return self._limits.of(key, operation)

    def took(self, key: str, operation: Operation, gas: int) -> None:
        """Note that a key was given an operation."""
        cost = gas * self._price.maximum
        self._count[key] += 1
        self._held[key] += cost
        if operation.id in self._subjects:
            self._holders[self._subjects[operation.id]] = key
        for scope in scopes(key, operation.to, operation.data):
            self._outlays[scope] = self._outlays.get(scope, 0) + gwei(cost)

    def _is_free(self, key: str, operation: Operation) -> bool:
        # What is queued behind a used-up limit must not take the turn of what is queued behind it.
        if key in self._aside or not self._used_up.isdisjoint(self._limits.of(key, operation)):
            return False
        return self._count[key] < self._limits.in_flight_max

    def _is_ours(self, key: str) -> bool:
        """Return whether all that a key has on the chain is accounted for: else it signs nothing new."""
        if key not in self._nonces:
            used = self._senders.nonce(key)
            known = self._senders.accounted(key, used, self._now)
            if used > known:
                self.set_aside(key, not_ours(key, known))
                return False
            self._nonces[key] = known
        return True

    def _waits(self, operation: Operation, now: int) -> bool:
        first = operation.attempts[0].sent_at
        return first is not None and now - first >= 2 * self._limits.bump_after_s

    def _can_pay(self, key: str, gas: int) -> bool:
        if key not in self._balances:
            self._balances[key] = self._senders.balance(key)
        return self._balances[key] - self._held[key] >= gas * self._price.maximum

    def _note_poor(self, asked: Sequence[str], able: Sequence[str]) -> None:
        # A key that has something under way may be able to pay when that has ended.
        if asked and not able and not any(self._held[key] for key in asked):
            self.trouble = poor(asked[0])

    def _is_within(self, key: str, operation: Operation, gas: int) -> bool:
        cost = gwei(gas * self._price.maximum)
        for scope, limit in self._limits.of(key, operation).items():
            if self._outlays.get(scope, 0) + cost > limit:
                self._used_up.add(scope)
                self.trouble = TransactionFailed(
                    f"the day's limit of {limit} gwei for {scope} is used up",
                    hint="What waits is sent tomorrow (UTC), or when RESONANCE_OUTLAY_KEY_WEI or "
                    "RESONANCE_OUTLAY_ROUTE_WEI is raised.",
                )
                return False
        return True


def poor(account: str) -> TransactionFailed:
    """Return what is told of a key without enough coin."""
    return TransactionFailed(
        f"the operator's account {account} cannot pay for its transactions",
        hint="Send it some of the chain's coin; what waits is sent by itself.",
    )


def not_ours(account: str, nonce: int) -> TransactionFailed:
    """Return what is told of a key with a transaction on the chain that the journal does not know."""
    return TransactionFailed(
        f"nonce {nonce} of {account} is used by a transaction that the journal does not know",
        hint="The key signs nothing new until that is clear. Nothing else may send with it.",
    )
