"""
The terms of a bounty and the work handed in for it, as the contract counts them.

Field by field the twins of `IBountyEscrow.Terms`, `TrancheTerms` and `Submission`; their hashes are computed
here exactly as on-chain, so that anyone can check what was signed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeVar

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
    """One outcome tranche; times are seconds after acceptance, shares basis points."""

    share_bps: int
    silent_bps: int
    opens_after: int
    closes_after: int
    challenge_window: int
    source: str


@dataclass(frozen=True)
class Terms(_Twin):
    """The terms; amounts in base units, `submit_by` unix s, windows s, shares basis points."""

    project_id: int
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
    arbiter: str
    arbiter_window: int
    success: TrancheTerms
    long_term: TrancheTerms
    document: str

    def tranche(self, name: str) -> TrancheTerms:
        """Return the tranche called "success" or "long_term"."""
        return self.success if name == "success" else self.long_term


@dataclass(frozen=True)
class Submission(_Twin):
    """Work handed in: who is paid in which shares (sum 10,000), and the CID of the evidence."""

    bounty_id: int
    worker: str
    payees: tuple[str, ...]
    shares_bps: tuple[int, ...]
    evidence: str


TRANCHES = ("success", "long_term")
"""The outcome tranches in the order of `IBountyEscrow.Tranche`."""


def terms_hash(system: System, terms: Terms) -> str:
    """Return `keccak256(abi.encode(terms))`, 0x-hex."""
    return _keccak(_arguments(system, "hashTerms", terms.to_abi()))


def content_hash(system: System, terms: Terms, submission: Submission) -> str:
    """Return the hash that reviewers name: `keccak256(abi.encode(termsHash, submission))`, 0x-hex."""
    return _keccak(_arguments(system, "hashSubmission", terms_hash(system, terms), submission.to_abi()))


def judgement_context(system: System, terms: Terms, submission: Submission) -> bytes:
    """Return what a judgement carries unsigned beside it: `abi.encode(terms, submission)`."""
    return _arguments(system, "submit", terms.to_abi(), submission.to_abi())


def _arguments(system: System, function: str, *args: object) -> bytes:
    # A call's calldata is its selector and then abi.encode of the arguments.
    return system.escrow.encode(function, *args)[4:]


def _keccak(content: bytes) -> str:
    from eth_utils.crypto import keccak

    return "0x" + keccak(content).hex()


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


def _to_abi(value: object) -> object:
    if isinstance(value, _Twin):
        return value.to_abi()
    return list(value) if isinstance(value, tuple) else value
