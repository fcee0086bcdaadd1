"""
A pinning service as a place for copies: the IPFS Pinning Service API 1.0.0
(https://ipfs.github.io/pinning-services-api-spec/).

A request to pin is answered at once and carried out later, so a copy may be `pending` and is asked about
again; nothing needs to be remembered here, since the service is asked by CID. With `upload` the content is
sent as a CAR before the request, so that the service need not find it on the network; `origins` names peers
that have it. With `source` a pin that the service claims counts only after every block was read back.

>>> PinningService(Remote("https://pins.example", "token", field="RESONANCE_PIN_SERVICE_URL")).name
'pinning-service'
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from resonance_dao.errors import EvidenceMismatch, EvidenceUnavailable, InputInvalid
from resonance_dao.evidence.car_upload import send_car
from resonance_dao.evidence.cid import Cid
from resonance_dao.evidence.remote import Remote
from resonance_dao.evidence.replica import NOT_PINNED, read_back
from resonance_dao.evidence.store import BlockSource, GetBlock, PinReport

# The further a request has come, the earlier it stands.
_STATES = ("pinned", "pinning", "queued", "failed")
_PINNED, _FAILED = "pinned", "failed"
_MAX_ORIGINS = 20
_MAX_ID = 1000


@dataclass(frozen=True, slots=True)
class PinRequest:
    """One request at the service: `status` is queued, pinning, pinned or failed; `details` in its words."""

    id: str
    status: str
    details: str


class PinningService:
    """The service behind `remote`, a place for copies; `label` is what its pins are called there."""

    def __init__(
        self,
        remote: Remote,
        *,
        upload: Remote | None = None,
        source: BlockSource | None = None,
        origins: Sequence[str] = (),
        name: str = "pinning-service",
        label: str = "resonance-dao",
    ) -> None:
        if len(origins) > _MAX_ORIGINS:
            raise InputInvalid("origins", len(origins), f"must be at most {_MAX_ORIGINS} addresses")
        self._remote, self._upload, self.source = remote, upload, source
        self._origins, self.name, self._label = tuple(origins), name, label

    def copy(self, cid: Cid, get_block: GetBlock) -> PinReport:
        """Ask for a pin unless there is one; one that failed, or whose content is not there, is replaced."""
        found = self.find(cid)
        report = self._report(cid, found)
        if report.ok or report.pending:
            return report
        if self._upload is not None:
            send_car(self._upload, cid, get_block)
        return self._report(cid, self._ask_for(cid, found))

    def check(self, cid: Cid) -> PinReport:
        """Ask what became of the pin; read the content back where there is a source."""
        return self._report(cid, self.find(cid))

    def find(self, cid: Cid) -> PinRequest | None:
        """Return the request for this CID that has come furthest, or None when there is none."""
        answer = self._remote.ask("GET", "/pins", {"cid": str(cid), "status": ",".join(_STATES)})
        results = answer.get("results") if isinstance(answer, dict) else None
        if not isinstance(results, list):
            raise EvidenceUnavailable(f"{self._remote.name} listed pins in no known form")
        found = [self._read(cid, result) for result in results]
        return min(found, key=lambda request: _STATES.index(request.status), default=None)

    def remove(self, cid: Cid) -> None:
        """Take back every request for this CID."""
        while (found := self.find(cid)) is not None:
            self._remote.delete(f"/pins/{quote(found.id, safe='')}")

    def close(self) -> None:
        """Close the connections."""
        self._remote.close()

    def _ask_for(self, cid: Cid, before: PinRequest | None) -> PinRequest:
        path = "/pins" if before is None else f"/pins/{quote(before.id, safe='')}"
        origins = {"origins": list(self._origins)} if self._origins else {}
        body = {"cid": str(cid), "name": self._label, **origins}
        return self._read(cid, self._remote.ask("POST", path, body=body))

    def _report(self, cid: Cid, found: PinRequest | None) -> PinReport:
        if found is None:
            return PinReport(cid, self.name, ok=False, reason=NOT_PINNED)
        if found.status == _PINNED:
            done = PinReport(cid, self.name, ok=True, reason="")
            return done if self.source is None else read_back(cid, self.name, self.source)
        reason = f"the service says {found.status}{found.details and ': ' + found.details}"
        return PinReport(cid, self.name, ok=False, reason=reason, pending=found.status != _FAILED)

    def _read(self, cid: Cid, answer: Any) -> PinRequest:
        try:
            identity, status, named = answer["requestid"], answer["status"], Cid.parse(answer["pin"]["cid"])
            details = (answer.get("info") or {}).get("status_details", "")
        except (LookupError, TypeError, AttributeError, InputInvalid) as exc:
            raise EvidenceUnavailable(f"{self._remote.name} told of a pin in no known form") from exc
        if not isinstance(identity, str) or not 0 < len(identity) <= _MAX_ID or status not in _STATES:
            raise EvidenceUnavailable(f"{self._remote.name} told of a pin in no known form")
        if named.as_v1() != cid.as_v1():
            raise EvidenceMismatch(f"{self._remote.name} answered for {named} when asked for {cid}")
        return PinRequest(identity, status, str(details)[:300])
