"""
A record: one entry of the journal, typed and versioned; its canonical bytes are what is pinned, hashed and
anchored.

The envelope is the same for every kind, the body has the shape of `schema/<kind>.json`. A record checks
itself when it is made: its shape, its links, and that no personal data would become public for ever.

    >>> told = {"reason_code": "PIN_FAILED", "what": "A pin failed.", "why": "Store full.", "next": "Retry."}
    >>> record = Record("disclosure", 2, 1_767_225_600, 31337, "bounty/1", told, links=(1,))
    >>> Record.from_bytes(record.to_bytes()) == record
    True
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from resonance_dao.errors import InputInvalid
from resonance_dao.transparency import canonical, merkle
from resonance_dao.transparency.cid import cid_of
from resonance_dao.transparency.fields import to_array, to_object
from resonance_dao.transparency.personal_data import refuse_personal_data
from resonance_dao.transparency.schema import check, document

SCHEMA = "resonance/record/1"
KINDS: tuple[str, ...] = (
    "transaction",
    "judgement",
    "outcome",
    "payout",
    "decision",
    "disclosure",
    "correction",
    "agreement",
    "evidence",
)


@dataclass(frozen=True)
class Record:
    """
    One entry. `number` from 1 without gaps, `time` in unix seconds, `links` numbers of earlier records,
    ascending.

    The body is detached from the mapping that was given; treat it as read-only.
    """

    kind: str
    number: int
    time: int
    chain_id: int
    subject: str
    body: Mapping[str, Any]
    links: tuple[int, ...] = ()
    _content: bytes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not isinstance(self.body, Mapping):
            raise InputInvalid("$.body", self.body, "must be an object")
        object.__setattr__(self, "links", tuple(to_array(self.links, "$.links")))
        content = canonical.encode(self.to_dict())
        value: dict[str, Any] = json.loads(content)
        check(value, "record")
        check(value["body"], self.kind, "$.body")
        self._check_links()
        refuse_personal_data(value)
        object.__setattr__(self, "body", value["body"])
        object.__setattr__(self, "_content", content)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "schema": SCHEMA,
            "kind": self.kind,
            "number": self.number,
            "time": self.time,
            "chain_id": self.chain_id,
            "subject": self.subject,
            "links": list(self.links),
            "body": dict(self.body),
        }

    @classmethod
    def from_dict(cls, value: object) -> Record:
        """Read what `to_dict` wrote; `InputInvalid` names the path of anything else."""
        members: Mapping[str, Any] = to_object(value, "$", document("record")["required"])
        check(members, "record")
        fields = {key: entry for key, entry in members.items() if key != "schema"}
        return cls(**{**fields, "links": tuple(to_array(fields["links"], "$.links"))})

    def to_bytes(self) -> bytes:
        """Return the canonical bytes, which are pinned as one raw block."""
        return self._content

    @classmethod
    def from_bytes(cls, content: bytes) -> Record:
        """Read what `to_bytes` wrote; `InputInvalid` for any other bytes."""
        return cls.from_dict(canonical.decode(content))

    @property
    def hash(self) -> bytes:
        """keccak256 of the bytes: the `recordHash` of a receipt."""
        return merkle.record_hash(self.to_bytes())

    @property
    def leaf(self) -> bytes:
        """The leaf at index `number` - 1 of the log."""
        return merkle.leaf_of(self.hash)

    @property
    def cid(self) -> str:
        """Where the bytes are found on IPFS."""
        return cid_of(self.to_bytes())

    def _check_links(self) -> None:
        if sorted(set(self.links)) != list(self.links) or any(link >= self.number for link in self.links):
            raise InputInvalid("$.links", self.links, f"must be ascending numbers below {self.number}")
        corrected = self.body.get("corrects")
        if self.kind == "correction" and corrected not in self.links:
            raise InputInvalid("$.links", self.links, f"must name the record that is corrected, {corrected}")
