"""The way without gas, at the command line: evidence uploaded, work signed, handed over, receipt verified."""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from resonance_dao.chain.chain import balance_of, nonce_of
from resonance_dao.cli.app import main
from resonance_dao.journal.api_keys import ApiKeys
from resonance_dao.workflows.machine_keys import new_key
from tests.integration.gateway.conftest import ROOT, WORKER, Gateway

pytestmark = pytest.mark.chain
Resonance = Callable[..., tuple[int, Any, str]]


@pytest.fixture(scope="module")
def url(gateway: Gateway) -> Iterator[str]:
    """The same gateway at an address, beside the client that the other tests use."""
    app: Any = gateway.client.app
    server = uvicorn.Server(uvicorn.Config(app, port=0, lifespan="off", log_level="critical"))
    thread = threading.Thread(target=server.run)
    thread.start()
    gateway.until(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.fixture
def resonance(
    gateway: Gateway,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Resonance:
    """The contributor's machine: a folder of its own, the same chain and deployment book, no keys there."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RESONANCE_ROOT", str(ROOT))
    monkeypatch.setenv("RESONANCE_RPC_URL", gateway.dev.url)
    monkeypatch.setenv("RESONANCE_DEPLOYMENTS", str(gateway.toolkit.settings.deployments))
    monkeypatch.setenv("RESONANCE_HOME", str(tmp_path / "home"))

    def run(*arguments: object) -> tuple[int, Any, str]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(["--json", *map(str, arguments)])
        printed = capsys.readouterr()
        return int(str(ended.value.code)), json.loads(printed.out or "null"), printed.err

    return run


def test_a_contributor_without_coin_hands_in_work_and_holds_a_receipt(
    gateway: Gateway, bounty_id: int, url: str, resonance: Resonance, tmp_path: Path
) -> None:
    chain = gateway.toolkit.chain
    before = nonce_of(chain, WORKER.address), balance_of(chain, WORKER.address)
    (tmp_path / "work.txt").write_text("what was made")
    sign = ("submit", bounty_id, "work.txt", "--dev", 1, "--sign-only", "work.json", "--gateway", url)
    code, signed, said = resonance(*sign)
    assert code == 0, signed
    assert "only" not in said
    assert httpx.get(f"{url}/ipfs/{signed['evidence']}").text == "what was made"

    hand = ("relay", "work.json", "--gateway", url, "--receipt", "receipt.json")
    code, handed, said = resonance(*hand)
    assert code == 0, handed
    assert handed["receipt"] == "receipt.json"
    first = (tmp_path / "receipt.json").read_bytes()
    assert resonance(*hand)[1] == handed, "handed over again, it is the same request"
    assert (tmp_path / "receipt.json").read_bytes() == first

    assert gateway.ended(handed["record"])["state"] == "succeeded"
    code, verified, _ = resonance("verify", "receipt.json")
    assert (code, verified["state"]) == (0, "included")
    assert (nonce_of(chain, WORKER.address), balance_of(chain, WORKER.address)) == before


def test_evidence_on_one_s_own_disk_alone_is_warned_of_and_can_be_brought(
    bounty_id: int, url: str, resonance: Resonance, tmp_path: Path
) -> None:
    for name in ("one.txt", "two.txt"):
        (tmp_path / name).write_text(name)
    code, signed, said = resonance(
        "submit", bounty_id, "one.txt", "two.txt", "--dev", 1, "--sign-only", "work.json"
    )
    assert code == 0, signed
    assert "WARNING" in said
    assert f"resonance evidence upload {signed['evidence']}" in said
    assert httpx.get(f"{url}/ipfs/{signed['evidence']}").status_code == 404

    code, handed, said = resonance("relay", "work.json", "--gateway", url)
    assert code == 0, handed
    assert f"cannot show {signed['evidence']}" in said
    assert (tmp_path / f"receipt-{handed['record']}.json").is_file()

    code, told, _ = resonance("evidence", "upload", signed["evidence"], "--gateway", url)
    assert code == 0, told
    assert list(told["uploaded"]) == [signed["evidence"]]
    assert httpx.get(f"{url}/ipfs/{signed['evidence']}/two.txt").text == "two.txt"


def test_what_the_contract_would_refuse_is_told_with_its_reason_and_leaves_no_receipt(
    bounty_id: int, url: str, resonance: Resonance, tmp_path: Path
) -> None:
    (tmp_path / "work.txt").write_text("other work")
    sign = ("submit", bounty_id, "work.txt", "--dev", 1, "--sign-only", "work.json", "--gateway", url)
    assert resonance(*sign)[0] == 0
    signed = json.loads((tmp_path / "work.json").read_text())
    (tmp_path / "work.json").write_text(json.dumps({**signed, "deadline": signed["deadline"] + 1}))
    code, told, _ = resonance("relay", "work.json", "--gateway", url)
    assert (code, told["error"]["code"]) == (7, "transaction_failed")
    assert list(tmp_path.glob("receipt*")) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("work.json", "--receipt", "receipt.json"),
        ("work.json", "--gateway", "http://127.0.0.1:9", "--dev", 1),
        ("work.json", "work.json", "--gateway", "http://127.0.0.1:9", "--receipt", "receipt.json"),
        ("work.json", "--gateway", "gateway"),
    ],
)
def test_what_contradicts_itself_is_refused(
    resonance: Resonance, tmp_path: Path, arguments: tuple[object, ...]
) -> None:
    (tmp_path / "work.json").write_text(json.dumps({"submission": {}, "signature": "0x"}))
    assert resonance("relay", *arguments)[0] == 3


def test_a_rehearsal_says_where_it_would_go_and_asks_nobody(resonance: Resonance, tmp_path: Path) -> None:
    (tmp_path / "work.json").write_text(json.dumps({"submission": {}, "signature": "0x"}))
    code, told, _ = resonance("relay", "work.json", "--gateway", "http://127.0.0.1:9/", "--dry-run")
    assert (code, told) == (0, {"dry_run": {"post_to": {"work.json": "http://127.0.0.1:9/v1/submissions"}}})


def test_a_receipt_that_is_there_is_never_written_over(
    bounty_id: int, url: str, resonance: Resonance, tmp_path: Path
) -> None:
    (tmp_path / "work.txt").write_text("third work")
    (tmp_path / "receipt.json").write_text("the receipt of another work")
    sign = ("submit", bounty_id, "work.txt", "--dev", 1, "--sign-only", "work.json", "--gateway", url)
    assert resonance(*sign)[0] == 0
    code, handed, _ = resonance("relay", "work.json", "--gateway", url, "--receipt", "receipt.json")
    assert code == 0, handed
    assert (tmp_path / "receipt.json").read_text() == "the receipt of another work"
    assert json.loads((tmp_path / handed["receipt"]).read_text())["number"] == handed["record"]


def test_a_stranger_goes_by_the_gateway_s_book_and_is_warned(
    gateway: Gateway, bounty_id: int, url: str, resonance: Resonance, tmp_path: Path, monkeypatch: Any
) -> None:
    book = f"{url}/v1/system/book"
    kept = json.loads((gateway.toolkit.settings.deployments / "31337.json").read_text())
    assert httpx.get(book).json() == kept
    receipt = gateway.client.get("/v1/log/entries/1/receipt").json()
    (tmp_path / "receipt.json").write_text(json.dumps(receipt))

    monkeypatch.setenv("RESONANCE_DEPLOYMENTS", str(tmp_path / "none"))
    assert resonance("audit", "--ipfs", url)[0] == 6
    code, report, said = resonance("audit", "--contracts", book, "--ipfs", url)
    assert code in (0, 1), report
    assert {row["verdict"] for row in report["rows"] if row["check"] == "deployment.code"} == {"PASS"}
    assert "WARNING: which contracts are meant" in said

    code, verified, said = resonance("verify", "receipt.json", "--contracts", book)
    assert (code, verified["log_is_known"]) == (0, True)
    assert "WARNING" in said
    other = {**kept, "contracts": {**kept["contracts"], "TransparencyLog": kept["contracts"]["PayoutVault"]}}
    (tmp_path / "other.json").write_text(json.dumps(other))
    assert resonance("verify", "receipt.json", "--contracts", "other.json")[0] == 3


def test_a_machine_comes_with_its_key(
    gateway: Gateway,
    bounty_id: int,
    url: str,
    resonance: Resonance,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text, key = new_key("import", ["evidence"], now=0, random=secrets.token_bytes)
    ApiKeys(gateway.toolkit.database).add(key)
    (tmp_path / "work.txt").write_text("what a machine made")
    sign = ("submit", bounty_id, "work.txt", "--dev", 1, "--sign-only", "work.json", "--gateway", url)
    monkeypatch.setenv("RESONANCE_GATEWAY_KEY_FILE", str(tmp_path / "key"))
    for wrong in (text[:-1] + ("0" if text[-1] != "0" else "1"), "resonance"):
        (tmp_path / "key").write_text(f"{url} {wrong}")
        code, told, said = resonance(*sign)
        assert (code, told["error"]["code"]) == (3, "input_invalid"), told
        assert wrong not in said + json.dumps(told)
    (tmp_path / "key").write_text(f"{url} {text}\n")
    code, signed, _ = resonance(*sign)
    assert code == 0, signed
    assert httpx.get(f"{url}/ipfs/{signed['evidence']}").text == "what a machine made"
