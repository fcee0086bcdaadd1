"""
Bounties: open one, read one back from its events, close one.

Everything a reader needs stands in the events of `BountyEscrow`; nothing here asks a database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from resonance_dao.chain.chain import Receipt
from resonance_dao.economy.impact_share import max_award
from resonance_dao.errors import ChainUnreachable, NotFound, TransactionFailed
from resonance_dao.transparency.fields import to_hex
from resonance_dao.workflows.codes import reason_code
from resonance_dao.workflows.funding import allowing, require_balance
from resonance_dao.workflows.system import NATIVE, Action, System
from resonance_dao.workflows.terms import (
    TRANCHES,
    Submission,
    Terms,
    content_hash,
    decode_submission,
    decode_terms,
    encode_terms,
)

STAGES = ("none", "pending", "changes_requested", "rejected", "appealed", "accepted", "completed")
TRANCHE_STAGES = ("waiting", "reported", "challenged", "settled")


@dataclass(frozen=True)
class SubmissionView:
    """
    A submission as the chain has it now; times unix s, shares basis points.

    `approvals` and `rejections` have bit i for reviewer i, `claimed_payees` bit i for payee i; `amount` is
    the award at a multiplier of 1, base units.
    """

    id: int
    submission: Submission
    content_hash: str
    stage: str
    multiplier_bps: int
    clock: int
    claimed_payees: int
    by_silence: bool
    appealed: bool
    version: int
    change_requests: int
    approvals: int
    rejections: int
    amount: int
    tranches: Mapping[str, Mapping[str, Any]]
    transaction: str

    def agrees(self, system: System, terms: Terms) -> bool:
        """Return whether the content is the one whose hash the contract stores."""
        return content_hash(system, terms, self.submission) == self.content_hash

    @property
    def tokens_claimed(self) -> bool:
        """Whether every payee has its project tokens."""
        return self.claimed_payees.bit_count() == len(self.submission.payees)


@dataclass(frozen=True)
class BountyView:
    """A bounty as the chain has it now; amounts in base units. Of `received` works it has those asked for."""

    id: int
    project_id: int
    funder: str
    terms: Terms
    terms_hash: str
    escrowed: int
    closed: bool
    reclaimed: bool
    appealable_until: int
    pending: int
    awards: int
    received: int
    submissions: tuple[SubmissionView, ...]
    transaction: str

    def submission(self, submission_id: int) -> SubmissionView:
        """Return one submission, or say which there are."""
        for found in self.submissions:
            if found.id == submission_id:
                return found
        raise NotFound(
            f"bounty {self.id} has no submission {submission_id}",
            hint=f"It has submissions 1 to {self.received}." if self.received else "It has none yet.",
        )


def liability(terms: Terms) -> int:
    """
    Return what opening escrows: the most that an award can pay, times the number of awards; base
    units.
    """
    most = max_award(terms.amount, terms.max_multiplier_bps, terms.shares_bps, terms.caps_bps)
    return most * terms.max_awards


def opening(system: System, terms: Terms, funder: str) -> list[Action]:
    """
    Return what opens the bounty: the minter's right and the allowance where they are missing, then the
    opening. The chain's own coin goes along with it.

    What the opener would refuse, and a funder without the money, is refused now, before anything is sent.
    """
    words = {"en": "Open the bounty and escrow its money", "ja": "懸賞を開き、報酬を預託する"}
    value = liability(terms) if terms.token == NATIVE else 0
    opened = Action(system.opener, "open", (terms.to_abi(),), words, value)
    check_opening(system, opened, terms, funder)
    words = {
        "en": "Allow the opener to take exactly what is escrowed",
        "ja": "預託額ちょうどの引き出しを許可する",
    }
    allowance = allowing(system, terms.token, funder, system.opener.address, liability(terms), words)
    return [*minting(system, terms), *allowance, opened]


def minting(system: System, terms: Terms) -> list[Action]:
    """Return what lets the escrow mint promised project tokens, where it may not yet; the owner sends it."""
    if not terms.token_reward:
        return []
    token = system.token(str(system.projects.call(system.chain, "tokenOf", terms.project_id)))
    if token.call(system.chain, "isMinter", system.escrow.address):
        return []
    words = {
        "en": "Let the escrow mint promised project tokens",
        "ja": "エスクローにトークンの発行を許可する",
    }
    return [Action(token, "setMinter", (system.escrow.address, True), words)]


def opened(system: System, receipt: Receipt) -> int:
    """Return the id that an opening's receipt announces."""
    return int(system.escrow.events(receipt.logs, "BountyOpened")[0].args["bountyId"])


def closing(system: System, bounty: BountyView, reason: str, document: str) -> Action:
    """Return what closes the bounty, with a short reason code and the CID of the written reason."""
    words = {"en": f"Close bounty {bounty.id}", "ja": f"懸賞 {bounty.id} を閉じる"}
    arguments = (bounty.id, encode_terms(system, bounty.terms), reason_code(reason), document)
    return Action(system.escrow, "close", arguments, words)


def closing_expired(system: System, bounty: BountyView) -> Action:
    """Return what closes a bounty whose time is over; anyone may send it, from `submit_by` on."""
    words = {
        "en": f"Close bounty {bounty.id}, whose time is over",
        "ja": f"期限の過ぎた懸賞 {bounty.id} を閉じる",
    }
    arguments = (bounty.id, encode_terms(system, bounty.terms), reason_code("expired"), "")
    return Action(system.escrow, "close", arguments, words)


def reclaiming(system: System, bounty: BountyView) -> Action:
    """Return what gives the awards that nobody won back to the funder; anyone may send it."""
    words = {
        "en": f"Return the unused awards of bounty {bounty.id}",
        "ja": f"懸賞 {bounty.id} の未使用分を返す",
    }
    return Action(system.escrow, "reclaim", (bounty.id, encode_terms(system, bounty.terms)), words)


def bounties(system: System, project_id: int | None = None) -> list[int]:
    """Return the ids of the bounties, of one project or of all."""
    found = system.events(system.escrow, "BountyOpened", None, project_id)
    return [int(event.args["bountyId"]) for event in found]


def bounty(system: System, bounty_id: int, only: Sequence[int] | None = None) -> BountyView:
    """
    Return a bounty, from events and the contract's state, with all its submissions or `only` with some.

    Each takes two calls of the node, so whoever asks about one work must not ask for all the others.
    """
    if only is not None and system.known is not None:
        known: BountyView | None = system.known(bounty_id, only)
        if known is not None:
            return known
    count = int(system.escrow.call(system.chain, "bountyCount"))
    # A search looks at every block; nobody can ask for one in vain.
    events = system.events(system.escrow, "BountyOpened", bounty_id) if 0 < bounty_id <= count else []
    if not events:
        raise NotFound(
            f"there is no bounty {bounty_id}",
            hint=f"Bounties run from 1 to {count}." if count else "None is open.",
        )
    view = bounty_as_opened(system, events[0].args, events[0].tx_hash, ())
    return replace(view, submissions=_submissions(system, view, only))


def bounty_as_opened(
    system: System, args: Mapping[str, Any], transaction: str, works: tuple[SubmissionView, ...]
) -> BountyView:
    """Return a bounty as its opening's arguments tell it, with the state of now and these submissions."""
    number = int(args["bountyId"])
    stored = system.escrow.call(system.chain, "bountyOf", number)
    state = stored["state"]
    return BountyView(
        id=number,
        project_id=int(args["projectId"]),
        funder=str(args["funder"]),
        terms=decode_terms(system, args["terms"]),
        terms_hash=to_hex(stored["termsHash"]),
        escrowed=int(args["escrowed"]),
        closed=bool(state["closed"]),
        reclaimed=bool(state["reclaimed"]),
        appealable_until=int(state["appealableUntil"]),
        pending=int(state["pending"]),
        awards=int(state["awards"]),
        received=int(state["submissions"]),
        submissions=works,
        transaction=transaction,
    )


def check_opening(system: System, action: Action, terms: Terms, funder: str) -> None:
    """Refuse an opening whose terms the opener would refuse, or whose funder has not the money."""
    try:
        system.chain.call(action.to, action.data, sender=funder, value=action.value)
    except TransactionFailed as exc:
        error = exc.details.get("error")
        name = str(error.get("name", "")) if isinstance(error, Mapping) else ""
        if name.startswith(("BountyOpener_", "ProjectRegistry_")):
            raise  # The rest of the reasons, such as a missing allowance, are what the first steps mend.
    require_balance(system, terms.token, funder, liability(terms), "pay.amount")


def _submissions(system: System, view: BountyView, only: Sequence[int] | None) -> tuple[SubmissionView, ...]:
    # Numbers beyond those on the chain are nobody's, and not searched for.
    numbers = range(1, view.received + 1) if only is None else only
    wanted = [number for number in numbers if 0 < number <= view.received]
    if not wanted:
        return ()
    which = (view.id, None if only is None else wanted)
    revised, received = (
        {int(event.args["submissionId"]): event for event in system.events(system.escrow, name, *which)}
        for name in ("SubmissionRevised", "SubmissionReceived")
    )
    works = []
    for number in wanted if received.keys() >= set(wanted) else ():
        event = received[number]
        content = revised.get(number, event).args["submission"]
        works.append(work_as_sent(system, number, content, int(event.args["amount"]), event.tx_hash))
    if len(works) < len(wanted) or not all(found.agrees(system, view.terms) for found in works):
        raise ChainUnreachable(
            f"the node's answers about the submissions of bounty {view.id} are of different blocks",
            hint="Ask again in a moment.",
        )
    return tuple(works)


def work_as_sent(
    system: System, number: int, content: bytes, amount: int, transaction: str
) -> SubmissionView:
    """Return a submission of this content, its newest version, with the state of now; `amount` base units."""
    work = decode_submission(system, content)
    stored, claimed = (
        system.escrow.call(system.chain, view, work.bounty_id, number)
        for view in ("submissionOf", "claimedPayeesOf")
    )
    state = stored["state"]
    tranches = {
        name: _tranche(state[key]) for name, key in zip(TRANCHES, ("success", "longTerm"), strict=True)
    }
    return SubmissionView(
        id=number,
        submission=work,
        content_hash=to_hex(stored["contentHash"]),
        stage=STAGES[state["stage"]],
        multiplier_bps=int(state["multiplierBps"]),
        clock=int(state["clock"]),
        claimed_payees=claimed,
        by_silence=bool(state["bySilence"]),
        appealed=bool(state["appealed"]),
        version=int(state["version"]),
        change_requests=int(state["changeRequests"]),
        approvals=int(state["approvals"]),
        rejections=int(state["rejections"]),
        amount=amount,
        tranches=tranches,
        transaction=transaction,
    )


def _tranche(state: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "stage": TRANCHE_STAGES[state["stage"]],
        "achieved_bps": int(state["achievedBps"]),
        "clock": int(state["clock"]),
    }
