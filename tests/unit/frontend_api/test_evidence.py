"""Uploading evidence and reading it back."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from frontend_api import room
from frontend_api.problems import RequestRefused
from resonance_dao.errors import EvidenceMismatch, EvidenceUnavailable
from resonance_dao.evidence import evidence
from resonance_dao.evidence.cid import Cid
from resonance_dao.journal.pins import Pins
from tests.unit.frontend_api.conftest import EVIDENCE, DocumentedClient, FakeParts

KEY = {"Idempotency-Key": "file-1"}
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(100)


def upload(client: DocumentedClient, content: bytes, key: str = "file-1", **form: str) -> Any:
    files = {"file": ("山田太郎.html", content, "text/html")}
    return client.post("/v1/evidence", files=files, data=form, headers={"Idempotency-Key": key})


def test_an_empty_file_is_refused(client: DocumentedClient, parts: FakeParts) -> None:
    answer = upload(client, b"")
    assert (answer.status_code, answer.json()["code"]) == (422, "input_invalid")
    assert parts.journal.size() == 0


@pytest.mark.parametrize("size", [50_001, 60_000, 200_000])
def test_a_file_over_the_limit_is_refused_and_the_limit_named(
    client: DocumentedClient, parts: FakeParts, size: int
) -> None:
    answer = upload(client, b"a" * size)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert "50000 bytes" in answer.json()["detail"]
    assert parts.journal.size() == 0


def test_a_file_of_exactly_the_limit_is_kept(client: DocumentedClient) -> None:
    assert upload(client, b"a" * 50_000).status_code == 202


@pytest.mark.parametrize(("free", "status"), [(0, 507), (room.FLOOR_BYTES - 1, 507), (room.FLOOR_BYTES, 202)])
def test_a_disk_that_is_nearly_full_takes_no_evidence_and_still_answers_what_it_took(
    client: DocumentedClient, parts: FakeParts, monkeypatch: pytest.MonkeyPatch, free: int, status: int
) -> None:
    before = upload(client, b"before", "first")
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=free))
    answer = upload(client, b"after", "second")
    assert answer.status_code == status
    assert parts.journal.size() == (2 if status == 202 else 1)
    if status == 507:
        assert answer.json()["code"] == "storage_full"
    assert upload(client, b"before", "first").json() == before.json()


def test_twice_an_uploads_size_must_be_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    size, places = room.FLOOR_BYTES, [tmp_path / "not" / "made"]
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=2 * size))
    room.require(places, size)
    with pytest.raises(RequestRefused):
        room.require(places, size + 1)


def test_no_file_and_a_broken_form_are_refused(client: DocumentedClient) -> None:
    assert client.post("/v1/evidence", data={"x": "y"}, headers=KEY).status_code == 422
    broken = {**KEY, "Content-Type": "multipart/form-data; boundary=x"}
    assert client.post("/v1/evidence", content=b"--y\r\nno", headers=broken).status_code in (400, 422)


def test_a_cid_that_does_not_match_what_arrived_is_refused(
    client: DocumentedClient, parts: FakeParts
) -> None:
    answer = upload(client, b"hello!", cid=EVIDENCE)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "cid"
    assert parts.journal.size() == 0


def test_the_cid_is_what_ipfs_add_gives(client: DocumentedClient, parts: FakeParts) -> None:
    answer = upload(client, b"hello", cid=EVIDENCE)
    assert answer.status_code == 202
    body = answer.json()
    assert (body["cid"], body["size"], body["url"]) == (EVIDENCE, 5, f"/ipfs/{EVIDENCE}")
    record = parts.journal.entry(body["number"]).to_record()
    assert (record.kind, record.body["status"]) == ("evidence", "pinned")


def test_sealed_evidence_is_recorded_as_such_with_its_commitment(
    client: DocumentedClient, parts: FakeParts
) -> None:
    from resonance_dao.evidence.sealed_file import seal_file

    sealed = io.BytesIO()
    header = seal_file(io.BytesIO(b"private"), sealed, bytes(range(32)))
    number = upload(client, sealed.getvalue()).json()["number"]
    body = parts.journal.entry(number).to_record().body
    assert (body["status"], body["commitment"]) == ("sealed", "0x" + header.commitment.hex())


def test_what_only_begins_like_a_sealed_file_is_refused(client: DocumentedClient, parts: FakeParts) -> None:
    assert upload(client, b"resonance-sealed/1\nand no more").status_code == 422
    assert parts.journal.size() == 0


def test_neither_the_name_nor_the_claimed_type_of_a_file_is_kept(
    client: DocumentedClient, parts: FakeParts
) -> None:
    number = upload(client, PICTURE).json()["number"]
    entry = parts.journal.entry(number)
    assert "山田".encode() not in entry.record
    assert entry.to_record().body["media_type"] == "image/png"


def test_the_same_key_and_content_are_answered_once_and_other_content_is_a_conflict(
    client: DocumentedClient, parts: FakeParts
) -> None:
    first, again = upload(client, b"one"), upload(client, b"one")
    assert again.json() == first.json()
    assert again.headers["idempotent-replay"] == "true"
    assert upload(client, b"two").status_code == 409
    assert parts.journal.size() == 1


def test_a_mirror_that_fails_is_disclosed_in_the_commit_that_accepts_the_evidence(
    client: DocumentedClient, parts: FakeParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    from resonance_dao.evidence.store import PinReport

    real = evidence.add_evidence

    def failing(store: Any, stream: Any, *, max_bytes: int) -> Any:
        added = real(store, stream, max_bytes=max_bytes)
        report = PinReport(added.cid, "kubo", False, "no answer")
        return evidence.Added(added.cid, added.size, added.profile, (*added.pins, report))

    monkeypatch.setattr(evidence, "add_evidence", failing)
    assert upload(client, b"hello").status_code == 202
    told = parts.journal.entries(kind="disclosure")
    assert [(entry.number, entry.subject) for entry in told] == [(2, f"pin/kubo/{EVIDENCE}")]
    assert [(missing.cid, missing.store) for missing in Pins(parts.journal).due(2**40, 10)] == [
        (EVIDENCE, "kubo")
    ]


@pytest.mark.parametrize("cid", ["nonsense", "b" * 59, "Qm123", "z" * 200])
def test_what_is_no_cid_is_refused(client: DocumentedClient, cid: str) -> None:
    assert client.get(f"/ipfs/{cid}").status_code == 422


def test_an_unknown_cid_is_not_found(client: DocumentedClient) -> None:
    for query in ("", "?format=raw", "?format=car"):
        assert client.get(f"/ipfs/{EVIDENCE}{query}").status_code == 404


def test_an_unknown_format_is_refused(client: DocumentedClient) -> None:
    assert client.get(f"/ipfs/{EVIDENCE}?format=html").status_code == 422


@pytest.mark.parametrize("query", ["", "?format=raw", "?format=car"])
@pytest.mark.parametrize(
    ("failure", "status"), [(EvidenceMismatch("altered"), 502), (EvidenceUnavailable("gone"), 503)]
)
def test_a_block_that_is_altered_or_lost_is_a_problem_and_never_sent(
    client: DocumentedClient,
    parts: FakeParts,
    monkeypatch: pytest.MonkeyPatch,
    query: str,
    failure: Exception,
    status: int,
) -> None:
    upload(client, b"hello")

    def broken(_cid: Cid) -> bytes:
        raise failure

    monkeypatch.setattr(parts.store, "get_block", broken)
    answer = client.get(f"/ipfs/{EVIDENCE}{query}")
    assert answer.status_code == status
    assert b"hello" not in answer.content


def test_a_raw_block_hashes_to_its_cid(client: DocumentedClient) -> None:
    upload(client, b"hello")
    for answer in (
        client.get(f"/ipfs/{EVIDENCE}?format=raw"),
        client.get(f"/ipfs/{EVIDENCE}", headers={"Accept": "application/vnd.ipld.raw"}),
    ):
        assert answer.headers["content-type"] == "application/vnd.ipld.raw"
        assert hashlib.sha256(answer.content).digest() == Cid.parse(EVIDENCE).digest


def test_a_car_can_be_imported_elsewhere(client: DocumentedClient, tmp_path: Any) -> None:
    from resonance_dao.evidence.embedded import EmbeddedStore

    cid = upload(client, bytes(range(256)) * 150).json()["cid"]
    answer = client.get(f"/ipfs/{cid}?format=car")
    assert answer.headers["content-type"].startswith("application/vnd.ipld.car; version=1")
    assert int(answer.headers["content-length"]) == len(answer.content)
    other = EmbeddedStore(tmp_path / "other")
    assert [added.text for added in evidence.import_car(other, io.BytesIO(answer.content))] == [cid]


@pytest.mark.parametrize(
    ("content", "kind", "shown"),
    [
        (PICTURE, "image/png", "inline"),
        (b"<script>alert(1)</script>", "text/plain; charset=utf-8", "inline"),
        (b"%PDF-1.7\n\xe2\xe3", "application/octet-stream", "attachment"),
    ],
)
def test_a_stranger_s_file_is_never_run_by_a_browser(
    client: DocumentedClient, content: bytes, kind: str, shown: str
) -> None:
    answer = client.get(upload(client, content).json()["url"])
    assert answer.content == content
    assert answer.headers["content-type"] == kind
    assert answer.headers["content-disposition"].startswith(shown)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]


def test_content_never_changes_so_it_is_kept_and_not_sent_twice(client: DocumentedClient) -> None:
    upload(client, b"hello")
    first = client.get(f"/ipfs/{EVIDENCE}")
    assert "immutable" in first.headers["cache-control"]
    again = client.get(f"/ipfs/{EVIDENCE}", headers={"If-None-Match": f'"x", {first.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(f"/ipfs/{EVIDENCE}?format=raw").headers["etag"] != first.headers["etag"]


def test_a_directory_is_read_by_path(client: DocumentedClient, parts: FakeParts) -> None:
    files = {"a.txt": io.BytesIO(b"hello"), "b.txt": io.BytesIO(b"there")}
    root = evidence.add_evidence_files(parts.store, files, max_bytes=100).text
    assert client.get(f"/ipfs/{root}/a.txt").content == b"hello"
    assert client.get(f"/ipfs/{root}/c.txt").status_code == 404
    answer = client.get(f"/ipfs/{root}")
    assert answer.status_code == 404
    assert "a.txt, b.txt" in answer.json()["hint"]
