"""What `resonance doctor` says of settings."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from resonance_dao.chain.chain import Block
from resonance_dao.cli import diagnosis
from resonance_dao.toolkit import Toolkit

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.cli.conftest import Resonance


def findings(resonance: Resonance) -> dict[str, Any]:
    return {found["part"]: found for found in resonance("--json", "doctor").document["findings"]}


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing to compile and no node: the other parts are found missing at once."""
    import os

    for name in [name for name in os.environ if name.startswith("RESONANCE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("RESONANCE_RPC_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("RESONANCE_ROOT", str(tmp_path))


def test_an_endpoint_s_key_is_not_shown(resonance: Resonance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Toolkit, "chain_id", 137)
    monkeypatch.setenv("RESONANCE_RPC_URL", "http://user:secret@127.0.0.1:9/secret")
    answer = resonance("--json", "doctor")
    chain = next(found for found in answer.document["findings"] if found["part"] == "chain")
    assert chain == {**chain, "ok": True, "found": "http://127.0.0.1:9, chain 137"}
    assert "secret" not in answer.out


def test_settings_that_are_well_formed_are_well(resonance: Resonance, tmp_path: Path) -> None:
    (tmp_path / "resonance.toml").write_text('[gateway]\nhosts = ["dao.example.org"]\n')
    found = findings(resonance)
    assert found["settings"]["ok"] is found["variables"]["ok"] is True
    assert "dao.example.org and believes no proxy" in found["settings"]["found"]
    (tmp_path / "resonance.toml").write_text('[gateway]\nproxies = ["10.0.0.0/8"]\n')
    assert "believes 10.0.0.0/8" in findings(resonance)["settings"]["found"]


@pytest.mark.parametrize(
    ("text", "believed"), [("", []), ("127.0.0.1,10.0.0.0/8", ["127.0.0.1", "10.0.0.0/8"])]
)
def test_the_gateway_believes_the_headers_of_proxies_that_are_named_and_of_no_other(
    resonance: Resonance, monkeypatch: pytest.MonkeyPatch, text: str, believed: list[str]
) -> None:
    import uvicorn

    given: dict[str, Any] = {}
    monkeypatch.setattr(uvicorn, "run", lambda *_, **options: given.update(options))
    monkeypatch.setenv("RESONANCE_PROXIES", text)
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")
    assert resonance("gateway", "--wait").code == 0
    assert (given["proxy_headers"], given["forwarded_allow_ips"]) == (bool(believed), believed)


@pytest.mark.parametrize(
    ("text", "named"),
    [("[gateway]\nhost = 1", "gateway.host"), ("[gateway]\nstreams = 0", "RESONANCE_STREAMS")],
)
def test_a_wrong_setting_of_the_gateway_is_named(
    resonance: Resonance, tmp_path: Path, text: str, named: str
) -> None:
    (tmp_path / "resonance.toml").write_text(text)
    done = resonance("--json", "doctor")
    (found,) = (item for item in done.document["findings"] if item["part"] == "settings")
    assert (done.code, found["ok"]) == (1, False)
    assert named in found["found"]
    assert found["fix"]


def test_a_variable_that_nothing_reads_is_named_with_what_was_meant(
    resonance: Resonance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RESONANCE_HOTS", "dao.example.org")
    found = findings(resonance)["variables"]
    assert found["ok"] is False
    assert "RESONANCE_HOTS" in found["found"]
    assert "did you mean RESONANCE_HOST" in found["fix"]


@pytest.mark.parametrize(
    ("ahead", "ok", "optional", "said"),
    [
        (-61, False, False, "61 s behind the newest block"),
        (-60, True, True, "60 s behind the newest block"),
        (12, True, True, "12 s old"),
        (301, False, True, "301 s old"),
    ],
)
def test_the_doctor_tells_a_slow_clock_from_an_old_block(
    ahead: int, ok: bool, optional: bool, said: str
) -> None:
    block = Block(7, "0x", "0x", 1_767_225_600, 1, 30_000_000)
    kit: Any = SimpleNamespace(chain_id=1, endpoint=SimpleNamespace(block=lambda: block))
    found = diagnosis._clock(kit, block.timestamp + ahead)
    assert (found.ok, found.optional, said in found.found) == (ok, optional, True)
    assert bool(found.fix) is not ok


def test_the_doctor_leaves_the_clock_of_a_development_chain_alone() -> None:
    kit: Any = SimpleNamespace(chain_id=31337)
    assert diagnosis._clock(kit, 1).ok


def test_without_a_chain_the_doctor_says_nothing_of_the_clock_but_that(resonance: Resonance) -> None:
    found = findings(resonance)["clock"]
    assert (found["ok"], found["optional"]) == (False, True)
