"""
Two gateways with one key and another history each: whoever watches both has the evidence, by an RPC endpoint
and HTTP alone.

Contracts have the same addresses on every chain, so the second gateway, on a chain of its own that gives
itself out for the first, answers in the first one's name.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from resonance_dao.chain.deployment import run, survey
from resonance_dao.chain.devchain import DevChain, free_port
from resonance_dao.cli.app import main
from resonance_dao.cli.demo.gateway import Gateway
from resonance_dao.settings import Settings
from resonance_dao.toolkit import Toolkit
from resonance_dao.transparency.note import Note
from resonance_dao.transparency.receipt import SignedReceipt
from resonance_dao.transparency.signed_checkpoint import verify_checkpoint
from tests.integration.gateway.conftest import ROOT, environment

LANES = ["records", "batches"]
pytestmark = [pytest.mark.chain, pytest.mark.slow]


@dataclass
class Side:
    """A gateway on its chain, and the answer to its only upload."""

    rpc_url: str
    env: dict[str, str]
    gateway: Gateway
    receipt: dict[str, Any]


def begin(stack: ExitStack, folder: Path, lane: str, content: bytes) -> Side:
    dev = stack.enter_context(DevChain.start(ROOT))
    env = environment(folder, dev.url, RESONANCE_OPERATOR_DEV_INDEX="9", RESONANCE_LOG_LANE=lane)
    toolkit = Toolkit(Settings.load(env), env=env)
    run(survey(toolkit.plan, toolkit.chain), toolkit.chain, toolkit.operator, toolkit.book)
    folder.mkdir(exist_ok=True)
    gateway = Gateway.start(env, free_port(), folder / "gateway.log")
    stack.callback(gateway.stop)
    gateway.upload(content)
    gateway.wait_anchored()
    return Side(dev.url, env, gateway, gateway.get("/v1/log/entries/1/receipt"))


@pytest.fixture(scope="module", params=LANES)
def sides(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Side, Side]]:
    folder = tmp_path_factory.mktemp("split")
    with ExitStack() as stack:
        yield (
            begin(stack, folder / "one", request.param, b"what was told to us"),
            begin(stack, folder / "other", request.param, b"what was told to others"),
        )


def resonance(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, list[Any]]:
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        main(["--json", *map(str, arguments)])
    lines = capsys.readouterr().out
    documents = [json.loads(lines)] if lines.startswith("{\n") else list(map(json.loads, lines.splitlines()))
    return int(str(ended.value.code)), documents


def test_a_monitor_of_both_has_the_signatures_of_both_histories(
    sides: tuple[Side, Side],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    one, other = sides
    monkeypatch.setenv("RESONANCE_RPC_URL", one.rpc_url)
    options = ["--rounds", 1, "--evidence", "evidence", "--ipfs", one.gateway.url, "--confirmations", 0]
    assert resonance(capsys, "monitor", one.gateway.url, *options) == (0, [])

    code, alarms = resonance(capsys, "monitor", one.gateway.url, other.gateway.url, *options)

    assert code == 1
    # The other gateway's head, and its receipt of a number that the log has given to another record.
    assert {alarm["code"] for alarm in alarms} == {"SPLIT_VIEW", "PROMISE_BROKEN"}
    kept = {path.name.split("-")[0]: json.loads(path.read_text()) for path in Path("evidence").iterdir()}
    assert sorted(kept) == sorted({alarm["code"] for alarm in alarms})
    evidence, publisher = kept["SPLIT_VIEW"]["evidence"], one.receipt["publisher"]
    note = Note.from_text(evidence["checkpoint"])
    said = verify_checkpoint(note, note.text.split("\n")[0], 31337, publisher)
    assert "0x" + said.root.hex() != evidence["root"]


def test_a_receipt_of_the_other_history_is_evidence_of_an_omission(
    sides: tuple[Side, Side],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    one, other = sides
    Path("receipt.json").write_text(json.dumps(other.receipt))
    options = ["--rpc", one.rpc_url, "--ipfs", one.gateway.url, "--evidence", "evidence.json"]

    code, (found,) = resonance(capsys, "verify", "receipt.json", *options)

    assert (code, found["state"]) == (1, "omitted")
    kept = json.loads(Path("evidence.json").read_text())
    assert kept["found_leaf"] != kept["expected_leaf"]
    SignedReceipt.from_dict(kept["receipt"]).verify(one.receipt["publisher"])
    # Whoever gets the file asks again, and need not believe who wrote it.
    assert resonance(capsys, "verify", "evidence.json", *options[:4])[0] == 1
    Path("receipt.json").write_text(json.dumps(one.receipt))
    assert resonance(capsys, "verify", "receipt.json", *options[:4])[0] == 0


def test_the_gateways_proof_is_enough_and_the_operators_is_the_same(
    sides: tuple[Side, Side],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    one, other = sides
    Path("receipt.json").write_text(json.dumps(one.receipt))
    for side, expected in ((one, 0), (other, 9)):
        Path("proof.json").write_text(json.dumps(side.gateway.get("/v1/log/entries/1/proof")))
        found = resonance(capsys, "verify", "receipt.json", "--proof", "proof.json", "--rpc", one.rpc_url)
        assert found[0] == expected
    for name, value in one.env.items():
        monkeypatch.setenv(name, value)
    code, (proof,) = resonance(capsys, "log", "prove", 1)
    assert (code, proof["proof"]) == (0, one.gateway.get("/v1/log/entries/1/proof")["proof"])
