"""A request followed by server-sent events."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import anyio
import pytest
from fastapi import FastAPI

from frontend_api.problems import RequestRefused
from frontend_api.streams.places import Places
from frontend_api.streams.progress import Pace, Told, events
from resonance_dao.errors import JournalUnavailable
from resonance_dao.journal.batches import Batches
from resonance_dao.journal.pins import Pins
from resonance_dao.transparency.manifest import Manifest
from tests.unit.frontend_api.conftest import NOW, OPERATOR, DocumentedClient, FakeParts

PACE = Pace(look_s=1, silence_s=15, longest_s=60)


def accept(parts: FakeParts) -> int:
    body = {"to": OPERATOR.address, "function": "push", "status": "requested", "tx_hash": None}
    return parts.journal.accept("transaction", "bounty/1", body, now=NOW).number


def anchor(parts: FakeParts, number: int) -> None:
    Pins(parts.journal).mark_pinned([number], NOW)
    manifest = Manifest(OPERATOR.address, number, (parts.journal.entry(number).cid,))
    assert Batches(parts.journal).adopt(manifest, "0x" + "ab" * 32, 1, NOW)


def told_of(text: str) -> list[dict[str, Any]]:
    return [json.loads(line[6:]) for line in text.splitlines() if line.startswith("data: ")]


def stream(
    states: list[Told | Exception],
    *,
    last_id: str | None = None,
    is_leaving: Callable[[], bool] = lambda: False,
    pace: Pace = PACE,
) -> list[bytes]:
    """Return what is told of a request that has one state after the other; the last one stays."""
    waiting = list(states)

    async def again() -> Told:
        found = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        if isinstance(found, Exception):
            raise found
        return found

    async def sleep(_seconds: float) -> None:
        await anyio.lowlevel.checkpoint()

    async def all_of_it() -> list[bytes]:
        first = await again()
        told = events(first, again, last_id=last_id, is_leaving=is_leaving, sleep=sleep, pace=pace)
        return [part async for part in told]

    return anyio.run(all_of_it)


def test_a_request_that_is_not_there_is_not_found(client: DocumentedClient) -> None:
    assert client.get("/v1/requests/1/events").status_code == 404
    assert client.app.state.places.taken == 0  # type: ignore[attr-defined]


def test_what_is_settled_and_anchored_is_told_once_and_then_no_more(
    client: DocumentedClient, parts: FakeParts
) -> None:
    anchor(parts, accept(parts))
    answer = client.get("/v1/requests/1/events")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["cache-control"] == "no-store"
    (told,) = told_of(answer.text)
    assert told == client.get("/v1/requests/1").json()
    last = next(line[4:] for line in answer.text.splitlines() if line.startswith("id: "))
    assert client.get("/v1/requests/1/events", headers={"Last-Event-ID": last}).status_code == 204
    assert len(told_of(client.get("/v1/requests/1/events", headers={"Last-Event-ID": "x"}).text)) == 1
    assert client.app.state.places.taken == 0  # type: ignore[attr-defined]


def test_a_stream_ends_when_the_process_is_told_to_end(
    app: FastAPI, client: DocumentedClient, parts: FakeParts
) -> None:
    accept(parts)
    app.state.leaving.set()
    (told,) = told_of(client.get("/v1/requests/1/events").text)
    assert told["anchored"] is False


def test_each_change_is_told_once_in_its_order() -> None:
    one, two, three = Told("1", is_last=False), Told("2", is_last=False), Told("3", is_last=True)
    parts = stream([one, one, two, two, three])
    assert parts[0].startswith(b"retry:")
    assert parts[1:] == [one.to_bytes(), two.to_bytes(), three.to_bytes()]


def test_who_comes_back_is_told_only_what_changed() -> None:
    one, two = Told("1", is_last=False), Told("2", is_last=True)
    assert stream([one, two], last_id=one.id)[1:] == [two.to_bytes()]
    assert stream([two], last_id=one.id)[1:] == [two.to_bytes()]


def test_a_silent_stream_is_kept_alive_and_ends_in_time() -> None:
    one = Told("1", is_last=False)
    parts = stream([one])
    assert parts[1] == one.to_bytes()
    assert parts[2:] == [b": still here\n\n"] * 4


def test_a_journal_that_does_not_answer_ends_the_stream() -> None:
    one = Told("1", is_last=False)
    assert stream([one, JournalUnavailable("locked")])[1:] == [one.to_bytes()]


def test_there_are_only_so_many_places_and_fewer_for_one_caller() -> None:
    places = Places(3, 2)
    for caller in ("a", "a", "b"):
        places.take(caller)
    for caller, told in (("a", "one caller"), ("c", "3 requests")):
        with pytest.raises(RequestRefused, match=told) as refused:
            places.take(caller)
        assert refused.value.status_code == 429
    places.give_back("a")
    places.take("c")
    assert places.taken == 3
