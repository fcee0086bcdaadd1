"""
The bounties as the audit rebuilds them from events: what was agreed, what was decided, and what is owed for
it.

Twin in meaning of `BountyEscrow`'s storage, and compared with it at the end. Amounts in base units, times
unix s.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from resonance_dao.economy.allocation import split_down
from resonance_dao.economy.impact_share import max_award
from resonance_dao.workflows.terms import TRANCHES, Submission, Terms

PARTS = ("base", "success", "long_term", "top_up")
PAID_IN = ("escrowed", "bond")
"""What comes into the escrow's credit: the money of an opening, and the bond of a challenge."""


@dataclass(slots=True)
class Track:
    """
    An outcome tranche of one award; `clock` is when it was reported, challenged, ruled or settled.

    "ruled" stands between an outcome that pays at once and its settlement, which the same transaction holds.
    `challenger` put down the bond; `upheld` says that the ruling found just what was reported.
    """

    stage: str = "waiting"
    achieved_bps: int = 0
    clock: int = 0
    challenger: str = ""
    upheld: bool = False


@dataclass(slots=True)
class Work:
    """
    A submission; `clock` is when it came to its stage, `amount` the award at a multiplier of 1.

    `transaction` and `submission` are those of its last version; `ruling` is the arbiter's verdict on an
    appeal, 0 while there is none.
    """

    bounty: Bounty
    id: int
    submission: Submission
    content_hash: str
    transaction: str
    clock: int
    amount: int
    stage: str = "pending"
    version: int = 1
    change_requests: int = 0
    appealed: bool = False
    by_silence: bool = False
    ruling: int = 0
    multiplier_bps: int = 0
    award: int = 0
    approvals: int = 0
    rejections: int = 0
    decisive: tuple[bytes, str] = (b"", "")
    claimed_payees: int = 0
    tracks: dict[str, Track] = field(default_factory=lambda: {name: Track() for name in TRANCHES})
    paid: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PARTS, 0))

    @property
    def subject(self) -> str:
        """What rows call it."""
        return f"{self.bounty.subject}/submission/{self.id}"

    @property
    def reviewed(self) -> int:
        """The reviewers who have spoken, bit i for reviewer i."""
        return self.approvals | self.rejections

    @property
    def undecided(self) -> bool:
        """Whether it waits for a decision."""
        return self.stage in ("pending", "changes_requested", "appealed")

    @property
    def award_given(self) -> bool:
        """Whether it was accepted."""
        return self.stage in ("accepted", "completed")

    @property
    def open_amount(self) -> int:
        """What the escrow still holds for an accepted work: the largest award less what was paid."""
        return self.bounty.max_award - sum(self.paid.values()) if self.stage == "accepted" else 0

    @property
    def tokens(self) -> tuple[int, ...]:
        """What each payee has to get of the project tokens that the award promises; base units."""
        return split_down(self.bounty.terms.token_reward, self.submission.shares_bps)

    @property
    def tokens_unclaimed(self) -> int:
        """The project tokens that an accepted work's payees have not got."""
        if not self.award_given:
            return 0
        return sum(amount for i, amount in enumerate(self.tokens) if not self.claimed_payees >> i & 1)

    @property
    def open_bonds(self) -> int:
        """The bonds that challengers put down and nobody has decided on."""
        waiting = [t for t in self.tracks.values() if t.challenger and t.stage in ("challenged", "ruled")]
        return self.bounty.terms.challenge_bond * len(waiting)


@dataclass(slots=True)
class Bounty:
    """A bounty with the works handed in for it."""

    id: int
    terms: Terms
    terms_hash: str
    transaction: str
    closed: bool = False
    reclaimed: bool = False
    appealable_until: int = 0
    awards: int = 0
    works: dict[int, Work] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        """What rows call it."""
        return f"bounty/{self.id}"

    @property
    def max_award(self) -> int:
        """The most that one award can pay."""
        terms = self.terms
        return max_award(terms.amount, terms.max_multiplier_bps, terms.shares_bps, terms.caps_bps)

    @property
    def pending(self) -> int:
        """How many works are not decided."""
        return sum(work.undecided for work in self.works.values())

    @property
    def awards_left(self) -> int:
        """How many awards can still be given: closing alone takes none away."""
        return 0 if self.reclaimed else self.terms.max_awards - self.awards

    def is_reclaimable(self, now: int) -> bool:
        """Say whether nobody can win at `now` (unix s) what is left of a closed bounty."""
        undecided = self.pending > 0 or now < self.appealable_until
        return self.closed and not self.reclaimed and (not undecided or self.awards == self.terms.max_awards)

    @property
    def liability(self) -> int:
        """All that can still be owed, bonds included, which the escrow's credit must cover."""
        open_works = sum(work.open_amount + work.open_bonds for work in self.works.values())
        return self.max_award * self.awards_left + open_works

    @property
    def tokens_promised(self) -> int:
        """The project tokens that are reserved and not yet minted."""
        unclaimed = sum(work.tokens_unclaimed for work in self.works.values())
        return self.terms.token_reward * self.awards_left + unclaimed


@dataclass
class Ledger:
    """All bounties by id."""

    bounties: dict[int, Bounty] = field(default_factory=dict)

    def work(self, bounty_id: int, submission_id: int) -> Work | None:
        """Return a submission, or None when no event told of it."""
        bounty = self.bounties.get(bounty_id)
        return None if bounty is None else bounty.works.get(submission_id)

    def works(self) -> Iterator[Work]:
        """Yield every submission, by bounty and id."""
        for bounty in self.bounties.values():
            yield from bounty.works.values()

    def liability(self, token: str) -> int:
        """Return the sum of what can still be owed in one token."""
        return sum(bounty.liability for bounty in self.bounties.values() if bounty.terms.token == token)


@dataclass(frozen=True, slots=True)
class Payment:
    """
    A credit that a decision moves: of what, to whom, for which part of what.

    `part` is one of `PARTS`, "tax" to a collector, "returned" to the funder, "bond_back" to a challenger or
    the other side, or one of `PAID_IN`. `withheld` is the tax that made `amount` less than what was earned.
    """

    token: str
    payee: str
    amount: int
    subject: str
    part: str
    withheld: int = 0
