"""
Which of a gateway's routes takes what: everything that `--sign-only` writes has one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from resonance_dao.errors import InputInvalid
from resonance_dao.workflows.ratings import rating_uids

SUBMISSIONS, JUDGEMENTS, RATINGS = "/v1/submissions", "/v1/attestations", "/v1/reputation/ratings"
ORDERS: Mapping[str, str] = MappingProxyType(
    {
        "revision": "/v1/revisions",
        "appeal": "/v1/appeals",
        "challenge": "/v1/challenges",
        "application": "/v1/applications",
        "application-withdrawal": "/v1/applications/withdraw",
        "withdrawal": "/v1/payouts/withdraw",
        "rotation-announcement": "/v1/payees/announce-rotation",
        "rotation-veto": "/v1/payees/veto-rotation",
        "rotation-approval": "/v1/payees/approve-rotation",
        "guardian-announcement": "/v1/payees/announce-guardians",
        "guardian-veto": "/v1/payees/veto-guardians",
        "rating-appeal": "/v1/reputation/appeals",
        "opening": "/v1/bounties",
        "contribution": "/v1/pools/contribute",
    }
)
"""Each kind of order's route."""

_CONTENT = ("evidence", "reason", "proposal")


def route_of(signed: Mapping[str, Any]) -> str:
    """Return the route that takes what was signed; `InputInvalid` for what none takes."""
    if not isinstance(signed.get("signature"), str):
        raise InputInvalid("file", sorted(signed), "must hold something signed, as --sign-only writes it")
    attestation, kind = signed.get("attestation"), signed.get("kind")
    if isinstance(attestation, Mapping):
        return RATINGS if attestation.get("schema") in rating_uids().values() else JUDGEMENTS
    if "submission" in signed:
        return SUBMISSIONS
    if not isinstance(kind, str) or kind not in ORDERS:
        raise InputInvalid("kind", kind, f"must be one of {', '.join(ORDERS)}")
    return ORDERS[kind]


def content_of(signed: Mapping[str, Any]) -> Iterator[str]:
    """Yield the CIDs that what was signed names in plain sight: evidence, a reason, a proposal."""
    order = signed.get("order")
    for holder in (signed, order):
        if not isinstance(holder, Mapping):
            continue
        for place in (holder, holder.get("submission")):
            if isinstance(place, Mapping):
                yield from (str(place[name]) for name in _CONTENT if isinstance(place.get(name), str))
