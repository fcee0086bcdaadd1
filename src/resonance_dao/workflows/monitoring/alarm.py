"""
Alarms: what a monitor saw that should never be, with the evidence to show it to somebody else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

WHAT: Mapping[str, tuple[str, str]] = {
    "CHAIN_REORGANISED": (
        "the chain dropped a block that was taken for final",
        "確定とみなしたブロックがチェーンから消えました",
    ),
    "LOG_REWRITTEN": (
        "the log no longer begins with what it held before",
        "ログの先頭が以前の内容と一致しません",
    ),
    "LOG_INCONSISTENT": (
        "the batches that the endpoint shows do not give the log's head",
        "接続先の示す一括記録からログのルートを再現できません",
    ),
    "LEAVES_HIDDEN": (
        "a batch's leaves are not in plain calldata, so its records cannot be named",
        "一括記録の葉が calldata にないため、記録を特定できません",
    ),
    "SPLIT_VIEW": (
        "a gateway shows another log than the chain",
        "ゲートウェイの示すログがチェーンと異なります",
    ),
    "OTHER_LOG": (
        "a gateway says that it serves another chain, log or publisher",
        "ゲートウェイは別のチェーン・ログ・発行者を名乗っています",
    ),
    "SIGNATURE_REFUSED": (
        "a gateway gave what its publisher did not sign",
        "ゲートウェイの回答に発行者の有効な署名がありません",
    ),
    "JOURNAL_SHRANK": (
        "a gateway's journal has fewer records than before",
        "ゲートウェイの記録数が以前より減りました",
    ),
    "RECEIPT_CONFLICT": (
        "the publisher signed two different records under one number",
        "発行者が同じ番号の異なる記録に署名しました",
    ),
    "PROMISE_BROKEN": (
        "a record that was promised is not in the log",
        "約束された記録がログにありません",
    ),
    "BATCH_UNAVAILABLE": (
        "a batch's manifest could not be fetched twice in a row",
        "一括記録の目録を二回続けて取得できませんでした",
    ),
    "BATCH_FALSE": (
        "a batch's records are not those that its root commits to",
        "一括記録の内容がルートと一致しません",
    ),
    "GATEWAY_UNREACHABLE": (
        "a gateway did not answer, or not as a gateway does",
        "ゲートウェイが正しく応答しません",
    ),
}
"""By code: what happened, in English and Japanese."""


@dataclass(frozen=True)
class Alarm:
    """`subject` is what it is about (a record, a batch, a gateway); `evidence` plain values for JSON."""

    code: str
    subject: str
    evidence: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What tells this alarm from others: one is raised once."""
        return f"{self.code} {self.subject}"

    def to_text(self, language: str = "en") -> str:
        """Return one line for people."""
        return f"{self.code} {self.subject}: {WHAT[self.code][language == 'ja']}"

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "schema": "resonance/alarm/1",
            "code": self.code,
            "subject": self.subject,
            "what": WHAT[self.code][0],
            "evidence": dict(self.evidence),
        }


Raise = Callable[[Alarm], None]
"""Takes an alarm; one that was raised already is passed over."""
