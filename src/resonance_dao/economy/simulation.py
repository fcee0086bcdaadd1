"""
What a bounty can pay, worked out before anybody signs it: worst case, silence, target and cap.

Every number comes from `impact_share.settlement` and `withholding.tax_at`, the twins of the contracts. Tax is
withheld from each payment on its own, so it is shown for each: for one payee that is not exempt and gets all.
Amounts are base units, shares and multipliers basis points, times unix s.

    >>> offer = Offer(300_000, 120_000, (3000, 5000, 2000), (10_000, 10_000), (10_000, 10_000))
    >>> worst, silence, target = outcomes(offer)
    >>> worst.paid, worst.done.top_up, silence.paid, target.done.returned
    (120000, 30000, 300000, 0)
"""

from __future__ import annotations

from dataclasses import dataclass

from resonance_dao.economy.impact_share import (
    Ceilings,
    Settlement,
    award_down,
    ceilings,
    max_award,
    settlement,
)
from resonance_dao.economy.money import BPS
from resonance_dao.economy.withholding import Schedule, Withheld, withhold

CASES = ("nothing", "silence", "target", "cap")
"""What may come of an award, from the worst: 0 %, nobody reports, the targets, the caps."""
PARTS = ("base", "success", "long_term", "top_up")
"""What an award pays, in the order in which it pays; each is a payment of its own."""


@dataclass(frozen=True, slots=True)
class Offer:
    """
    The numbers of a bounty's terms that its pay follows from.

    `shares_bps` are base, success and long-term; `caps_bps` and `silent_bps` the two tranches' (10,000
    and anything where there is none); `agreed` is a bid, at most `amount`, where workers apply with one.
    """

    amount: int
    guaranteed: int
    shares_bps: tuple[int, int, int]
    caps_bps: tuple[int, int]
    silent_bps: tuple[int, int]
    lowest_bps: int = BPS
    highest_bps: int = BPS
    awards: int = 1
    agreed: int | None = None

    @property
    def multipliers_bps(self) -> tuple[int, ...]:
        """The multipliers worth showing: the band's lower end, 1 where it is inside, the upper end."""
        one = {BPS} if self.lowest_bps <= BPS <= self.highest_bps else set()
        return tuple(sorted({self.lowest_bps, self.highest_bps} | one))

    @property
    def max_award(self) -> int:
        """What is escrowed for one award."""
        return max_award(self.amount, self.highest_bps, self.shares_bps, self.caps_bps)

    def ceilings(self, multiplier_bps: int) -> Ceilings:
        """Return what each part pays at its target."""
        agreed = self.amount if self.agreed is None else self.agreed
        return ceilings(award_down(agreed, multiplier_bps), self.shares_bps[0], self.shares_bps[1])

    def achieved_bps(self, case: str) -> tuple[int, int]:
        """Return what counts as achieved in success and long-term tranche; zero where there is none."""
        values = {"nothing": (0, 0), "silence": self.silent_bps, "target": (BPS, BPS), "cap": self.caps_bps}
        success, long_term = values[case]
        return success if self.shares_bps[1] else 0, long_term if self.shares_bps[2] else 0


@dataclass(frozen=True, slots=True)
class PayTimes:
    """When each part is paid, unix s, which decides on the rates of tax; the top-up comes with the last."""

    base: int = 0
    success: int = 0
    long_term: int = 0

    @property
    def top_up(self) -> int:
        """When the guarantee tops up."""
        return max(self.base, self.success, self.long_term)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way in which an award may end; `payments` are gross, tax and net in the order of `PARTS`."""

    case: str
    multiplier_bps: int
    success_bps: int
    long_term_bps: int
    done: Settlement
    payments: tuple[Withheld, Withheld, Withheld, Withheld]

    @property
    def paid(self) -> int:
        """What all payees together earn, before tax."""
        return self.done.paid

    @property
    def tax(self) -> int:
        """What is withheld in all."""
        return sum(payment.tax for payment in self.payments)

    @property
    def net(self) -> int:
        """What all payees together are credited with."""
        return sum(payment.net for payment in self.payments)


@dataclass(frozen=True, slots=True)
class FunderTotals:
    """
    What the funder escrows and gets back over all awards.

    `least_paid` to `most_paid` is what goes out when every award is won; when none is, everything comes back.
    """

    escrowed: int
    least_paid: int
    most_paid: int

    @property
    def least_returned(self) -> int:
        """What comes back when every award is won and pays the most."""
        return self.escrowed - self.most_paid

    @property
    def most_returned_if_won(self) -> int:
        """What comes back when every award is won and pays the least."""
        return self.escrowed - self.least_paid

    @property
    def most_returned(self) -> int:
        """What comes back when no work is accepted: everything."""
        return self.escrowed


def outcomes(
    offer: Offer, schedule: Schedule | None = None, times: PayTimes | None = None
) -> tuple[Outcome, ...]:
    """
    Return what may come of an award, case by case from the worst, each at every multiplier worth showing.

    The cap is left out where it adds nothing to the target, and the tranches' cases where there are no
    tranches. `InputInvalid` when the numbers are no terms' numbers.
    """
    at = times or PayTimes()
    return tuple(
        outcome(offer, case, multiplier, schedule, at)
        for case in cases(offer)
        for multiplier in offer.multipliers_bps
    )


def cases(offer: Offer) -> tuple[str, ...]:
    """Return the cases that differ from one another."""
    if not (offer.shares_bps[1] or offer.shares_bps[2]):
        return ("target",)
    beyond = offer.achieved_bps("cap") != offer.achieved_bps("target")
    return CASES if beyond else CASES[:-1]


def outcome(offer: Offer, case: str, multiplier_bps: int, schedule: Schedule | None, at: PayTimes) -> Outcome:
    """Return what an award pays in one case at one multiplier, taxes included."""
    success_bps, long_term_bps = offer.achieved_bps(case)
    done = settlement(
        offer.amount,
        multiplier_bps,
        offer.highest_bps,
        offer.guaranteed,
        offer.shares_bps,
        success_bps=success_bps,
        long_term_bps=long_term_bps,
        caps_bps=offer.caps_bps,
        agreed=offer.agreed,
    )
    base, success, long_term, top_up = (
        withhold(schedule, [getattr(done, part)], 0, getattr(at, part))[0] for part in PARTS
    )
    payments = (base, success, long_term, top_up)
    return Outcome(case, multiplier_bps, success_bps, long_term_bps, done, payments)


def totals(offer: Offer) -> FunderTotals:
    """Return what the funder escrows, and the least and the most that goes out when every award is won."""
    at = PayTimes()
    least = outcome(offer, "nothing", offer.lowest_bps, None, at).paid
    most = outcome(offer, "cap", offer.highest_bps, None, at).paid
    return FunderTotals(offer.max_award * offer.awards, least * offer.awards, most * offer.awards)
