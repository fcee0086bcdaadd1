"""
Lists, from the read model.

Where a list is of what anyone may do, the read model finds what to look at and the chain decides, so nothing
is offered that is not due. While reading lags behind the chain, lists say so instead of leaving out what is
new.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from resonance_dao.errors import JournalUnavailable, ResonanceError
from resonance_dao.journal.read_lists import ReadLists
from resonance_dao.journal.read_model import ReadModel
from resonance_dao.journal.read_values import Row
from resonance_dao.workflows.payouts import Credit, credits_in, credits_of
from resonance_dao.workflows.projects import ProjectView
from resonance_dao.workflows.reading.due import Due, DuePlace
from resonance_dao.workflows.roles import AUDITOR, OPERATOR, ROLES, Role
from resonance_dao.workflows.system import Action, System, TokenFacts, printable

LAG_MAX = 32
"""So many blocks behind the newest, lists are still served."""
_NO_TOKEN_EVENTS: Mapping[str, Any] = {"supply": "0", "reserved": {}, "transfers_open": False}


def nothing() -> None:
    """Read nothing: somebody else does."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the chain was read: `block` None before the first one, `head` the newest there is."""

    block: int | None
    head: int

    @property
    def lag(self) -> int:
        """How many blocks are not read yet."""
        return self.head + 1 if self.block is None else max(0, self.head - self.block)


@dataclass(frozen=True, slots=True)
class BountyLine:
    """A bounty in a list; amounts in base units, `submit_by` unix s."""

    id: int
    project_id: int
    token: str
    amount: int
    submit_by: int
    closed: bool
    awards: int
    max_awards: int
    submissions: int
    document: str


@dataclass(frozen=True, slots=True)
class PoolLine:
    """
    A pool in a list: `number` orders them, `raised` is in base units, `deadline` unix s, `bounty_id` zero
    until it has funded one.
    """

    number: int
    address: str
    token: str
    raised: int
    deadline: int
    bounty_id: int


class Lists:
    """
    The lists of one system. They raise `JournalUnavailable` while reading lags behind the chain. `catch_up`
    reads the newest blocks, if there are any, so that who has seen a transaction mined finds it in the lists.
    """

    def __init__(self, model: ReadModel, system: System, catch_up: Callable[[], object] = nothing) -> None:
        self._model, self._system, self._catch_up = model, system, catch_up
        self._rows, self._due = ReadLists(model.database), Due(model.database, system)

    def standing(self) -> Standing:
        """Return how far the chain was read."""
        head, at = self._system.chain.block().number, self._model.position()
        return Standing(None if at is None else at.number, head)

    def require_current(self) -> None:
        """Raise `JournalUnavailable` while reading lags too far behind for a list to be served."""
        standing = self.standing()
        if 0 < standing.lag <= LAG_MAX:
            # So little may be missing; who reads beside tells of the trouble, and the list is served.
            with suppress(ResonanceError):
                self._catch_up()
        if standing.block is None or standing.lag > LAG_MAX:
            read = "not begun" if standing.block is None else f"reached block {standing.block}"
            raise JournalUnavailable(
                f"the index of the contracts' events lags behind: reading has {read}, the chain is at block "
                f"{standing.head}",
                hint="Ask again in a moment. `resonance index status` shows how far it is.",
                block=standing.block,
                head=standing.head,
            )

    def projects(self, after: int, limit: int) -> list[ProjectView]:
        """Return projects with ids after `after`, ascending."""
        self.require_current()
        rows = self._rows.page("project", after, limit)
        tokens = self._rows.named("token", [str(row.body["token"]) for row in rows])
        return [_project(row, tokens.get(str(row.body["token"]))) for row in rows]

    def bounties(self, project_id: int | None, after: int, limit: int) -> list[BountyLine]:
        """Return the bounties of one project or of all with ids after `after`, ascending."""
        self.require_current()
        return [_bounty(row) for row in self._rows.page("bounty", after, limit, project=project_id)]

    def roles_of(self, account: str, operators: frozenset[str]) -> tuple[Role, ...]:
        """Return every role of an account, as `roles.roles_of` does."""
        self.require_current()
        rows = self._rows.of_account("role", account)
        found = [Role(str(row.body["role"]), row.project, row.bounty) for row in rows]
        found.sort(key=lambda role: (ROLES.index(role.name), role.project_id or 0, role.bounty_id or 0))
        found.append(Role(AUDITOR))
        return tuple([*found, Role(OPERATOR)] if account in operators else found)

    def credits_of(self, account: str) -> list[Credit]:
        """Return an account's credits, as `payouts.credits_of` does, which is asked while reading lags."""
        try:
            self.require_current()
        except JournalUnavailable:
            return credits_of(self._system, account)
        tokens = sorted(str(row.body["token"]) for row in self._rows.of_account("credit", account))
        return credits_in(self._system, tokens, account)

    def pools(self, after: int, limit: int) -> list[PoolLine]:
        """Return pools with numbers after `after`, in the order in which they were opened."""
        self.require_current()
        return [_pool(row) for row in self._rows.page("pool", after, limit)]

    def due(self, after: DuePlace | None, limit: int) -> tuple[list[Action], DuePlace | None]:
        """
        Return what anyone may call now, as `payouts.due` does, about at most `limit` things after a place,
        and where the next page goes on. A page may hold nothing and yet have a next one.
        """
        self.require_current()
        return self._due.page(after, limit)

    def find_due(self, to: str, data: bytes) -> Action | None:
        """Return the call with this calldata if anyone may make it now."""
        self.require_current()
        return self._due.find(to, data)


def _project(row: Row, token: Row | None) -> ProjectView:
    told, body = _NO_TOKEN_EVENTS if token is None else token.body, row.body
    return ProjectView(
        id=int(row.key),
        name=printable(body["name"]),
        owner=str(row.account),
        # A project's token is one of ours: 18 decimals.
        token=TokenFacts(body["token"], printable(body["name"]), printable(body["symbol"]), 18),
        cap=int(body["cap"]),
        supply=int(told["supply"]),
        reserved=sum(int(amount) for amount in told["reserved"].values()),
        transfers_open=bool(told["transfers_open"]),
        metadata=body["metadata"],
        closed=bool(body["closed"]),
        stewards=tuple(account for account, is_named in body["stewards"] if is_named),
    )


def _bounty(row: Row) -> BountyLine:
    body, terms = row.body, row.body["terms"]
    return BountyLine(
        id=int(row.key),
        project_id=int(row.project or 0),
        token=terms["token"],
        amount=int(terms["amount"]),
        submit_by=int(terms["submitBy"]),
        closed=bool(body["closed"]),
        awards=int(body["awards"]),
        max_awards=int(terms["maxAwards"]),
        submissions=int(body["submissions"]),
        document=terms["document"],
    )


def _pool(row: Row) -> PoolLine:
    body = row.body
    return PoolLine(
        number=int(row.number or 0),
        address=row.key,
        token=body["token"],
        raised=int(body["raised"]),
        deadline=int(body["deadline"]),
        bounty_id=int(body["bounty"]),
    )
