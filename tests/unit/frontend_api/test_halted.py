"""A gateway whose recorder waits for a person promises nothing new."""

from __future__ import annotations

from typing import Any

import pytest

from frontend_api.recording_thread import RecordingThread
from resonance_dao.errors import ChainMismatch, JournalConflict, ResonanceError
from tests.unit.frontend_api.conftest import DocumentedClient, FakeParts


def upload(client: DocumentedClient, content: bytes, key: str) -> Any:
    return client.post("/v1/evidence", files={"file": ("a", content)}, headers={"Idempotency-Key": key})


@pytest.mark.parametrize("error", [JournalConflict("numbers were given before"), ChainMismatch("restarted")])
def test_nothing_new_is_accepted_and_what_was_accepted_is_still_answered(
    client: DocumentedClient, parts: FakeParts, monkeypatch: pytest.MonkeyPatch, error: ResonanceError
) -> None:
    first = upload(client, b"before", "key-1")
    assert first.status_code == 202

    def tick(_now: int) -> Any:
        raise error

    monkeypatch.setattr(parts.recorder, "tick", tick, raising=False)
    recording: RecordingThread = client.app.state.recording  # type: ignore[attr-defined]
    recording._tick()
    refused = upload(client, b"after", "key-2")
    assert (refused.status_code, refused.json()["code"]) == (503, "halted")
    assert str(error) in refused.json()["detail"]
    reported = client.post(
        "/v1/transactions", json={"tx_hash": "0x" + "ab" * 32}, headers={"Idempotency-Key": "key-3"}
    )
    assert reported.status_code == 503
    assert upload(client, b"before", "key-1").json() == first.json()
    assert parts.journal.size() == 1
    assert client.get("/v1/log").status_code == 200


def test_what_passes_by_itself_does_not_keep_the_gateway_closed(
    client: DocumentedClient, parts: FakeParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording: RecordingThread = client.app.state.recording  # type: ignore[attr-defined]
    with monkeypatch.context() as once:
        once.setattr(
            parts.recorder, "failure", JournalConflict("the lock beside the journal cannot be taken")
        )
        recording._tick()
        assert (recording.is_halted, recording.leads) == (True, False)
        assert upload(client, b"one", "key-1").status_code == 503
    recording._tick()
    assert not recording.is_halted
    assert upload(client, b"one", "key-1").status_code == 202
