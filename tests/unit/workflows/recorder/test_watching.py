"""Watching: every project's token and every pool is found, and old blocks are not read again and again."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from resonance_dao.workflows.watching import READ_AGAIN, Watching

OURS = ["vault", "projects", "pools"]


class Scene:
    """A system whose chain has `opened` projects by block, and that counts the blocks it is asked for."""

    def __init__(self) -> None:
        self.head, self.first_block, self.opened, self.asked = (
            10,
            5,
            dict[int, str](),
            list[tuple[int, int]](),
        )
        self.chain = SimpleNamespace(block=lambda: SimpleNamespace(number=self.head), logs=self.logs)
        self.contracts = {name: SimpleNamespace(address=name) for name in (*OURS, "log", "batched")}
        self.projects, self.pools = (self.contracts[name] for name in ("projects", "pools"))
        self.log, self.batched_log = (self.contracts[name] for name in ("log", "batched"))
        for name, argument in (("projects", "token"), ("pools", "pool")):
            contract = getattr(self, name)
            contract.topic, contract.events = str, self.events(argument)

    def logs(self, addresses: list[str], first: int, last: int, topics: list[str]) -> list[str]:
        self.asked += [(first, last)] if addresses == ["projects"] else []
        opens = {"projects": "T", "pools": "F"}[addresses[0]]
        found = [name for block, name in self.opened.items() if first <= block <= last]
        return [name for name in found if name.startswith(opens)]

    def events(self, argument: str) -> Callable[[list[str], str], list[Any]]:
        opens = argument[0].replace("p", "f").upper()
        return lambda logs, name: [
            SimpleNamespace(args={argument: log}) for log in logs if log.startswith(opens)
        ]

    def token(self, address: str) -> str:
        return f"token {address}"

    def pool(self, address: str) -> str:
        return f"pool {address}"


def watch(scene: Scene) -> Callable[[], list[Any]]:
    return Watching(scene)  # type: ignore[arg-type]


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_a_token_is_watched_from_the_look_after_its_opening(scene: Scene) -> None:
    watching = watch(scene)
    assert len(watching()) == len(OURS)
    scene.head, scene.opened[12] = 12, "T"
    assert watching()[len(OURS) :] == ["token T"]
    assert watching()[len(OURS) :] == ["token T"]


def test_a_funding_pool_is_watched_as_one(scene: Scene) -> None:
    scene.opened = {6: "F", 7: "T"}
    assert watch(scene)()[len(OURS) :] == ["token T", "pool F"]


def test_every_contract_of_the_deployment_but_the_log_is_watched(scene: Scene) -> None:
    assert [contract.address for contract in watch(scene)()] == OURS


def test_the_first_look_reads_from_the_deployment_on(scene: Scene) -> None:
    scene.opened = {4: "Too old", 5: "T"}
    assert watch(scene)()[len(OURS) :] == ["token T"]


def test_a_chain_that_stands_still_is_not_read_again(scene: Scene) -> None:
    watching = watch(scene)
    for _ in range(5):
        watching()
    assert scene.asked == [(5, 10)]


@pytest.mark.parametrize("head", [1000, 990])
def test_a_look_reads_what_is_new_and_what_a_reorg_may_have_changed(scene: Scene, head: int) -> None:
    scene.head = 995
    watching = watch(scene)
    watching()
    scene.head = head
    watching()
    assert scene.asked[1] == (min(995, head) - READ_AGAIN, head)


def test_what_a_look_missed_is_learnt_from_what_is_read(scene: Scene) -> None:
    watching = Watching(scene)  # type: ignore[arg-type]
    watching()
    assert watching.learn(["T", "F"])  # type: ignore[list-item]
    assert not watching.learn(["F"])  # type: ignore[list-item]
    assert {"token T", "pool F"} <= set(map(str, watching()))
