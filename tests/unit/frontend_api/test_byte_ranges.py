"""Parts of files, and heads without bodies."""

from __future__ import annotations

from typing import Any

import pytest

from resonance_dao.evidence.cid import Cid
from tests.unit.frontend_api.conftest import DocumentedClient, FakeParts

CONTENT = bytes(range(256)) * 3_000
SIZE = len(CONTENT)


@pytest.fixture
def url(client: DocumentedClient, parts: FakeParts) -> str:
    import io

    from resonance_dao.evidence.evidence import add_file

    return f"/ipfs/{add_file(parts.store, io.BytesIO(CONTENT)).text}"


def get(client: DocumentedClient, url: str, span: str, **headers: str) -> Any:
    return client.get(url, headers={"Range": span, **headers})


@pytest.mark.parametrize("span", [f"bytes={SIZE}-", f"bytes={SIZE}-{SIZE + 5}", "bytes=-0"])
def test_a_range_behind_the_end_is_refused_and_the_size_named(
    client: DocumentedClient, url: str, span: str
) -> None:
    answer = get(client, url, span)
    assert (answer.status_code, answer.json()["code"]) == (416, "range_not_satisfiable")
    assert answer.headers["content-range"] == f"bytes */{SIZE}"


@pytest.mark.parametrize(
    "span",
    ["bytes=5-4", "bytes=0-1,3-4", "lines=0-4", "bytes=a-b", "bytes=-", "bytes", "bytes=٠-١".encode().hex()],
)
def test_what_is_no_single_range_is_answered_whole(client: DocumentedClient, url: str, span: str) -> None:
    answer = get(client, url, span)
    assert (answer.status_code, answer.content) == (200, CONTENT)
    assert answer.headers["accept-ranges"] == "bytes"


@pytest.mark.parametrize(
    ("span", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-262143", 0, 262_144),
        ("bytes=262143-262144", 262_143, 262_145),
        ("bytes=500000-", 500_000, SIZE),
        ("bytes=-1", SIZE - 1, SIZE),
        ("bytes=1-99999999999", 1, SIZE),
    ],
)
def test_a_range_gives_those_bytes(
    client: DocumentedClient, url: str, span: str, start: int, end: int
) -> None:
    answer = get(client, url, span)
    assert (answer.status_code, answer.content) == (206, CONTENT[start:end])
    assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{SIZE}"
    assert int(answer.headers["content-length"]) == end - start


def test_the_whole_file_as_a_range_is_the_whole_file(client: DocumentedClient, url: str) -> None:
    assert get(client, url, "bytes=0-").status_code == 200


def test_only_the_blocks_of_the_range_are_read(
    client: DocumentedClient, url: str, parts: FakeParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, read = parts.store.get_block, []

    def counting(cid: Cid) -> bytes:
        read.append(cid)
        return real(cid)

    monkeypatch.setattr(parts.store, "get_block", counting)
    assert get(client, url, "bytes=600000-600001").status_code == 206
    assert len(set(read)) == 3, "the root, the first leaf for the type, and the leaf that was asked for"


def test_a_condition_that_names_other_content_asks_for_all_of_it(client: DocumentedClient, url: str) -> None:
    mark = client.get(url).headers["etag"]
    assert get(client, url, "bytes=0-1", **{"If-Range": mark}).status_code == 206
    assert get(client, url, "bytes=0-1", **{"If-Range": '"other"'}).status_code == 200


def test_a_raw_block_has_ranges_and_a_car_has_none(client: DocumentedClient, url: str) -> None:
    raw = client.get(f"{url}?format=raw").content
    assert get(client, f"{url}?format=raw", "bytes=1-3").content == raw[1:4]
    assert get(client, f"{url}?format=car", "bytes=1-3").status_code == 200


@pytest.mark.parametrize("query", ["", "?format=raw", "?format=car"])
def test_a_head_is_that_of_the_answer_without_its_body(
    client: DocumentedClient, url: str, query: str
) -> None:
    head, whole = client.head(url + query), client.get(url + query)
    assert (head.status_code, head.content) == (200, b"")
    wanted = dict(whole.headers)
    if query == "?format=car":
        wanted["content-length"] = head.headers["content-length"]
        wanted.pop("transfer-encoding", None)
    assert dict(head.headers) | {"x-request-id": ""} == wanted | {"x-request-id": ""}


def test_a_head_of_what_is_not_there_is_not_found(client: DocumentedClient) -> None:
    assert client.head(f"/ipfs/{Cid.of(b'nothing')}").status_code == 404
