"""A real daemon agrees with us on every CID, keeps what it is given, and gives it back."""

from __future__ import annotations

import hashlib
import io
import threading
import warnings
from typing import Any

import pytest

from resonance_dao.errors import EvidenceMismatch, EvidenceUnavailable
from resonance_dao.evidence.cid import DAG_CBOR, Cid
from resonance_dao.evidence.embedded import EmbeddedStore, block_path
from resonance_dao.evidence.evidence import (
    add_bytes,
    add_directory,
    add_evidence_files,
    add_file,
    cat,
    cid_of_file,
    export_car,
    import_car,
    read_bytes,
)
from resonance_dao.evidence.gateway import HttpBlockSource
from resonance_dao.evidence.kubo import KuboStore
from resonance_dao.evidence.mirrored import MirroredStore
from resonance_dao.evidence.unixfs import UNIXFS_V0_2015

pytestmark = pytest.mark.ipfs

SIZES = [0, 1, 262_144, 262_145, 5_000_000, pytest.param(46_000_000, marks=pytest.mark.slow)]
AS_KUBO = {"raw_leaves": True, "cid_version": 1, "opts": {"cid-base": "base32"}}


def _noise(name: str, size: int) -> bytes:
    return hashlib.shake_256(name.encode()).digest(size) if size else b""


@pytest.fixture
def embedded(tmp_path):
    return EmbeddedStore(tmp_path / "evidence")


@pytest.fixture
def works(tmp_path):
    root = tmp_path / "作品"
    for number, name in enumerate(
        ["和菓子/春/桜餅.jpg", "和菓子/秋/栗.jpg", "説明.txt", "a", "b/a", "b.txt"]
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(_noise(name, number * 90_000))
    return root


def test_a_block_the_daemon_does_not_have_is_unavailable_and_not_pinned(daemon):
    store = KuboStore(daemon.api, timeout_s=3)
    absent = Cid.of(b"nobody ever added this to any daemon")
    assert not store.is_pinned(absent)
    assert not store.has_block(absent)
    with pytest.raises(EvidenceUnavailable):
        store.get_block(absent)
    with pytest.raises(EvidenceUnavailable):
        store.pin(absent)


def test_a_dag_with_a_missing_block_is_not_pinned(daemon, embedded):
    store = KuboStore(daemon.api, timeout_s=3)
    root = add_file(embedded, io.BytesIO(_noise("never whole", 600_000))).cid
    store.put_block(root, embedded.get_block(root))
    with pytest.raises(EvidenceUnavailable):
        store.pin(root)
    assert not store.is_pinned(root)


def test_a_wrong_name_is_refused_before_the_daemon_sees_it(kubo):
    with pytest.raises(EvidenceMismatch):
        kubo.put_block(Cid.of(b"one"), b"another")


@pytest.mark.parametrize("size", SIZES)
def test_the_daemon_names_a_file_as_we_do(size, client):
    content = _noise("named", size)
    theirs = client.add(io.BytesIO(content), **AS_KUBO)["Hash"]
    assert str(cid_of_file(io.BytesIO(content))) == theirs


@pytest.mark.parametrize("size", [0, 1, 262_145, 5_000_000])
def test_the_daemon_names_a_file_the_old_way_as_we_do(size, client):
    content = _noise("old", size)
    assert str(cid_of_file(io.BytesIO(content), UNIXFS_V0_2015)) == client.add(io.BytesIO(content))["Hash"]


def test_the_daemon_names_a_folder_with_japanese_names_as_we_do(client, embedded, works):
    lines = client.add(works, recursive=True, **AS_KUBO)
    assert str(add_directory(embedded, works).cid) == lines[-1]["Hash"]


@pytest.mark.parametrize("size", SIZES)
def test_a_file_added_to_the_daemon_is_pinned_and_reads_back(size, kubo, daemon):
    content = _noise("kept", size)
    added = add_file(kubo, io.BytesIO(content))
    assert added.cid == cid_of_file(io.BytesIO(content))
    assert [(report.store, report.ok) for report in added.pins] == [("kubo", True)]
    assert kubo.is_pinned(added.cid)
    assert kubo.has_block(added.cid)
    again = KuboStore(daemon.api)
    assert b"".join(cat(again, added.cid)) == content
    assert added.cid.as_v1() in {cid.as_v1() for cid in again.pins()}


def test_a_folder_added_to_the_daemon_is_the_folder_the_daemon_reads(kubo, client, works):
    root = add_directory(kubo, works).cid
    for name in ("和菓子/秋/栗.jpg", "b.txt"):
        content = (works / name).read_bytes()
        assert client.cat(f"/ipfs/{root}/{name}") == content
        assert read_bytes(kubo, root, path=name, max_bytes=10_000_000) == content


def test_a_dag_cbor_block_is_kept_under_its_own_codec(kubo):
    leaf = add_bytes(kubo, b"leaf").cid
    block = b"\x81\xd8\x2a\x58\x25\x00" + leaf.to_bytes()
    cid = Cid.of(block, DAG_CBOR)
    kubo.put_block(cid, block)
    assert kubo.get_block(cid) == block
    assert kubo.pin(cid)[0].ok


def test_the_daemon_imports_our_car_and_we_import_its(kubo, client, embedded, tmp_path):
    files = {"写真.jpg": io.BytesIO(_noise("car", 600_000)), "n.txt": io.BytesIO(b"sweet")}
    root = add_evidence_files(embedded, files, max_bytes=1_000_000).cid
    out = io.BytesIO()
    export_car(embedded, [root], out)
    client.dag.imprt(io.BytesIO(out.getvalue()))
    assert read_bytes(kubo, root, path="n.txt", max_bytes=10) == b"sweet"
    theirs = client.dag.export(str(root))
    (added,) = import_car(EmbeddedStore(tmp_path / "other"), io.BytesIO(theirs))
    assert added.cid == root


def test_a_daemon_that_was_down_gets_its_copy_on_the_next_pin(kubo, embedded):
    down = MirroredStore(embedded, [KuboStore("http://127.0.0.1:9", timeout_s=2)])
    added = add_file(down, io.BytesIO(_noise("later", 600_000)))
    assert [report.ok for report in added.pins] == [True, False]
    assert "evidence_unavailable" in added.failed[0].reason
    assert all(report.ok for report in MirroredStore(embedded, [kubo]).pin(added.cid))
    assert kubo.is_pinned(added.cid)


def test_one_store_serves_several_threads_without_a_warning(kubo):
    failures = []

    def work(number: int) -> None:
        try:
            content = _noise(f"thread {number}", 300_000)
            assert read_bytes(kubo, add_file(kubo, io.BytesIO(content)).cid, max_bytes=300_000) == content
        except Exception as exc:
            failures.append(exc)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failures == []


def test_an_auditor_reads_blocks_from_the_daemons_gateway(daemon, kubo):
    if daemon.gateway is None:
        pytest.skip(f"{daemon.kind} offers no gateway with raw blocks; Kubo does")
    root = add_file(kubo, io.BytesIO(_noise("gateway", 600_000))).cid
    with HttpBlockSource(daemon.gateway) as source:
        assert len(read_bytes(source, root, max_bytes=600_000)) == 600_000


def test_the_daemon_says_its_version(kubo):
    assert kubo.version()[0].isdigit()


def test_a_pin_that_a_daemon_lost_is_found_missing_and_made_again(
    embedded: EmbeddedStore, kubo: KuboStore, client: Any
) -> None:
    store = MirroredStore(embedded, [kubo])
    cid = add_file(store, io.BytesIO(b"a pin that a daemon loses" * 50_000)).cid
    assert store.check(cid, "kubo").ok
    client.pin.rm(str(cid))
    lost = store.check(cid, "kubo")
    assert (lost.ok, lost.reason) == (False, "it is not pinned there")
    assert store.repair(cid, "kubo").ok
    assert store.check(cid, "kubo").ok


def test_a_block_that_a_daemon_lost_is_found_missing_and_comes_back_to_the_folder_too(
    embedded: EmbeddedStore, kubo: KuboStore
) -> None:
    store = MirroredStore(embedded, [kubo])
    cid = add_file(store, io.BytesIO(b"a block that a folder loses" * 50_000)).cid
    block_path(embedded.folder, cid).unlink()
    assert not store.check(cid, embedded.name).ok
    assert store.repair(cid, embedded.name).ok
    assert store.check(cid, embedded.name).ok
