"""
What the relayer tells the world when a person must see to something: disclosures, and their corrections.

No alarm tells anybody's name or address but those of the operator's own keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from resonance_dao.journal.entry import Draft

POOR, FOREIGN, REORGANISED = "SENDER_POOR", "SENDER_NONCE_FOREIGN", "REORG_BEYOND_FINALITY"

_Words = Mapping[str, str]
_WHAT: Mapping[str, _Words] = {
    POOR: {
        "en": "A sending key has less coin than the operator wants it to have.",
        "ja": "送信用の鍵の残高が、運営者の定めた下限を下回りました。",
    },
    FOREIGN: {
        "en": "A sending key was used by somebody else.",
        "ja": "送信用の鍵が第三者に使用されました。",
    },
    REORGANISED: {
        "en": "The chain was reorganised below a block that had been final.",
        "ja": "確定済みのブロックより前から、チェーンが再編成されました。",
    },
}
_WHY: Mapping[str, _Words] = {
    POOR: {"en": "Gas was paid from it.", "ja": "ガス代の支払いによるものです。"},
    FOREIGN: {
        "en": "One of its nonces is used on the chain by a transaction that is not ours.",
        "ja": "この鍵の番号(ナンス)が、当方のものではないトランザクションに使われています。",
    },
    REORGANISED: {
        "en": "The chain has another block in the place of one that was final.",
        "ja": "確定済みのブロックの位置に、別のブロックがあります。",
    },
}
_NEXT: Mapping[str, _Words] = {
    POOR: {
        "en": "The operator sends it coin; what waits is sent by itself.",
        "ja": "運営者が入金すれば、待機中の送信は自動的に再開されます。",
    },
    FOREIGN: {
        "en": "The key sends nothing new. The operator finds out who has it and replaces it.",
        "ja": "この鍵は新たな送信に使われません。運営者が原因を調べ、鍵を交換します。",
    },
    REORGANISED: {
        "en": "Nothing is accepted or sent until a person has compared the records with the chain.",
        "ja": "担当者が記録とチェーンを照合するまで、受付と送信を停止します。",
    },
}
_OVER = {"en": "This is over.", "ja": "この状態は解消しました。"}
_RESUMED = {
    "en": "Accepting and sending go on from the chain as it is now.",
    "ja": "現在のチェーンに基づいて、受付と送信を再開します。",
}
_ENOUGH = {"en": "The key has enough coin again.", "ja": "残高が回復しました。"}


def disclosure(code: str, about: str, details: Mapping[str, Any]) -> Draft:
    """Return the disclosure of an alarm; its subject is `sender/...` or `chain/...`, by what it is about."""
    body = {
        "reason_code": code,
        "what": _WHAT[code],
        "why": _WHY[code],
        "next": _NEXT[code],
        "details": dict(details),
    }
    return Draft("disclosure", subject(code, about), body)


def correction(code: str, about: str, number: int) -> Draft:
    """Return the correction of disclosure `number`, when its cause is gone."""
    return _ended(code, about, number, _OVER, _ENOUGH, {})


def decision(about: str, number: int, details: Mapping[str, Any], reason: str) -> Draft:
    """Return the correction of disclosure `number` of a reorganisation, when a person decides to go on."""
    why = {"en": f"The operator decided to go on: {reason}", "ja": f"運営者が再開を決定しました: {reason}"}
    return _ended(REORGANISED, about, number, _RESUMED, why, {**details, "reason": reason})


def vouching(about: str, number: int, details: Mapping[str, Any], reason: str) -> Draft:
    """Return the correction of disclosure `number` of a key's foreign use, when it was the operator's own."""
    why = {"en": f"The operator sent it: {reason}", "ja": f"運営者自身による送信です: {reason}"}
    return _ended(FOREIGN, about, number, _OVER, why, {**details, "reason": reason})


def subject(code: str, about: str) -> str:
    """Return what an alarm's records are about; `about` is an address, or a block's number."""
    return f"{'chain' if code == REORGANISED else 'sender'}/{about}/{code.lower().replace('_', '-')}"


def _ended(
    code: str, about: str, number: int, what: _Words, why: _Words, details: Mapping[str, Any]
) -> Draft:
    told = {"reason_code": code, **details}
    body = {"corrects": number, "what": what, "why": why, "details": told}
    return Draft("correction", subject(code, about), body, (number,))
