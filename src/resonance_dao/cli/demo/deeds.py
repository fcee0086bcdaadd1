"""
What the characters do more than once: pin, review, report, settle, withdraw.
"""

from __future__ import annotations

import secrets

import yaml

from resonance_dao.cli.demo.cast import wallet
from resonance_dao.cli.demo.theatre import Theatre
from resonance_dao.evidence.evidence import add_bytes
from resonance_dao.transparency.canonical import encode
from resonance_dao.workflows import bounties, contributions, payouts


def pin(theatre: Theatre, content: bytes) -> str:
    """Pin content and return its CID."""
    return add_bytes(theatre.toolkit.store, content).text


def words(theatre: Theatre, name: str) -> str:
    """Pin what somebody writes in the examples and return its CID."""
    texts = yaml.safe_load((theatre.examples / "judgements.yaml").read_text(encoding="utf-8"))
    return pin(theatre, encode(texts[name]))


_JUDGED = {
    "approve": (9_000, "meets-brief"),
    "request_changes": (6_000, "allergens"),
    "reject": (500, "off-brief"),
}
"""The score in basis points and the reason code that go with each verdict of the story."""


def review(theatre: Theatre, bounty: int, role: str, work: int, verdict: str) -> dict[str, object]:
    """Return a role's signed verdict on a submission."""
    system, (score_bps, reason) = theatre.system, _JUDGED[verdict]
    ben = verdict == "approve" and role == "reviewer_ben"
    attestation = contributions.review(
        system,
        bounties.bounty(system, bounty),
        work,
        verdict=verdict,
        score_bps=score_bps,
        reason=reason,
        document=words(theatre, "approve_ben" if ben else verdict),
        now=system.now(),
        salt=secrets.token_bytes(32),
    )
    return contributions.sign(system, attestation, wallet(role)).to_dict()


def outcome(theatre: Theatre, bounty: int, work: int, tranche: str, value: int) -> None:
    """Let the source sign what was achieved, and the gateway relay it."""
    system = theatre.system
    attestation = contributions.outcome(
        system,
        bounties.bounty(system, bounty),
        work,
        tranche,
        value=value,
        evidence=words(theatre, tranche),
        now=system.now(),
        salt=secrets.token_bytes(32),
    )
    signed = contributions.sign(system, attestation, wallet("source"))
    theatre.gateway.wait_done(theatre.gateway.post("/v1/attestations", signed.to_dict()))
    theatre.tell(f"source: {value} measured for the {tranche} target, signed and relayed")


def settle(theatre: Theatre, bounty: int, work: int, tranche: str) -> None:
    """Let the gateway settle a tranche."""
    body = {"bounty_id": bounty, "submission_id": work, "tranche": tranche}
    theatre.gateway.wait_done(theatre.gateway.post("/v1/payouts/settle", body))
    found = theatre.system.events(theatre.system.escrow, "TrancheSettled", bounty)[-1].args
    theatre.tell(f"{tranche} tranche pays {theatre.coins(found['amount'])}")


def withdraw(theatre: Theatre, role: str) -> None:
    """Let a role withdraw all its credit with its own wallet."""
    account = wallet(role).address
    for credit in payouts.credits_of(theatre.system, account):
        theatre.act(role, payouts.withdrawing(theatre.system, credit.token.address, account))
        theatre.tell(f"{role} received {theatre.coins(credit.amount)}")
