"""
The records: does each stand at its leaf, byte for byte, in the order of its number, and does it say what the
chain says?
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from resonance_dao.chain.chain import Receipt, octets
from resonance_dao.chain.contract import Contract
from resonance_dao.errors import EvidenceMismatch, EvidenceUnavailable, InputInvalid
from resonance_dao.evidence.cid import Cid
from resonance_dao.transparency.manifest import Manifest, cid_of_digest
from resonance_dao.transparency.merkle import leaf_hash
from resonance_dao.transparency.record import Record
from resonance_dao.workflows.audit.disclosure_audit import DisclosureAudit
from resonance_dao.workflows.audit.effect_audit import EffectAudit
from resonance_dao.workflows.audit.evidence_audit import EvidenceAudit
from resonance_dao.workflows.audit.history import Progress, Tell
from resonance_dao.workflows.audit.report import Findings, Verdict
from resonance_dao.workflows.system import System


@dataclass(frozen=True, slots=True)
class Batch:
    """An append: the log's size before it, the number of records, the SHA-256 digest of its manifest."""

    size: int
    count: int
    digest: bytes
    publisher: str
    transaction: str


class RecordAudit:
    """
    Fetches manifests and records, and follows what the records say. `recorded` are the transactions they
    name.
    """

    def __init__(
        self,
        system: System,
        findings: Findings,
        evidence: EvidenceAudit,
        disclosures: DisclosureAudit,
        tell: Tell,
    ) -> None:
        self._system, self._findings, self._evidence = system, findings, evidence
        self._disclosures, self._tell = disclosures, tell
        self._effects = EffectAudit(system, findings)
        self.recorded: set[str] = set()
        self.count = 0
        self._untrue: dict[int, tuple[object, object, str]] = {}

    def read(self, batch: Batch, leaves: Sequence[bytes] | None = None) -> Sequence[bytes] | None:
        """
        Check one batch: its manifest, then each of its records, against `leaves` when these are known.

        Return the leaves as the records have them; None when some could not be fetched.
        """
        manifest = self._manifest(batch)
        if manifest is None:
            return None
        found = []
        known: Sequence[bytes | None] = [None] * manifest.count if leaves is None else leaves
        for index, (cid, leaf) in enumerate(zip(manifest.records, known, strict=False), batch.size):
            content = self._content("log.record", f"log/record/{index + 1}", cid, batch.transaction)
            if content is not None:
                found.append(leaf_hash(content))
                self._read_record(index, cid, content, leaf, batch.transaction)
            self._tell(Progress("log", index + 1, batch.size + batch.count))
        return found if len(found) == manifest.count else None

    def _read_record(
        self, index: int, cid: str, content: bytes, leaf: bytes | None, transaction: str
    ) -> None:
        record = self._record(index, cid, content, leaf, transaction)
        if record is not None:
            self.count += 1
            self._follow(record, transaction)

    def _manifest(self, batch: Batch) -> Manifest | None:
        subject, cid, at = f"log/batch/{batch.size}", cid_of_digest(batch.digest), batch.transaction
        content = self._content("log.manifest", subject, cid, at)
        if content is None:
            return None
        try:
            manifest = Manifest.from_bytes(content)
        except InputInvalid as exc:
            self._findings.fail("log.manifest", subject, "a manifest", exc, transaction=at, cid=cid)
            return None
        expected = (batch.publisher, batch.size + 1, batch.count)
        found = (manifest.publisher, manifest.first, manifest.count)
        self._findings.check("log.manifest", subject, expected, found, transaction=at, cid=cid)
        return manifest

    def _record(
        self, index: int, cid: str, content: bytes, leaf: bytes | None, transaction: str
    ) -> Record | None:
        subject = f"log/record/{index + 1}"
        if leaf is not None and not self._findings.check(
            "log.leaf", subject, leaf, leaf_hash(content), transaction=transaction, cid=cid
        ):
            return None
        try:
            record = Record.from_bytes(content)
        except InputInvalid as exc:
            self._findings.fail("record.form", subject, "a record", exc, transaction=transaction, cid=cid)
            return None
        expected, found = (index + 1, self._system.chain_id), (record.number, record.chain_id)
        self._findings.check("record.number", subject, expected, found, transaction=transaction, cid=cid)
        return record

    def _content(self, check: str, subject: str, cid: str, transaction: str) -> bytes | None:
        try:
            return self._evidence.fetch(cid)
        except EvidenceMismatch:
            self._findings.fail(check, subject, cid, "altered bytes", transaction=transaction, cid=cid)
        except EvidenceUnavailable:
            self._findings.fail(check, subject, cid, "missing", transaction=transaction, cid=cid)
        return None

    def _follow(self, record: Record, transaction: str) -> None:
        subject = f"log/record/{record.number}"
        self._evidence.refer(_cids(record), subject, transaction)
        if record.kind == "evidence" and record.body["status"] == "forgotten" and record.body["cid"]:
            self._evidence.forgotten.add(Cid.parse(record.body["cid"]).as_v1())
        self._disclosures.record(record, transaction)
        self._effects.record(record, transaction)
        for body in _transactions(record):
            self._compare(record, body, transaction)

    def _compare(self, record: Record, body: Mapping[str, Any], transaction: str) -> None:
        """
        Compare what a record says of a transaction with the chain; a request, or one never sent, has none.
        """
        tx_hash = body.get("tx_hash")
        if tx_hash is None or body["status"] == "requested":
            return
        receipt = self._system.chain.receipt(tx_hash)
        if receipt is not None and receipt.status == 1 and record.kind == "transaction":
            self._effects.happened(record, receipt)
        said = {"status": 0 if body["status"] == "failed" else 1}
        said |= {name: body[name] for name in _FACTS if body.get(name) is not None}
        found: dict[str, Any] = {} if receipt is None else self._facts(receipt, said)
        if said == found:
            subject = f"log/record/{record.number}"
            self._findings.check("record.transaction", subject, found, said, transaction=tx_hash)
            self.recorded.add(tx_hash)
        else:
            self._untrue[record.number] = (found or "no such transaction", said, tx_hash)

    def _facts(self, receipt: Receipt, said: Mapping[str, Any]) -> dict[str, Any]:
        """Return the chain's side of what a record says, as far as it says anything."""
        found = {name: getattr(receipt, _FACTS.get(name, name)) for name in said if _FACTS.get(name) != ""}
        core = (self._system.vault, self._system.projects, self._system.contributions, self._system.escrow)
        contract = next((c for c in core if c.address == receipt.to), None)
        if "function" in said:
            found["function"] = said["function"] if contract is None else self._function(contract, receipt)
        return found

    def _function(self, contract: Contract, receipt: Receipt) -> str:
        sent = self._system.chain.request("eth_getTransactionByHash", [receipt.tx_hash])
        calldata = octets((sent or {}).get("input", "0x"))
        try:
            return contract.decode_input(calldata)[0]
        except InputInvalid:
            return "0x" + calldata[:4].hex()

    def finish(self) -> None:
        """Name the records that the chain contradicts; one that a later record corrects is a note."""
        self._effects.finish(self._disclosures.corrected)
        for number, (found, said, tx_hash) in self._untrue.items():
            subject, correction = f"log/record/{number}", self._disclosures.corrected.get(number)
            if correction is None:
                self._findings.fail("record.transaction", subject, found, said, transaction=tx_hash)
            else:
                what = f"did not hold, as record {correction} says"
                self._findings.say(Verdict.NOTE, "record.withdrawn", subject, what, transaction=tx_hash)


_FACTS = {
    "to": "to",
    "from": "sender",
    "block_number": "block_number",
    "block_hash": "block_hash",
    "gas_used": "gas_used",
    "function": "",
}
"""What a record may say of a transaction, and the receipt's name for it; the function stands in calldata."""


def _transactions(record: Record) -> Iterator[Mapping[str, Any]]:
    """Yield what a record says of transactions: its body, or what a disclosure of a failed one carries."""
    if record.kind == "transaction":
        yield record.body
    elif record.kind == "disclosure":
        body = record.body.get("details", {}).get("transaction")
        if isinstance(body, Mapping) and "status" in body:
            yield body


def _cids(record: Record) -> list[object]:
    body = record.body
    if record.kind == "evidence":
        return [body["cid"]]
    if record.kind == "agreement":
        return [body.get("terms_cid")]
    return [*body.get("evidence", ()), *body.get("inputs", ())] if record.kind in _LISTING else []


_LISTING = ("judgement", "outcome", "decision")
