"""Judgements, and challenges of them, relayed for those who signed."""

from __future__ import annotations

from fastapi import APIRouter

from frontend_api import batching, intake
from frontend_api.accepting import AcceptingDep
from frontend_api.dependencies import JournalDep, SystemDep
from frontend_api.openapi import CHANGES, responses
from frontend_api.schemas.accepted import AcceptedOut, ProgressOut
from frontend_api.schemas.attestation import SignedAttestationIn
from frontend_api.schemas.batch import BatchAcceptedOut, BatchIn, JudgementOut
from frontend_api.schemas.order import ChallengeIn
from frontend_api.schemas.wire import Id
from frontend_api.strict_json import StrictRoute
from resonance_dao.errors import NotFound
from resonance_dao.workflows import recording

router = APIRouter(prefix="/v1", tags=["attestations"], route_class=StrictRoute)


@router.post(
    "/attestations", status_code=202, summary="Relay a signed judgement", responses=responses(*CHANGES)
)
async def relay(body: SignedAttestationIn, accepting: AcceptingDep) -> AcceptedOut:
    """
    Relay a review or an outcome report that somebody named in the terms signed (EAS off-chain attestation,
    version 2).

    Refused with the rule it breaks: an unknown schema, another escrow, a stranger's signature, one that
    expired, was revoked or was relayed before.
    """
    return await accepting.relay(body, lambda system: intake.attestation(system, body.value()))


@router.post(
    "/attestations/batch", status_code=202, summary="Relay signed judgements", responses=responses(*CHANGES)
)
async def relay_many(body: BatchIn, accepting: AcceptingDep) -> BatchAcceptedOut:
    """
    Relay at most 20 judgements, ratings and rulings in one transaction of at most 80,000 bytes.

    Each is checked by itself, and the answer says of each whether it was taken, or by which rule it was not;
    one that cannot be taken stops no other, neither here nor on the chain. They count in the order given, so
    a report may follow the review that it needs. When none can be taken the answer is 422, and `errors` names
    each. What became of each stands at `/v1/attestations/{number}/judgements`.
    """
    return await accepting.relay_many(body, lambda system: batching.judgements(system, body.value()))


@router.post("/challenges", status_code=202, summary="Challenge a report", responses=responses(*CHANGES))
async def challenge(body: ChallengeIn, accepting: AcceptingDep) -> AcceptedOut:
    """
    Relay a challenge of a reported outcome by a party of the award.

    The bond of the terms is taken by the challenger's allowance to the escrow; where it is the chain's own
    coin, only a wallet can put it down.
    """
    bounty_id, number = body.order.bounty_id, body.order.submission_id
    return await accepting.relay(
        body, lambda system: intake.about_work(system, body.value(), bounty_id, number)
    )


@router.get(
    "/attestations/{number}/judgements", summary="Follow a batch's judgements", responses=responses(404, 422)
)
def follow_each(journal: JournalDep, system: SystemDep, number: Id) -> list[JudgementOut]:
    """Show what became of each judgement of a batch, with the contract's reason where it was skipped."""
    return batching.ended(journal, number, tuple(system.artifacts.values()))


@router.get("/attestations/{number}", summary="Follow a judgement", responses=responses(404, 422))
def follow(journal: JournalDep, number: Id) -> ProgressOut:
    """Show how far the relaying of a judgement, or of a batch of them, has come."""
    entry = journal.entry(number)
    if entry.to_record().body.get("function") not in ("relay", "relayMany"):
        raise NotFound(f"request {number} is no judgement", hint=f"See /v1/log/entries/{number}.")
    return ProgressOut.of(recording.progress(journal, number))
