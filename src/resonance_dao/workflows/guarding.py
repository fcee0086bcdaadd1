"""
The relayer's watch: that what was final stays so, and that its keys have coin.

A reorganisation below what was final breaks what the outcomes told. Nothing is sent again on its account:
that is told, once, and a person decides. Until then every process that starts finds the alarm, and stops.
"""

from __future__ import annotations

from resonance_dao.errors import ChainMismatch, JournalConflict
from resonance_dao.journal import final_block
from resonance_dao.journal.alarms import Alarms
from resonance_dao.journal.journal import Journal
from resonance_dao.workflows import alarming
from resonance_dao.workflows.finality import Finality
from resonance_dao.workflows.senders import Senders

BALANCES_EVERY_S = 60


class Guardian:
    """Watches one journal's chain and keys."""

    def __init__(self, journal: Journal, senders: Senders, finality: Finality) -> None:
        self._journal, self._senders, self._finality = journal, senders, finality
        self._alarms = Alarms(journal)
        self._looked_at: int | None = None

    def check_finality(self, now: int) -> int:
        """
        Check the newest final block; 0.

        Raises `ChainMismatch` after disclosing that the chain has another in its place, `ChainUnreachable`
        when the node does not have it.
        """
        known = final_block.read(self._journal.database)
        try:
            self._finality.check(known)
        except ChainMismatch as exc:
            about = str(exc.details["block"])
            details = {key: exc.details[key] for key in ("block", "expected", "found")}
            self._alarms.sound(alarming.disclosure(alarming.REORGANISED, about, details), now)
            raise
        return 0

    def check_decided(self) -> None:
        """
        Check that nothing waits for a person's decision, whatever chain and keys look like now.

        Raises `ChainMismatch` for a reorganisation below what was final, `JournalConflict` for a publisher's
        key in other hands.
        """
        lost = alarming.subject(alarming.FOREIGN, self._senders.publisher)
        for alarm in self._alarms.raised():
            if alarm.reason_code == alarming.REORGANISED:
                raise ChainMismatch(
                    f"the chain was reorganised below what was final (record {alarm.disclosure})",
                    hint="Compare the records with the chain, and decide: resonance relayer resume.",
                    record=alarm.disclosure,
                )
            if alarm.subject == lost:
                raise JournalConflict(
                    f"the publisher's key was used by somebody else (record {alarm.disclosure})",
                    hint="Find out who did. If it was you, say so: resonance relayer vouch.",
                    record=alarm.disclosure,
                )

    def check_balances(self, now: int) -> int:
        """Look at every key's coin once a minute; return how many alarms were raised or ended."""
        if self._looked_at is not None and 0 <= now - self._looked_at < BALANCES_EVERY_S:
            return 0
        raised = {alarm.subject for alarm in self._alarms.raised()}
        changes = sum(
            self._check(address, least, raised, now) for address, least in self._senders.least(now).items()
        )
        self._looked_at = now
        return changes

    def _check(self, address: str, least: int, raised: set[str], now: int) -> int:
        told = alarming.subject(alarming.POOR, address)
        if least == 0 and told not in raised:
            return 0
        balance = self._senders.balance(address)
        if balance < least and told not in raised:
            details = {"sender": address, "balance": str(balance), "least": str(least)}
            return int(self._alarms.sound(alarming.disclosure(alarming.POOR, address, details), now))
        if balance >= least and told in raised:
            return int(self._alarms.end(told, lambda n: alarming.correction(alarming.POOR, address, n), now))
        return 0
