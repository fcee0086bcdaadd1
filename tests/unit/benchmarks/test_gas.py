from __future__ import annotations

import json
from pathlib import Path

from gas import calldata, document, eas, life, report, sablier, snapshot
from gas.log import COUNTS, Batch
from gas.parts import Parts, split

from resonance_dao.chain.sender import calldata_floor

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
    assert calldata_floor(b"") == 21_000
    assert calldata_floor(b"\x00\x01") == 21_000 + 10 + 40


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


def _step(op: str, gas: int, cost: int, depth: int = 1, refund: int = 0) -> dict[str, object]:
    return {"op": op, "gas": gas, "gasCost": cost, "depth": depth, "refund": refund}


def test_the_parts_of_a_transaction_sum_to_its_gas() -> None:
    steps = [
        _step("SLOAD", 100_000, 2_100),
        _step("CALL", 97_900, 60_000),
        _step("LOG1", 57_000, 750, depth=2),
        _step("STOP", 56_250, 0, depth=2),
        _step("SSTORE", 94_550, 5_000),
        _step("STOP", 89_550, 0),
    ]
    parts = split(steps, b"\x01", 21_000 + 16 + 10_450 + 7)
    # The call took 3,350 from its caller, of which the callee used 750.
    spent = {"new_slots": 0, "updates": 5_000, "reads": 2_100, "events": 750, "calls": 2_600, "code": 7}
    assert parts == Parts(base=21_000, calldata=16, **spent)
    assert parts.total == 21_000 + 16 + 10_450 + 7


def test_a_write_where_zero_was_is_a_new_slot() -> None:
    steps = [_step("SSTORE", 100_000, 22_100), _step("SSTORE", 77_900, 2_900), _step("TSTORE", 75_000, 100)]
    parts = split([*steps, _step("STOP", 74_900, 0)], b"", 21_000 + 25_100)
    assert (parts.new_slots, parts.updates, parts.code) == (22_100, 3_000, 0)


def test_a_refund_is_taken_from_updates_up_to_a_fifth_of_all() -> None:
    steps = [_step("SSTORE", 100_000, 5_000, refund=4_800), _step("STOP", 95_000, 0, refund=4_800)]
    assert split(steps, b"", 26_000 - 4_800).updates == 200
    steps[-1]["refund"] = 19_900
    assert split(steps, b"", 26_000 - 5_200).updates == 5_000 - 5_200


def test_a_transaction_without_steps_is_base_and_calldata() -> None:
    assert split([], b"\x00", 21_004) == Parts(21_000, 4, 0, 0, 0, 0, 0, 0)


def test_the_parts_table_sums_its_steps() -> None:
    steps = {"open": Parts(21_000, 1, 2, 3, 4, 5, 6, 7), "submit": Parts(21_000, 10, 20, 30, 40, 50, 60, 70)}
    last = report.parts_table("Life", steps).splitlines()[-1]
    assert last.split()[2:] == ["42,000", "11", "22", "33", "44", "55", "66", "77", "42,308"]
    assert "in all" not in report.parts_table("Jobs", steps, summed=False)


def test_both_contents_name_their_receiver_first() -> None:
    receiver = "0x" + "ab" * 20
    for make, _ in eas.CONTENTS.values():
        assert make(receiver)[:32] == bytes(12) + b"\xab" * 20
    assert len(eas.dense(receiver)) == 200
    assert 0 not in eas.dense(receiver)[32:]


def test_the_library_addresses_are_linked_into_the_bytecode(tmp_path: Path) -> None:
    linked = {"src/L.sol": {"L": [{"start": 1, "length": 20}]}}
    code = {"object": "0x60" + "__$0123456789abcdef0123456789abcdef01$__" + "00", "linkReferences": linked}
    path = tmp_path / "C.json"
    path.write_text(json.dumps({"abi": [], "bytecode": code}), encoding="utf-8")
    artifact = sablier.read_artifact(path, {"L": "0x" + "AB" * 20})
    assert artifact.bytecode == b"\x60" + b"\xab" * 20 + b"\x00"


def _life() -> dict[str, Parts]:
    return {name: Parts(21_000, 1, 2, 3, 4, 5, 6, at) for at, name in enumerate((*life.STEPS, life.LAST))}


def test_the_page_holds_every_step_with_its_reason_every_goal_and_every_peer() -> None:
    recorded = snapshot.read(ROOT / snapshot.RECORDED)
    page = document.render(_life(), recorded)
    for name, parts in _life().items():
        assert f"| {name} | 21,000 | 1 | 2 | 3 | 4 | 5 | 6 | {parts.code} | {parts.total:,} |" in page
        assert page.count(f"| {name} | ") == 2, "once with its figures, once with why"
    for goal in document.goals(recorded):
        assert f"| {goal.wanted:,} | {goal.found:,} | {goal.verdict} |" in page
    peers = json.loads((ROOT / "benchmarks" / "gas" / "peers.json").read_text(encoding="utf-8"))
    assert all(row["peer"] in page for row in peers["rows"])
    assert peers["source"] in page


def test_a_goal_is_missed_from_the_first_unit_of_gas() -> None:
    assert document.Goal("", 100, 100).verdict == "reached"
    assert document.Goal("", 100, 101).verdict == "**missed** by 1 (1%)"


def test_a_page_that_differs_is_told_line_by_line(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    assert document.compare("a\nb\n", tmp_path) == ["+ a", "+ b"], "there is none yet"
    (tmp_path / document.PATH).write_text("a\nc\n", encoding="utf-8")
    assert document.compare("a\nb\n", tmp_path) == ["+ b", "- c"]
    assert document.compare("a\nc\n", tmp_path) == []


def test_the_page_in_the_repository_says_what_is_recorded() -> None:
    page = (ROOT / document.PATH).read_text(encoding="utf-8")
    recorded = snapshot.read(ROOT / snapshot.RECORDED)
    shown = document.render(_life(), recorded)
    # All but the traced life, which takes a chain: `make check` compares that.
    assert shown.partition("## Fifty lives")[2] == page.partition("## Fifty lives")[2]
