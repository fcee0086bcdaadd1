"""Watching: every project's token is found, and old blocks are not read again and again."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from resonance_dao.workflows.watching import READ_AGAIN, Watching


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
        self.projects = SimpleNamespace(address="P", topic=str, events=lambda logs, name: logs)
        self.vault, self.contributions, self.escrow = "V", "C", "E"

    def logs(self, addresses: list[str], first: int, last: int, topics: list[str]) -> list[Any]:
        self.asked.append((first, last))
        found = [token for block, token in self.opened.items() if first <= block <= last]
        return [SimpleNamespace(args={"token": token}) for token in found]

    def token(self, address: str) -> str:
        return f"token {address}"


def watch(scene: Scene) -> Callable[[], list[Any]]:
    return Watching(scene)  # type: ignore[arg-type]


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_a_token_is_watched_from_the_look_after_its_opening(scene: Scene) -> None:
    watching = watch(scene)
    assert len(watching()) == 4
    scene.head, scene.opened[12] = 12, "T"
    assert watching()[4:] == ["token T"]
    assert watching()[4:] == ["token T"]


def test_the_first_look_reads_from_the_deployment_on(scene: Scene) -> None:
    scene.opened = {4: "too old", 5: "T"}
    assert watch(scene)()[4:] == ["token T"]


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
