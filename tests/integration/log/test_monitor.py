"""The monitor against a real chain and a gateway that a test makes lie."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from resonance_dao.chain.devchain import increase_time, mine
from resonance_dao.chain.signer import DevSigner
from resonance_dao.cli.app import main
from resonance_dao.errors import ChainMismatch, EvidenceUnavailable, InputInvalid
from resonance_dao.evidence.cid import Cid
from resonance_dao.transparency.keccak import keccak256
from resonance_dao.transparency.receipt import SignedReceipt
from resonance_dao.transparency.tree import Tree
from resonance_dao.workflows.log_contract import log_at
from resonance_dao.workflows.monitoring.gateway_view import GatewayView
from resonance_dao.workflows.monitoring.monitor import Monitor
from resonance_dao.workflows.monitoring.state import load, save
from tests.integration.log.faking import URL, FakeGateway, Watching
from tests.integration.log.publishing import WITHIN_S, Publishing, foreign_leaf

pytestmark = pytest.mark.chain


@pytest.fixture
def gateway(publishing: Publishing) -> FakeGateway:
    return FakeGateway(publishing)


@pytest.fixture
def view(gateway: FakeGateway) -> Iterator[GatewayView]:
    with GatewayView(URL, transport=httpx.MockTransport(gateway.answer)) as opened:
        yield opened


@pytest.fixture
def watching(publishing: Publishing, view: GatewayView) -> Watching:
    """A monitor that has seen three records anchored."""
    publishing.promise(3)
    publishing.append()
    log = log_at(publishing.log.address)
    found = Watching(Monitor(publishing.chain, log, publishing.signer.address, [view]))
    assert found.look() == []
    return found


def test_an_honest_log_that_grows_raises_nothing(publishing: Publishing, watching: Watching) -> None:
    for count in (1, 4, 9):
        publishing.promise(count)
        assert watching.look() == []
        publishing.append()
        assert watching.look() == []
    assert watching.state is not None
    assert watching.state.range.root() == publishing.tree.head()
    assert watching.state.promises == {}


def test_a_gateway_that_rewrote_a_record_is_a_split_view(
    publishing: Publishing, gateway: FakeGateway, watching: Watching
) -> None:
    leaves = [one.receipt.leaf for one in publishing.receipts]
    gateway.tree = Tree([leaves[0], foreign_leaf(), leaves[2]])
    assert watching.look() == ["SPLIT_VIEW"]
    evidence = watching.evidence["SPLIT_VIEW"]
    assert evidence["root"] == "0x" + publishing.tree.head().hex()
    assert "keccak256" in evidence["checkpoint"]
    # It is told once.
    assert watching.look() == []


@pytest.mark.parametrize("size", [1, 2, 4])
def test_a_split_view_of_another_size_cannot_be_proven_away(
    gateway: FakeGateway, watching: Watching, size: int, publishing: Publishing
) -> None:
    publishing.promise(3)
    publishing.append()
    gateway.tree = Tree([foreign_leaf()] * size)
    assert watching.look() == ["SPLIT_VIEW"]


def test_a_gateway_behind_the_chain_proves_that_it_is_the_same_log(
    publishing: Publishing, gateway: FakeGateway, watching: Watching
) -> None:
    gateway.tree = Tree([one.receipt.leaf for one in publishing.receipts])
    publishing.promise(4)
    publishing.append()
    assert watching.look() == []


def test_a_gateway_ahead_of_a_careful_monitor_proves_that_it_is_the_same_log(
    publishing: Publishing, watching: Watching
) -> None:
    mine(publishing.chain, 5)
    watching.monitor.confirmations = 3
    assert watching.look() == []
    publishing.promise(2)
    publishing.append()
    assert watching.look() == []
    assert watching.state is not None and watching.state.range.size == 3


def test_more_anchored_than_the_chain_has_is_a_split_view(
    gateway: FakeGateway, watching: Watching, publishing: Publishing
) -> None:
    gateway.tree = Tree([one.receipt.leaf for one in publishing.receipts] + [foreign_leaf()])
    assert watching.look() == ["SPLIT_VIEW"]


def test_a_promise_that_no_batch_keeps_is_broken_when_it_is_due(
    publishing: Publishing, watching: Watching
) -> None:
    publishing.promise(2)
    assert watching.look() == []
    increase_time(publishing.chain, WITHIN_S - 10)
    assert watching.look() == []
    increase_time(publishing.chain, 20)
    assert watching.look() == ["PROMISE_BROKEN", "PROMISE_BROKEN"]
    kept = SignedReceipt.from_dict(dict(watching.evidence["PROMISE_BROKEN"]["receipt"]))
    kept.verify(publishing.signer.address)


def test_another_record_in_the_place_of_a_promised_one_is_broken_at_once(
    publishing: Publishing, watching: Watching
) -> None:
    publishing.promise(1)
    assert watching.look() == []
    publishing.append([foreign_leaf()])
    assert watching.look() == ["PROMISE_BROKEN"]
    assert watching.evidence["PROMISE_BROKEN"]["found_leaf"] == "0x" + foreign_leaf().hex()


def test_ones_own_receipt_is_watched_though_the_gateway_is_silent_of_it(
    publishing: Publishing, gateway: FakeGateway, watching: Watching
) -> None:
    # A second history: the gateway signed number 4 for us, then gave the number to another record.
    ours = publishing.receipt(4, keccak256(b"ours"))
    watching.monitor.receipts = [ours]
    publishing.promise(1)
    assert watching.look() == ["RECEIPT_CONFLICT"]
    both = [SignedReceipt.from_dict(one) for one in watching.evidence["RECEIPT_CONFLICT"]["receipts"]]
    assert ours in both and publishing.receipts[3] in both
    for one in both:
        one.verify(publishing.signer.address)
    publishing.append()
    assert watching.look() == []
    # The number is the other record's for good.
    assert watching.look() == ["PROMISE_BROKEN"]
    assert watching.evidence["PROMISE_BROKEN"]["receipt"] == ours.to_dict()


def test_a_kept_receipt_is_settled_and_not_asked_for_again(
    publishing: Publishing, watching: Watching
) -> None:
    watching.monitor.receipts = publishing.receipts[:2]
    assert watching.look() == []
    assert watching.state is not None and {1, 2} <= watching.state.settled.keys()
    watching.monitor.receipts = [publishing.receipt(1, keccak256(b"another"))]
    assert watching.look() == ["PROMISE_BROKEN"]


def test_a_journal_that_shrinks_is_told(
    publishing: Publishing, gateway: FakeGateway, watching: Watching
) -> None:
    publishing.promise(5)
    assert watching.look() == []
    gateway.size = 7
    assert watching.look() == ["JOURNAL_SHRANK"]


def test_what_the_publisher_did_not_sign_is_refused(gateway: FakeGateway, watching: Watching) -> None:
    gateway.signer = DevSigner(1)
    assert watching.look() == ["SIGNATURE_REFUSED"]


@pytest.mark.parametrize("change", [{"chain_id": 1}, {"log": URL}, {"publisher": URL}])
def test_a_gateway_of_another_log_is_told(
    gateway: FakeGateway, watching: Watching, change: dict[str, object]
) -> None:
    gateway.reach = change
    assert watching.look() == ["OTHER_LOG"]


@pytest.mark.parametrize("reach", [{"size": -1}, {"size": "3"}, {"publisher": None, "size": None}])
def test_a_gateway_that_talks_nonsense_accuses_nobody(
    gateway: FakeGateway, watching: Watching, reach: dict[str, object]
) -> None:
    gateway.reach = reach
    assert watching.look() in (["GATEWAY_UNREACHABLE"], ["OTHER_LOG"])


def test_a_gateway_that_is_down_is_told_each_time_and_holds_nothing_up(
    publishing: Publishing, gateway: FakeGateway, watching: Watching
) -> None:
    gateway.status = 503
    publishing.promise(1)
    publishing.append()
    assert [watching.look(), watching.look()] == [["GATEWAY_UNREACHABLE"]] * 2
    assert watching.state is not None and watching.state.range.size == 4


def test_a_reorganisation_below_the_depth_is_told_and_the_log_read_again(
    publishing: Publishing, watching: Watching
) -> None:
    publishing.promise(2)
    publishing.append()
    assert watching.look() == []
    publishing.chain.request("anvil_reorg", [1, []])
    publishing.tree = Tree([one.receipt.leaf for one in publishing.receipts[:3]])
    # The batch is gone: the log is shorter than it was.
    assert watching.look() == ["CHAIN_REORGANISED", "LOG_REWRITTEN"]
    publishing.append([foreign_leaf(), foreign_leaf()])
    assert watching.look() == ["PROMISE_BROKEN"]
    assert watching.state is not None and watching.state.range.root() == publishing.tree.head()


def test_a_reorganisation_that_brings_the_same_batch_back_is_no_rewriting(
    publishing: Publishing, watching: Watching
) -> None:
    publishing.promise(2)
    publishing.append()
    assert watching.look() == []
    publishing.chain.request("anvil_reorg", [1, []])
    publishing.tree = Tree([one.receipt.leaf for one in publishing.receipts[:3]])
    publishing.append()
    assert watching.look() == ["CHAIN_REORGANISED"]


def test_an_endpoint_that_hides_a_batch_is_inconsistent(publishing: Publishing, watching: Watching) -> None:
    class Hiding(type(publishing.chain)):  # type: ignore[misc]
        def logs(self, *_: object, **__: object) -> list[Any]:
            return []

    publishing.promise(1)
    publishing.append()
    watching.monitor.chain = Hiding(publishing.url)
    assert watching.look() == ["LOG_INCONSISTENT"]


def test_a_batch_whose_manifest_is_gone_is_told_at_the_second_try(
    publishing: Publishing, watching: Watching
) -> None:
    class Empty:
        name = "empty"

        def get_block(self, cid: Cid) -> bytes:
            raise EvidenceUnavailable(f"no {cid}")

    watching.monitor.source = Empty()
    publishing.promise(1)
    publishing.append()
    assert watching.look() == []
    assert watching.look() == ["BATCH_UNAVAILABLE"]


def test_the_state_survives_its_file_and_belongs_to_one_log(
    publishing: Publishing, watching: Watching, tmp_path: Path
) -> None:
    publishing.promise(2)
    watching.look()
    assert watching.state is not None
    save(watching.state, tmp_path / "new" / "monitor.json")
    assert load(tmp_path / "new" / "monitor.json") == watching.state
    assert load(tmp_path / "none.json") is None
    with pytest.raises(ChainMismatch, match="state is of log"):
        watching.monitor.round(replace(watching.state, publisher=DevSigner(1).address))
    for text in ("", "[]", "{}", json.dumps(watching.state.to_dict() | {"schema": "x"})):
        (tmp_path / "bad.json").write_text(text)
        with pytest.raises(InputInvalid):
            load(tmp_path / "bad.json")


def test_the_command_tells_in_lines_of_json_and_ends_with_one(
    publishing: Publishing,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RESONANCE_RPC_URL", publishing.url)
    publishing.promise(2)
    publishing.append([publishing.receipts[0].receipt.leaf])
    (tmp_path / "receipts").mkdir()
    publishing.keep(2, tmp_path / "receipts")
    given = ["--publisher", publishing.signer.address, "--log", publishing.log.address]

    def run(*arguments: str) -> tuple[object, list[Any]]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(["--json", "monitor", "--rounds", "1", "--receipts", "receipts", *arguments])
        return ended.value.code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    assert run(*given) == (0, [])
    increase_time(publishing.chain, WITHIN_S)
    code, lines = run()
    assert (code, [line["code"] for line in lines]) == (1, ["PROMISE_BROKEN"])
    assert lines[0]["evidence"]["state"] == "omitted"
    assert run() == (0, [])


def test_without_a_publisher_the_command_asks_for_one(
    publishing: Publishing,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(["monitor", "--rounds", "1"])
    assert ended.value.code == 3
    assert "--publisher" in capsys.readouterr().err
