"""What is asked about one work asks the node for that one, however much was handed in."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from frontend_api import intake
from frontend_api.parts import SharedParts
from frontend_api.routers.bounties import list_submissions
from frontend_api.schemas.page import encode_cursor
from resonance_dao.chain.client import RpcChain
from resonance_dao.chain.signer import DevSigner
from resonance_dao.errors import ChainUnreachable, JournalUnavailable, NotFound
from resonance_dao.journal.read_due import ReadDue
from resonance_dao.workflows import bounties
from resonance_dao.workflows.system import System
from tests.bounty_values import DOCUMENT
from tests.integration.gateway.conftest import Gateway, signed_work

pytestmark = pytest.mark.chain
FIRST_WORKER, MANY = 40, 4
EVENT = ReadDue.event


def questions(ask: Callable[[], object]) -> list[str]:
    """Return what this thread asked the node meanwhile, by method; the recorder's questions are its own."""
    asked, here, original = list[str](), threading.current_thread(), RpcChain.request

    def counted(self: RpcChain, method: str, *rest: Any) -> Any:
        if threading.current_thread() is here:
            asked.append(method)
        return original(self, method, *rest)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(RpcChain, "request", counted)
        ask()
    return asked


@pytest.fixture(scope="module")
def counts(gateway: Gateway, bounty_id: int) -> list[dict[str, int]]:
    """How many questions each way to ask takes: beside one work, and beside `MANY`."""
    system = gateway.toolkit.system
    late = signed_work(system, bounty_id, DevSigner(FIRST_WORKER + MANY), DOCUMENT)
    asking: dict[str, Callable[[], object]] = {
        "hand in": lambda: intake.submission(system, late),
        "one": lambda: bounties.bounty(system, bounty_id, only=[1]).submission(1),
        "all": lambda: bounties.bounty(system, bounty_id),
    }
    found = []
    for number in range(MANY):
        signed = signed_work(system, bounty_id, DevSigner(FIRST_WORKER + number), DOCUMENT)
        gateway.done("/v1/submissions", signed.to_dict(), f"one-of-many-{number}")
        found.append({name: len(questions(ask)) for name, ask in asking.items()})
    return found


def test_the_node_is_asked_as_little_with_many_works_as_with_one(counts: list[dict[str, int]]) -> None:
    for way in ("hand in", "one"):
        assert len({count[way] for count in counts}) == 1, way
    assert counts[0]["all"] < counts[-1]["all"]


@pytest.fixture
def parts(gateway: Gateway, counts: list[dict[str, int]]) -> SharedParts:
    """What the gateway stands on, when it has read all there is."""
    found: SharedParts = gateway.client.app.state.parts  # type: ignore[attr-defined]
    gateway.until(lambda: found.reader.read(steps=10))
    assert counts
    return found


def views(system: System, bounty_id: int) -> list[bounties.BountyView]:
    return [bounties.bounty(system, bounty_id, only=only) for only in ([], [1], [MANY, 2], range(1, MANY))]


def test_what_was_read_is_not_searched_for_again(
    gateway: Gateway, parts: SharedParts, bounty_id: int
) -> None:
    late = signed_work(gateway.toolkit.system, bounty_id, DevSigner(FIRST_WORKER + MANY), DOCUMENT)
    asked = questions(lambda: intake.submission(parts.system, late))
    asked += questions(lambda: views(parts.system, bounty_id))
    assert "eth_call" in asked
    assert "eth_getLogs" not in asked
    assert views(parts.system, bounty_id) == views(gateway.toolkit.system, bounty_id)


def test_what_is_not_there_is_not_searched_for(parts: SharedParts, bounty_id: int) -> None:
    def ask() -> None:
        for number in (0, 999):
            with pytest.raises(NotFound, match=f"has no submission {number}"):
                bounties.bounty(parts.system, bounty_id, only=[number]).submission(number)
            with pytest.raises(NotFound, match=f"no bounty {number}"):
                bounties.bounty(parts.system, number, only=())

    assert "eth_getLogs" not in questions(ask)


@pytest.mark.usefixtures("parts")
def test_pages_of_works_hold_all_of_them_as_the_chain_has_them(gateway: Gateway, bounty_id: int) -> None:
    path, whole = f"/v1/bounties/{bounty_id}/submissions", bounties.bounty(gateway.toolkit.system, bounty_id)
    first = gateway.client.get(path, params={"limit": MANY - 1}).json()
    rest = gateway.client.get(path, params={"cursor": first["next_cursor"]}).json()
    items = [*first["items"], *rest["items"]]
    assert [(item["id"], item["content_hash"]) for item in items] == [
        (found.id, found.content_hash) for found in whole.submissions
    ]
    assert (len(first["items"]), rest["next_cursor"]) == (MANY - 1, None)
    assert gateway.client.get(f"/v1/bounties/{bounty_id}").json()["submissions"] == whole.received


def test_a_page_asks_the_node_about_what_it_shows_and_searches_for_nothing(
    parts: SharedParts, bounty_id: int
) -> None:
    nothing = questions(
        lambda: list_submissions(parts.system, bounty_id, encode_cursor("submissions", 10**6))
    )
    shown = [
        questions(lambda limit=limit: list_submissions(parts.system, bounty_id, None, limit))
        for limit in (1, 3)
    ]
    assert [set(asked) for asked in (nothing, *shown)] == [{"eth_call"}] * 3
    assert [len(asked) - len(nothing) for asked in shown] == [2 * 1, 2 * 3]


def test_a_search_for_some_works_finds_these_alone_and_asks_about_no_other(
    gateway: Gateway, bounty_id: int
) -> None:
    system, logs = gateway.toolkit.system, list[int]()
    original = RpcChain.logs

    def counted(self: RpcChain, *rest: Any, **options: Any) -> Any:
        found = original(self, *rest, **options)
        logs.append(len(found))
        return found

    nothing = questions(lambda: bounties.bounty(system, bounty_id, only=()))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(RpcChain, "logs", counted)
        two = questions(lambda: bounties.bounty(system, bounty_id, only=[2, 1]))
    assert logs == [1, 0, 2], "the opening, no revision, and the two works"
    assert two.count("eth_call") - nothing.count("eth_call") == 2 * 2


def test_a_node_that_counts_more_works_than_it_tells_of_is_asked_again_later(
    gateway: Gateway, bounty_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    system, logs = gateway.toolkit.system, RpcChain.logs
    last = bounties.bounty(system, bounty_id, only=()).received
    # As behind a load balancer: one server has a block that the other has not.
    monkeypatch.setattr(
        RpcChain, "logs", lambda *rest, **options: [] if len(rest[4]) > 2 else logs(*rest, **options)
    )
    for only in ([last], [1, last], None):
        with pytest.raises(ChainUnreachable, match=r"of different blocks") as refused:
            bounties.bounty(system, bounty_id, only)
        assert "Ask again" in refused.value.hint


def test_a_work_whose_content_the_node_has_not_in_its_newest_version_is_not_shown_with_its_hash(
    gateway: Gateway, bounty_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    system, logs = gateway.toolkit.system, RpcChain.logs

    def older(*rest: Any, **options: Any) -> Any:
        found = logs(*rest, **options)
        return (
            [replace(log, data=log.data.replace(b"bafkre", b"bafkri")) for log in found]
            if len(rest[4]) > 2
            else found
        )

    monkeypatch.setattr(RpcChain, "logs", older)
    with pytest.raises(ChainUnreachable, match="of different blocks"):
        bounties.bounty(system, bounty_id, only=[1])


def gone(*_: object) -> dict[str, Any]:
    raise JournalUnavailable("the chain took it back")


def other_work(rows: ReadDue, block: int, log_index: int) -> dict[str, Any]:
    args = EVENT(rows, block, log_index)
    return {**args, "submission": args.get("submission", "").replace(b"bafkre".hex(), b"bafkri".hex())}


def no_work(rows: ReadDue, block: int, log_index: int) -> dict[str, Any]:
    return {**EVENT(rows, block, log_index), "submission": "0x" + "61" * 64}


@pytest.mark.parametrize("event", [gone, other_work, no_work])
def test_what_the_index_has_not_or_has_wrong_is_searched_for(
    gateway: Gateway,
    parts: SharedParts,
    bounty_id: int,
    monkeypatch: pytest.MonkeyPatch,
    event: Callable[..., dict[str, Any]],
) -> None:
    monkeypatch.setattr(ReadDue, "event", event)
    assert "eth_getLogs" in questions(lambda: bounties.bounty(parts.system, bounty_id, only=[1]))
    assert views(parts.system, bounty_id) == views(gateway.toolkit.system, bounty_id)


@pytest.mark.usefixtures("counts")
def test_one_work_is_shown_as_among_all(gateway: Gateway, bounty_id: int) -> None:
    system = gateway.toolkit.system
    whole = bounties.bounty(system, bounty_id)
    assert whole.received == len(whole.submissions) >= MANY
    for found in whole.submissions:
        (one,) = bounties.bounty(system, bounty_id, only=[found.id]).submissions
        assert one == found
    assert bounties.bounty(system, bounty_id, only=()).submissions == ()


@pytest.mark.usefixtures("counts")
def test_a_work_that_is_not_there_is_told_with_those_that_are(gateway: Gateway, bounty_id: int) -> None:
    system = gateway.toolkit.system
    there_are = bounties.bounty(system, bounty_id, only=()).received
    with pytest.raises(NotFound) as refused:
        bounties.bounty(system, bounty_id, only=[999]).submission(999)
    assert refused.value.hint == f"It has submissions 1 to {there_are}."
    answer = gateway.client.get(f"/v1/bounties/{bounty_id}/submissions/999")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
