"""The proof lanes turn red when they should: what each says of results it must and must not accept."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import coverage_gate
import halmos_lane
import pytest
import seeded_bugs
import slither_lane
import tomli

ROOT = Path(__file__).parents[3]
PROVEN = {f"Proof.check_{number}": "proven" for number in range(halmos_lane.FEWEST_THEOREMS)}
REFUTED = {f"{halmos_lane.KEPT_FALSE}.check_false_{number}": "refuted" for number in range(2)}


def halmos_test(name: str, exitcode: int, bounded_loops: int = 0) -> dict[str, Any]:
    return {"name": name, "exitcode": exitcode, "num_bounded_loops": bounded_loops}


def finding(impact: str = "High", check: str = "arbitrary-send") -> dict[str, Any]:
    contract = {"type": "contract", "name": "Escrow"}
    element = {"type": "function", "name": "pay", "type_specific_fields": {"parent": contract}}
    return {"impact": impact, "check": check, "description": "words", "elements": [element]}


def lcov(*, lines_hit: int, branches_hit: int) -> str:
    lines = [f"DA:{number},{int(number <= lines_hit)}" for number in range(1, 101)]
    branches = [f"BRDA:{number},0,0,{1 if number <= branches_hit else '-'}" for number in range(1, 101)]
    other = ["SF:contracts/mocks/Yen.sol", "DA:1,0", "SF:tests/contracts/X.t.sol", "DA:1,0"]
    return "\n".join(["SF:contracts/Escrow.sol", *lines, *branches, *other])


def test_proven_theorems_and_refuted_false_claims_are_green() -> None:
    assert halmos_lane.complaints(PROVEN | REFUTED) == []


@pytest.mark.parametrize("verdict", [v for v in halmos_lane.VERDICTS.values() if v != "proven"])
def test_a_theorem_with_any_other_verdict_is_red(verdict: str) -> None:
    assert halmos_lane.complaints(PROVEN | REFUTED | {"Proof.check_0": verdict}) == [
        f"Proof.check_0: {verdict}"
    ]


@pytest.mark.parametrize("verdict", ["proven", "timed out"])
def test_a_false_claim_that_is_not_refuted_is_red(verdict: str) -> None:
    name = f"{halmos_lane.KEPT_FALSE}.check_false_0"
    assert halmos_lane.complaints(PROVEN | REFUTED | {name: verdict}) == [
        f"{name}: {verdict}, though it is false"
    ]


def test_theorems_that_vanish_are_red() -> None:
    assert len(halmos_lane.complaints({})) == 2


def test_a_verdict_is_read_from_the_report_of_halmos() -> None:
    tests = [halmos_test("check_x(uint256)", 0), halmos_test("check_y()", 2)]
    report = {"test_results": {"tests/proofs/A.t.sol:AProof": tests}}
    assert halmos_lane.verdicts(report) == {"AProof.check_x": "proven", "AProof.check_y": "timed out"}


def test_a_theorem_whose_loop_was_not_followed_to_its_end_is_not_proven() -> None:
    report = {"test_results": {"tests/proofs/A.t.sol:AProof": [halmos_test("check_x()", 0, bounded_loops=1)]}}
    assert halmos_lane.verdicts(report) == {"AProof.check_x": halmos_lane.CUT_SHORT}
    assert len(halmos_lane.complaints(PROVEN | REFUTED | halmos_lane.verdicts(report))) == 1


def test_every_proof_has_a_theorem_and_the_false_ones_say_so() -> None:
    for path in (ROOT / "tests" / "proofs").glob("*.t.sol"):
        checks = re.findall(r"function (check_\w+)", path.read_text(encoding="utf-8"))
        assert checks, path.name
        false = {name.startswith("check_false_") for name in checks}
        assert false == {path.stem == "KeptFalse.t"}, path.name


def test_every_theorem_is_said_in_english_above_it_and_named_among_the_invariants() -> None:
    laws = (ROOT / "docs" / "invariants.md").read_text(encoding="utf-8")
    for path in (ROOT / "tests" / "proofs").glob("*.t.sol"):
        for above, line in pairwise(path.read_text(encoding="utf-8").splitlines()):
            if theorem := re.search(r"function (check_\w+)", line):
                assert above.strip().startswith("/// "), f"{path.name}: {theorem[1]}"
                assert f"`{theorem[1]}`" in laws, f"{path.name}: {theorem[1]}"


def test_no_theorem_is_named_among_the_invariants_that_is_not_tried() -> None:
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "tests" / "proofs").glob("*.t.sol"))
    named = re.findall(r"`(check_\w+)`", (ROOT / "docs" / "invariants.md").read_text(encoding="utf-8"))
    assert named
    assert [name for name in named if f"function {name}(" not in sources] == []


@pytest.mark.parametrize("impact", ["High", "Medium"])
def test_a_finding_that_nothing_argues_is_red(impact: str) -> None:
    assert slither_lane.complaints([finding(impact)], {}) == [
        f"{impact}: arbitrary-send Escrow.pay\n    words"
    ]


def test_a_low_finding_and_an_argued_one_are_green() -> None:
    argued = {"findings": {"arbitrary-send Escrow.pay": "because"}}
    assert slither_lane.complaints([finding(), finding("Low")], argued) == []
    assert slither_lane.complaints([finding()], {"detectors": {"arbitrary-send": "because"}}) == []


def test_an_argument_that_no_finding_needs_is_red() -> None:
    argued = {"findings": {"arbitrary-send Escrow.gone": "because"}}
    assert slither_lane.complaints([], argued) == ["argued, but found no more: arbitrary-send Escrow.gone"]


def test_every_argument_is_a_sentence() -> None:
    argued = tomli.loads((ROOT / "tools" / "slither.toml").read_text(encoding="utf-8"))
    reasons = [reason for table in argued.values() for reason in table.values()]
    assert reasons
    assert [reason for reason in reasons if len(reason.split()) < 6 or not reason.endswith(".")] == []


def test_every_suppression_in_a_contract_has_its_reason_above_it() -> None:
    for path in (ROOT / "contracts").rglob("*.sol"):
        lines = path.read_text(encoding="utf-8").splitlines()
        for above, line in pairwise(lines):
            if "slither-disable" in line and "slither-disable-end" not in line:
                assert above.strip().startswith("//"), f"{path.name}: {line.strip()}"


@pytest.mark.parametrize(("lines", "branches", "said"), [(98, 95, 0), (97, 95, 1), (98, 94, 1), (0, 0, 2)])
def test_the_coverage_gate_stands_at_98_and_95_percent(lines: int, branches: int, said: int) -> None:
    files = coverage_gate.read_lcov(lcov(lines_hit=lines, branches_hit=branches))
    assert [file.path for file in files] == ["contracts/Escrow.sol"]
    assert len(coverage_gate.complaints(files)) == said


def test_an_empty_coverage_report_is_red() -> None:
    assert len(coverage_gate.complaints(coverage_gate.read_lcov(""))) == 2


def test_what_is_not_reached_is_named_by_line() -> None:
    (file,) = coverage_gate.read_lcov(lcov(lines_hit=99, branches_hit=99))
    assert coverage_gate.missed(file) == [
        "contracts/Escrow.sol:100 is not reached",
        "contracts/Escrow.sol:100 has a branch that is not taken",
    ]


def test_every_seeded_bug_says_who_must_catch_it_and_applies() -> None:
    everything = seeded_bugs.bugs()
    assert len(everything) >= seeded_bugs.FEWEST
    assert [int(bug.path.name[:2]) for bug in everything] == list(range(1, len(everything) + 1))
    for bug in everything:
        seeded_bugs.patch(ROOT, bug, "--check")
        sources = (ROOT / "tests" / ("proofs" if bug.lane == "halmos" else "contracts")).rglob("*.t.sol")
        assert bug.lane == "slither" or any(
            f"function {bug.by}(" in path.read_text("utf-8") for path in sources
        )


@pytest.mark.parametrize("text", ["", "Story\nLane: magic\nCaught by: x\n\n", "Story\nCaught by: x\n\n"])
def test_a_seeded_bug_without_a_proper_header_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "01-x.patch"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="begins with a story"):
        seeded_bugs.read(path)
