"""Uploading several files at once: one directory, named, bounded, and with the CID that IPFS gives."""

from __future__ import annotations

import io
from typing import Any

import pytest

from frontend_api.upload import MAX_FILES
from resonance_dao.evidence import evidence
from resonance_dao.evidence.embedded import EmbeddedStore
from tests.unit.frontend_api.conftest import EVIDENCE, DocumentedClient, FakeParts

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(100)


def upload(client: DocumentedClient, *files: tuple[str, bytes], key: str = "files-1", **form: str) -> Any:
    parts = [("file", file) for file in files]
    return client.post("/v1/evidence", files=parts, data=form, headers={"Idempotency-Key": key})


@pytest.mark.parametrize(
    "name",
    [
        "../a.txt",
        "/etc/passwd",
        "..\\a.txt",
        "..",
        ".hidden",
        " a.txt",
        "a\u2028b.txt",
        "a\u202egpj.exe",
        "a" * 256,
    ],
)
def test_a_name_that_could_lead_elsewhere_or_deceive_is_refused(
    client: DocumentedClient, parts: FakeParts, name: str
) -> None:
    answer = upload(client, (name, b"one"), ("b.txt", b"two"))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] in ("file", "name")
    assert parts.journal.size() == 0
    assert list(parts.store.pins()) == []


@pytest.mark.parametrize(
    "names", [("a.txt", "a.txt"), ("\u30ab\u3099.txt", "\u30ac.txt")], ids=["same", "same in NFC"]
)
def test_two_files_of_one_name_are_refused(
    client: DocumentedClient, parts: FakeParts, names: tuple[str, str]
) -> None:
    answer = upload(client, *((name, b"one") for name in names))
    assert (answer.status_code, answer.json()["errors"][0]["rule"]) == (422, "stands twice")
    assert parts.journal.size() == 0


def test_an_empty_file_among_others_is_refused_by_name_and_nothing_is_pinned(
    client: DocumentedClient, parts: FakeParts
) -> None:
    answer = upload(client, ("a.txt", b"one"), ("b.txt", b""))
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "b.txt")
    assert (parts.journal.size(), list(parts.store.pins())) == (0, [])


def test_files_that_pass_the_limit_together_are_refused(client: DocumentedClient, parts: FakeParts) -> None:
    answer = upload(client, ("a.txt", b"a" * 25_001), ("b.txt", b"b" * 25_000))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert upload(client, ("a.txt", b"a" * 25_000), ("b.txt", b"b" * 25_000)).status_code == 202
    assert parts.journal.size() == 1


def test_more_files_than_may_wait_in_memory_are_refused(client: DocumentedClient, parts: FakeParts) -> None:
    answer = upload(client, *((f"{number}.txt", b"x") for number in range(MAX_FILES + 1)))
    assert answer.status_code == 400
    assert str(MAX_FILES) in answer.json()["detail"]
    assert parts.journal.size() == 0


def test_another_cid_than_the_directory_s_is_refused_before_anything_is_kept(
    client: DocumentedClient, parts: FakeParts
) -> None:
    answer = upload(client, ("a.txt", b"one"), ("b.txt", b"two"), cid=EVIDENCE)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "cid")
    assert list(parts.store.folder.rglob("*")) == []


def test_several_files_become_the_directory_that_ipfs_add_makes(
    client: DocumentedClient, parts: FakeParts, tmp_path: Any
) -> None:
    files = {"箱.png": PICTURE, "text.md": b"# Spring"}
    opened = {name: io.BytesIO(content) for name, content in files.items()}
    expected = evidence.add_evidence_files(EmbeddedStore(tmp_path / "other"), opened, max_bytes=1000).text
    answer = upload(client, *files.items(), cid=expected)
    assert answer.status_code == 202
    body = answer.json()
    assert (body["cid"], body["size"]) == (expected, sum(map(len, files.values())))
    record = parts.journal.entry(body["number"]).to_record()
    assert (record.body["media_type"], record.body["cid"]) == ("inode/directory", expected)
    for name, content in files.items():
        assert client.get(f"/ipfs/{expected}/{name}").content == content


def test_the_order_of_the_files_changes_nothing_and_another_name_does(client: DocumentedClient) -> None:
    a, b = ("a.txt", b"one"), ("b.txt", b"two")
    first, again = upload(client, a, b), upload(client, b, a)
    assert again.json() == first.json()
    assert again.headers["idempotent-replay"] == "true"
    assert upload(client, a, ("c.txt", b"two")).status_code == 409
