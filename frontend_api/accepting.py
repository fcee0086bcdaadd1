"""
Taking a request in: once for each Idempotency-Key, checked, then numbered, receipted and queued in one
commit.

A key that was seen with the same request is answered as it was the first time, before anything is checked
anew: what was right then may be settled by now. The same key with another request is a conflict.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import anyio.to_thread
from fastapi import Depends, Header, Request, Response

from frontend_api import batching, room
from frontend_api.doors.identity import Identity
from frontend_api.doors.keeper import Keeper
from frontend_api.intake import Asked
from frontend_api.parts import SharedParts
from frontend_api.relaying import Relaying, Wanted, name_of
from frontend_api.schemas.accepted import AcceptedOut, ReceiptOut
from frontend_api.schemas.batch import BatchAcceptedOut
from frontend_api.schemas.evidence import EvidenceOut
from frontend_api.schemas.transaction import TransactionIn
from frontend_api.schemas.wire import Wire
from frontend_api.upload import Upload
from resonance_dao.errors import InputInvalid
from resonance_dao.journal.entry import Accepted, Idempotency
from resonance_dao.workflows.pin_words import copy_reports
from resonance_dao.workflows.system import System

REPLAYED = "Idempotent-Replay"

IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=128,
        pattern=r"^[\x20-\x7e]+$",
        description="Your name for this request, new for each new one; a UUID is best. Sending the same "
        "request again with the same key gives the same answer and does nothing twice.",
        examples=["7d1f4c0e-9c55-4f1e-8f0b-3f3b8b2c9a10"],
    ),
]


class Accepting:
    """Takes in one request; a dependency of every route that changes something."""

    def __init__(self, key: str, request: Request, response: Response) -> None:
        state = request.app.state
        self._parts: SharedParts = state.parts
        self._relaying: Relaying = state.relaying
        self._keeper: Keeper = state.keeper
        self._identity: Identity = request.scope["identity"]
        self._key, self._response = key, response
        self._route = f"{request.method} {request.url.path}"

    async def relay(self, body: Wire, plan: Callable[[System], Asked]) -> AcceptedOut:
        """
        Take in a request for a transaction that the operator's account sends, when the contract would take
        it now.
        """
        return AcceptedOut(**self._answer(await self._relayed(body, plan)))

    async def relay_many(self, body: Wire, plan: Callable[[System], Asked]) -> BatchAcceptedOut:
        """
        Take in a batch of judgements as one request. Which of them were taken stands in its record, so the
        same request with the same key is answered the same.
        """
        accepted = await self._relayed(body, plan)
        entry = await anyio.to_thread.run_sync(self._parts.journal.entry, accepted.number)
        told = batching.told(entry)
        return BatchAcceptedOut(**self._answer(accepted), judgements=told)

    def evidence(self, upload: Upload, expected: str | None, max_bytes: int) -> EvidenceOut:
        """Keep evidence, and record that it was kept; `expected` is the CID the sender computed, if any."""
        size, cid = upload.size, upload.cid()
        if expected not in (None, cid):
            raise InputInvalid(
                "cid", expected, f"is not the CID of what arrived, {cid}", hint="Upload the file again."
            )
        facts = {"cid": cid, "status": "pinned", "media_type": upload.media_type, "size": size}
        if sealed := upload.sealed:
            facts |= {"status": "sealed", "commitment": "0x" + sealed.commitment.hex()}
        idempotency = self._idempotency(facts)
        accepted = self._relaying.replayed(idempotency)
        if accepted is None:
            accepted = self._keeper.kept(
                self._identity, size, lambda: self._keep(upload, facts, idempotency, max_bytes)
            )
        return EvidenceOut(**self._answer(accepted), cid=cid, size=size, url=f"/ipfs/{cid}")

    def transaction(self, body: TransactionIn) -> AcceptedOut:
        """Take in the report of a transaction that someone else sent."""
        idempotency, journal = self._idempotency(body.model_dump(mode="json")), self._parts.journal
        accepted = self._relaying.replayed(idempotency)
        if accepted is None:
            accepted = self._parts.recorder.report_transaction(body.tx_hash, self._parts.now())
            journal.remember(idempotency, accepted.number)
        return AcceptedOut(**self._answer(accepted))

    async def _relayed(self, body: Wire, plan: Callable[[System], Asked]) -> Accepted:
        wanted = Wanted(self._identity, self._route, self._key, body, plan)
        return await self._relaying.take(wanted)

    def _keep(
        self, upload: Upload, facts: dict[str, Any], idempotency: Idempotency, max_bytes: int
    ) -> Accepted:
        room.require(room.places_of(self._parts), upload.size)
        added = upload.keep(self._parts.store, max_bytes)
        return self._parts.journal.accept(
            "evidence",
            f"evidence/{added.text}",
            {**facts, "profile": added.profile},
            now=self._parts.now(),
            idempotency=idempotency,
            copies=copy_reports(added.pins),
        )

    def _idempotency(self, body: dict[str, Any]) -> Idempotency:
        return name_of(self._identity, self._key, self._route, body)

    def _answer(self, accepted: Accepted) -> dict[str, Any]:
        status_url = f"/v1/requests/{accepted.number}"
        self._response.headers["Location"] = status_url
        if accepted.replayed:
            self._response.headers[REPLAYED] = "true"
        return {
            "number": accepted.number,
            "record_cid": accepted.cid,
            "receipt": ReceiptOut.of(accepted.receipt),
            "status_url": status_url,
        }


async def _accepting(key: IdempotencyKey, request: Request, response: Response) -> Accepting:
    # Async, as everything here that only hands over: what is not goes through a thread of its own. It depends
    # on nothing else, because each step of resolving costs as much as a check.
    return Accepting(key, request, response)


AcceptingDep = Annotated[Accepting, Depends(_accepting)]
