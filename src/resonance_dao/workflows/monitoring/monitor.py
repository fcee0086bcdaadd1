"""
The monitor: one round compares the chain, the gateways and the receipts, and says what should never be.

    monitor = Monitor(chain, log_at(address), publisher, gateways=[GatewayView(url)])
    state, alarms = monitor.round(load(path))

It needs no key and no database, and trusts only the RPC endpoint; run it against an endpoint of your own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from resonance_dao.chain.chain import Block, Chain, integer
from resonance_dao.chain.contract import Contract
from resonance_dao.errors import (
    EvidenceMismatch,
    EvidenceUnavailable,
    NotFound,
    ProofMismatch,
    SignatureRefused,
)
from resonance_dao.evidence.cid import Cid
from resonance_dao.evidence.store import BlockSource
from resonance_dao.transparency.cid import cid_of_digest
from resonance_dao.transparency.fields import from_hex, to_hex
from resonance_dao.transparency.receipt import SignedReceipt
from resonance_dao.workflows.log_contract import BATCHED
from resonance_dao.workflows.monitoring.alarm import Alarm, Raise
from resonance_dao.workflows.monitoring.chain_watch import ChainWatch
from resonance_dao.workflows.monitoring.gateway_view import GatewayView
from resonance_dao.workflows.monitoring.gateway_watch import Heads, keep, look_at
from resonance_dao.workflows.monitoring.state import MonitorState, changed
from resonance_dao.workflows.verifying import verify_receipt

# A single failure may be the fetch's own.
_TRIES = 2
_MANIFESTS_A_ROUND = 100
# What passes and comes again is told again.
_PASSING = ("GATEWAY_UNREACHABLE",)


@dataclass
class Monitor:
    """
    Watches one publisher's log. `receipts` are those that you hold yourself; `source` is where manifests are
    fetched from, when they shall be; a log of batches needs it, because its records are nowhere else.
    """

    chain: Chain
    log: Contract
    publisher: str
    gateways: Sequence[GatewayView] = ()
    receipts: Sequence[SignedReceipt] = ()
    source: BlockSource | None = None
    first_block: int = 0
    confirmations: int = 0

    def round(self, state: MonitorState | None) -> tuple[MonitorState, list[Alarm]]:
        """
        Look once; return what to remember, and the alarms that were not raised before.

        `ChainMismatch` when the state is of another log, `ChainUnreachable` when the endpoint does not
        answer.
        """
        chain_id = integer(self.chain.request("eth_chainId"))
        state = state or MonitorState(chain_id, self.log.address, self.publisher)
        state.require(chain_id, self.log.address, self.publisher)
        raised: dict[str, Alarm] = {}

        def alarm(one: Alarm) -> None:
            raised.setdefault(one.key, one)

        watch = ChainWatch(self.chain, self.log, self.first_block, self.confirmations)
        head = watch.head()
        state = watch.follow(state, head, alarm)
        for gateway in self.gateways:
            state = look_at(gateway, state, self._heads(watch), alarm)
        for signed in self.receipts:
            try:
                state = keep(state, signed, signed.receipt.number, alarm, where="own")
            except SignatureRefused as exc:
                alarm(Alarm("SIGNATURE_REFUSED", f"record/{signed.receipt.number}", exc.to_dict()))
        state = self._keep_promises(state, head, alarm)
        state = self._fetch_manifests(state, alarm)
        new = [one for key, one in raised.items() if key not in state.alarmed]
        lasting = [key for key in raised if not key.startswith(_PASSING)]
        alarmed = tuple(dict.fromkeys((*state.alarmed, *lasting)))
        return changed(state, alarmed=alarmed), new

    def _heads(self, watch: ChainWatch) -> Heads:
        of: Literal["log", "batches"] = "batches" if self.log.artifact.name == BATCHED else "log"
        return Heads(of, lambda: watch.newest(self.publisher))

    def _keep_promises(self, state: MonitorState, head: Block, alarm: Raise) -> MonitorState:
        waiting, settled = {}, dict(state.settled)
        for number, promise in state.promises.items():
            receipt = promise.signed.receipt
            if number > state.records and head.timestamp < receipt.anchor_by:
                waiting[number] = promise
                continue
            try:
                found = verify_receipt(
                    promise.signed,
                    self.chain,
                    self.log,
                    first_block=max(promise.since, self.first_block),
                    source=self.source,
                )
            except NotFound:
                waiting[number] = promise  # The endpoint is behind itself; the next round tells.
                continue
            except EvidenceUnavailable as exc:
                waiting[number] = promise
                alarm(Alarm("BATCH_UNAVAILABLE", f"record/{number}", exc.to_dict()))
                continue
            except ProofMismatch as exc:
                alarm(Alarm("BATCH_FALSE", f"record/{number}", self._false(promise.signed, exc)))
                continue
            if found.omitted:
                alarm(Alarm("PROMISE_BROKEN", f"record/{number}", found.to_dict()))
            elif found.included:
                settled[number] = to_hex(receipt.record_hash)
            else:
                waiting[number] = promise
        return changed(state, promises=waiting, settled=settled)

    def _false(self, signed: SignedReceipt, reason: ProofMismatch) -> dict[str, object]:
        return {"receipt": signed.to_dict(), "reason": reason.to_dict()}

    def _fetch_manifests(self, state: MonitorState, alarm: Raise) -> MonitorState:
        if self.source is None:
            return changed(state, missing={})
        missing = dict(state.missing)
        for size, (digest, tries) in list(state.missing.items())[:_MANIFESTS_A_ROUND]:
            cid = cid_of_digest(from_hex(digest, "manifest", 32))
            try:
                self.source.get_block(Cid.parse(cid))
                del missing[size]
            except (EvidenceUnavailable, EvidenceMismatch) as exc:
                missing[size] = (digest, tries + 1)
                if tries + 1 >= _TRIES:
                    alarm(Alarm("BATCH_UNAVAILABLE", f"batch/{size}", {"cid": cid, "reason": str(exc)}))
        return changed(state, missing=missing)
