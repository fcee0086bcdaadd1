"""
Applications: who applied with what bid, who was selected for one of the free places, who was admitted for
just that bid, and who let the time pass.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from resonance_dao.chain.contract import Event
from resonance_dao.workflows.audit.history import Transaction
from resonance_dao.workflows.audit.ledger import Bounty, Ledger
from resonance_dao.workflows.audit.observer import Observer
from resonance_dao.workflows.audit.project_audit import ProjectAudit
from resonance_dao.workflows.audit.report import Findings
from resonance_dao.workflows.system import System


@dataclass(slots=True)
class Applied:
    """An application that stands; `bid` in base units, `deliver_by` unix s, zero until it is selected."""

    hash: bytes = bytes(32)
    bid: int = 0
    deliver_by: int = 0


@dataclass(slots=True)
class Places:
    """A bounty's applications by worker, its places, and how many selections ended in which way."""

    applied: dict[str, Applied] = field(default_factory=dict)
    selected: int = 0
    final_rejections: int = 0
    ends: Counter[str] = field(default_factory=Counter)

    def of(self, worker: str) -> Applied:
        """Return a worker's application; an empty one when there is none."""
        return self.applied.get(worker, Applied())


Handler = Callable[[Transaction, Event, Bounty, Places, str], None]


class DeskAudit(Observer):
    """Follows `ApplicationDesk`."""

    def __init__(self, system: System, findings: Findings, ledger: Ledger, projects: ProjectAudit) -> None:
        super().__init__(findings, ledger)
        self._system, self._projects = system, projects
        self._places: dict[int, Places] = {}
        self._nonces: Counter[str] = Counter()
        self.count = 0
        self._handlers: dict[str, Handler] = {
            "ApplicationReceived": self._received,
            "ApplicationWithdrawn": self._withdrawn,
            "ApplicationDeclined": self._declined,
            "WorkerSelected": self._selected,
            "WorkerAdmitted": self._admitted,
            "SelectionReleased": self._released,
        }

    def follow(self, transaction: Transaction, event: Event) -> None:
        """Follow one event of the desk."""
        if event.name == "NonceUsed":
            self._used(transaction, event)
            return
        bounty = self.bounty_of(transaction, event)
        if bounty is None:
            return
        subject = f"{bounty.subject}/application/{event.args['worker']}"
        desk = self._system.desk.address
        self.check("desk.admission", subject, bounty.terms.admission, desk, transaction)
        places = self._places.setdefault(bounty.id, Places())
        self._handlers[event.name](transaction, event, bounty, places, subject)

    def _received(
        self, transaction: Transaction, event: Event, bounty: Bounty, places: Places, subject: str
    ) -> None:
        given, worker = event.args, event.args["worker"]
        values = (bounty.id, worker, given["bid"], given["proposal"])
        hashed = keccak(encode(["uint256", "address", "uint128", "string"], values))
        self.told("desk.received", subject, event, {"applicationHash": hashed}, transaction)
        self.check("desk.bid", subject, True, 0 < given["bid"] <= bounty.terms.amount, transaction)
        self.check("desk.open", subject, False, bounty.closed, transaction)
        self.within("desk.window", subject, 0, bounty.terms.submit_by, transaction)
        self.check("desk.unselected", subject, 0, places.of(worker).deliver_by, transaction)
        places.applied[worker] = Applied(hashed, given["bid"])
        self.count += 1

    def _withdrawn(
        self, transaction: Transaction, event: Event, bounty: Bounty, places: Places, subject: str
    ) -> None:
        found = self._ends(places, event)
        was_selected = found.deliver_by != 0
        expected = {"applicationHash": found.hash, "wasSelected": was_selected}
        self.told("desk.withdrawn", subject, event, expected, transaction)
        if was_selected:
            self._free(places, "withdrawn")

    def _declined(
        self, transaction: Transaction, event: Event, bounty: Bounty, places: Places, subject: str
    ) -> None:
        found = self._ends(places, event)
        self.told("desk.declined", subject, event, {"applicationHash": found.hash}, transaction)
        self.check("desk.unselected", subject, 0, found.deliver_by, transaction)
        self._check_caller(transaction, event, bounty, subject)

    def _selected(
        self, transaction: Transaction, event: Event, bounty: Bounty, places: Places, subject: str
    ) -> None:
        given, found = event.args, places.of(event.args["worker"])
        rejected = len(bounty.works) - bounty.pending - bounty.awards
        final = places.final_rejections if transaction.time < bounty.appealable_until else rejected
        expected = {"applicationHash": found.hash, "finalRejections": final}
        self.told("desk.selected", subject, event, expected, transaction)
        self.check("desk.unselected", subject, 0, found.deliver_by, transaction)
        self.check("desk.open", subject, False, bounty.closed, transaction)
        self._check_caller(transaction, event, bounty, subject)
        in_time = transaction.time < given["deliverBy"] <= bounty.terms.submit_by
        self.check("desk.deliver_by", subject, True, in_time, transaction)
        taken = places.selected + bounty.pending + bounty.awards + rejected - final
        self.check("desk.place_free", subject, True, taken < bounty.terms.max_awards, transaction)
        found.deliver_by = given["deliverBy"]
        places.applied[given["worker"]] = found
        places.selected, places.final_rejections = places.selected + 1, final
        places.ends["selected"] += 1

    def _admitted(
        self, transaction: Transaction, event: Event, bounty: Bounty, places: Places, subject: str
    ) -> None:
        found, escrow = self._ends(places, event), self._system.escrow.address
        expected = {"applicationHash": found.hash, "bid": found.bid}
        self.told("desk.admitted", subject, event, expected, transaction)
        self.check("desk.was_selected", subject, True, found.deliver_by > 0, transaction)
        named = (bounty.id, event.args["worker"])
        works = [
            work.args["amount"]
            for work in transaction.of(escrow, "SubmissionReceived")
            if (work.args["bountyId"], work.args["worker"]) == named
        ]
        # One transaction may hand in several works, each admitted on an application of its own.
        self.check("desk.agreed", subject, True, found.bid in works, transaction)
        self._free(places, "admitted")

    def _released(
        self, transaction: Transaction, event: Event, bounty: Bounty, places: Places, subject: str
    ) -> None:
        found = self._ends(places, event)
        self.told("desk.released", subject, event, {"applicationHash": found.hash}, transaction)
        if self.check("desk.was_selected", subject, True, found.deliver_by > 0, transaction):
            self.within("desk.overdue", subject, found.deliver_by, None, transaction)
        self._free(places, "released")

    def _ends(self, places: Places, event: Event) -> Applied:
        return places.applied.pop(event.args["worker"], Applied())

    def _free(self, places: Places, how: str) -> None:
        places.selected -= 1
        places.ends[how] += 1

    def _check_caller(self, transaction: Transaction, event: Event, bounty: Bounty, subject: str) -> None:
        allowed = event.args["caller"] in self._projects.authorized(bounty.terms.project_id)
        self.check("desk.caller", subject, True, allowed, transaction)

    def _used(self, transaction: Transaction, event: Event) -> None:
        account = event.args["account"]
        expected = {"nonce": self._nonces[account]}
        self.told("desk.nonce", f"account/{account}", event, expected, transaction)
        self._nonces[account] += 1

    def finish(self, block: int) -> None:
        """Compare places, applications and nonces with the desk's views at `block`."""
        for bounty in self.ledger.bounties.values():
            if bounty.terms.admission == self._system.desk.address:
                self._compare_bounty(bounty, self._places.get(bounty.id, Places()), block)
        for account, used in self._nonces.items():
            stored = {"nonce": self._call("nonces", account, block=block)}
            self.findings.compare("state.desk", f"account/{account}", "nonces", stored, {"nonce": used})

    def _compare_bounty(self, bounty: Bounty, places: Places, block: int) -> None:
        subject, compare = bounty.subject, self.findings.compare
        told: dict[str, object] = {
            "selected": places.selected,
            "finalRejections": places.final_rejections,
        }
        compare("state.desk", subject, "placesOf", self._call("placesOf", bounty.id, block=block), told)
        held = self._call("heldOf", bounty.id, block=block)
        ends = places.ends
        left = ends["selected"] - ends["admitted"] - ends["released"] - ends["withdrawn"]
        compare("state.desk", subject, "heldOf", {"count": held}, {"count": left})
        self.findings.check("desk.works", subject, len(bounty.works), ends["admitted"])
        workers = {*places.applied, *(work.submission.worker for work in bounty.works.values())}
        for worker in sorted(workers):
            found, stored = places.of(worker), self._call("applicationOf", bounty.id, worker, block=block)
            told = {"applicationHash": found.hash, "bid": found.bid, "deliverBy": found.deliver_by}
            kept = {name: stored[name] for name in told}
            compare("state.desk", f"{subject}/application/{worker}", "applicationOf", kept, told)

    def _call(self, view: str, *arguments: object, block: int) -> Any:
        return self._system.desk.call(self._system.chain, view, *arguments, block=block)
