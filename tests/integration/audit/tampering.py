"""What an endpoint or a store may say instead of the truth, for the tests of the audit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from resonance_dao.chain import abi
from resonance_dao.chain.chain import Block, Chain, Log, Receipt
from resonance_dao.chain.contract import Contract
from resonance_dao.errors import EvidenceUnavailable
from resonance_dao.evidence.cid import Cid
from resonance_dao.workflows.audit.audit import audit
from resonance_dao.workflows.audit.report import AuditReport, Row

Logs = Sequence[Log]


class TamperedChain:
    """A chain that tells the truth but for what the test replaces; receipts and log queries agree."""

    def __init__(self, chain: Chain, **replaced: Callable[..., Any]) -> None:
        self._chain, self._replaced = chain, replaced

    def _told(self, name: str, truth: Any) -> Any:
        return self._replaced[name](truth) if name in self._replaced else truth

    def request(self, method: str, params: Sequence[object] = ()) -> Any:
        return self._told(method, self._chain.request(method, params))

    def call(self, to: str, data: bytes, **options: Any) -> bytes:
        return self._chain.call(to, data, **options)

    def logs(self, *query: Any) -> list[Log]:
        return list(self._told("queried", self._told("logs", self._chain.logs(*query))))

    def block(self, number: int | str = "latest") -> Block:
        found: Block = self._told("block", self._chain.block(number))
        return found

    def receipt(self, tx_hash: str) -> Receipt | None:
        found = self._chain.receipt(tx_hash)
        return found and replace(found, logs=tuple(self._told("logs", found.logs)))

    def send_raw(self, raw: bytes) -> str:
        raise AssertionError("an audit sends nothing")


class Tampered:
    """A source with one block altered, or not there."""

    name = "tampered"

    def __init__(self, source: Any, cid: str, change: Callable[[bytes], bytes] | None) -> None:
        self._source, self._cid, self._change = source, cid, change

    def get_block(self, cid: Cid) -> bytes:
        if str(cid) != self._cid:
            return bytes(self._source.get_block(cid))
        if self._change is None:
            raise EvidenceUnavailable(f"{cid} is not here")
        return self._change(self._source.get_block(cid))


def altered(contract: Contract, log: Log, **changes: Any) -> Log:
    """Return the log with other values in its data; an argument is replaced, or changed by a function."""
    event = contract.decode_log(log)
    entry = next(e for e in contract.artifact.abi if e["type"] == "event" and e["name"] == event.name)
    plain = [p for p in entry["inputs"] if not p["indexed"]]
    values = {name: value(event.args[name]) if callable(value) else value for name, value in changes.items()}
    data = abi.encode(plain, [{**event.args, **values}[p["name"]] for p in plain], where=event.name)
    return replace(log, data=data)


def rewrite(
    contract: Contract, name: str, tx_hash: str | None, **changes: Any
) -> Callable[[Logs], list[Log]]:
    """Return what replaces an event's values wherever it is told; without changes it leaves the event out."""

    def told(logs: Logs) -> list[Log]:
        kept = []
        for log in logs:
            hit = log.address == contract.address and log.topics[0] == contract.topic(name)
            if not hit or (tx_hash is not None and log.tx_hash != tx_hash):
                kept.append(log)
            elif changes:
                kept.append(altered(contract, log, **changes))
        return kept

    return told


def audited(told: Any, source: Any = None, **replaced: Callable[..., Any]) -> AuditReport:
    system = replace(told.system, chain=TamperedChain(told.system.chain, **replaced))
    return audit(system, source or told.source, told.publisher)


def failing(report: AuditReport) -> dict[str, Row]:
    """Return the first row that fails of each check; there must be one."""
    assert report.verdict == "FAIL"
    rows: dict[str, Row] = {}
    for row in report.failures:
        rows.setdefault(row.check, row)
    return rows
