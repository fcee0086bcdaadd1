"""
Reviewer bonds: the project sets one, reviewers put it down, and lose of it to workers whom they let wait.
"""

from __future__ import annotations

from dataclasses import dataclass

from resonance_dao.economy.money import BPS
from resonance_dao.errors import InputInvalid
from resonance_dao.workflows.bounties import BountyView, SubmissionView
from resonance_dao.workflows.contributions import case
from resonance_dao.workflows.funding import allowing, require_balance
from resonance_dao.workflows.system import NATIVE, Action, System
from resonance_dao.workflows.terms import encode_terms


@dataclass(frozen=True)
class BondsView:
    """
    The bonds of a bounty: what each reviewer puts down and what is left, in base units; the part that is
    lost each time, in basis points; when the bounty's end was noted and bonds go back, unix s or zero; how
    many submissions there were when each bond was put down, for none of which it answers.
    """

    bounty_id: int
    token: str
    bond: int
    loss_bps: int
    ended_at: int
    returns_at: int
    left: dict[str, int]
    posted_at: dict[str, int]
    former_work: dict[str, int]


def bonds(system: System, view: BountyView) -> BondsView:
    """Return the bonds of a bounty as they stand."""
    stored = system.bonds.call(system.chain, "bondsOf", view.id)
    each = {
        reviewer: system.bonds.call(system.chain, "bondOf", view.id, reviewer)
        for reviewer in view.terms.reviewers
    }
    ended = int(stored["endedAt"])
    return BondsView(
        bounty_id=view.id,
        token=view.terms.token,
        bond=int(stored["bond"]),
        loss_bps=int(stored["lossBps"]),
        ended_at=ended,
        returns_at=ended + int(system.bonds.call(system.chain, "GRACE")) if ended else 0,
        left={reviewer: int(bond["left"]) for reviewer, bond in each.items()},
        posted_at={reviewer: int(bond["postedAt"]) for reviewer, bond in each.items()},
        former_work={reviewer: int(bond["formerWork"]) for reviewer, bond in each.items()},
    )


def setting_bond(system: System, view: BountyView, bond: int, loss_bps: int) -> Action:
    """Return what sets the bond of a bounty, once, before any work came in; owner or steward."""
    if not 0 < loss_bps <= BPS or bond * loss_bps // BPS == 0:
        raise InputInvalid("bond", (bond, loss_bps), "must lose something each time, and at most all")
    if bonds(system, view).bond:
        raise InputInvalid("bond", bond, f"was set for bounty {view.id} before")
    if view.submissions or view.closed:
        raise InputInvalid("bounty", view.id, "is closed, or work came in: the bond is set before")
    words = {
        "en": f"Set the reviewers' bond of bounty {view.id}",
        "ja": f"懸賞 {view.id} の審査員の保証金を定める",
    }
    return Action(system.bonds, "setBond", (view.id, encode_terms(system, view.terms), bond, loss_bps), words)


def posting_bond(system: System, view: BountyView, reviewer: str) -> list[Action]:
    """Return what puts down the bond that the project has set: an allowance where needed, then it."""
    agreed, now = bonds(system, view), system.now()
    if not agreed.bond:
        raise InputInvalid("bounty", view.id, "has no bond: its project has set none")
    if reviewer not in view.terms.reviewers:
        raise InputInvalid("reviewer", reviewer, f"is no reviewer of bounty {view.id}")
    if agreed.left[reviewer]:
        raise InputInvalid("reviewer", reviewer, "has put down a bond already")
    if view.closed or now >= view.terms.submit_by:
        raise InputInvalid("bounty", view.id, f"took bonds until {view.terms.submit_by}, or was closed")
    token = view.terms.token
    require_balance(system, token, reviewer, agreed.bond, "bond")
    allow = {"en": "Allow exactly the bond to be taken", "ja": "保証金ちょうどの引き出しを許可する"}
    words = {
        "en": f"Put down the reviewer's bond for bounty {view.id}",
        "ja": f"懸賞 {view.id} の審査員の保証金を預ける",
    }
    arguments = (view.id, encode_terms(system, view.terms), agreed.bond, agreed.loss_bps)
    value = agreed.bond if token == NATIVE else 0
    return [
        *allowing(system, token, reviewer, system.bonds.address, agreed.bond, allow),
        Action(system.bonds, "post", arguments, words, value),
    ]


def claiming_silence(system: System, view: BountyView, submission_id: int) -> Action:
    """Return what moves what silent reviewers lose to the worker; anyone may send it, once."""
    words = {
        "en": f"Claim the silent reviewers' bonds for submission {submission_id} of bounty {view.id}",
        "ja": f"懸賞 {view.id} の提出 {submission_id} を放置した審査員の保証金を作業者へ渡す",
    }
    return Action(system.bonds, "claimSilence", case(system, view, submission_id), words)


def noting_end(system: System, view: BountyView) -> Action:
    """Return what notes that nothing of a bounty can be accepted any more; anyone may send it."""
    words = {
        "en": f"Note the end of bounty {view.id} for its reviewers' bonds",
        "ja": f"懸賞 {view.id} の終了を審査員の保証金のために記録する",
    }
    return Action(system.bonds, "markEnded", (view.id, encode_terms(system, view.terms)), words)


def returning_bond(system: System, view: BountyView, reviewer: str) -> Action:
    """Return what gives the rest of a bond back to the reviewer's credit; anyone, after the grace."""
    words = {
        "en": f"Return the bond of {reviewer} for bounty {view.id}",
        "ja": f"懸賞 {view.id} の {reviewer} の保証金を返す",
    }
    arguments = (view.id, encode_terms(system, view.terms), reviewer)
    return Action(system.bonds, "withdraw", arguments, words)


def due_bonds(system: System, view: BountyView, now: int) -> list[Action]:
    """Return what anyone may do about a bounty's bonds at `now`, unix s."""
    state = bonds(system, view)
    if not state.bond or not any(state.posted_at.values()):
        return []
    return [*_claims(system, view, state), *_returns(system, view, state, now)]


def due_claims(system: System, view: BountyView) -> list[Action]:
    """Return what anyone may claim of the bonds for workers whom reviewers let wait."""
    return _claims(system, view, bonds(system, view))


def due_returns(system: System, view: BountyView, now: int) -> list[Action]:
    """Return what ends a bounty's bonds at `now`, unix s: its end noted, or each bond given back."""
    state = bonds(system, view)
    return _returns(system, view, state, now) if any(state.posted_at.values()) else []


def _claims(system: System, view: BountyView, state: BondsView) -> list[Action]:
    return [
        claiming_silence(system, view, found.id)
        for found in view.submissions
        if _is_claimable(system, view, state, found)
    ]


def _returns(system: System, view: BountyView, state: BondsView, now: int) -> list[Action]:
    if not state.ended_at:
        ended = view.reclaimed or view.awards == view.terms.max_awards
        return [noting_end(system, view)] if ended else []
    if now < state.returns_at:
        return []
    return [returning_bond(system, view, reviewer) for reviewer, left in state.left.items() if left]


def _is_claimable(system: System, view: BountyView, state: BondsView, found: SubmissionView) -> bool:
    if found.stage not in {"accepted", "completed"} or not found.by_silence or found.appealed:
        return False
    spoke = found.approvals | found.rejections
    silent = (
        state.left[reviewer] and not spoke >> bit & 1 and found.id > state.former_work[reviewer]
        for bit, reviewer in enumerate(view.terms.reviewers)
    )
    return any(silent) and not system.bonds.call(system.chain, "isClaimed", view.id, found.id)
