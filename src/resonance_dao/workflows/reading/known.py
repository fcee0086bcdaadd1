"""
Bounties and works by the bytes that the index has read: the chain is asked for hashes and state only.

Without it, whoever needs the terms of a bounty searches all blocks since the deployment for them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from resonance_dao.errors import InputInvalid, JournalUnavailable
from resonance_dao.journal.database import Database
from resonance_dao.journal.read_due import ReadDue
from resonance_dao.journal.read_lists import ReadLists
from resonance_dao.journal.read_values import Row
from resonance_dao.workflows.bounties import BountyView, SubmissionView, bounty_as_opened, work_as_sent
from resonance_dao.workflows.reading.row_values import block_and_index
from resonance_dao.workflows.system import System
from resonance_dao.workflows.terms import terms_hash


class KnownBounties:
    """What is known of one system's bounties; `database` is asked for when there is a question."""

    def __init__(self, database: Callable[[], Database], system: System) -> None:
        self._database, self._system = database, system

    def bounty(self, bounty_id: int, only: Sequence[int]) -> BountyView | None:
        """
        Return a bounty with `only` these works; None when not all of it was read, or the hashes on the chain
        are of other bytes, as they are until a revision is read.
        """
        database = self._database()
        lists, rows = ReadLists(database), ReadDue(database)
        row = lists.named("bounty", [str(bounty_id)]).get(str(bounty_id))
        if row is None:
            return None
        try:
            view = opened(self._system, rows, row)
            # Numbers beyond those on the chain are nobody's, and not searched for.
            keys = [f"{bounty_id}/{number}" for number in only if 0 < number <= view.received]
            works = lists.named("submission", keys)
            if not works.keys() >= set(keys):
                return None
            sent = tuple(work(self._system, rows, works[key]) for key in keys)
        except (JournalUnavailable, InputInvalid):
            return None
        view = replace(view, submissions=sent)
        return view if hashes_agree(self._system, view) else None


def opened(system: System, rows: ReadDue, row: Row) -> BountyView:
    """Return the bounty of a row, with the state of now and none of its works."""
    args = rows.event(*block_and_index(int(row.body["opened"])))
    terms = bytes.fromhex(args["terms"][2:])
    return bounty_as_opened(system, {**args, "terms": terms}, str(row.body["transaction"]), ())


def work(system: System, rows: ReadDue, row: Row) -> SubmissionView:
    """Return the work of a row in its newest version, with the state of now."""
    args = rows.event(*block_and_index(int(row.body["content"])))
    content = bytes.fromhex(args["submission"][2:])
    amount, transaction = int(row.body["amount"]), str(row.body["transaction"])
    return work_as_sent(system, int(row.number or 0), content, amount, transaction)


def hashes_agree(system: System, view: BountyView) -> bool:
    """Return whether the terms and every submission hash to what the contract stores."""
    works = (found.agrees(system, view.terms) for found in view.submissions)
    return terms_hash(system, view.terms) == view.terms_hash and all(works)
