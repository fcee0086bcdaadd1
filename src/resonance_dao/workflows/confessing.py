"""
What the recorder tells of its own failures: promises of receipts that it broke, and times in which it stood
still.

A broken promise is an alarm, told once and corrected when the log has caught up. Whether it is broken is
read from the chain, as whoever holds the receipt reads it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from resonance_dao.chain.chain import Chain
from resonance_dao.chain.contract import Contract
from resonance_dao.errors import NotFound
from resonance_dao.journal.alarms import Alarms
from resonance_dao.journal.batches import Batches
from resonance_dao.journal.entry import Draft
from resonance_dao.journal.figures import anchor_by
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.sightings import Sightings
from resonance_dao.workflows.finality import Finality

LATE, OUTAGE = "PROMISE_LATE", "GATEWAY_OUTAGE"
ABOUT_PROMISES = "log/promises"
LOOK_EVERY_S = 10

_LATE = {
    "what": {
        "en": "A record is not in the log by the time that its receipt promises.",
        "ja": "受領証が約束した期限までに、記録がログに追加されませんでした。",
    },
    "why": {
        "en": "The log on the chain was still too short then.",
        "ja": "期限の時点で、チェーン上のログがその記録に達していませんでした。",
    },
    "next": {
        "en": "The records are added in their order. The receipt is evidence of the delay.",
        "ja": "記録は順番どおりに追加されます。受領証はこの遅延の証拠になります。",
    },
}
_CAUGHT_UP = {
    "what": {"en": "The log has caught up.", "ja": "ログへの追加が追いつきました。"},
    "why": {
        "en": "No record waits for longer than promised.",
        "ja": "約束の期限を過ぎて待つ記録はありません。",
    },
}
_OUTAGE = {
    "what": {"en": "The recorder stood still for a while.", "ja": "記録係が一定時間停止していました。"},
    "why": {
        "en": "When it began again, it had read the chain up to the first of the two times only.",
        "ja": "再開時点で、チェーンは開始時刻までしか読まれていませんでした。",
    },
    "next": {
        "en": "What happened on the chain meanwhile is read and recorded now.",
        "ja": "停止中にチェーンで起きたことは、これから読み取って記録します。",
    },
}


class Confessor:
    """Looks after one journal's own failures. Times are unix s of the chain; `outage_s` 0 tells no outage."""

    def __init__(
        self,
        journal: Journal,
        chain: Chain,
        log: Contract,
        finality: Finality,
        *,
        outage_s: int,
        first_block: int,
        span: int,
    ) -> None:
        self._journal, self._chain, self._log = journal, chain, log
        self._finality, self._outage_s, self._first, self._span = finality, outage_s, first_block, span
        self._alarms, self._batches = Alarms(journal), Batches(journal)
        self._looked_at: int | None = None

    def check_promises(self, now: int) -> int:
        """
        Tell that a promise is broken, or that none is any more; look every 10 s. Return how many were told.
        """
        if self._looked_at is not None and 0 <= now - self._looked_at < LOOK_EVERY_S:
            return 0
        changes = self._check_promises(now)
        self._looked_at = now
        return changes

    def tell_outage(self, now: int) -> int:
        """
        Tell for how long nothing was read of the chain before this moment, if that is long; return 1 if so.

        It is counted from one final block to another, since reading lags behind the head while all is well.
        """
        milestones = Sightings(self._journal).milestones()[:2] if self._outage_s else []
        if not milestones:
            return 0
        newest = milestones[0].block_number
        before = milestones[1].block_number if len(milestones) > 1 else self._first - 1
        if newest - before >= self._span:
            return 0  # It was still reading what is older than the gateway, and says nothing of when.
        try:
            since, until = (self._chain.block(number).timestamp for number in (newest, self._finality.last()))
        except NotFound:
            return 0  # The chain stepped back, or the node lags: then nothing tells the time.
        since = max(since, self._told_until(newest))
        if until - since < self._outage_s:
            return 0
        details = {"from": since, "to": until, "read_to_block": newest}
        self._journal.accept("disclosure", _about(newest), _body(OUTAGE, _OUTAGE, details), now=now)
        return 1

    def _check_promises(self, now: int) -> int:
        raised = any(alarm.subject == ABOUT_PROMISES for alarm in self._alarms.raised())
        due = anchor_by(self._journal.database, self._batches.anchored() + 1)
        if due is None or due > now:
            return int(raised and self._alarms.end(ABOUT_PROMISES, _corrected, now))
        if raised:
            return 0
        head = self._chain.block()
        publisher = self._journal.identity.publisher
        size = int(self._log.call(self._chain, "sizeOf", publisher, block=head.number))
        due = anchor_by(self._journal.database, size + 1)
        if due is None or head.timestamp < due:
            return 0
        details = {"number": size + 1, "anchor_by": due, "log_size": size, "block": head.number}
        return int(self._alarms.sound(Draft("disclosure", ABOUT_PROMISES, _body(LATE, _LATE, details)), now))

    def _told_until(self, block: int) -> int:
        told = self._journal.entries(subject=_about(block))
        return max((int(one.to_record().body["details"]["to"]) for one in told), default=0)


def _about(block: int) -> str:
    return f"gateway/outage/{block}"


def _body(code: str, words: Mapping[str, Mapping[str, str]], details: Mapping[str, Any]) -> dict[str, Any]:
    return {"reason_code": code, **words, "details": dict(details)}


def _corrected(number: int) -> Draft:
    body = {"corrects": number, **_CAUGHT_UP, "details": {"reason_code": LATE}}
    return Draft("correction", ABOUT_PROMISES, body, (number,))
