"""
Ratings: attestations of skill, passion or a peer, as reviews are; appeals against them, rulings, and strikes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

from resonance_dao.chain.attestation import Attestation, attestation_of, schema_uid
from resonance_dao.chain.contract import Contract
from resonance_dao.economy.money import BPS
from resonance_dao.economy.reputation import Component
from resonance_dao.errors import InputInvalid
from resonance_dao.evidence.cid import Cid
from resonance_dao.workflows.signing import Address, Hash, Order
from resonance_dao.workflows.system import Action, System

SCHEMAS = {
    "rating": "address ledger,uint256 projectId,uint8 component,uint16 valueBps,string reason",
    "ruling": "address ledger,uint256 projectId,address rater,uint8 component,bytes32 rating,bool stands,"
    "string reason",
}
STAGES = ("none", "live", "appealed", "upheld", "struck")
RATED = {"skill": Component.SKILL, "passion": Component.PASSION, "peer_rating": Component.PEER_RATING}
"""What can be rated, by name; a track record comes from outcomes."""


@cache
def rating_uids() -> dict[str, str]:
    """Return the uid of each schema, by kind."""
    return {kind: schema_uid(text) for kind, text in SCHEMAS.items()}


@dataclass(frozen=True)
class RatingView:
    """A rating as it stands; `value_bps` in basis points, times unix s."""

    project_id: int
    ratee: str
    rater: str
    component: str
    uid: str
    value_bps: int
    stage: str
    attested_at: int
    counted_at: int
    clock: int

    def key(self) -> dict[str, Any]:
        """Return the key by its Solidity names."""
        return rating_key(self.project_id, self.ratee, self.rater, self.component)


@dataclass(frozen=True)
class RatingAppeal(Order):
    """The rated account's one appeal against a rating; `reason` is the CID of what is written."""

    kind: ClassVar[str] = "rating-appeal"
    text: ClassVar[str] = (
        "AppealRating(uint256 projectId,address ratee,address rater,uint8 component,bytes32 uid,"
        "string reason,uint256 nonce,uint256 deadline)"
    )
    project_id: int
    ratee: Address
    rater: Address
    component: str
    uid: Hash
    reason: str

    @property
    def account(self) -> str:
        """Who is rated."""
        return self.ratee

    def contract(self, system: System) -> Contract:
        """Return the ledger."""
        return system.reputation

    def message(self, system: System) -> Mapping[str, Any]:
        """Return which rating is appealed, and where it is written why."""
        key = rating_key(self.project_id, self.ratee, self.rater, self.component)
        return {**key, "uid": self.uid, "reason": self.reason}

    def action(self, system: System, deadline: int = 0, signature: str = "0x") -> Action:
        """Return what appeals. `InputInvalid` when there is no such live rating."""
        found = rating_of(system, self.project_id, self.ratee, self.rater, self.component)
        if found.stage != "live" or found.uid != self.uid:
            raise InputInvalid(
                "rating", self.uid, f"cannot be appealed: {found.uid} stands and is {found.stage}"
            )
        words = {
            "en": f"Appeal the rating of {self.component} by {self.rater}",
            "ja": f"{self.rater} による評価({self.component})に不服を申し立てる",
        }
        if signature == "0x":
            return Action(system.reputation, "appeal", (found.key(), self.uid, self.reason), words)
        arguments = (found.key(), self.uid, self.reason, deadline, signature)
        return Action(system.reputation, "appealBySignature", arguments, words)


def rating(  # noqa: PLR0913 - a rating has these parts
    system: System,
    project_id: int,
    ratee: str,
    component: str,
    *,
    value_bps: int,
    reason: str,
    now: int,
    salt: bytes,
    expires: int = 0,
) -> Attestation:
    """
    Return a rating to sign, as reviews are signed: `reason` is a CID, `salt` 32 random bytes, times unix s.
    """
    if isinstance(value_bps, bool) or not 0 <= value_bps <= BPS:
        raise InputInvalid("value", value_bps, f"must be 0 to {BPS} basis points")
    values = [system.reputation.address, project_id, _component(component), value_bps, _cid(reason)]
    return attestation_of(SCHEMAS["rating"], values, ratee, now=now, salt=salt, expires=expires)


def ruling(
    system: System, found: RatingView, *, stands: bool, reason: str, now: int, salt: bytes
) -> Attestation:
    """Return an arbiter's ruling on an appealed rating, to sign; `reason` is a CID."""
    if found.stage != "appealed":
        raise InputInvalid("rating", found.uid, f"is {found.stage}; a ruling is for an appealed one")
    uid = bytes.fromhex(found.uid[2:])
    values = [
        system.reputation.address,
        found.project_id,
        found.rater,
        _component(found.component),
        uid,
        stands,
        _cid(reason),
    ]
    return attestation_of(SCHEMAS["ruling"], values, found.ratee, now=now, salt=salt)


def reason_of(attestation: Attestation) -> str:
    """
    Return the CID of a rating's or ruling's written reason. `InputInvalid` for an unknown schema, for data of
    another form, and when the reason is no CID.
    """
    from eth_abi.abi import decode
    from eth_abi.exceptions import DecodingError

    kind = next((name for name, uid in rating_uids().items() if uid == attestation.schema), None)
    if kind is None:
        raise InputInvalid("attestation.schema", attestation.schema, f"must be one of {rating_uids()}")
    try:
        decoded = decode(
            [part.split()[0] for part in SCHEMAS[kind].split(",")], bytes.fromhex(attestation.data[2:])
        )
    except (DecodingError, ValueError, OverflowError) as exc:
        raise InputInvalid(
            "attestation.data", attestation.data, f"is not the data of this schema: {SCHEMAS[kind]}"
        ) from exc
    return _cid(decoded[-1])


def ruling_directly(system: System, found: RatingView, *, stands: bool, reason: str) -> Action:
    """Return what rules with the arbiter's own wallet."""
    words = {
        "en": f"{'Uphold' if stands else 'Strike'} the rating by {found.rater}",
        "ja": f"{found.rater} による評価を{'維持' if stands else '取り消し'}する",
    }
    uid = bytes.fromhex(found.uid[2:])
    return Action(system.reputation, "rule", (found.key(), uid, stands, reason), words)


def striking_by_silence(system: System, found: RatingView) -> Action:
    """Return what strikes a rating on whose appeal the arbiter was silent; anyone may send it."""
    words = {
        "en": f"Strike the rating of {found.ratee} by {found.rater}: its appeal was not answered",
        "ja": f"裁定のなかった {found.rater} による {found.ratee} の評価を取り消す",
    }
    return Action(system.reputation, "strikeBySilence", (found.key(),), words)


def striking_revoked(system: System, found: RatingView) -> Action:
    """Return what strikes a rating that its rater has revoked; anyone may send it."""
    words = {
        "en": f"Strike the revoked rating of {found.ratee} by {found.rater}",
        "ja": f"撤回された {found.rater} による {found.ratee} の評価を取り消す",
    }
    return Action(system.reputation, "strikeRevoked", (found.key(),), words)


def ratings(system: System, project_id: int | None = None, ratee: str | None = None) -> list[RatingView]:
    """Return the ratings that stand, of a project or of all, of an account or of everybody."""
    events = system.events(system.reputation, "RatingCounted", project_id, ratee)
    keys = dict.fromkeys(
        (int(e.args["projectId"]), e.args["ratee"], e.args["rater"], int(e.args["component"])) for e in events
    )
    return [rating_of(system, key[0], key[1], key[2], Component(key[3]).name.lower()) for key in keys]


def rating_of(system: System, project_id: int, ratee: str, rater: str, component: str) -> RatingView:
    """Return the rating with that key; its stage is "none" when there is none."""
    key = rating_key(project_id, ratee, rater, component)
    stored = system.reputation.call(system.chain, "ratingOf", key)
    return RatingView(
        project_id=project_id,
        ratee=ratee,
        rater=rater,
        component=component,
        uid="0x" + stored["uid"].hex(),
        value_bps=int(stored["valueBps"]),
        stage=STAGES[stored["stage"]],
        attested_at=int(stored["attestedAt"]),
        counted_at=int(stored["countedAt"]),
        clock=int(stored["clock"]),
    )


def rating_key(project_id: int, ratee: str, rater: str, component: str) -> dict[str, Any]:
    """Return a key by its Solidity names."""
    return {"projectId": project_id, "ratee": ratee, "rater": rater, "component": _component(component)}


def _cid(text: str) -> str:
    try:
        Cid.parse(text)
    except InputInvalid as exc:
        raise InputInvalid(
            "reason",
            text,
            "must be the CID of what was written",
            hint="Pin the text first, then sign its CID.",
        ) from exc
    return text


def _component(name: str) -> int:
    if name not in RATED:
        raise InputInvalid("component", name, f"must be one of {', '.join(RATED)}")
    return int(RATED[name])
