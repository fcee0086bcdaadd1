"""The monitor over a log of batches: heads are of batches, promises of records."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from resonance_dao.chain.devchain import increase_time
from resonance_dao.cli.app import main
from resonance_dao.evidence.gateway import DirectorySource
from resonance_dao.transparency.batched_log import RecordBatch
from resonance_dao.transparency.cid import cid_of
from resonance_dao.transparency.merkle import record_hash
from resonance_dao.transparency.tree import Tree
from resonance_dao.workflows.log_contract import log_on
from resonance_dao.workflows.monitoring.gateway_view import GatewayView
from resonance_dao.workflows.monitoring.monitor import Monitor
from resonance_dao.workflows.monitoring.state import load, save
from tests.integration.log.faking import URL, FakeGateway, Watching
from tests.integration.log.publishing import WITHIN_S, BatchPublishing, foreign_leaf

pytestmark = pytest.mark.chain


@pytest.fixture
def gateway(batching: BatchPublishing) -> FakeGateway:
    return FakeGateway(batching, of="batches")


@pytest.fixture
def view(gateway: FakeGateway) -> Iterator[GatewayView]:
    with GatewayView(URL, transport=httpx.MockTransport(gateway.answer)) as opened:
        yield opened


@pytest.fixture
def watching(batching: BatchPublishing, view: GatewayView) -> Watching:
    """A monitor that has seen one batch of three records."""
    batching.promise(3)
    batching.append()
    log = log_on(batching.chain, batching.log.address)
    monitor = Monitor(batching.chain, log, batching.signer.address, [view])
    assert batching.folder is not None
    monitor.source = DirectorySource(batching.folder)
    found = Watching(monitor)
    assert found.look() == []
    return found


def test_an_honest_log_of_batches_raises_nothing_and_its_state_survives_its_file(
    batching: BatchPublishing, watching: Watching, tmp_path: Path
) -> None:
    for count in (1, 4, 2):
        batching.promise(count)
        assert watching.look() == []
        batching.append()
        assert watching.look() == []
        assert watching.state is not None
        save(watching.state, tmp_path / "monitor.json")
        watching.state = load(tmp_path / "monitor.json")
    assert watching.state is not None
    assert (watching.state.records, watching.state.range.size) == (10, 4)
    assert watching.state.range.root() == batching.outer.head()
    assert watching.state.promises == {}


def test_another_history_of_batches_is_a_split_view(
    batching: BatchPublishing, gateway: FakeGateway, watching: Watching
) -> None:
    gateway.tree = Tree([RecordBatch.of(0, [foreign_leaf()] * 3).leaf])
    assert watching.look() == ["SPLIT_VIEW"]
    assert "/batches/31337/" in watching.evidence["SPLIT_VIEW"]["checkpoint"]


def test_more_batches_than_the_chain_has_are_a_split_view(
    batching: BatchPublishing, gateway: FakeGateway, watching: Watching
) -> None:
    gateway.tree = Tree([*(batch.leaf for batch in batching.batches), foreign_leaf()])
    assert watching.look() == ["SPLIT_VIEW"]


def test_a_head_over_records_is_none_over_batches(gateway: FakeGateway, watching: Watching) -> None:
    gateway.of = "log"
    assert watching.look() == ["SIGNATURE_REFUSED"]


def test_a_promise_that_no_batch_keeps_is_broken_when_it_is_due(
    batching: BatchPublishing, watching: Watching
) -> None:
    batching.promise(1)
    assert watching.look() == []
    increase_time(batching.chain, WITHIN_S + 10)
    assert watching.look() == ["PROMISE_BROKEN"]


def test_another_record_in_the_place_of_a_promised_one_is_broken_at_once(
    batching: BatchPublishing, watching: Watching
) -> None:
    batching.promise(1, salt=" as promised")
    assert watching.look() == []
    other = batching.receipt(4, record_hash(b"record 4")).receipt.leaf
    batching.append_batch(RecordBatch.of(3, [other]), [b"record 4"], [other])
    assert watching.look() == ["PROMISE_BROKEN"]
    assert watching.evidence["PROMISE_BROKEN"]["found_leaf"] == "0x" + other.hex()


def test_a_batch_of_other_records_than_its_root_s_is_false(
    batching: BatchPublishing, watching: Watching
) -> None:
    batching.promise(1)
    assert watching.look() == []
    leaf = batching.receipts[3].receipt.leaf
    batching.append_batch(RecordBatch.of(3, [leaf]), [b"another"], [leaf])
    assert watching.look() == ["BATCH_FALSE"]
    assert watching.evidence["BATCH_FALSE"]["receipt"]["number"] == 4


def test_withheld_records_are_told_and_the_promise_stays_open(
    batching: BatchPublishing, watching: Watching
) -> None:
    batching.promise(1)
    assert watching.look() == []
    batching.append()
    assert batching.folder is not None
    kept = batching.folder / cid_of(b"record 4")
    content = kept.read_bytes()
    kept.unlink()
    assert watching.look() == ["BATCH_UNAVAILABLE"]
    assert watching.state is not None and 4 in watching.state.promises
    kept.write_bytes(content)
    assert watching.look() == []
    assert watching.state.promises == {}


def test_the_command_needs_the_records_and_keeps_its_evidence(
    batching: BatchPublishing,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RESONANCE_RPC_URL", batching.url)
    batching.promise(2)
    batching.append([batching.receipts[0].receipt.leaf])
    (tmp_path / "receipts").mkdir()
    batching.keep(2, tmp_path / "receipts")
    increase_time(batching.chain, WITHIN_S)

    def run(*arguments: str) -> object:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(["--json", "monitor", "--rounds", "1", "--receipts", "receipts", *arguments])
        return ended.value.code

    whose = ["--publisher", batching.signer.address, "--log", batching.log.address]
    assert run(*whose) == 3
    assert "--ipfs" in capsys.readouterr().out
    assert run(*whose, "--ipfs", str(batching.folder), "--evidence", "evidence") == 1
    (kept,) = (tmp_path / "evidence").iterdir()
    document = json.loads(kept.read_text())
    assert (document["code"], document["evidence"]["state"]) == ("PROMISE_BROKEN", "omitted")
