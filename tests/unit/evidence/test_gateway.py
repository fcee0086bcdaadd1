"""What an auditor reads from: gateways that lie, stall, redirect or flood, and folders that were altered."""

from __future__ import annotations

import io
import socket

import pytest

from resonance_dao.errors import EvidenceMismatch, EvidenceUnavailable, InputInvalid
from resonance_dao.evidence.cid import Cid
from resonance_dao.evidence.evidence import add_evidence_files, add_file, cat, read_bytes
from resonance_dao.evidence.gateway import DirectorySource, HttpBlockSource

HELLO = Cid.of(b"hello")
_CUT_OFF = {"Content-Length": "500"}


@pytest.fixture
def source(server):
    with HttpBlockSource(server.url, timeout_s=2) as made:
        yield made


def _serve(store):
    def answer(path: str) -> tuple[int, dict[str, str], bytes]:
        cid = Cid.parse(path.removeprefix("/ipfs/").removesuffix("?format=raw"))
        return 200, {"Content-Type": "application/vnd.ipld.raw"}, store.get_block(cid)

    return answer


@pytest.mark.parametrize("lie", [b"hellp", b"", b"hello ", b"<html>hello</html>"])
def test_a_lying_gateway_is_caught_and_named(lie, server, source):
    server.answer = lambda _path: (200, {}, lie)
    with pytest.raises(EvidenceMismatch) as caught:
        source.get_block(HELLO)
    assert server.url in str(caught.value)
    assert str(HELLO) in str(caught.value)


def test_a_gateway_that_lies_about_one_block_of_many_is_caught(server, source, memory, ramp):
    root = add_file(memory, ramp(600_000)).cid
    honest = _serve(memory)
    liar = str(list(memory.blocks)[1])

    def answer(path: str) -> tuple[int, dict[str, str], bytes]:
        status, headers, block = honest(path)
        return status, headers, block[:-1] + b"!" if liar in path else block

    server.answer = answer
    with pytest.raises(EvidenceMismatch, match=liar):
        list(cat(source, root))


@pytest.mark.parametrize("status", [204, 206, 301, 302, 307, 400, 404, 410, 429, 500, 504])
def test_anything_but_a_plain_answer_is_unavailable_with_its_status(status, server, source):
    server.answer = lambda _path: (status, {"Location": f"{server.url}/elsewhere"}, b"")
    with pytest.raises(EvidenceUnavailable, match=f"status {status}") as caught:
        source.get_block(HELLO)
    assert caught.value.hint
    assert server.paths == [f"/ipfs/{HELLO}?format=raw"]


def test_a_flood_is_cut_off(server, source):
    server.answer = lambda _path: (200, {}, bytes(3 * 1024 * 1024))
    with pytest.raises(EvidenceMismatch, match="2097152"):
        source.get_block(HELLO)


def test_an_answer_that_breaks_off_is_unavailable(server, source):
    server.answer = lambda _path: (200, {"Content-Length": "500"}, b"hello")
    with pytest.raises(EvidenceUnavailable):
        source.get_block(HELLO)


def test_a_compressed_answer_that_is_none_is_unavailable(server, source):
    server.answer = lambda _path: (200, {"Content-Encoding": "gzip"}, b"hello")
    with pytest.raises(EvidenceUnavailable):
        source.get_block(HELLO)


def test_a_gateway_that_stalls_or_is_not_there_is_unavailable():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with (
            HttpBlockSource(url, timeout_s=0.2) as source,
            pytest.raises(EvidenceUnavailable, match="Timeout"),
        ):
            source.get_block(HELLO)
    with HttpBlockSource(url, timeout_s=2) as source, pytest.raises(EvidenceUnavailable, match="Connect"):
        source.get_block(HELLO)


@pytest.mark.parametrize(
    "url", ["", "secret.example/", "file:///secret", "ftp://user:secret@gateway", "https://gateway:secret"]
)
def test_an_address_that_is_not_http_is_refused_by_its_setting_and_without_a_secret(url):
    with pytest.raises(InputInvalid, match=r"^gateway = .*http") as caught:
        HttpBlockSource(url, field="gateway")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "answer",
    [
        (404, {}, b""),
        (200, {}, b"another"),
        (200, {}, bytes(3 * 1024 * 1024)),
        (200, _CUT_OFF, b"hello"),
        (302, {"Location": "http://gateway:secret/"}, b""),
    ],
)
def test_a_key_in_the_address_is_sent_and_never_told(server, answer):
    server.answer = lambda _path: answer
    url = server.url.replace("//", "//user:secret@") + "/secret"
    with (
        HttpBlockSource(url, timeout_s=2) as source,
        pytest.raises((EvidenceUnavailable, EvidenceMismatch), match=r"127\.0\.0\.1") as caught,
    ):
        source.get_block(HELLO)
    assert server.paths == [f"/secret/ipfs/{HELLO}?format=raw"]
    assert source.name == server.url
    assert "secret" not in str(caught.value.to_dict())


@pytest.mark.parametrize(
    "url", ["https://a..b/secret", "https://xn--/secret", "https://h/" + "secret" * 20_000]
)
def test_a_place_that_cannot_be_one_is_unavailable_and_nothing_else_fails(url):
    with HttpBlockSource(url) as source, pytest.raises(EvidenceUnavailable) as caught:
        source.get_block(HELLO)
    assert "secret" not in str(caught.value)


def test_an_honest_gateway_gives_whole_trees(server, source, memory, ramp):
    server.answer = _serve(memory)
    files = {"写真.jpg": ramp(600_000), "note.txt": io.BytesIO(b"sweet")}
    root = add_evidence_files(memory, files, max_bytes=1_000_000).cid
    assert read_bytes(source, root, path="note.txt", max_bytes=10) == b"sweet"
    assert len(read_bytes(source, root, path="写真.jpg", max_bytes=600_000)) == 600_000
    assert source.name == server.url


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputInvalid, match="folder"):
        DirectorySource(tmp_path / "nowhere")


def test_a_folder_is_read_as_a_store_or_flat_and_alterations_are_found(embedded, tmp_path):
    added = add_file(embedded, io.BytesIO(b"hello"))
    flat = tmp_path / "flat"
    flat.mkdir()
    (flat / str(HELLO)).write_bytes(b"hello")
    for folder in (embedded.folder, flat):
        source = DirectorySource(folder)
        assert source.name == str(folder)
        assert read_bytes(source, added.cid, max_bytes=5) == b"hello"
        (path,) = folder.rglob(str(HELLO)) if folder is flat else folder.glob(f"blocks/*/{HELLO}")
        path.write_bytes(b"hellp")
        with pytest.raises(EvidenceMismatch, match=str(path)):
            source.get_block(HELLO)
        path.unlink()
        with pytest.raises(EvidenceUnavailable):
            source.get_block(HELLO)
