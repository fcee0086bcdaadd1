"""Health, readiness, and the recorder's thread."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from fastapi import FastAPI

from frontend_api import readiness
from resonance_dao.errors import ChainUnreachable, JournalConflict, NotDeployed
from resonance_dao.evidence.cid import Cid
from resonance_dao.evidence.embedded import EmbeddedStore
from resonance_dao.evidence.mirrored import MirroredStore
from resonance_dao.journal.entry import CopyReport
from resonance_dao.journal.pins import Pins
from tests.unit.frontend_api.conftest import NOW, OPERATOR, DocumentedClient, FakeChain, FakeParts, until


def states(client: DocumentedClient) -> dict[str, tuple[bool, str]]:
    return {
        item["name"]: (item["ready"], item["reason"]) for item in client.get("/ready").json()["dependencies"]
    }


def test_health_asks_nothing_of_anybody(client: DocumentedClient, chain: FakeChain) -> None:
    chain.failure = ChainUnreachable("gone")
    assert client.get("/health").json()["status"] == "ok"


def test_each_dependency_says_why_it_is_not_ready(client: DocumentedClient, chain: FakeChain) -> None:
    chain.failure = ChainUnreachable("https://rpc.example/v3/SECRET did not answer")
    answer = client.get("/ready")
    assert answer.status_code == 503
    assert answer.json()["ready"] is False
    assert "SECRET" not in answer.text
    found = states(client)
    assert found["chain"][0] is found["contracts"][0] is False
    assert found["database"] == (True, "0 records")
    assert found["evidence"][0] is True
    assert found["recorder"] == (False, "not started It tries again.")


@pytest.mark.parametrize(
    ("ahead", "is_ready", "said"),
    [
        (-3_600, False, "3600 s behind the newest block Set the machine's clock"),
        (-30, True, "30 s behind the newest block"),
        (12, True, "12 s old by this machine's clock"),
        (3_600, True, "3600 s old by this machine's clock Does the node lag"),
    ],
)
def test_a_clock_that_is_slow_is_not_ready_and_an_old_block_is_told(
    client: DocumentedClient,
    parts: FakeParts,
    monkeypatch: pytest.MonkeyPatch,
    ahead: int,
    is_ready: bool,
    said: str,
) -> None:
    parts.system = replace(parts.system, chain_id=1)
    monkeypatch.setattr(readiness, "time", SimpleNamespace(time=lambda: NOW + ahead))
    ready, reason = states(client)["clock"]
    assert ready is is_ready
    assert said in reason


def test_the_clock_of_a_development_chain_is_left_alone(client: DocumentedClient) -> None:
    assert states(client)["clock"] == (True, "a development chain has a time of its own")


def test_missing_contracts_are_named(client: DocumentedClient) -> None:
    ready, reason = states(client)["contracts"]
    assert ready is False
    assert "PayoutVault" in reason


def test_what_nobody_expected_is_told_by_its_kind_only(client: DocumentedClient, parts: FakeParts) -> None:
    parts.store = None
    assert states(client)["evidence"] == (False, "unexpected AttributeError")


def test_the_recorder_runs_beside_the_gateway_and_stops_with_it(app: FastAPI, parts: FakeParts) -> None:
    with DocumentedClient(app) as client:
        until(lambda: parts.recorder.ticks > 0)
        assert states(client)["recorder"][0] is True
    ticks = parts.recorder.ticks
    assert parts.closed
    assert parts.recorder.ticks == ticks


def test_a_recorder_that_cannot_start_is_tried_again_while_the_gateway_answers(
    app: FastAPI, parts: FakeParts, log: io.StringIO
) -> None:
    parts.recorder.failure = ChainUnreachable("no answer yet")
    with DocumentedClient(app) as client:
        until(lambda: "recorder_waits" in log.getvalue())
        assert client.get("/health").status_code == 200
        assert states(client)["recorder"] == (False, "no answer yet It tries again.")
        parts.recorder.failure = None
        until(lambda: parts.recorder.ticks > 0)


@pytest.mark.parametrize("failure", [NotDeployed("no book"), RuntimeError("surprise")])
def test_whatever_the_recorder_meets_the_gateway_lives(
    app: FastAPI, parts: FakeParts, log: io.StringIO, failure: Exception
) -> None:
    parts.recorder.failure = failure
    with DocumentedClient(app) as client:
        until(lambda: "recorder_waits" in log.getvalue())
        assert client.get("/health").status_code == 200


def test_a_journal_that_contradicts_the_chain_halts_the_recorder_for_a_person(
    app: FastAPI, parts: FakeParts
) -> None:
    parts.recorder.failure = JournalConflict("an old backup was restored")
    with DocumentedClient(app) as client:
        until(lambda: "old backup" in states(client)["recorder"][1])
        assert states(client)["recorder"] == (False, "an old backup was restored It waits for a person.")


def test_trouble_that_passes_by_itself_is_told_and_forgotten(app: FastAPI, parts: FakeParts) -> None:
    parts.recorder.troubles = ("the store does not answer",)
    with DocumentedClient(app) as client:
        until(lambda: states(client)["recorder"] == (False, "the store does not answer It tries again."))
        parts.recorder.troubles = ()
        until(lambda: states(client)["recorder"][0])


def test_a_sender_without_coin_is_not_ready(client: DocumentedClient, chain: FakeChain) -> None:
    assert states(client)["sender"][0] is True
    chain.balance = "0x0"
    ready, reason = states(client)["sender"]
    assert ready is False
    assert "no coin" in reason


@pytest.mark.parametrize(
    ("poor", "expected"),
    [(("c1",), True), (("c1", "c2"), False), ((OPERATOR.address,), False), ((), True)],
)
def test_the_publisher_and_one_key_of_the_pool_need_coin(
    client: DocumentedClient, parts: FakeParts, chain: FakeChain, poor: tuple[str, ...], expected: bool
) -> None:
    parts.recorder.pool = ("c1", "c2")
    chain.balances = dict.fromkeys(poor, "0x0")
    ready, reason = states(client)["sender"]
    assert ready is expected
    if poor:
        assert poor[0] in reason or ready


def test_a_mirror_that_lacks_copies_is_told_of_and_keeps_nobody_out(
    client: DocumentedClient, parts: FakeParts, tmp_path: Path
) -> None:
    parts.store = MirroredStore(parts.store, [EmbeddedStore(tmp_path / "copy", name="mirror")])
    assert states(client)["store/mirror"] == (True, "no copy is missing")
    lost = CopyReport(str(Cid.of(b"x")), "mirror", "failed", reason="gone", reason_code="pin_failed")
    Pins(parts.journal).note([lost], 0)
    assert states(client)["store/mirror"] == (False, "copies missing: 1 They are tried again.")
    needed = {item["name"]: item["needed"] for item in client.get("/ready").json()["dependencies"]}
    assert needed["store/mirror"] is False
    assert all(need for name, need in needed.items() if name != "store/mirror")


def test_the_reader_runs_beside_the_gateway_and_says_how_far_it_is(app: FastAPI, parts: FakeParts) -> None:
    with DocumentedClient(app) as client:
        until(lambda: parts.reader.steps > 0)
        until(lambda: states(client)["index"] == (True, "read to block 7 of 7"))
        parts.reader.failure = ChainUnreachable("the node lags")
        until(lambda: states(client)["index"] == (False, "the node lags It tries again."))
        parts.reader.failure = RuntimeError("surprise")
        until(lambda: "unexpected RuntimeError" in states(client)["index"][1])
        parts.reader.failure = None
        until(lambda: states(client)["index"][0])
    steps = parts.reader.steps
    assert parts.reader.steps == steps


def test_an_index_that_lags_is_not_ready(app: FastAPI, parts: FakeParts) -> None:
    parts.reader.model.reset()
    with DocumentedClient(app) as client:
        until(lambda: "reading has not begun" in states(client)["index"][1])
