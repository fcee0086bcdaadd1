"""
How the recorder tells what happened: the drafts of its entries.

Success is a `transaction` record, which typed records of what it did follow; failure is a `disclosure` whose
details hold the same facts and the decoded reason. Texts that come from the chain may hold anything; a record
that would publish personal data, or would not fit, is told without them, and says so.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from resonance_dao.chain.chain import Receipt
from resonance_dao.chain.contract import Contract
from resonance_dao.errors import InputInvalid, TransactionFailed
from resonance_dao.journal.entry import Draft
from resonance_dao.transparency.cid import cid_of
from resonance_dao.transparency.record import Record
from resonance_dao.workflows.effects import Effect, effects_of, is_cid, numbered
from resonance_dao.workflows.system import plain
from resonance_dao.workflows.terms import read_terms

REVERTED, REFUSED = "TRANSACTION_REVERTED", "TRANSACTION_REFUSED"
CANCELLED, LOST = "TRANSACTION_CANCELLED", "TRANSACTION_LOST"
_WHAT = {
    REVERTED: {
        "en": "A transaction failed on the chain and changed nothing.",
        "ja": "トランザクションがチェーン上で失敗し、何も変更されませんでした。",
    },
    REFUSED: {
        "en": "A transaction was not sent, because it would have failed.",
        "ja": "失敗することが分かったため、トランザクションは送信されませんでした。",
    },
    CANCELLED: {
        "en": "A transaction was cancelled before it was carried out.",
        "ja": "トランザクションは実行前に取り消されました。",
    },
    LOST: {
        "en": "A transaction was signed and can never be carried out: its nonce is used up.",
        "ja": "署名済みのトランザクションは、番号(ナンス)が使用済みのため実行できなくなりました。",
    },
}
_NEXT = {
    "en": "It paid and changed nothing. Correct the cause and ask again; the new request may link here.",
    "ja": "これによる支払いや変更はありません。原因を直して再度依頼してください。"
    "新しい依頼からこの記録へリンクできます。",
}
# A number that any record may have, to try whether a draft can be one.
_TRIAL_NUMBER = 2**50


class Teller:
    """Writes drafts, decoding calls and events by the contracts it knows."""

    def __init__(self, chain_id: int, contracts: Callable[[], Sequence[Contract]]) -> None:
        self._chain_id, self._contracts = chain_id, contracts

    def requested(self, sender: str, to: str, data: bytes) -> dict[str, Any]:
        """Return the body of a request to send `data` to `to`."""
        function, arguments = self._function(to, data)
        return {
            "to": to,
            "function": function,
            "status": "requested",
            "tx_hash": None,
            "from": sender,
            "value": "0",
            "arguments": arguments,
        }

    def is_asked_for(self, body: Mapping[str, Any], to: str, data: bytes) -> bool:
        """Return whether a request's body asks for this call, as far as the contract is known here."""
        function, arguments = self._function(to, data)
        if body["to"] != to or function.startswith(("0x", "(")):
            return bool(body["to"] == to)
        # A contract may be read by several ABIs, which name the same arguments differently.
        asked = body.get("arguments", arguments)
        return bool(function == body["function"] and _values(arguments) == _values(asked))

    def succeeded(self, request: tuple[int, str], data: bytes, receipt: Receipt) -> Draft:
        """Tell that the transaction of a request (number, subject) did its work."""
        number, subject = request
        body = self._transaction(data, receipt, "succeeded")
        return self._followed(Draft("transaction", subject, body, (number,), request=number))

    def failed(
        self, request: tuple[int, str], data: bytes, receipt: Receipt, error: Mapping[str, Any]
    ) -> Draft:
        """Tell that the transaction of a request was mined and reverted."""
        number, subject = request
        facts = self._transaction(data, receipt, "failed", error)
        return self._publishable(
            Draft("disclosure", subject, _disclosed(REVERTED, facts), (number,), request=number)
        )

    def refused(
        self,
        request: tuple[int, str],
        sender: str,
        to: str,
        data: bytes,
        error: Mapping[str, Any],
        code: str = REFUSED,
    ) -> Draft:
        """Tell that the transaction of a request was not sent, or (by `code`) not carried out."""
        number, subject = request
        facts = {**self.requested(sender, to, data), "status": "failed", "error": dict(error)}
        return self._publishable(
            Draft("disclosure", subject, _disclosed(code, facts), (number,), request=number)
        )

    def observed(self, data: bytes, receipt: Receipt, value: int) -> Draft:
        """Tell of somebody's transaction that did its work."""
        body = self._transaction(data, receipt, "observed", value=value)
        return self._followed(Draft("transaction", f"transaction/{receipt.tx_hash}", body))

    def effects(self, receipt: Receipt, number: int, cid: str) -> list[Draft]:
        """Return the typed entries that follow entry `number`, which tells of this transaction."""
        return numbered(self._effects(self._events(receipt), receipt.tx_hash), number, cid)

    def reported(self, data: bytes, receipt: Receipt, value: int, error: Mapping[str, Any]) -> Draft:
        """Tell of somebody's transaction that reverted, or of one of the recorder's own housekeeping."""
        facts = self._transaction(data, receipt, "failed", error, value)
        return self._publishable(
            Draft("disclosure", f"transaction/{receipt.tx_hash}", _disclosed(REVERTED, facts))
        )

    def _followed(self, draft: Draft) -> Draft:
        """Return what can be published of a transaction's draft, followed by what the transaction did."""
        # Found now: the commit, which holds the journal's lock, is no place to ask a node for contracts.
        effects = self._effects(draft.body["events"], draft.body["tx_hash"])
        return replace(self._publishable(draft), follows=partial(numbered, effects))

    def _effects(self, events: Iterable[Mapping[str, Any]], tx_hash: str) -> list[Effect]:
        found, any_cid = effects_of(events, tx_hash, self._document), cid_of(b"")
        return [effect for effect in found if self._fits(effect.after(1, any_cid))]

    def _document(self, terms: str) -> str | None:
        """Return the CID of the document that encoded terms name."""
        for contract in self._contracts():
            if contract.artifact.name == "BountyOpener":
                try:
                    document = read_terms(contract, bytes.fromhex(terms[2:])).document
                except InputInvalid:
                    return None
                return document if is_cid(document) else None
        return None

    def _transaction(
        self,
        data: bytes,
        receipt: Receipt,
        status: str,
        error: Mapping[str, Any] | None = None,
        value: int = 0,
    ) -> dict[str, Any]:
        function, arguments = self._function(receipt.to, data)
        return {
            "to": receipt.to,
            "function": function,
            "status": status,
            "tx_hash": receipt.tx_hash,
            "error": None if error is None else dict(error),
            "from": receipt.sender,
            "value": str(value),
            "arguments": arguments,
            "block_number": receipt.block_number,
            "block_hash": receipt.block_hash,
            "gas_used": receipt.gas_used,
            "events": list(self._events(receipt)),
        }

    def _function(self, to: str | None, data: bytes) -> tuple[str, dict[str, Any]]:
        for contract in self._contracts():
            if contract.address == to:
                try:
                    function, arguments = contract.decode_input(data)
                except InputInvalid:
                    break
                return function, plain(arguments)
        if to is None:
            return "(creation)", {}
        return ("0x" + data[:4].hex(), {}) if data else ("(transfer)", {})

    def _events(self, receipt: Receipt) -> Iterable[dict[str, Any]]:
        known = {contract.address: contract for contract in self._contracts()}
        for log in receipt.logs:
            contract = known.get(log.address)
            for event in () if contract is None else contract.events([log]):
                told = {"contract": contract.artifact.name if contract else "", "address": event.address}
                yield {**told, "name": event.name, "args": plain(event.args)}

    def _publishable(self, draft: Draft) -> Draft:
        try:
            self._try(draft)
        except InputInvalid as exc:
            reduced = Draft(
                draft.kind, draft.subject, _without_texts(draft.body, exc.field), draft.links, draft.request
            )
            self._try(reduced)
            return reduced
        return draft

    def _fits(self, draft: Draft) -> bool:
        try:
            self._try(draft)
        except InputInvalid:
            return False
        return True

    def _try(self, draft: Draft) -> None:
        Record(
            draft.kind, _TRIAL_NUMBER, 0, self._chain_id, draft.subject, draft.body, draft.links
        ).to_bytes()


def _values(arguments: Mapping[str, Any]) -> list[str]:
    return sorted(json.dumps(value, sort_keys=True) for value in arguments.values())


def error_of(exc: TransactionFailed) -> dict[str, Any]:
    """Return the decoded reason of a failure as a record holds it."""
    found = exc.details.get("error")
    decoded: Mapping[str, Any] = found if isinstance(found, Mapping) else {}
    return {
        "name": str(decoded.get("name") or "Unknown")[:200],
        "message": str(exc)[:8000] or "It gave no reason.",
        "args": plain(decoded.get("args") or {}),
        "data": str(decoded.get("data") or "0x"),
        **({"hint": exc.hint[:8000]} if exc.hint else {}),
    }


def _disclosed(reason_code: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "reason_code": reason_code,
        "what": _WHAT[reason_code],
        "why": facts["error"]["message"],
        "next": _NEXT,
        "details": {"transaction": facts},
    }


def _without_texts(body: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Leave out what the chain's users wrote: arguments, events and reasons in words."""
    if "reason_code" in body:
        facts = _without_texts(body["details"]["transaction"], where)
        return {**body, "why": facts["error"]["message"], "details": {"transaction": facts}}
    kept = {key: value for key, value in body.items() if key not in ("arguments", "events", "error")}
    error = body.get("error")
    if error is not None:
        told = f"{error['name']}; its words are not repeated here."
        error = {"name": error["name"] if error["name"].isidentifier() else "Unknown", "message": told}
    reason = "arguments and events are on the chain; they cannot be repeated in a public record"
    return {**kept, "error": error, "details": {"withheld": {"path": where, "reason": reason}}}
