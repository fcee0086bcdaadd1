"""
How the gateway stands, read when it is asked for.

What cannot be read is left out and said so by `resonance_readable`, so that a database or a node that does
not answer is a figure too, and no stale number takes its place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from frontend_api.parts import Parts
from frontend_api.recording_thread import RecordingThread
from resonance_dao.chain.chain import balance_of
from resonance_dao.errors import ResonanceError
from resonance_dao.journal.figures import read_figures
from resonance_dao.journal.pin_rounds import last_rounds
from resonance_dao.journal.pins import missing_copies
from resonance_dao.journal.webhooks import backlogs


class Standing(Collector):
    """The figures of journal, copies, recorder and chain."""

    def __init__(self, parts: Parts, recording: RecordingThread) -> None:
        self._parts, self._recording = parts, recording

    def describe(self) -> list[Metric]:
        """Return nothing: registering must not read anything yet."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Yield every figure that can be read now."""
        sources: Mapping[str, Callable[[], list[Metric]]] = {
            "recorder": self._recorder,
            "journal": self._journal,
            "copies": self._copies,
            "webhooks": self._webhooks,
            "chain": self._chain,
        }
        readable = GaugeMetricFamily(
            "resonance_readable", "Whether these figures could be read.", labels=["source"]
        )
        for name, read in sources.items():
            try:
                found = read()
            except ResonanceError:
                readable.add_metric([name], 0)
                continue
            readable.add_metric([name], 1)
            yield from found
        yield readable

    def _recorder(self) -> list[Metric]:
        recording = self._recording
        return [
            _gauge(
                "resonance_recorder_working", "Whether the recorder meets no trouble.", not recording.reason
            ),
            _gauge("resonance_recorder_halted", "Whether it waits for a person.", recording.is_halted),
            _gauge(
                "resonance_recorder_leading", "Whether this process is the one that sends.", recording.leads
            ),
        ]

    def _journal(self) -> list[Metric]:
        figures, now = read_figures(self._parts.journal.database), self._parts.now()
        waits = 0 if figures.waits_since is None else max(0, now - figures.waits_since)
        found: list[Metric] = [
            CounterMetricFamily("resonance_records_accepted", "Records of the journal.", figures.accepted),
            CounterMetricFamily(
                "resonance_records_anchored", "Records in the log for good.", figures.anchored
            ),
            _gauge("resonance_records_unpinned", "Records that wait to be pinned.", figures.unpinned),
            _gauge("resonance_anchor_waiting_seconds", "Age of the first record not anchored.", waits),
            _labelled("resonance_operations", "Transactions under way.", "state", figures.operations),
            _labelled("resonance_alarms", "Alarms that are not over.", "reason_code", figures.alarms),
        ]
        if figures.anchor_by is not None:
            left = figures.anchor_by - now
            told = "Seconds until the first promise of a receipt is broken; negative: it was."
            found.append(_gauge("resonance_anchor_promise_seconds", told, left))
        return found

    def _copies(self) -> list[Metric]:
        database = self._parts.journal.database
        missing, rounds = missing_copies(database), last_rounds(database)
        return [
            _labelled(
                "resonance_copies_missing",
                "Copies that failed.",
                "store",
                {m.store: m.failed for m in missing},
            ),
            _labelled(
                "resonance_copies_waiting",
                "Copies a store is at work on.",
                "store",
                {m.store: m.waiting for m in missing},
            ),
            _labelled(
                "resonance_pin_round_begun_timestamp_seconds",
                "When the last round of checks began.",
                "store",
                {r.store: r.begun_at for r in rounds},
            ),
            _labelled(
                "resonance_pin_round_checked",
                "Copies that the last round looked at.",
                "store",
                {r.store: r.checked for r in rounds},
            ),
            _labelled(
                "resonance_pin_round_missing",
                "Copies that it found missing.",
                "store",
                {r.store: r.missing for r in rounds},
            ),
        ]

    def _webhooks(self) -> list[Metric]:
        found = backlogs(self._parts.journal.database)
        waiting = {hook: backlog.waiting for hook, backlog in found.items()}
        given_up = {hook: backlog.given_up for hook, backlog in found.items()}
        return [
            _labelled("resonance_webhook_waiting", "Entries still to be told.", "webhook", waiting),
            _labelled("resonance_webhook_given_up", "Entries never told.", "webhook", given_up),
        ]

    def _chain(self) -> list[Metric]:
        chain = self._parts.system.chain
        coin = {key: balance_of(chain, key) for key in self._parts.recorder.keys}
        return [
            _gauge("resonance_chain_block", "The newest block of the node.", chain.block().number),
            _labelled("resonance_sender_balance_wei", "Coin for gas.", "sender", coin),
        ]


def _gauge(name: str, told: str, value: float) -> Metric:
    return GaugeMetricFamily(name, told, value)


def _labelled(name: str, told: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(name, told, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family
