"""The coverage of conditions: each is found once, watched where it stands, and counted on both sides."""

from __future__ import annotations

from pathlib import Path

import coverage_conditions
import coverage_gate
import pytest
from coverage_conditions import Condition

ROOT = Path(__file__).parents[3]
UNIT = "contracts/deep/Escrow.sol"
SOURCE = """pragma solidity 0.8.37;

function pay(bool a, bool b, uint c) pure returns (uint) {
    if (!(a || (b && c > 0))) return 0;
    for (uint i = 0; i < c; ++i) c = (a ? b : c == 1) ? 2 : 3;
    return c;
}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one source of its own, compiled as the real one is."""
    (tmp_path / UNIT).parent.mkdir(parents=True)
    (tmp_path / UNIT).write_text(SOURCE, encoding="utf-8")
    for name in (".solc", "node_modules"):
        (tmp_path / name).symlink_to((ROOT / name).resolve(), target_is_directory=True)
    (tmp_path / "brownie-config.yaml").write_bytes((ROOT / "brownie-config.yaml").read_bytes())
    return tmp_path


def reached(*sides: int) -> list[tuple[Condition, bool, int]]:
    condition = Condition(UNIT, 0, 1, 7, "a > b")
    return [(condition, number % 2 == 0, hits) for number, hits in enumerate(sides)]


def test_every_operand_is_found_once_and_no_loop(project: Path) -> None:
    found = coverage_conditions.find(project, [UNIT])
    assert [(condition.line, condition.text) for condition in found] == [
        (4, "a"),
        (4, "b"),
        (4, "c > 0"),
        (5, "a ? b : c == 1"),
        (5, "a"),
    ]


def test_a_watched_source_keeps_its_lines(project: Path) -> None:
    coverage_conditions.watch(project, coverage_conditions.find(project, [UNIT]))

    written = (project / UNIT).read_text(encoding="utf-8").splitlines()
    assert written[0] == 'pragma solidity 0.8.37; import {Conditions} from "../Conditions.sol";'
    assert "if (!(Conditions.at0(a) || (Conditions.at1(b) && Conditions.at2(c > 0)))) return 0;" in written[3]
    assert "c = (Conditions.at3(Conditions.at4(a) ? b : c == 1)) ? 2 : 3;" in written[4]
    assert len(written) == len(SOURCE.splitlines())


def test_the_lines_of_the_report_belong_to_the_sides(project: Path) -> None:
    found = coverage_conditions.find(project, [UNIT])
    coverage_conditions.watch(project, found)

    lines = (project / coverage_conditions.UNIT).read_text(encoding="utf-8").splitlines()
    hits = {number: number for number in range(1, len(lines) + 1)}
    sides = coverage_conditions.sides(found, hits)
    assert [condition for condition, value, _ in sides if value] == found
    assert all(lines[at - 1] == f"{{ return {str(value).lower()}; }}" for _, value, at in sides)
    # The function's own line, two or four above, is that of the condition.
    starts = [lines[at - (2 if value else 4)].split("(")[0] for _, value, at in sides]
    assert starts == [f"function at{number // 2}" for number in range(len(sides))]


def test_a_side_that_the_report_lacks_was_not_reached() -> None:
    condition = Condition(UNIT, 0, 1, 7, "a > b")
    assert [hits for _, _, hits in coverage_conditions.sides([condition], {})] == [0, 0]


@pytest.mark.parametrize(("missed", "said"), [(1, 0), (2, 1)])
def test_the_sides_of_conditions_stand_at_95_percent(missed: int, said: int) -> None:
    assert len(coverage_gate.complaints_of_conditions(reached(*[0] * missed, *[1] * (20 - missed)))) == said


def test_no_conditions_at_all_are_red() -> None:
    assert len(coverage_gate.complaints_of_conditions([])) == 1


def test_a_side_that_is_not_reached_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    coverage_gate.complaints_of_conditions(reached(0, 3, 3, 0))

    said = capsys.readouterr().out
    assert f"{UNIT}:7 is never true: a > b" in said
    assert f"{UNIT}:7 is never false: a > b" in said
