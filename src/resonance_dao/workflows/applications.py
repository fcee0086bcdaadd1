"""
Applications: workers apply with a bid, the project selects, declines, or somebody releases what lapsed.

For bounties whose terms name the application desk as their admission. A selection names the hash of the bid
and the proposal that the project saw.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from resonance_dao.chain.attestation import ZERO_HASH
from resonance_dao.chain.contract import Contract, Event
from resonance_dao.errors import InputInvalid, NotFound
from resonance_dao.workflows.bounties import BountyView, bounty
from resonance_dao.workflows.codes import reason_code
from resonance_dao.workflows.signing import Address, Amount, Hash, Order
from resonance_dao.workflows.system import Action, System
from resonance_dao.workflows.terms import encode_terms

_ENDED = {
    "ApplicationWithdrawn": "withdrawn",
    "ApplicationDeclined": "declined",
    "SelectionReleased": "released",
    "WorkerAdmitted": "admitted",
}
"""What ends an application, by the event that tells of it."""


@dataclass(frozen=True)
class Application(Order):
    """A worker's application; `bid` in base units for a multiplier of 1, `proposal` a CID."""

    kind: ClassVar[str] = "application"
    text: ClassVar[str] = (
        "ApplyForBounty(uint256 bountyId,uint128 bid,string proposal,address worker,"
        "uint256 nonce,uint256 deadline)"
    )
    bounty_id: int
    worker: Address
    bid: Amount
    proposal: str

    @property
    def account(self) -> str:
        """The worker."""
        return self.worker

    def contract(self, system: System) -> Contract:
        """Return the desk."""
        return system.desk

    def message(self, system: System) -> Mapping[str, Any]:
        """Return bounty, bid and proposal."""
        return {
            "bountyId": self.bounty_id,
            "bid": self.bid,
            "proposal": self.proposal,
            "worker": self.worker,
        }

    def action(self, system: System, deadline: int = 0, signature: str = "0x") -> Action:
        """Return what applies. `InputInvalid` when the bounty takes no such application."""
        view = bounty(system, self.bounty_id, only=())
        _check_application(system, view, self)
        asked = system.coins(view.terms.token, self.bid)
        words = {
            "en": f"Apply for bounty {view.id} with a bid of {asked}",
            "ja": f"懸賞 {view.id} に応募する(提示額 {asked})",
        }
        by = {"deadline": deadline, "signature": signature}
        terms = encode_terms(system, view.terms)
        return Action(
            system.desk, "applyFor", (view.id, terms, self.worker, self.bid, self.proposal, by), words
        )


@dataclass(frozen=True)
class ApplicationWithdrawal(Order):
    """A worker's word that its application, or its selection, is over."""

    kind: ClassVar[str] = "application-withdrawal"
    text: ClassVar[str] = (
        "WithdrawApplication(uint256 bountyId,bytes32 applicationHash,address worker,"
        "uint256 nonce,uint256 deadline)"
    )
    bounty_id: int
    worker: Address
    application_hash: Hash

    @property
    def account(self) -> str:
        """The worker."""
        return self.worker

    def contract(self, system: System) -> Contract:
        """Return the desk."""
        return system.desk

    def message(self, system: System) -> Mapping[str, Any]:
        """Return which application."""
        return {
            "bountyId": self.bounty_id,
            "applicationHash": self.application_hash,
            "worker": self.worker,
        }

    def action(self, system: System, deadline: int = 0, signature: str = "0x") -> Action:
        """Return what withdraws it. `NotFound` when it is not the one that stands."""
        _standing(system, self.bounty_id, self.worker, self.application_hash)
        words = {
            "en": f"Withdraw the application for bounty {self.bounty_id}",
            "ja": f"懸賞 {self.bounty_id} への応募を取り下げる",
        }
        by = {"deadline": deadline, "signature": signature}
        arguments = (self.bounty_id, self.worker, self.application_hash, by)
        return Action(system.desk, "withdraw", arguments, words)


@dataclass(frozen=True)
class ApplicationView:
    """
    An application as it stands: `stage` is "open", "selected", "withdrawn", "declined", "released",
    "admitted" or "replaced"; `deliver_by` unix s, zero while not selected; `bid` in base units.
    """

    bounty_id: int
    worker: str
    application_hash: str
    bid: int
    proposal: str
    stage: str
    deliver_by: int
    transaction: str


def selecting(
    system: System, view: BountyView, worker: str, application_hash: str, deliver_by: int
) -> Action:
    """Return what selects a worker and keeps an award until `deliver_by`, unix s; owner or steward."""
    _check_desk(system, view)
    _standing(system, view.id, worker, application_hash)
    now = system.now()
    if not now < deliver_by <= view.terms.submit_by:
        raise InputInvalid(
            "deliver_by", deliver_by, f"must be after now, {now}, and at most {view.terms.submit_by}"
        )
    taken = int(system.desk.call(system.chain, "takenOf", view.id))
    if taken >= view.terms.max_awards:
        raise InputInvalid("bounty", view.id, f"has all {view.terms.max_awards} places taken")
    words = {
        "en": f"Select {worker} for bounty {view.id}",
        "ja": f"懸賞 {view.id} に {worker} を選ぶ",
    }
    arguments = (view.id, encode_terms(system, view.terms), worker, application_hash, deliver_by)
    return Action(system.desk, "select", arguments, words)


def declining(
    system: System, view: BountyView, worker: str, application_hash: str, reason: str, document: str
) -> Action:
    """Return what declines an application, with a reason code and the CID of what is written."""
    _check_desk(system, view)
    _standing(system, view.id, worker, application_hash)
    words = {
        "en": f"Decline the application of {worker} for bounty {view.id}",
        "ja": f"懸賞 {view.id} への {worker} の応募を断る",
    }
    terms = encode_terms(system, view.terms)
    arguments = (view.id, terms, worker, application_hash, reason_code(reason), document)
    return Action(system.desk, "decline", arguments, words)


def releasing(system: System, bounty_id: int, worker: str) -> Action:
    """Return what ends a selection whose worker handed in nothing in time; anyone may send it."""
    words = {
        "en": f"Release the place that was kept for {worker} in bounty {bounty_id}",
        "ja": f"懸賞 {bounty_id} で {worker} に確保された枠を解放する",
    }
    return Action(system.desk, "release", (bounty_id, worker), words)


def applications(system: System, bounty_id: int) -> tuple[ApplicationView, ...]:
    """Return every application there was for a bounty, in order, each with what became of it."""
    found: list[ApplicationView] = []
    standing: dict[str, int] = {}
    for event in _history(system, bounty_id):
        worker = event.args["worker"]
        if event.name == "ApplicationReceived":
            if worker in standing:
                found[standing[worker]] = replace(found[standing[worker]], stage="replaced")
            standing[worker] = len(found)
            found.append(_received(bounty_id, event))
        elif event.name == "WorkerSelected":
            until = int(event.args["deliverBy"])
            found[standing[worker]] = replace(found[standing[worker]], stage="selected", deliver_by=until)
        else:
            number = standing.pop(worker)
            found[number] = replace(found[number], stage=_ENDED[event.name])
    return tuple(found)


def application(system: System, bounty_id: int, worker: str) -> ApplicationView:
    """Return the application of a worker that stands; `NotFound` when there is none."""
    for found in reversed(applications(system, bounty_id)):
        if found.worker == worker and found.stage in {"open", "selected"}:
            return found
    raise NotFound(
        f"{worker} has no application for bounty {bounty_id}",
        hint=f"`resonance application list {bounty_id}` shows them.",
    )


def lapsed(system: System, bounty_id: int, now: int) -> list[Action]:
    """Return the releases that anyone may send at `now`, unix s."""
    return [
        releasing(system, bounty_id, found.worker)
        for found in applications(system, bounty_id)
        if found.stage == "selected" and now >= found.deliver_by
    ]


def _history(system: System, bounty_id: int) -> list[Event]:
    names = ("ApplicationReceived", "WorkerSelected", *_ENDED)
    events = [event for name in names for event in system.events(system.desk, name, bounty_id)]
    return sorted(events, key=lambda event: (event.block_number, event.log_index))


def _received(bounty_id: int, event: Event) -> ApplicationView:
    return ApplicationView(
        bounty_id=bounty_id,
        worker=event.args["worker"],
        application_hash="0x" + event.args["applicationHash"].hex(),
        bid=int(event.args["bid"]),
        proposal=event.args["proposal"],
        stage="open",
        deliver_by=0,
        transaction=event.tx_hash,
    )


def _standing(system: System, bounty_id: int, worker: str, application_hash: str) -> None:
    stored = system.desk.call(system.chain, "applicationOf", bounty_id, worker)
    found = "0x" + stored["applicationHash"].hex()
    if found == ZERO_HASH:
        raise NotFound(
            f"{worker} has no application for bounty {bounty_id}",
            hint=f"`resonance application list {bounty_id}` shows them.",
        )
    if found != application_hash.lower():
        raise InputInvalid("application", application_hash, f"was changed meanwhile: {found} stands now")


def _check_desk(system: System, view: BountyView) -> None:
    if view.terms.admission != system.desk.address:
        raise InputInvalid("bounty", view.id, "takes no applications: its terms name no application desk")


def _check_application(system: System, view: BountyView, application: Application) -> None:
    _check_desk(system, view)
    terms, now = view.terms, system.now()
    if not 0 < application.bid <= terms.amount:
        most = f"{terms.amount} base units, {system.coins(terms.token, terms.amount)}"
        raise InputInvalid("bid", application.bid, f"must be more than zero and at most {most}")
    if view.closed or now >= terms.submit_by:
        raise InputInvalid("bounty", view.id, f"took applications until {terms.submit_by}, or was closed")
    judges = {*terms.reviewers, terms.arbiter, terms.success.source, terms.long_term.source}
    if application.worker in judges:
        raise InputInvalid("worker", application.worker, "judges this bounty and cannot work for it")
