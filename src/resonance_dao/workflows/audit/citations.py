"""
Citations: which event names which content, and about what.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from resonance_dao.chain.contract import Event
from resonance_dao.workflows.system import System
from resonance_dao.workflows.terms import decode_submission, decode_terms

_NAMED_BY: Mapping[str, tuple[str, ...]] = {
    "ProjectOpened": ("opening", "metadata"),
    "MetadataChanged": ("metadata",),
    "ProjectClosed": ("reason",),
    "BountyClosed": ("reason",),
    "ReviewCounted": ("reason",),
    "OutcomeReported": ("evidence",),
    "OutcomeChallenged": ("reason",),
    "RejectionAppealed": ("reason",),
    "ApplicationReceived": ("proposal",),
    "ApplicationDeclined": ("reason",),
    "RatingCounted": ("reason",),
    "RatingAppealed": ("reason",),
    "RatingUpheld": ("reason",),
    "RatingStruck": ("reason",),
}
"""Where an event names a CID: the path to it in its arguments."""
_VERSIONS = ("SubmissionReceived", "SubmissionRevised")
"""The events that hold a version of work, whose evidence is named in its bytes."""
_TERMS = ("BountyOpened", "PoolOpened")
"""The events that hold terms, whose document is named in their bytes."""
_CONTRACTS = ("escrow", "projects", "desk", "reputation", "pools")
"""Whose events name content; those of bonds, vault and single pools name none."""


def cited(system: System, event: Event) -> tuple[str, str] | None:
    """Return the subject of an event that names content and the text that should be a CID; else None."""
    if event.address not in {getattr(system, name).address for name in _CONTRACTS}:
        return None
    if event.name in _TERMS:
        return subject_of(event), decode_terms(system, event.args["terms"]).document
    if event.name in _VERSIONS:
        return subject_of(event), decode_submission(system, event.args["submission"]).evidence
    if event.name not in _NAMED_BY:
        return None
    text: Any = event.args
    for key in _NAMED_BY[event.name]:
        text = text[key]
    return subject_of(event), text


def subject_of(event: Event) -> str:
    """Return what rows call the thing that an event's content is about."""
    given = event.args
    if "bountyId" in given:
        return _of_bounty(event)
    if event.name == "PoolOpened":
        return f"pool/{given['pool']}"
    if event.name.startswith("Rating"):
        return f"reputation/{given['projectId']}/{given['ratee']}"
    return f"project/{given['projectId']}"


def _of_bounty(event: Event) -> str:
    given = event.args
    if "applicationHash" in given:
        of = f"bounty/{given['bountyId']}/application/0x{given['applicationHash'].hex()}"
        # Why a project declined is its own word, which has to be there whatever the applicant pinned.
        return f"{of}/declined" if event.name == "ApplicationDeclined" else of
    if "submissionId" not in given:
        return f"bounty/{given['bountyId']}"
    work = f"bounty/{given['bountyId']}/submission/{given['submissionId']}"
    if event.name in _VERSIONS:
        return f"{work}/version/{given.get('version', 1)}"
    if event.name == "ReviewCounted":
        return f"{work}/review/{given['reviewer']}"
    return work
