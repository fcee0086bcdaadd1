"""
Making entries: a draft becomes a record with its number and a signed receipt, and a row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, update

from resonance_dao.journal.entry import Accepted, Draft, Identity, ReceiptSigner
from resonance_dao.journal.queueing import queue_requests
from resonance_dao.journal.schema import entry as entries_table
from resonance_dao.journal.schema import ledger
from resonance_dao.transparency.cid import cid_of
from resonance_dao.transparency.merkle import record_hash
from resonance_dao.transparency.receipt import Receipt, SignedReceipt, typed_data
from resonance_dao.transparency.record import Record

_INSERT = insert(entries_table)
_GROW = update(ledger).values(size=bindparam("grown"))


@dataclass(frozen=True, slots=True)
class Entered:
    """An entry that is ready to be written."""

    draft: Draft
    row: Mapping[str, Any]
    accepted: Accepted
    now: int


class Enterer:
    """Makes entries for one identity. `anchor_within_s` is what receipts promise."""

    def __init__(self, identity: Identity, signer: ReceiptSigner, anchor_within_s: int) -> None:
        self._identity, self._signer, self._anchor_within_s = identity, signer, anchor_within_s

    def enter(self, draft: Draft, number: int, now: int) -> Entered:
        """Return entry `number`. Raises `InputInvalid` for a record that breaks its schema."""
        chain_id = self._identity.chain_id
        record = Record(draft.kind, number, now, chain_id, draft.subject, draft.body, draft.links)
        content = record.to_bytes()
        signed, cid = self._sign(number, record_hash(content), now), cid_of(content)
        row = {
            "number": number,
            "kind": record.kind,
            "subject": record.subject,
            "record": content,
            "cid": cid,
            "record_hash": signed.receipt.record_hash,
            "leaf": signed.receipt.leaf,
            "signature": signed.signature,
            "accepted_at": now,
            "anchor_by": signed.receipt.anchor_by,
            "request": draft.request,
        }
        return Entered(draft, row, Accepted(number, signed, replayed=False, cid=cid), now)

    def write(self, connection: Connection, entered: Sequence[Entered]) -> None:
        """Write entries that follow one another, in a transaction that holds the ledger's row."""
        if not entered:
            return
        connection.execute(_INSERT, [one.row for one in entered])
        connection.execute(_GROW, {"grown": entered[-1].accepted.number})
        calls = [(one.accepted.number, one.draft.operation, one.now) for one in entered]
        asked = [(number, call, now) for number, call, now in calls if call is not None]
        queue_requests(connection, self._identity, asked)

    def receipt_of(self, row: Row[Any]) -> SignedReceipt:
        """Return the receipt of an entry that was written before."""
        made = self._receipt(row.number, bytes(row.record_hash), row.accepted_at, row.anchor_by)
        return SignedReceipt(made, bytes(row.signature))

    def _sign(self, number: int, digest: bytes, now: int) -> SignedReceipt:
        receipt = self._receipt(number, digest, now, now + self._anchor_within_s)
        message = typed_data(receipt)
        signature = self._signer.sign_typed_data(message["domain"], message["types"], message["message"])
        return SignedReceipt(receipt, signature)

    def _receipt(self, number: int, digest: bytes, accepted_at: int, anchor_by: int) -> Receipt:
        whose = self._identity
        return Receipt(number, digest, accepted_at, anchor_by, whose.publisher, whose.chain_id, whose.log)
