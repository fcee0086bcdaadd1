"""
Bringing a backup back: only where nothing stands, and only if it goes on where its log on the chain stands.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from resonance_dao.chain.chain import Chain, nonce_of
from resonance_dao.chain.contract import Contract
from resonance_dao.errors import InputInvalid, JournalConflict
from resonance_dao.journal import backup
from resonance_dao.journal.database import Database
from resonance_dao.journal.entry import Identity, ReceiptSigner
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.leadership import Leadership
from resonance_dao.journal.migration import upgrade
from resonance_dao.journal.senders import SenderNonces
from resonance_dao.workflows import backups
from resonance_dao.workflows.appends import Appends
from resonance_dao.workflows.backups import Contents, Places
from resonance_dao.workflows.continuity import require_continuity
from resonance_dao.workflows.lane import lane_of


@dataclass(frozen=True, slots=True)
class Whose:
    """
    What a backup must belong to: a journal's identity and key, its chain, and its log there, which has
    nothing from before `first_block`. `keys` are all that send for it; the publisher's is one without being
    named.
    """

    identity: Identity
    signer: ReceiptSigner
    chain: Chain
    log: Contract
    first_block: int = 0
    keys: Sequence[str] = ()


def restore(
    file: Path,
    places: Places,
    whose: Whose,
    *,
    sealed_keys: bool,
    dry_run: bool = False,
    sent_since: bool = False,
) -> Contents:
    """
    Check a backup from its bytes to its place on the chain, and unless `dry_run` put it in place.

    Raises `InputInvalid` for a file that is no whole backup or a home that has a journal, `ChainMismatch` and
    `JournalConflict` for another chain's or publisher's, and for one that is older than the chain's log or,
    unless `sent_since`, than a transaction of one of its keys; a key that it does not know counts when
    something waits in it.
    """
    if places.journal.exists():
        raise InputInvalid(
            "RESONANCE_HOME",
            str(places.journal),
            "is a journal already",
            hint="Move that home away, or name another: a journal is never written over.",
        )
    _require_no_leftovers(places.journal)
    target = Database(f"sqlite:///{places.journal}")
    places.journal.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lead = Leadership(target)
    try:
        if not lead.acquire():
            raise JournalConflict("a gateway runs in this home", hint="Stop it first.")
        with tempfile.TemporaryDirectory(dir=places.journal.parent, prefix=".restore-") as parent:
            folder = Path(parent) / "unpacked"
            contents = backups.unpack(file, folder)
            _require_fitting(folder / backups.JOURNAL, contents, whose, sent_since=sent_since)
            if not dry_run:
                backups.put_in_place(folder, places, sealed_keys=sealed_keys)
    finally:
        lead.release()
        target.close()
    return contents


def _require_no_leftovers(journal: Path) -> None:
    # SQLite would fold another database's side file into the restored one.
    for suffix in ("-wal", "-shm", "-journal"):
        left = journal.with_name(journal.name + suffix)
        if left.exists():
            raise InputInvalid(
                "RESONANCE_HOME",
                str(left),
                "is left of another journal",
                hint="It may hold that journal's last records. Move that home away, or name another.",
            )


def _require_fitting(file: Path, contents: Contents, whose: Whose, *, sent_since: bool) -> None:
    url = f"sqlite:///{file}"
    upgrade(url)
    database = Database(url)
    try:
        if backup.check(database) != contents.held:
            raise JournalConflict("the journal in the backup is not the one that it names")
        journal = Journal(database, whose.identity, whose.signer)
        journal.check()
        require_continuity(journal, whose.chain, whose.log)
        _require_same_records(journal, whose)
        if sent_since:
            _account_for_what_was_sent(database, whose)
        else:
            _require_nothing_sent_since(database, whose)
    finally:
        # The last connection folds SQLite's side file into the database.
        database.close()


def _require_same_records(journal: Journal, whose: Whose) -> None:
    chain, log, publisher = whose.chain, whose.log, journal.identity.publisher
    block = chain.block().number
    size = int(log.call(chain, "sizeOf", publisher, block=block))
    if size == 0:
        return
    appends = Appends(chain, log, publisher, whose.first_block)
    found = lane_of(journal, log).root_at(size, appends.count_at)
    if found != bytes(log.call(chain, "rootOf", publisher, block=block)):
        raise JournalConflict(
            f"the first {size} records of the backup are not those of the chain's log",
            hint="It is the backup of another journal of the same key.",
        )


def _account_for_what_was_sent(database: Database, whose: Whose) -> None:
    # A person says that none of it was the gateway's: it would be taken for a stranger's.
    nonces, now = SenderNonces(database, whose.identity.chain_id), whose.chain.block().timestamp
    for key in {whose.identity.publisher, *whose.keys, *backup.last_nonces(database)}:
        nonces.accept(key, nonce_of(whose.chain, key, "pending"), now)


def _require_nothing_sent_since(database: Database, whose: Whose) -> None:
    # A request that waits in the backup may have been sent after it: it would be sent a second time.
    known = backup.last_nonces(database)
    if backup.has_unsettled(database):
        known = {**dict.fromkeys((whose.identity.publisher, *whose.keys), -1), **known}
    for key, nonce in known.items():
        count = nonce_of(whose.chain, key, "pending") - nonce - 1
        if count > 0:
            raise JournalConflict(
                f"{key} has sent {count} transactions that the backup does not know",
                hint="Restore a newer one. If none of them was this gateway's, use --sent-since.",
                key=key,
                unknown=count,
            )
