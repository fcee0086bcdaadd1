"""
More of the audit's story: money that others keep. A pool funds a bounty and shares what comes back, a
reviewer's bond is lost in part, people apply in vain, and ratings are appealed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from resonance_dao.chain.signer import DevSigner
from resonance_dao.evidence.cid import Cid
from resonance_dao.workflows import (
    applications,
    bonds,
    bounties,
    contributions,
    funding,
    payouts,
    pools,
    ratings,
)
from resonance_dao.workflows.system import Action, perform
from resonance_dao.workflows.terms import Submission, Terms, TrancheTerms

DAY, YEN, SALT = 86_400, 10**18, b"\x07" * 32
OPERATOR, OWNER, WORKER, PARTNER, SOURCE, ARBITER, OUTSIDER, AYA = (DevSigner(n) for n in range(8))
NOBODY = "0x" + "00" * 20
NOTHING = TrancheTerms(0, 0, 0, 0, 0, 0, 0, NOBODY)
FUNDERS = ((OWNER, 100 * YEN + 1), (PARTNER, 70 * YEN + 2), (OUTSIDER, 0))


def tell_kept_money(story: Any, terms: Terms) -> None:
    """Tell all of it; `terms` are those of the first bounty."""
    plain = replace(
        terms,
        amount=100 * YEN + 1,
        guaranteed=0,
        token_reward=0,
        min_multiplier_bps=10_000,
        max_multiplier_bps=10_000,
        base_bps=10_000,
        success=NOTHING,
        long_term=NOTHING,
        quorum=1,
        arbiter=NOBODY,
        appeal_window=0,
        challenge_bond=0,
    )
    pool = fund_together(story, plain)
    let_work_lie(story)
    apply_in_vain(story, replace(plain, admission=story.system.desk.address, max_awards=1))
    dispute_ratings(story)
    share_out(story, pool)


def fund_together(story: Any, terms: Terms) -> str:
    """Three fill a pool, one takes a unit back and brings it again; then it funds the fourth bounty."""
    system, end = story.system, story.system.now() + 10 * DAY
    pooled = pools.pooled(system, terms, OWNER.address, end, SALT)
    pool, goal = pooled.funder, bounties.liability(pooled)
    story.do(pools.opening_pool(system, pooled, end, SALT), OWNER, "open pool")
    give_coin(story, pooled.token, PARTNER, OUTSIDER, AYA)
    for number, (signer, amount) in enumerate(FUNDERS):
        contribute(story, pool, signer, amount or goal - sum(given for _, given in FUNDERS), number)
    story.do(pools.taking_back(system, pool, PARTNER.address, 1), PARTNER, "take back")
    contribute(story, pool, PARTNER, 1, 3)
    story.do(funding.opening_from_pool(system, pooled), OWNER, "open from pool")
    return pool


def give_coin(story: Any, token: str, *people: DevSigner) -> None:
    for signer in people:
        coin = Action(story.system.token(token), "transfer", (signer.address, 1000 * YEN), {})
        perform(story.system, coin, OWNER)


def contribute(story: Any, pool: str, signer: DevSigner, amount: int, number: int) -> None:
    *allowances, action = pools.contributing(story.system, pool, signer.address, amount)
    for allowance in allowances:
        perform(story.system, allowance, signer)
    story.do(action, signer, f"contribute {number}")


def let_work_lie(story: Any) -> None:
    """One reviewer puts down a bond and says nothing; the bounty is closed, and the bond goes back."""
    system = story.system
    story.do(bonds.setting_bond(system, bounties.bounty(system, 4), 1001, 3333), OWNER, "set bond")
    *allowances, action = bonds.posting_bond(system, bounties.bounty(system, 4), AYA.address)
    for allowance in allowances:
        perform(system, allowance, AYA)
    story.do(action, AYA, "post bond")
    terms = bounties.bounty(system, 4).terms
    work = Submission(4, WORKER.address, (WORKER.address,), (10_000,), 0, story.pin("Waiting work."))
    story.do(contributions.submitting(system, terms, work), WORKER, "submit waiting")
    story.later(7 * DAY)
    waiting = bounties.bounty(system, 4)
    story.do(contributions.accepting_by_silence(system, waiting, 1), OUTSIDER, "accept waiting")
    accepted = bounties.bounty(system, 4)
    story.do(bonds.claiming_silence(system, accepted, 1), OUTSIDER, "claim silence")
    why = story.pin("No more.")
    story.do(bounties.closing(system, accepted, "goal-met", why), OWNER, "close pooled")
    story.do(bonds.noting_end(system, bounties.bounty(system, 4)), OUTSIDER, "note end")
    story.later(30 * DAY)
    returned = bonds.returning_bond(system, bounties.bounty(system, 4), AYA.address)
    story.do(returned, OUTSIDER, "return bond")


def apply_in_vain(story: Any, terms: Terms) -> None:
    """One is selected and lets the time pass, one is declined, one withdraws; these two pinned nothing."""
    system = story.system
    for action in bounties.opening(system, terms, OWNER.address):
        story.do(action, OWNER, "open with applications")
    view = bounties.bounty(system, 5)
    hashes = []
    for number, signer in enumerate((WORKER, PARTNER, OUTSIDER)):
        proposal = story.pin("I can.") if signer is WORKER else str(Cid.of(b"Never pinned."))
        bid = applications.Application(5, signer.address, 40 * YEN + number, proposal)
        story.do(bid.action(system), signer, f"apply {number}")
        hashes.append(applications.application(system, 5, signer.address).application_hash)
    end = system.now() + 5 * DAY
    story.do(applications.selecting(system, view, WORKER.address, hashes[0], end), OWNER, "select first")
    why = story.pin("Too dear.")
    declined = applications.declining(system, view, PARTNER.address, hashes[1], "over-budget", why)
    story.do(declined, OWNER, "decline")
    gone = applications.ApplicationWithdrawal(5, OUTSIDER.address, hashes[2])
    story.do(gone.action(system), OUTSIDER, "withdraw application")
    story.later(5 * DAY)
    story.do(applications.releasing(system, 5, WORKER.address), OUTSIDER, "release")


def dispute_ratings(story: Any) -> None:
    """One rating of the worker and two of the partner are appealed: upheld, struck, left unanswered."""
    system = story.system
    for number, (ratee, component) in enumerate(
        ((WORKER, "skill"), (PARTNER, "skill"), (PARTNER, "passion"))
    ):
        values: dict[str, Any] = {"value_bps": 2000, "reason": story.pin(f"Slow {number}.")}
        made = ratings.rating(
            system,
            1,
            ratee.address,
            component,
            **values,
            now=system.now(),
            salt=bytes([40 + number]) * 32,
        )
        story.do(contributions.attesting(system, made, b""), OPERATOR, f"rate {number}")
        found = ratings.rating_of(system, 1, ratee.address, OPERATOR.address, component)
        order = ratings.RatingAppeal(
            1, ratee.address, OPERATOR.address, component, found.uid, story.pin("Not so.")
        )
        story.do(order.action(system), ratee, f"appeal {number}")
    found = ratings.rating_of(system, 1, WORKER.address, OPERATOR.address, "skill")
    ruled = ratings.ruling(
        system, found, stands=True, reason=story.pin("It stands."), now=system.now(), salt=bytes([50]) * 32
    )
    story.do(contributions.attesting(system, ruled, b""), ARBITER, "uphold")
    found = ratings.rating_of(system, 1, PARTNER.address, OPERATOR.address, "skill")
    directly = ratings.ruling_directly(system, found, stands=False, reason=story.pin("It falls."))
    story.do(directly, ARBITER, "strike")
    story.later(8 * DAY)
    found = ratings.rating_of(system, 1, PARTNER.address, OPERATOR.address, "passion")
    story.do(ratings.striking_by_silence(system, found), OUTSIDER, "strike by silence")


def share_out(story: Any, pool: str) -> None:
    """Give two of the three contributors their shares; the last one waits."""
    system = story.system
    for number, (signer, _) in enumerate(FUNDERS[:2]):
        story.do(pools.sharing_out(system, pool, signer.address), OUTSIDER, f"share {number}")
    assert [due.function for due in payouts.due(system)].count("release") == 1
