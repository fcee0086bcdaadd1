"""
Going on after a halt: a person compares, decides, and says why.

After a reorganisation below what was final nothing is sent again. What the chain has lost stays lost, and the
record tells who went on. After a use of the publisher's key that the journal does not know, the person says
that it was the operator's own; what one of ours should have been sent with is lost.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from resonance_dao.chain.chain import Chain, nonce_of
from resonance_dao.errors import InputInvalid, NotFound
from resonance_dao.journal import final_block
from resonance_dao.journal.alarms import Alarm, Alarms
from resonance_dao.journal.final_block import FinalBlock
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.senders import SenderNonces
from resonance_dao.workflows import alarming

REASON_MAX = 1000


@dataclass(frozen=True, slots=True)
class Resumed:
    """
    From which block on, by whom and why, and which disclosures are corrected. `was` is the block that was
    final before.
    """

    block: int
    block_hash: str
    was: int | None
    decided_by: str
    reason: str
    corrects: tuple[int, ...]

    def to_dict(self) -> dict[str, object]:
        """Return plain values for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Vouched:
    """Of whose transactions, up to how many, by whom, why, and which disclosure is corrected."""

    sender: str
    used: int
    decided_by: str
    reason: str
    corrects: int

    def to_dict(self) -> dict[str, object]:
        """Return plain values for JSON."""
        return asdict(self)


def resume(
    journal: Journal, chain: Chain, block: int, reason: str, now: int, *, dry_run: bool = False
) -> Resumed:
    """
    Take the chain's present block of this number for final, and end the alarms, in one commit for each.

    Raises `NotFound` when nothing was stopped or the chain has no such block, `InputInvalid` without a
    reason.
    """
    reason, alarms = _said(reason), Alarms(journal)
    raised = [alarm for alarm in alarms.raised() if alarm.reason_code == alarming.REORGANISED]
    if not raised:
        raise NotFound("no reorganisation below what was final is raised: there is nothing to decide")
    found, was = FinalBlock(block, chain.block(block).hash), final_block.read(journal.database)
    who, corrects = journal.identity.publisher, tuple(alarm.disclosure for alarm in raised)
    told = Resumed(block, found.hash, None if was is None else was.number, who, reason, corrects)
    for alarm in () if dry_run else raised:
        _end(alarms, alarm, found, told, now)
    return told


def vouch(journal: Journal, chain: Chain, reason: str, now: int, *, dry_run: bool = False) -> Vouched:
    """
    Take every transaction that the publisher's key has on the chain for the operator's own, and end the
    alarm, in one commit.

    Raises `NotFound` when nothing was stopped, `InputInvalid` without a reason.
    """
    reason, alarms, sender = _said(reason), Alarms(journal), journal.identity.publisher
    subject = alarming.subject(alarming.FOREIGN, sender)
    raised = next((alarm for alarm in alarms.raised() if alarm.subject == subject), None)
    if raised is None:
        raise NotFound(f"no use of {sender} by others is raised: there is nothing to decide")
    used, nonces = (
        nonce_of(chain, sender, "latest"),
        SenderNonces(journal.database, journal.identity.chain_id),
    )
    told = Vouched(sender, used, sender, reason, raised.disclosure)
    details = {"decided_by": sender, "sender": sender, "used": used}
    if not dry_run:
        alarms.end(
            subject,
            lambda number: alarming.vouching(sender, number, details, reason),
            now,
            write=lambda connection: nonces.accept_in(connection, sender, used, now),
        )
    return told


def _said(reason: str) -> str:
    reason = reason.strip()
    if not 0 < len(reason) <= REASON_MAX:
        raise InputInvalid("reason", reason[:50], f"must say why, in 1 to {REASON_MAX} characters")
    return reason


def _end(alarms: Alarms, alarm: Alarm, found: FinalBlock, told: Resumed, now: int) -> None:
    # The subject is chain/<number of the block that was final>/<what happened>.
    about = alarm.subject.split("/")[1]
    details = {"decided_by": told.decided_by, "block": found.number, "block_hash": found.hash}
    alarms.end(
        alarm.subject,
        lambda number: alarming.decision(about, number, details, told.reason),
        now,
        write=lambda connection: final_block.decide(connection, found),
    )
