from __future__ import annotations

import json
from pathlib import Path

from gas import calldata, report, snapshot
from gas.log import COUNTS, Batch

ROOT = Path(__file__).parents[3]


def test_a_changed_a_new_and_a_gone_call_are_all_named() -> None:
    lines = snapshot.compare({"same": 1, "dearer": 1_000, "gone": 1}, {"same": 1, "dearer": 1_100, "new": 1})
    assert lines == ["dearer: 1,000 -> 1,100 (+100)", "gone: is gone", "new: is new"]


def test_equal_gas_is_no_change() -> None:
    assert snapshot.compare({"call": 7}, {"call": 7}) == []


def test_intrinsic_gas_follows_eip_2028() -> None:
    assert calldata.intrinsic(b"") == 21_000
    assert calldata.intrinsic(b"\x00\x01") == 21_000 + 4 + 16


def test_the_floor_follows_eip_7623() -> None:
    assert calldata.floor(b"") == 21_000
    assert calldata.floor(b"\x00\x01") == 21_000 + 10 + 40


def test_a_snapshot_is_written_as_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "tests" / "snapshots").mkdir(parents=True)
    snapshot.write(tmp_path, {"b": 2, "a": 1})
    text = (tmp_path / snapshot.RECORDED).read_text(encoding="utf-8")
    assert text == '{\n  "a": "1",\n  "b": "2"\n}\n'
    assert snapshot.read(tmp_path / snapshot.RECORDED) == {"a": 1, "b": 2}


def test_every_call_beside_a_peer_is_recorded() -> None:
    recorded = snapshot.read(ROOT / snapshot.RECORDED)
    peers = json.loads((ROOT / "benchmarks" / "gas" / "peers.json").read_text(encoding="utf-8"))
    named = {name for row in peers["rows"] for name in row["ours"]}
    assert named <= recorded.keys()
    assert all(len(gas) == len(COUNTS) for gas in peers["log"].values())


def test_the_tables_hold_every_figure() -> None:
    recorded = snapshot.read(ROOT / snapshot.RECORDED)
    assert all(f"{gas:,}" in report.call_table(recorded) for gas in recorded.values())
    assert "StandardBounties" in report.peer_table(recorded)
    batches = [Batch(count, 2 * count, count) for count in COUNTS]
    assert "2.000" in report.log_table(batches, batches)
