"""
Payouts: who has credit at the vault, how it leaves, and what anyone may settle now.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from resonance_dao.chain.abi import checksum
from resonance_dao.errors import InputInvalid
from resonance_dao.workflows.appeals import rejecting_by_silence, settling_appeal
from resonance_dao.workflows.applications import lapsed
from resonance_dao.workflows.bonds import due_bonds
from resonance_dao.workflows.bounties import (
    BountyView,
    SubmissionView,
    bounties,
    bounty,
    closing_expired,
    reclaiming,
)
from resonance_dao.workflows.contributions import accepting_by_silence, case
from resonance_dao.workflows.pools import due_pools, pools
from resonance_dao.workflows.ratings import ratings
from resonance_dao.workflows.reputation import due_outcomes, due_strikes
from resonance_dao.workflows.system import Action, System, TokenFacts
from resonance_dao.workflows.terms import TRANCHES


@dataclass(frozen=True)
class Credit:
    """What an account can withdraw of one token; base units."""

    token: TokenFacts
    amount: int


def credits_of(system: System, account: str) -> list[Credit]:
    """Return an account's credits, for every token of which it ever received credit."""
    received = system.events(system.vault, "Transfer", None, account)
    # The vault's ERC-6909 ids are the tokens' addresses.
    ids = {int(event.args["id"]) for event in received}
    # Nothing of an id that is no address can be moved but nothing, which a stranger may do.
    tokens = sorted(checksum(f"0x{number:040x}") for number in ids if number < 1 << 160)
    return credits_in(system, tokens, account)


def credits_in(system: System, tokens: Sequence[str], account: str) -> list[Credit]:
    """Return an account's credits in these tokens; those without credit are left out."""
    found = [(token, int(system.vault.call(system.chain, "creditOf", token, account))) for token in tokens]
    return [Credit(system.shown_token(token), amount) for token, amount in found if amount]


def withdrawing(
    system: System, token: str, account: str, amount: int | None = None, to: str | None = None
) -> Action:
    """Return what withdraws credit (all of it when `amount` is None) to the account itself or to `to`."""
    credit = int(system.vault.call(system.chain, "creditOf", token, account))
    wanted = credit if amount is None else amount
    if not 0 < wanted <= credit:
        raise InputInvalid(
            "amount", wanted, f"must be more than zero and at most the credit, {credit} base units"
        )
    words = {"en": "Withdraw credit from the vault", "ja": "金庫から引き出す"}
    if to is None:
        return Action(system.vault, "withdraw", (token, wanted), words)
    return Action(system.vault, "withdrawTo", (token, to, wanted), words)


def pushing(system: System, token: str, account: str) -> Action:
    """Return what sends all of an account's credit to that account; anyone may send it and pay the gas."""
    words = {"en": f"Send {account} its credit", "ja": f"{account} へ残高を送る"}
    return Action(system.vault, "push", (token, account), words)


def settling(system: System, view: BountyView, submission_id: int, tranche: str) -> Action:
    """Return what pays a tranche whose outcome is final; anyone may send it."""
    words = {
        "en": f"Settle the {tranche} tranche of submission {submission_id}",
        "ja": f"提出 {submission_id} の支払いを確定する",
    }
    arguments = (*case(system, view, submission_id), TRANCHES.index(tranche))
    return Action(system.escrow, "settle", arguments, words)


def due(system: System) -> list[Action]:
    """
    Return everything that anyone may call now so that nobody waits for a silent party.

    Rotations are left out: whoever finishes one ends the time in which an owner can still veto a thief. So
    are bounties whose terms hold bytes that are no text: no call that we make can name them.
    """
    now, actions = system.now(), list[Action]()
    for number in bounties(system):
        try:
            view = bounty(system, number)
        except InputInvalid:
            continue
        actions += decisions(system, view, now)
        actions += ending(system, view, now)
        if view.terms.admission == system.desk.address:
            actions += lapsed(system, view.id, now)
        actions += due_bonds(system, view, now)
        actions += due_outcomes(system, view)
    return [*actions, *due_strikes(system, ratings(system), now), *due_pools(system, pools(system), now)]


def settles_at(view: BountyView, found: SubmissionView, tranche: str) -> int | None:
    """Return from when a tranche can be settled, unix s, or None when it is settled or there is none."""
    terms, state = view.terms.tranche(tranche), found.tranches[tranche]
    if terms.share_bps == 0 or found.stage != "accepted":
        return None
    waits = {
        "waiting": found.clock + terms.closes_after,
        "reported": state["clock"] + terms.challenge_window,
        "challenged": state["clock"] + view.terms.arbiter_window,
    }
    return waits.get(str(state["stage"]))


def decisions(system: System, view: BountyView, now: int, promised: int = 0) -> list[Action]:
    """
    Return what time has decided of a bounty's submissions: no more acceptances than awards are left, of which
    `promised` are for others.
    """
    terms, actions = view.terms, list[Action]()
    left = max(0, terms.max_awards - view.awards - promised)
    for found in view.submissions:
        if found.stage == "pending" and left > 0 and now >= found.clock + terms.review_window:
            actions.append(accepting_by_silence(system, view, found.id))
            left -= 1
        elif found.stage == "changes_requested" and now >= found.clock + terms.review_window:
            actions.append(rejecting_by_silence(system, view, found.id))
        elif found.stage == "appealed" and now >= found.clock + terms.arbiter_window:
            if left > 0 or not terms.silent_appeal_accepts:
                actions.append(settling_appeal(system, view, found.id))
                left -= terms.silent_appeal_accepts
        elif found.stage == "accepted":
            actions += _settlements(system, view, found, now)
    return actions


def ending(system: System, view: BountyView, now: int) -> list[Action]:
    """Return what gives awards that nobody won back to the funder, once nothing can win them any more."""
    if view.reclaimed or view.awards == view.terms.max_awards:
        return []
    if not view.closed:
        return [closing_expired(system, view)] if now >= view.terms.submit_by else []
    undecided = view.pending > 0 or now < view.appealable_until
    return [] if undecided else [reclaiming(system, view)]


def _settlements(system: System, view: BountyView, found: SubmissionView, now: int) -> list[Action]:
    times = {tranche: settles_at(view, found, tranche) for tranche in TRANCHES}
    return [
        settling(system, view, found.id, name)
        for name, start in times.items()
        if start is not None and now >= start
    ]
