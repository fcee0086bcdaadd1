"""Roles by what the chain says now, not by what it once said."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from resonance_dao.workflows import roles
from resonance_dao.workflows.roles import Role, roles_of

ME, OTHER = "0x" + "11" * 20, "0x" + "22" * 20


@dataclass
class FakeSystem:
    """Events by name, and today's owners."""

    told: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    owners: dict[int, str] = field(default_factory=dict)
    chain: Any = None
    escrow: Any = None

    @property
    def projects(self) -> Any:
        return SimpleNamespace(call=lambda _chain, _fn, number: self.owners[number])

    def events(self, _contract: Any, name: str, *indexed: Any) -> list[Any]:
        place = {"ProjectOpened": "owner", "OwnershipAccepted": "owner", "StewardChanged": "steward"}
        key = {**place, "SubmissionReceived": "worker"}.get(name)
        found = self.told.get(name, [])
        return [SimpleNamespace(args=args) for args in found if key is None or args[key] in indexed]


def found(system: FakeSystem, account: str = ME, operators: frozenset[str] = frozenset()) -> tuple[Role, ...]:
    return roles_of(system, account, operators)  # type: ignore[arg-type]


def test_a_stranger_is_an_auditor_and_nothing_else() -> None:
    assert found(FakeSystem()) == (Role("auditor"),)


def test_an_owner_is_who_owns_now() -> None:
    opened = [{"projectId": 1, "owner": ME}, {"projectId": 2, "owner": ME}, {"projectId": 3, "owner": OTHER}]
    accepted = [{"projectId": 2, "owner": OTHER}, {"projectId": 3, "owner": ME}]
    system = FakeSystem({"ProjectOpened": opened, "OwnershipAccepted": accepted}, {1: ME, 2: OTHER, 3: ME})
    assert found(system)[:-1] == (Role("owner", project_id=1), Role("owner", project_id=3))


@pytest.mark.parametrize(
    ("changes", "serves"), [([True], True), ([True, False], False), ([False, True], True)]
)
def test_a_steward_is_who_was_named_last(changes: list[bool], serves: bool) -> None:
    told = [{"projectId": 7, "steward": ME, "named": named} for named in changes]
    assert (Role("steward", project_id=7) in found(FakeSystem({"StewardChanged": told}))) == serves


def test_a_reviewer_is_whom_the_terms_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roles, "decode_terms", lambda _system, names: SimpleNamespace(reviewers=names))
    opened = [{"bountyId": 1, "terms": (ME, OTHER)}, {"bountyId": 2, "terms": (OTHER,)}]
    system = FakeSystem({"BountyOpened": opened})
    assert found(system)[:-1] == (Role("reviewer", bounty_id=1),)


def test_a_contributor_is_counted_once_for_each_bounty() -> None:
    told = [{"bountyId": number, "worker": ME} for number in (4, 2, 4)]
    system = FakeSystem({"SubmissionReceived": told})
    assert found(system)[:-1] == (Role("contributor", bounty_id=2), Role("contributor", bounty_id=4))


def test_the_operator_is_who_relays_and_publishes() -> None:
    assert found(FakeSystem(), ME, frozenset({ME})) == (Role("auditor"), Role("operator"))
    assert found(FakeSystem(), OTHER, frozenset({ME})) == (Role("auditor"),)
