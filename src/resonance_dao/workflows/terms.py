"""
The terms of a bounty and the work handed in for it, as the contract counts them.

Field by field the twins of `IBountyEscrow.Terms`, `TrancheTerms` and `Submission`; their hashes are computed
here exactly as on-chain, so that anyone can check what was signed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

from resonance_dao.chain.contract import Contract
from resonance_dao.economy.money import BPS
from resonance_dao.errors import InputInvalid
from resonance_dao.workflows.system import System

_Struct = TypeVar("_Struct", bound="_Twin")


class _Twin:
    """A dataclass whose fields are the Solidity struct's, in snake_case."""

    def to_abi(self) -> dict[str, Any]:
        """Return the struct by its Solidity names."""
        return {_camel(field.name): _to_abi(getattr(self, field.name)) for field in fields(self)}  # type: ignore[arg-type]

    @classmethod
    def from_abi(cls: type[_Struct], value: Mapping[str, Any]) -> _Struct:
        """Read the struct from decoded values, or from JSON; a missing or unknown field is refused."""
        names = [_camel(field.name) for field in fields(cls)]  # type: ignore[arg-type]
        if not isinstance(value, Mapping) or set(value) != set(names):
            shown = sorted(map(str, value)) if isinstance(value, Mapping) else value
            raise InputInvalid(cls.__name__, shown, f"must have exactly the fields {', '.join(names)}")
        return cls(**{field.name: cls._field(field.name, value[_camel(field.name)]) for field in fields(cls)})  # type: ignore[arg-type]

    @staticmethod
    def _field(name: str, value: Any) -> Any:
        if name in {"success", "long_term"}:
            return TrancheTerms.from_abi(value)
        return tuple(value) if isinstance(value, list) else value


@dataclass(frozen=True)
class TrancheTerms(_Twin):
    """
    One outcome tranche; times are seconds after acceptance, shares basis points, `target` in units of
    the metric.
    """

    share_bps: int
    silent_bps: int
    cap_bps: int
    opens_after: int
    closes_after: int
    challenge_window: int
    target: int
    source: str


@dataclass(frozen=True)
class Terms(_Twin):
    """The terms; amounts in base units, `submit_by` unix s, windows s, shares basis points."""

    project_id: int
    funder: str
    token: str
    amount: int
    guaranteed: int
    token_reward: int
    max_awards: int
    min_multiplier_bps: int
    max_multiplier_bps: int
    base_bps: int
    quorum: int
    reviewers: tuple[str, ...]
    submit_by: int
    review_window: int
    appeal_window: int
    silent_appeal_accepts: bool
    arbiter: str
    arbiter_window: int
    challenge_bond: int
    admission: str
    withholding: str
    success: TrancheTerms
    long_term: TrancheTerms
    document: str

    def tranche(self, name: str) -> TrancheTerms:
        """Return the tranche called "success" or "long_term"."""
        return self.success if name == "success" else self.long_term

    @property
    def shares_bps(self) -> tuple[int, int, int]:
        """The shares of base, success and long-term tranche."""
        return self.base_bps, self.success.share_bps, self.long_term.share_bps

    @property
    def caps_bps(self) -> tuple[int, int]:
        """The most that counts as achieved in success and long-term tranche; 10,000 where there is none."""
        success, long_term = (p.cap_bps if p.share_bps else BPS for p in (self.success, self.long_term))
        return success, long_term

    @property
    def needs_arbiter(self) -> bool:
        """Whether a rejection can be appealed or a report challenged."""
        return bool(self.appeal_window or self.success.challenge_window or self.long_term.challenge_window)


@dataclass(frozen=True)
class Submission(_Twin):
    """
    Work handed in: who is paid in which shares (sum 10,000), and the CID of the evidence.

    Bit i of `exempt` says that payee i is not subject to withholding.
    """

    bounty_id: int
    worker: str
    payees: tuple[str, ...]
    shares_bps: tuple[int, ...]
    exempt: int
    evidence: str

    def to_json(self) -> dict[str, Any]:
        """Return the struct as JSON holds it: `exempt`, which may have 250 bits, as decimal text."""
        return {**self.to_abi(), "exempt": str(self.exempt)}

    @staticmethod
    def _field(name: str, value: Any) -> Any:
        return _whole(value) if name == "exempt" else _Twin._field(name, value)


class NotText(str):
    """
    Evidence that is no text, spelled in hexadecimal. The contract takes any bytes, and no worker may put
    work beyond the reach of those who judge it by bytes that cannot be read.
    """

    content: bytes

    def __new__(cls, content: bytes) -> NotText:
        """Spell the bytes."""
        made = super().__new__(cls, "0x" + content.hex())
        made.content = content
        return made


TRANCHES = ("success", "long_term")
"""The outcome tranches in the order of `IBountyEscrow.Tranche`."""


def encode_terms(system: System, terms: Terms) -> bytes:
    """Return `abi.encode(Terms)`: what the opening's event holds and later calls pass again."""
    return system.opener.encode("hashTerms", terms.to_abi())[4:]


def decode_terms(system: System, encoded: bytes) -> Terms:
    """Read terms back from the bytes of an event; `InputInvalid` when they are no terms."""
    return read_terms(system.opener, encoded)


def read_terms(opener: Contract, encoded: bytes) -> Terms:
    """As `decode_terms`, for who knows the opener alone."""
    _, arguments = opener.decode_input(opener.encode_selector("hashTerms") + encoded)
    return Terms.from_abi(_texts(arguments["terms"]))


def encode_submission(system: System, submission: Submission) -> bytes:
    """Return `abi.encode(Submission)`: what the submission's event holds and later calls pass again."""
    values, evidence = submission.to_abi(), submission.evidence
    if isinstance(evidence, NotText):
        values["evidence"] = "?" * len(evidence.content)
    # The call has a hash before the struct: two words of head, where abi.encode of the struct has one.
    arguments = system.escrow.encode("hashSubmission", bytes(32), values)[4:]
    encoded = (32).to_bytes(32, "big") + arguments[64:]
    return _with_evidence(encoded, evidence.content) if isinstance(evidence, NotText) else encoded


def decode_submission(system: System, encoded: bytes) -> Submission:
    """Read a submission back from the bytes of an event; `InputInvalid` when they are none."""
    content = encoded[_evidence_of(encoded)]
    try:
        content.decode()
    except UnicodeDecodeError:
        text = _with_evidence(encoded, b"?" * len(content))
        return replace(_decode_submission(system, text), evidence=NotText(content))
    return _decode_submission(system, encoded)


def _decode_submission(system: System, encoded: bytes) -> Submission:
    head = system.escrow.encode_selector("hashSubmission") + bytes(32) + (64).to_bytes(32, "big")
    _, arguments = system.escrow.decode_input(head + encoded[32:])
    return Submission.from_abi(arguments["submission"])


def _evidence_of(encoded: bytes) -> slice:
    """Return where the evidence's bytes stand in `abi.encode(Submission)`: the struct's sixth word says."""
    start = 64 + int.from_bytes(encoded[192:224], "big")
    if start > len(encoded):
        return slice(0)  # It is none; the decoder says why.
    return slice(start, min(start + int.from_bytes(encoded[start - 32 : start], "big"), len(encoded)))


def _with_evidence(encoded: bytes, content: bytes) -> bytes:
    place = _evidence_of(encoded)
    return encoded[: place.start] + content + encoded[place.stop :]


def terms_hash(system: System, terms: Terms) -> str:
    """Return `keccak256(abi.encode(terms))`, 0x-hex."""
    return "0x" + _keccak(encode_terms(system, terms)).hex()


def content_hash(system: System, terms: Terms, submission: Submission) -> str:
    """
    Return the hash that reviewers name: `keccak256(termsHash || keccak256(abi.encode(submission)))`,
    0x-hex.
    """
    hashed = _keccak(encode_submission(system, submission))
    return "0x" + _keccak(bytes.fromhex(terms_hash(system, terms)[2:]) + hashed).hex()


def judgement_context(system: System, terms: Terms, submission: Submission) -> bytes:
    """
    Return what a judgement carries unsigned beside it: the length of the terms as one word, terms,
    submission.
    """
    encoded = encode_terms(system, terms)
    return len(encoded).to_bytes(32, "big") + encoded + encode_submission(system, submission)


def _whole(value: object) -> int:
    if isinstance(value, str) and re.fullmatch("0|[1-9][0-9]{0,77}", value):
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise InputInvalid("exempt", value, "must be a whole number, in JSON as decimal text")
    return value


def _texts(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: "0x" + value.hex() if isinstance(value, bytes) else value for name, value in fields.items()}


def _keccak(content: bytes) -> bytes:
    from eth_utils.crypto import keccak

    return bytes(keccak(content))


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


def _to_abi(value: object) -> object:
    if isinstance(value, _Twin):
        return value.to_abi()
    return list(value) if isinstance(value, tuple) else value
