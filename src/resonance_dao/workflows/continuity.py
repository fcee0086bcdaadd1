"""
Whether a journal goes on where its log on the chain stands.

A journal that holds fewer records than the log is an old backup, or a new one in place of a lost one. The
numbers it would give were given before, so each new receipt would contradict an old one: nothing may be
accepted.
"""

from __future__ import annotations

from resonance_dao.chain.chain import Chain
from resonance_dao.chain.contract import Contract
from resonance_dao.errors import JournalConflict
from resonance_dao.journal.journal import Journal


def require_continuity(journal: Journal, chain: Chain, log: Contract) -> None:
    """Refuse a journal that holds fewer records than the chain's log of its publisher (`JournalConflict`)."""
    held = journal.size()
    anchored = int(log.call(chain, "sizeOf", journal.identity.publisher))
    if anchored > held:
        raise JournalConflict(
            f"the chain's log has {anchored} records, the journal {held}: it is not the one that wrote them",
            hint="Use the home or database that wrote them, restore its newest backup, or begin a log of "
            "its own with another operator account.",
            log=anchored,
            journal=held,
        )


def require_one_lane(journal: Journal, chain: Chain, other: Contract) -> None:
    """
    Refuse to begin a journal whose publisher has a log in the `other` lane's contract (`JournalConflict`).

    Its receipts would give numbers that receipts of the same key gave before.
    """
    if journal.size() > 0:
        return
    anchored = int(other.call(chain, "sizeOf", journal.identity.publisher))
    if anchored > 0:
        raise JournalConflict(
            f"the publisher has a log of {anchored} records in the other lane, {other.address}",
            hint="Set RESONANCE_LOG_LANE back, or begin with another operator account.",
            log=anchored,
            other=other.address,
        )
