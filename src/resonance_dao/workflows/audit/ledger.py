"""
The bounties as the audit rebuilds them from events: what was agreed, what was decided, and what is owed for
it.

Twin in meaning of `BountyEscrow`'s storage, and compared with it at the end. Amounts in base units, times
unix s.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from resonance_dao.economy.impact_share import award_down
from resonance_dao.workflows.terms import TRANCHES, Submission, Terms

PARTS = ("base", "success", "long_term", "top_up")


@dataclass(slots=True)
class Track:
    """An outcome tranche of one award; `clock` is when it was reported or challenged."""

    stage: str = "waiting"
    achieved_bps: int = 0
    clock: int = 0


@dataclass(slots=True)
class Work:
    """A submission; `clock` is when it was handed in, and from acceptance on when it was accepted."""

    bounty: Bounty
    id: int
    submission: Submission
    content_hash: str
    transaction: str
    clock: int
    stage: str = "pending"
    multiplier_bps: int = 0
    award: int = 0
    approvals: int = 0
    rejections: int = 0
    decisive: tuple[bytes, str] = (b"", "")
    tokens_claimed: bool = False
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
    def award_given(self) -> bool:
        """Whether it was accepted."""
        return self.stage in ("accepted", "completed")

    @property
    def open_amount(self) -> int:
        """What the escrow still holds for an accepted work: the largest award less what was paid."""
        return self.bounty.max_award - sum(self.paid.values()) if self.stage == "accepted" else 0


@dataclass(slots=True)
class Bounty:
    """A bounty with the works handed in for it."""

    id: int
    terms: Terms
    terms_hash: str
    funder: str
    transaction: str
    closed: bool = False
    awards: int = 0
    works: dict[int, Work] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        """What rows call it."""
        return f"bounty/{self.id}"

    @property
    def max_award(self) -> int:
        """The most that one award can pay."""
        return award_down(self.terms.amount, self.terms.max_multiplier_bps)

    @property
    def pending(self) -> int:
        """How many works are not decided."""
        return sum(work.stage == "pending" for work in self.works.values())

    @property
    def awards_left(self) -> int:
        """How many awards can still be given."""
        return 0 if self.closed else self.terms.max_awards - self.awards

    @property
    def liability(self) -> int:
        """All that can still be owed, which the escrow's credit must cover."""
        return self.max_award * self.awards_left + sum(work.open_amount for work in self.works.values())

    @property
    def tokens_promised(self) -> int:
        """The project tokens that are reserved and not yet minted."""
        unclaimed = sum(work.award_given and not work.tokens_claimed for work in self.works.values())
        return self.terms.token_reward * (self.awards_left + unclaimed)


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

    `part` is one of `PARTS`, "returned" to the funder, or "escrowed", which alone is paid in.
    """

    token: str
    payee: str
    amount: int
    subject: str
    part: str
