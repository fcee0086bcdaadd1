"""
Ratings: was each attested by somebody who may rate, appealed in time, ruled on by the arbiter alone, struck
for a cause that is there?
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError

from resonance_dao.chain.contract import Event
from resonance_dao.economy.reputation import Component
from resonance_dao.workflows.audit.history import Transaction
from resonance_dao.workflows.audit.project_audit import ProjectAudit
from resonance_dao.workflows.audit.report import Findings, Verdict
from resonance_dao.workflows.audit.standings import Standings
from resonance_dao.workflows.ratings import SCHEMAS, STAGES, rating_uids
from resonance_dao.workflows.reputation import DAY
from resonance_dao.workflows.system import System

RatingKey = tuple[int, str, str, int]
"""A project, who is rated, who rates, and the component."""
RULING, SILENCE, REVOCATION = range(3)
"""Why a rating is struck, by its number in the ledger."""
_TYPES = {kind: tuple(field.split(" ")[0] for field in text.split(",")) for kind, text in SCHEMAS.items()}


@dataclass(slots=True)
class Rating:
    """A rating as the ledger stores it; value in basis points, times unix s."""

    uid: bytes
    value_bps: int
    attested_at: int
    counted_at: int
    stage: str = "live"
    clock: int = 0

    @property
    def day(self) -> int:
        """The day on which it was counted."""
        return self.counted_at // DAY


class RatingAudit:
    """
    Follows the ratings of `ReputationLedger`; `revoked` are the attestations that their makers revoked, which
    others keep.
    """

    def __init__(
        self,
        system: System,
        findings: Findings,
        projects: ProjectAudit,
        standings: Standings,
        revoked: Mapping[tuple[str, bytes], int],
    ) -> None:
        self._system, self._findings, self._projects = system, findings, projects
        self._standings, self._revoked = standings, revoked
        self.ratings: dict[RatingKey, Rating] = {}

    def counted(self, transaction: Transaction, event: Event) -> None:
        """Follow `RatingCounted`: attested just so, by a rater, in the place of what it replaces."""
        given, key = event.args, rating_key(event)
        self._check_rater(transaction, event)
        self._check_attested(transaction, event)
        former = self.ratings.get(key)
        counts = former is not None and former.stage != "struck"
        replaced = former.uid if former is not None and counts else bytes(32)
        self._told("reputation.replaced", event, {"replaced": replaced}, transaction)
        if former is not None:
            self._check_replaceable(transaction, event, former)
        today, component, of = transaction.time // DAY, Component(key[3]), key[:2]
        if former is not None and counts:
            self._standings.remove(of, component, former.value_bps, former.day, today)
        self._standings.add(of, component, given["valueBps"], today, today)
        self.ratings[key] = Rating(given["uid"], given["valueBps"], given["attestedAt"], transaction.time)

    def _check_rater(self, transaction: Transaction, event: Event) -> None:
        project_id, ratee, rater, component = rating_key(event)
        policy = self._standings.policies.get(project_id, {})
        apart = rater != ratee and policy.get("arbiter") not in (ratee, rater)
        self._check("reputation.impartial", event, True, apart, transaction)
        if component == Component.PEER_RATING:
            may = self._standings.has(project_id, rater, Component.TRACK_RECORD)
        else:
            may = rater in policy.get("raters", ())
        self._check("reputation.rater", event, True, may, transaction)

    def _check_attested(self, transaction: Transaction, event: Event) -> None:
        given = event.args
        said = [given[name] for name in ("projectId", "component", "valueBps", "reason", "attestedAt")]
        due = [given["ratee"], self._system.reputation.address.lower(), *said]
        found = self._attested(transaction, given["rater"], given["uid"], "rating")
        self._check("reputation.attested", event, due, found, transaction)

    def _attested(self, transaction: Transaction, attester: str, uid: bytes, kind: str) -> list[object] | str:
        """Return what was attested in this transaction: recipient, the schema's values, time."""
        schema = bytes.fromhex(rating_uids()[kind][2:])
        for found in transaction.of(self._system.contributions.address, "Attested"):
            given = found.args
            if (given["uid"], given["attester"], given["schema"]) == (uid, attester, schema):
                try:
                    return [given["recipient"], *decode(_TYPES[kind], given["data"]), given["time"]]
                except DecodingError as exc:
                    return f"data that is no {kind}: {exc}"
        return "no attestation"

    def _check_replaceable(self, transaction: Transaction, event: Event, former: Rating) -> None:
        struck = former.stage == "struck"
        half_life = self._standings.half_life(event.args["projectId"])
        first = former.clock // DAY + half_life if struck else former.day + 1
        subject, at = _subject(event), transaction.hash
        self._check("reputation.under_appeal", event, False, former.stage == "appealed", transaction)
        self._findings.within(
            "reputation.too_soon", subject, first * DAY, None, transaction.time, transaction=at
        )
        newer = event.args["attestedAt"] > former.attested_at
        self._check("reputation.superseded", event, True, newer, transaction)

    def appealed(self, transaction: Transaction, event: Event) -> None:
        """Follow `RatingAppealed`: of a live rating, in the window; then the arbiter's time runs."""
        rating = self._rating(transaction, event, "live")
        if rating is None:
            return
        policy = self._standings.policies.get(event.args["projectId"], {})
        self._within(event, rating.counted_at, policy.get("appealWindow", 0), transaction)
        rule_by = transaction.time + policy.get("arbiterWindow", 0)
        self._told("reputation.rule_by", event, {"ruleBy": rule_by}, transaction)
        rating.stage, rating.clock = "appealed", transaction.time

    def upheld(self, transaction: Transaction, event: Event) -> None:
        """Follow `RatingUpheld`: ruled by the arbiter in his window."""
        rating = self._rating(transaction, event, "appealed")
        if rating is None:
            return
        self._check_ruling(transaction, event, rating, stands=True)
        rating.stage, rating.clock = "upheld", transaction.time

    def struck(self, transaction: Transaction, event: Event) -> None:
        """Follow `RatingStruck`: by ruling, by the arbiter's silence, or because its rater revoked it."""
        cause = event.args["cause"]
        needed = ("live", "appealed", "upheld") if cause == REVOCATION else ("appealed",)
        rating = self._rating(transaction, event, *needed)
        if rating is None:
            return
        if cause == RULING:
            self._check_ruling(transaction, event, rating, stands=False)
        else:
            self._told("reputation.unruled", event, {"ruling": bytes(32), "reason": ""}, transaction)
        if cause == SILENCE:
            policy = self._standings.policies.get(event.args["projectId"], {})
            start, at = rating.clock + policy.get("arbiterWindow", 0), transaction.hash
            self._findings.within(
                "reputation.silence", _subject(event), start, None, transaction.time, transaction=at
            )
        elif cause == REVOCATION:
            revoked = (event.args["rater"], rating.uid) in self._revoked
            self._check("reputation.revoked", event, True, revoked, transaction)
        key = rating_key(event)
        self._standings.remove(
            key[:2], Component(key[3]), rating.value_bps, rating.day, transaction.time // DAY
        )
        rating.stage, rating.clock = "struck", transaction.time

    def _check_ruling(self, transaction: Transaction, event: Event, rating: Rating, *, stands: bool) -> None:
        given = event.args
        policy = self._standings.policies.get(given["projectId"], {})
        arbiter = policy.get("arbiter", "nobody")
        self._within(event, rating.clock, policy.get("arbiterWindow", 0), transaction)
        partial = arbiter in self._projects.authorized(given["projectId"])
        self._check("reputation.arbiter", event, False, partial, transaction)
        if given["ruling"] == bytes(32):
            self._check_caller(transaction, event, arbiter)
            return
        values = [given["projectId"], given["rater"].lower(), given["component"], rating.uid, stands]
        due = [given["ratee"], self._system.reputation.address.lower(), *values, given["reason"]]
        found = self._attested(transaction, arbiter, given["ruling"], "ruling")
        # When it was attested decides nothing: the window is the chain's.
        said = found if isinstance(found, str) else found[:-1]
        self._check("reputation.ruling", event, due, said, transaction)

    def _check_caller(self, transaction: Transaction, event: Event, arbiter: str) -> None:
        """Who ruled by a call is in no event: ask the receipt, unless a contract called on its behalf."""
        receipt = self._system.chain.receipt(transaction.hash)
        if receipt is not None and receipt.to == self._system.reputation.address:
            self._check("reputation.arbiter", event, arbiter, receipt.sender, transaction)
            return
        what = f"ruled for {arbiter}, by a contract on whose behalf no event says"
        self._findings.say(
            Verdict.NOTE, "reputation.arbiter", _subject(event), what, transaction=transaction.hash
        )

    def _rating(self, transaction: Transaction, event: Event, *stages: str) -> Rating | None:
        """Return the rating that an event is about when it is the one that is kept, in one of the stages."""
        rating = self.ratings.get(rating_key(event))
        uid, stage = (bytes(32), "none") if rating is None else (rating.uid, rating.stage)
        self._told("reputation.rating", event, {"uid": uid}, transaction)
        fits = self._check("reputation.stage", event, True, stage in stages, transaction)
        return rating if fits and uid == event.args["uid"] else None

    def compare(self, block: int) -> None:
        """Compare every rating with the ledger's view at `block`."""
        for key, rating in self.ratings.items():
            named = dict(zip(("projectId", "ratee", "rater", "component"), key, strict=True))
            stored = self._system.reputation.call(self._system.chain, "ratingOf", named, block=block)
            told: dict[str, Any] = {
                "uid": rating.uid,
                "valueBps": rating.value_bps,
                "stage": STAGES.index(rating.stage),
                "attestedAt": rating.attested_at,
                "countedAt": rating.counted_at,
                "clock": rating.clock,
            }
            subject = f"reputation/{key[0]}/{key[1]}/{Component(key[3]).name.lower()}/by/{key[2]}"
            kept = {name: stored[name] for name in told}
            self._findings.compare("state.ratings", subject, "ratingOf", kept, told)

    def _within(self, event: Event, start: int, length: int, transaction: Transaction) -> None:
        check, at = f"reputation.{event.name[6:].lower()}_in_time", transaction.hash
        self._findings.within(check, _subject(event), start, start + length, transaction.time, transaction=at)

    def _told(self, check: str, event: Event, expected: dict[str, object], transaction: Transaction) -> None:
        at = transaction.hash
        self._findings.compare(check, _subject(event), event.name, expected, event.args, transaction=at)

    def _check(
        self, check: str, event: Event, expected: object, found: object, transaction: Transaction
    ) -> bool:
        return self._findings.check(check, _subject(event), expected, found, transaction=transaction.hash)


def rating_key(event: Event) -> RatingKey:
    """Return which rating an event is about."""
    given = event.args
    return given["projectId"], given["ratee"], given["rater"], given["component"]


def _subject(event: Event) -> str:
    return f"reputation/{event.args['projectId']}/{event.args['ratee']}"
