"""
Several judgements in one request: each is checked and told of by itself, and those that can be taken share
one transaction (`relayMany`), in which one that fails stops no other.

What was refused before sending stands in the request's record by its rule. The refused value does not: its
author chose the words, and a public record must not repeat them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from frontend_api.intake import Asked
from frontend_api.problems import RequestRefused
from frontend_api.schemas.batch import JudgementOut
from resonance_dao.chain.artifact import Artifact
from resonance_dao.chain.revert import RevertDecoder
from resonance_dao.errors import InputInvalid, NotFound, ResonanceError, TransactionFailed
from resonance_dao.journal.entry import Entry
from resonance_dao.journal.journal import Journal
from resonance_dao.workflows import batches
from resonance_dao.workflows.contributions import SignedAttestation
from resonance_dao.workflows.system import System

MOST_CALLDATA = 80_000
"""
Bytes. The record of the outcome repeats the calldata in hexadecimal digits, with the events, and has at most
256 KiB; nodes keep no transaction of more than 128 KiB.
"""
_RELAY_MANY = "relayMany"


def judgements(system: System, signed: Sequence[SignedAttestation]) -> Asked:
    """Relay what can be taken of a batch; refused as a whole when nothing can, or when it is too long."""
    batch = batches.tried(system, batches.relaying_many(system, signed))
    facts = [_fact(index, one, batch.refused.get(index)) for index, one in enumerate(signed)]
    if batch.action is None:
        raise _nothing_taken(facts)
    length = len(batch.action.data)
    if length > MOST_CALLDATA:
        rule = f"must be at most {MOST_CALLDATA} bytes, so that the record of the outcome can hold them"
        hint = "Send it as several batches."
        raise InputInvalid("judgements", f"{length} bytes of calldata", rule, hint=hint)
    return Asked(batch.action, f"contract/{batch.action.to}", {"judgements": facts})


def told(entry: Entry) -> list[JudgementOut]:
    """Return what a batch's record says of each judgement. `NotFound` when the request is no batch."""
    body = entry.to_record().body
    if body.get("function") != _RELAY_MANY or "judgements" not in body.get("details", {}):
        raise NotFound(
            f"request {entry.number} is no batch of judgements", hint=f"See /v1/log/entries/{entry.number}."
        )
    return [JudgementOut.model_validate(fact) for fact in body["details"]["judgements"]]


def ended(journal: Journal, number: int, artifacts: Sequence[Artifact]) -> list[JudgementOut]:
    """Return what became of each judgement of a batch, as far as its transaction is final."""
    facts, outcome = told(journal.entry(number)), journal.outcome_of(number)
    if outcome is None:
        return facts
    taken = [fact.index for fact in facts if fact.state == "accepted"]
    record = outcome.to_record()
    ends = _ends(record.kind, record.body, taken, RevertDecoder(artifacts))
    return [fact.model_copy(update=ends.get(fact.index, {})) for fact in facts]


def _ends(
    kind: str, body: Mapping[str, Any], taken: Sequence[int], reverts: RevertDecoder
) -> dict[int, dict[str, Any]]:
    if kind != "transaction":
        return {at: {"state": "failed", "rule": body["why"]} for at in taken}
    if "events" not in body:
        return {at: {"state": "unknown"} for at in taken}
    ends: dict[int, dict[str, Any]] = {at: {"state": "relayed"} for at in taken}
    for event in body["events"]:
        if event["name"] == "RelayFailed":
            why = reverts.decode(bytes.fromhex(event["args"]["reason"][2:]))
            skipped = {"state": "skipped", "code": why.name or None, "rule": why.message}
            ends[taken[int(event["args"]["index"])]] = skipped
    return ends


def _nothing_taken(facts: Sequence[Mapping[str, Any]]) -> RequestRefused:
    broken = [
        {"field": f"judgements.{fact['index']}", "value": fact["uid"], "rule": fact["rule"]} for fact in facts
    ]
    detail = f"none of the {len(facts)} judgements can be taken; the first: {facts[0]['rule']}"
    return RequestRefused(422, "input_invalid", detail, errors=broken)


def _fact(index: int, signed: SignedAttestation, refused: ResonanceError | None) -> dict[str, Any]:
    fact = {"index": index, "attester": signed.attester, "uid": signed.attestation.uid()}
    if refused is None:
        return {**fact, "state": "accepted"}
    return {**fact, "state": "refused", **_refusal(refused)}


def _refusal(error: ResonanceError) -> dict[str, Any]:
    if isinstance(error, InputInvalid):
        return {"code": error.code, "field": error.field, "rule": error.rule}
    if isinstance(error, TransactionFailed):
        found = error.details.get("error")
        name = str(found.get("name") or "no reason") if isinstance(found, Mapping) else "no reason"
        return {"code": error.code, "rule": f"the contract refuses it: {name}"}
    return {"code": error.code, "rule": str(error)}
