"""
What is told of copies: disclosures of those that are missing, corrections when they have arrived.

Reason codes: `PIN_FAILED` a copy could not be made, `PIN_LOST` one that was made is gone or altered,
`PIN_STORE_UNREACHABLE` a store did not answer when its copies were looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial

from resonance_dao.evidence.store import PinReport
from resonance_dao.journal.entry import CopyReport, Draft

FAILED = "PIN_FAILED"
LOST = "PIN_LOST"
UNREACHABLE = "PIN_STORE_UNREACHABLE"
ABOUT_PINS = "pin/"
_ADDRESS = re.compile(
    r"\b([a-z][a-z0-9+.-]*://)(?:[^\s/]*@)?((?:\[[^\]\s]*\]|[^\s/?#@:]*)(?::[0-9]+)?)\S*", re.IGNORECASE
)

_WHAT = {
    FAILED: ("A copy on {} could not be made.", "{} への複製に失敗しました。"),
    LOST: ("A copy on {} is gone or altered.", "{} の複製が失われたか、改変されています。"),
    UNREACHABLE: (
        "{} did not answer when its copies were checked.",
        "複製の確認に {} が応答しませんでした。",
    ),
}
_NEXT = {
    "en": "Another copy is kept. This one is made again until it is there. Further copies that fail there "
    "for this reason meanwhile are tried again with it.",
    "ja": "別の複製は保存されています。成功するまで再試行します。その間に同じ理由で失敗した複製も同様です。",
}


def copy_reports(reports: Iterable[PinReport], *, tell: bool = True, code: str = FAILED) -> list[CopyReport]:
    """
    Turn what stores said into what the journal keeps. `tell` False: a failure is tried again without a word,
    as it must be for the records that tell of copies.
    """
    return [_report(report, tell, code) for report in reports]


def _report(report: PinReport, tell: bool, code: str) -> CopyReport:
    cid, store = str(report.cid), report.store
    if report.ok:
        return CopyReport(cid, store, "arrived", correction=partial(_correction, cid, store))
    return CopyReport(
        cid,
        store,
        "waiting" if report.pending else "failed",
        reason=report.reason,
        reason_code=code,
        disclosure=_disclosure(cid, store, report.reason, code) if tell else None,
        at_once=code == LOST,
    )


def _disclosure(cid: str, store: str, reason: str, code: str) -> Draft:
    en, ja = (text.format(store) for text in _WHAT[code])
    body = {
        "reason_code": code,
        "what": {"en": en, "ja": ja},
        "why": _publishable(reason),
        "next": _NEXT,
        "details": {"cid": cid, "store": store},
    }
    return Draft("disclosure", _subject(cid, store), body)


def _correction(cid: str, store: str, disclosure: int, copies: int) -> Draft:
    body = {
        "corrects": disclosure,
        "what": {
            "en": f"All copies that were missing on {store} for this reason are there.",
            "ja": f"{store} で不足していた複製はすべて揃いました。",
        },
        "why": {"en": "They were made again.", "ja": "再試行しました。"},
        "details": {"cid": cid, "store": store, "copies": copies},
    }
    return Draft("correction", _subject(cid, store), body, (disclosure,))


def _subject(cid: str, store: str) -> str:
    return f"{ABOUT_PINS}{re.sub('[^A-Za-z0-9._-]', '-', store)[:80]}/{cid}"


def _publishable(reason: str) -> str:
    # What a server said may hold anything; a number or an address in it must not stop the disclosure.
    # Of an address the place is enough: its user and path may be secrets.
    reason = _ADDRESS.sub(r"\1\2", reason)
    return re.sub(r"[+@]|[0-9]{6,}", "…", reason)[:500] or "It gave no reason."
