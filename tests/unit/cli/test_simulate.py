"""`bounty simulate`: works with a file alone, in both languages, as tables or as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from resonance_dao.economy.withholding_rules import rules
from resonance_dao.workflows.simulating import hash_of

ROOT = Path(__file__).parents[3]
NAMES = ("TestYen", "reviewer_aya", "reviewer_ben", "source", "arbiter")
OPENING = "2027-01-15T17:00:00+09:00"
OFFICE = "0x" + "66" * 20


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The example's bounty with accounts in it."""
    text = (ROOT / "examples/wagashi/bounty.yaml").read_text("utf-8")
    for digit, name in enumerate(NAMES, 1):
        text = text.replace(f"{{{{ {name} }}}}", f"0x{str(digit) * 40}")
    path = tmp_path / "bounty.yaml"
    path.write_text(text, "utf-8")
    return path


def test_a_file_that_cannot_be_read_is_refused(resonance: Any) -> None:
    assert resonance("bounty", "simulate", "missing.yaml").code == 3


@pytest.mark.parametrize(
    ("option", "value", "code"),
    [
        ("--lang", "fr", 2),
        ("--decimals", "37", 2),
        ("--at", "2030-01-01", 3),
        ("--funder", "0x12", 3),
        ("--bid", "1", 3),
        ("--bid", "1,5", 3),
    ],
)
def test_options_that_make_no_sense_are_refused(
    option: str, value: str, code: int, file: Path, resonance: Any
) -> None:
    done = resonance("bounty", "simulate", file, option, value)
    assert (done.code, done.out) == (code, "")


def test_the_file_alone_is_enough(file: Path, resonance: Any) -> None:
    done = resonance("bounty", "simulate", file, "--symbol", "JPYC", "--at", OPENING)
    assert (done.code, done.err) == (0, "")
    assert "240,000 JPYC - 300,000 JPYC" in done.out
    assert "nobody reports" in done.out
    assert "2027-02-14 08:00:00+00:00" in done.out
    assert "warning [pending_work_can_lapse]" in done.out
    assert "warning [open_door_pays_by_silence]" in done.out
    assert "法的助言ではありません" in done.out


def test_dates_and_words_are_japanese_for_the_japanese(file: Path, resonance: Any) -> None:
    done = resonance("bounty", "simulate", file, "--lang", "ja", "--at", OPENING)
    assert done.code == 0
    assert "2027-02-14 17:00:00+09:00" in done.out
    assert "注意 [pending_work_can_lapse]" in done.out
    assert "注意 [open_door_pays_by_silence]" in done.out
    assert "warning" not in done.out


@pytest.mark.parametrize("place", ["before", "after"])
def test_json_is_one_document_wherever_the_option_stands(place: str, file: Path, resonance: Any) -> None:
    command = ["bounty", "simulate", file, "--at", OPENING]
    done = resonance("--json", *command) if place == "before" else resonance(*command, "--json")
    assert done.code == 0
    assert done.document["schema"] == "resonance/simulation/1"
    assert done.document["assumptions"]["opened_at"] == 1_800_000_000
    assert "notice" not in done.document


def test_the_notice_stands_alone_and_in_json_beside_the_numbers(file: Path, resonance: Any) -> None:
    command = ["bounty", "simulate", file, "--at", OPENING, "--notice", "--client", "山田堂"]
    done = resonance(*command, "--lang", "ja")
    assert done.code == 0
    assert done.out.startswith("取引条件の明示")
    assert "山田堂" in done.out
    told = resonance("--json", *command).document
    assert told["notice"]["language"] == "en"
    assert "山田堂" in told["notice"]["text"]
    assert told["outcomes"]


def test_tax_is_shown_when_the_collector_makes_the_schedule_known(file: Path, resonance: Any) -> None:
    schedule = rules("JP").schedule("ordinary", token="0x" + "1" * 40, unit=10**18, collector=OFFICE)
    text = file.read_text("utf-8").replace(
        '  amount: "', f'  withholding: "{hash_of(schedule)}"\n  amount: "'
    )
    file.write_text(text, "utf-8")
    unknown = resonance("--json", "bounty", "simulate", file).document
    assert "tax_unknown" in [alarm["code"] for alarm in unknown["warnings"]]
    known = resonance("--json", "bounty", "simulate", file, "--collector", OFFICE).document
    assert known["outcomes"][0]["payments"]["base"]["tax"] == str(9189 * 10**18)
    assert resonance("bounty", "simulate", file, "--collector", "0x" + "77" * 20).code == 3


def test_a_bid_is_simulated_where_workers_apply(file: Path, resonance: Any) -> None:
    file.write_text(file.read_text("utf-8") + "applications: true\n", "utf-8")
    told = resonance("--json", "bounty", "simulate", file, "--bid", "100000").document
    assert told["outcomes"][0]["gross"] == str(80_000 * 10**18)
    assert told["funder"]["escrowed"] == str(300_000 * 10**18)


def test_a_preset_and_its_adjustments_are_shown(file: Path, resonance: Any) -> None:
    preset = 'preset: {kind: impact_share, amount: "300000", guaranteed: "240000", '
    preset += "target: 500, long_term_target: 100}\n"
    file.write_text(file.read_text("utf-8") + preset, "utf-8")
    done = resonance("bounty", "simulate", file)
    assert done.code == 0
    assert "preset's base beyond its promise" in done.out


@pytest.mark.parametrize(
    ("cap", "words"), [("", "more does not count"), ("  cap: 150%\n", "the cap is 150% of that, at 750")]
)
def test_target_and_cap_of_each_tranche_are_shown(file: Path, resonance: Any, cap: str, words: str) -> None:
    text = file.read_text("utf-8")
    file.write_text(text.replace("\nsuccess:\n", f"\nsuccess:\n{cap}"), "utf-8")
    shown = resonance("bounty", "simulate", file).out.splitlines()
    caps = resonance("--json", "bounty", "simulate", file).document["caps"]
    (line,) = [line for line in shown if "success: target and cap" in line]
    assert line.endswith(f"50% of the award at a measured 500; {words}")
    assert caps["success"] == {
        "share_bps": 5000,
        "cap_bps": 15_000 if cap else 10_000,
        "target": "500",
        "capped_at": "750" if cap else "500",
    }
    assert list(caps) == ["success", "long_term"]
