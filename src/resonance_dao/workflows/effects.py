"""
What a transaction did, as typed entries: agreements, judgements, outcomes, decisions and payouts, in the
order of its events.

They follow the entry that tells of the transaction, link to it, and say nothing that its events do not:
anybody who has the transaction can make them again, and an audit does. A decision is what a contract decided
by its rules; its input is the pinned record of the transaction.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from resonance_dao.chain.abi import checksum
from resonance_dao.chain.attestation import ZERO_ADDRESS
from resonance_dao.journal.entry import Draft
from resonance_dao.workflows.codes import reason_text
from resonance_dao.workflows.credits import Credits
from resonance_dao.workflows.effect_words import AGREED, DECIDED, SELECTED
from resonance_dao.workflows.terms import TRANCHES

EFFECTS = ("agreement", "judgement", "outcome", "decision", "payout")
"""The kinds of entries that follow that of a transaction."""
VERDICTS = {1: "accepted", 2: "rejected", 3: "changes_requested"}
UNREADABLE = "UNREADABLE"
"""Stands for an on-chain reason code that is no code; what it is stands in the details."""
_CODE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")
_CID = re.compile(r"(Qm[1-9A-HJ-NP-Za-km-z]{44}|b[a-z2-7]{20,200})")
_ADDRESS_BITS = 160
Args = Mapping[str, Any]
Document = Callable[[str], "str | None"]
"""Returns the CID of the document that encoded terms (0x-hex) name, if they are terms."""


@dataclass(frozen=True, slots=True)
class Effect:
    """An entry without the number that it follows."""

    kind: str
    subject: str
    body: Mapping[str, Any]

    def after(self, number: int, cid: str) -> Draft:
        """Return the draft that follows entry `number`, whose record is pinned as `cid`."""
        body = {**self.body, "inputs": [cid]} if self.kind == "decision" else self.body
        return Draft(self.kind, self.subject, body, (number,))


@dataclass
class _Reading:
    """One transaction while its events are read. `effects` is what came out."""

    tx_hash: str
    document: Document
    effects: list[Effect] = field(default_factory=list)
    credits: Credits = field(default_factory=Credits)
    claims: bool = False

    def add(self, kind: str, subject: str, body: Mapping[str, Any]) -> None:
        told = body if kind == "agreement" else {**body, "tx_hash": self.tx_hash}
        self.effects.append(Effect(kind, subject, told))

    def decide(self, decision: str, subject: str, why: str, result: Mapping[str, Any]) -> None:
        model = {"name": "BountyEscrow", "version": "1"}
        body = {
            "decision": decision,
            "model": model,
            "inputs": [],
            "result": result,
            "reasons": [DECIDED[why]],
        }
        self.effects.append(Effect("decision", subject, {**body, "details": {"tx_hash": self.tx_hash}}))


def effects_of(events: Iterable[Mapping[str, Any]], tx_hash: str, document: Document) -> list[Effect]:
    """Return what a transaction did; `events` as a `transaction` record holds them, in their order."""
    reading = _Reading(tx_hash, document)
    for event in events:
        handler = _HANDLERS.get((event["contract"], event["name"]))
        if handler is not None:
            handler(reading, event["args"], event["address"])
    return reading.effects


def numbered(effects: Iterable[Effect], number: int, cid: str) -> list[Draft]:
    """Return the drafts that follow entry `number`, whose record is pinned as `cid`."""
    return [effect.after(number, cid) for effect in effects]


def _opened(reading: _Reading, args: Args, _at: str) -> None:
    body = {
        "what": AGREED,
        "terms_hash": args["termsHash"],
        "parties": [args["funder"]],
        "terms_cid": reading.document(args["terms"]),
        "details": {"project_id": str(args["projectId"]), "escrowed": str(args["escrowed"]), **_tx(reading)},
    }
    reading.add("agreement", f"bounty/{args['bountyId']}", body)


def _selected(reading: _Reading, args: Args, _at: str) -> None:
    body = {
        "what": SELECTED,
        "terms_hash": args["applicationHash"],
        "parties": [args["caller"], args["worker"]],
    }
    reading.add("agreement", f"bounty/{args['bountyId']}", {**body, "details": _tx(reading)})


def _reviewed(reading: _Reading, args: Args, _at: str) -> None:
    verdict, code = VERDICTS[args["verdict"]], _code(args["reasonCode"])
    body = {
        "uid": args["uid"],
        "attester": args["reviewer"],
        "verdict": verdict,
        "scores": {"score_bps": args["scoreBps"]},
        "evidence": _cids(args["reason"]),
    }
    if code is not None or verdict == "rejected":
        readable = code is not None and _CODE.fullmatch(code) is not None and len(code) <= 32
        body |= {"reason_code": code if readable else UNREADABLE}
        body |= {} if readable else {"details": {"reason_code": args["reasonCode"]}}
    reading.add("judgement", _submission(args), body)


def _rated(reading: _Reading, args: Args, _at: str) -> None:
    body = {
        "uid": args["uid"],
        "attester": args["rater"],
        "verdict": "rated",
        "recipient": args["ratee"],
        "scores": {"component": args["component"], "value_bps": args["valueBps"]},
        "evidence": _cids(args["reason"]),
    }
    reading.add("judgement", f"reputation/{args['projectId']}/{args['ratee']}", body)


def _revoked(reading: _Reading, args: Args, _at: str) -> None:
    body = {"uid": args["uid"], "attester": args["attester"], "verdict": "revoked"}
    reading.add("judgement", f"attestation/{args['uid']}", body)


def _reported(reading: _Reading, args: Args, _at: str) -> None:
    body = {
        "stage": TRANCHES[args["tranche"]],
        "achieved_bps": args["achievedBps"],
        "source": args["attester"],
        "reported": str(args["value"]),
        "uid": args["uid"],
        "evidence": _cids(args["evidence"]),
        "details": {"ruling": args["ruling"]},
    }
    reading.add("outcome", _submission(args), body)


def _accepted(reading: _Reading, args: Args, at: str) -> None:
    result = {"award": str(args["award"]), "base": str(args["base"]), "multiplier_bps": args["multiplierBps"]}
    why = "accepted_by_silence" if args["bySilence"] else "accepted"
    reading.decide("acceptance", _submission(args), why, result)
    reading.credits.expect(at, "base", _submission(args), int(args["base"]), result)


def _rejected(reading: _Reading, args: Args, _at: str) -> None:
    result = {"content_hash": args["contentHash"], "appealable_until": str(args["appealableUntil"])}
    reading.decide("rejection", _submission(args), "rejected", result)


def _settled(reading: _Reading, args: Args, at: str) -> None:
    stage, subject, silent = TRANCHES[args["tranche"]], _submission(args), args["bySilence"]
    if silent:
        reading.add(
            "outcome", subject, {"stage": stage, "achieved_bps": args["achievedBps"], "source": "default"}
        )
    result = {"stage": stage, "achieved_bps": args["achievedBps"], "amount": str(args["amount"])}
    reading.decide("settlement", subject, "settled_by_silence" if silent else "settled", result)
    reading.credits.expect(at, stage, subject, int(args["amount"]), result)


def _completed(reading: _Reading, args: Args, at: str) -> None:
    result = {
        name: str(args[key])
        for name, key in (("paid", "paid"), ("top_up", "topUp"), ("returned", "returned"))
    }
    reading.decide("completion", _submission(args), "completed", result)
    reading.credits.expect(at, "guarantee", _submission(args), int(args["topUp"]), result)
    reading.credits.expect(at, "refund", _submission(args), int(args["returned"]), result)


def _bond_credited(reading: _Reading, args: Args, at: str) -> None:
    basis = {"stage": TRANCHES[args["tranche"]], "lost": args["lost"], "bond": str(args["amount"])}
    reading.credits.expect(at, "bond", _submission(args), int(args["amount"]), basis, first=True)


def _reclaimed(reading: _Reading, args: Args, at: str) -> None:
    basis = {"awards": str(args["awards"]), "returned": str(args["returned"])}
    reading.credits.expect(at, "refund", f"bounty/{args['bountyId']}", int(args["returned"]), basis)


def _withheld(reading: _Reading, args: Args, at: str) -> None:
    reading.credits.withhold(at, args["collector"], int(args["tax"]))


def _bond_lost(reading: _Reading, args: Args, at: str) -> None:
    reading.credits.expect(at, "bond", _submission(args), int(args["amount"]), {"lost": True})


def _bond_returned(reading: _Reading, args: Args, at: str) -> None:
    reading.credits.expect(at, "bond", f"bounty/{args['bountyId']}", int(args["amount"]), {"lost": False})


def _pool_returned(reading: _Reading, args: Args, at: str) -> None:
    reading.credits.expect(at, "refund", f"pool/{at}", int(args["amount"]), {})


def _credited(reading: _Reading, args: Args, _at: str) -> None:
    found = reading.credits.take(args["sender"], args["receiver"], int(args["amount"]))
    if found is None or int(args["id"]) >> _ADDRESS_BITS:
        return
    token = checksum(f"0x{int(args['id']):040x}")
    body = {"token": token, "amount": str(args["amount"]), "payee": args["receiver"], "reason": found.reason}
    reading.add("payout", found.subject, {**body, "basis": dict(found.basis)})


def _withdrawn(reading: _Reading, args: Args, _at: str) -> None:
    body = {
        "token": args["token"],
        "amount": str(args["amount"]),
        "payee": args["to"],
        "reason": "withdrawal",
    }
    reading.add("payout", f"account/{args['account']}", body)


def _claimed(reading: _Reading, args: Args, _at: str) -> None:
    reading.credits.expect(
        "tokens", "tokens", _submission(args), int(args["amount"]), {"index": str(args["index"])}
    )


def _minted(reading: _Reading, args: Args, at: str) -> None:
    if args["from"] != ZERO_ADDRESS:
        return
    found = reading.credits.take("tokens", args["to"], int(args["value"]))
    if found is not None:
        body = {"token": at, "amount": str(args["value"]), "payee": args["to"], "reason": "tokens"}
        reading.add("payout", found.subject, {**body, "basis": dict(found.basis)})


def _submission(args: Args) -> str:
    return f"bounty/{args['bountyId']}/submission/{args['submissionId']}"


def _tx(reading: _Reading) -> dict[str, str]:
    return {"tx_hash": reading.tx_hash}


def _code(raw: str) -> str | None:
    code = bytes.fromhex(raw[2:])
    return reason_text(code).upper().replace("-", "_") if any(code) else None


def is_cid(text: str) -> bool:
    """Return whether a text has the form of a CID that a record can name."""
    return _CID.fullmatch(text) is not None


def _cids(text: str) -> list[str]:
    return [text] if is_cid(text) else []


_HANDLERS: dict[tuple[str, str], Callable[[_Reading, Args, str], None]] = {
    ("BountyEscrow", "BountyOpened"): _opened,
    ("ApplicationDesk", "WorkerSelected"): _selected,
    ("BountyEscrow", "ReviewCounted"): _reviewed,
    ("ReputationLedger", "RatingCounted"): _rated,
    ("ContributionRegistry", "Revoked"): _revoked,
    ("BountyEscrow", "OutcomeReported"): _reported,
    ("BountyEscrow", "SubmissionAccepted"): _accepted,
    ("BountyEscrow", "SubmissionRejected"): _rejected,
    ("BountyEscrow", "TrancheSettled"): _settled,
    ("BountyEscrow", "AwardCompleted"): _completed,
    ("BountyEscrow", "BondCredited"): _bond_credited,
    ("BountyEscrow", "AwardsReclaimed"): _reclaimed,
    ("BountyEscrow", "TaxWithheld"): _withheld,
    ("ReviewerBonds", "BondLost"): _bond_lost,
    ("ReviewerBonds", "BondReturned"): _bond_returned,
    ("FundingPool", "ContributionReturned"): _pool_returned,
    ("FundingPool", "ShareReleased"): _pool_returned,
    ("PayoutVault", "Transfer"): _credited,
    ("PayoutVault", "Withdrawn"): _withdrawn,
    ("BountyEscrow", "TokensClaimed"): _claimed,
    ("ProjectToken", "Transfer"): _minted,
}
