"""The mutator makes the faults it promises; the mutation lane believes no verdicts that its canaries deny."""

from __future__ import annotations

import json
from pathlib import Path

import mutation_lane
import mutation_mutants
import pytest
import scratch
from mutation_run import Outcome, roots

from resonance_dao.chain.toolchain import solc_folder

ROOT = Path(__file__).parents[3]
SOLC = next(iter(solc_folder(ROOT).glob("solc-v*")), None)
TARGETS = mutation_lane.read("targets.toml")
KILLED, EQUIVALENT = TARGETS["canary"]["killed"], TARGETS["canary"]["survives"]
CANARIES = {KILLED: Outcome("killed", "test_x"), EQUIVALENT: Outcome("survived", "")}
SOURCE = b"""
pragma solidity 0.8.37;
contract Till {
    event Paid(uint256 sum);
    uint256 sum;
    modifier guarded() { _; }
    function pay(uint256 a, bool late) external guarded returns (bool) {
        if (a < 3) revert();
        if (late && a != 5) sum -= a * 2;
        for (uint256 i = 0; i < a; ++i) check(i);
        emit Paid(sum);
        return a >= sum;
    }
    function check(uint256 a) internal pure { assembly { pop(add(a, 1)) } }
}
"""


@pytest.fixture(scope="module")
def everything() -> list[mutation_lane.Task]:
    assert SOLC is not None, "no compiler: run `make install`"
    return mutation_lane.tasks({name: target for name, target in TARGETS.items() if name != "canary"})


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    assert SOLC is not None, "no compiler: run `make install`"
    found = mutation_mutants.mutants("Till.sol", SOURCE, mutation_mutants.syntax_tree(SOLC, SOURCE))
    assert len({mutant.key for mutant in found}) == len(found)
    return {mutant.key: mutant.apply(SOURCE) for mutant in found}


@pytest.mark.parametrize(
    ("operator", "before", "after"),
    [
        ("relational", "a < 3", "a >= 3"),
        ("boundary", "a < 3", "a <= 3"),
        ("boundary", "i < a", "i <= a"),
        ("condition", "a < 3", "false"),
        ("constant", "3", "4"),
        ("logical", "late && a != 5", "late || a != 5"),
        ("relational", "a != 5", "a == 5"),
        ("arithmetic", "sum -= a * 2", "sum += a * 2"),
        ("arithmetic", "a * 2", "a / 2"),
        ("arithmetic", "++i", "--i"),
        ("statement", "check(i);", "{}"),
        ("event", "emit Paid(sum);", "{}"),
        ("modifier", "guarded", ""),
        ("negation", "a >= sum", "!(a >= sum)"),
    ],
)
def test_a_fault_is_made_where_it_is_promised(
    made: dict[str, bytes], operator: str, before: str, after: str
) -> None:
    key = f"Till.pay | {operator} | {before} -> {after or 'nothing'}"
    place = SOURCE.index(before.encode(), SOURCE.index(b"function pay"))
    assert made[key] == SOURCE[:place] + after.encode() + SOURCE[place + len(before) :]


def test_loop_steps_and_assembly_are_left_alone(made: dict[str, bytes]) -> None:
    assert not [key for key in made if "statement | ++i" in key or key.startswith("Till.check")]


def test_a_library_stands_in_every_contract_that_imports_it_and_in_its_tests() -> None:
    found = roots(ROOT, "contracts/libraries/ImpactShare.sol", "tests/contracts/BountyEscrow")
    assert "contracts/BountyEscrow.sol" in found
    assert any(path.endswith(".t.sol") for path in found)
    assert not any("interfaces" in path for path in found)


def test_the_names_of_failed_tests_are_read_from_forges_output() -> None:
    output = (
        "[PASS] test_a() (gas: 1)\n[FAIL: odd (1)] test_b() (gas: 2)\n[FAIL: x; calldata=0x] test_c(uint256)"
    )
    assert scratch.failed_tests(output) == ["test_b", "test_c"]


def test_the_lane_is_green_when_survivors_are_explained() -> None:
    outcomes = CANARIES | {"a": Outcome("killed", "t"), "b": Outcome("survived", "")}
    assert mutation_lane.complaints(outcomes, TARGETS, {EQUIVALENT: "x", "b": "y"}) == []


def test_a_survivor_without_a_reason_is_red() -> None:
    outcomes = CANARIES | {"b": Outcome("survived", "")}
    assert mutation_lane.complaints(outcomes, TARGETS, {EQUIVALENT: "x"}) == ["survived, unexplained: b"]


def test_a_canary_with_another_fate_is_red() -> None:
    explained = {KILLED: "x", EQUIVALENT: "x"}
    assert len(mutation_lane.complaints({}, TARGETS, explained)) == 2
    swapped = {KILLED: Outcome("survived", ""), EQUIVALENT: Outcome("killed", "t")}
    assert len(mutation_lane.complaints(swapped, TARGETS, explained)) == 2


def test_mutants_that_do_not_compile_count_neither_way() -> None:
    verdicts = ["killed", "timed out", "survived", "invalid"]
    assert mutation_lane.score(Outcome(verdict, "") for verdict in verdicts) == (2, 3)


def test_a_sample_is_drawn_by_its_seed_and_holds_the_canaries(everything: list[mutation_lane.Task]) -> None:
    first, again, other = (mutation_lane.sample(everything, TARGETS, 10, seed) for seed in ("a", "a", "b"))
    assert first == again != other
    assert {task.mutant.key for task in first} >= {KILLED, EQUIVALENT}


def test_every_explained_survivor_is_a_mutant_with_a_reason(everything: list[mutation_lane.Task]) -> None:
    known = {task.mutant.key for task in everything}
    explained = mutation_lane.read("survivors.toml")
    assert set(explained) - known == set()
    assert [key for key, reason in explained.items() if len(reason.split()) < 5] == []


def test_the_table_counts_what_it_lists() -> None:
    if not mutation_lane.RESULTS.is_file():
        pytest.skip("no full run of the mutation lane is recorded yet")
    table = json.loads(mutation_lane.RESULTS.read_text(encoding="utf-8"))
    rows = [Outcome(row["verdict"], row["by"]) for row in table["mutants"]]
    assert (table["noticed"], table["valid"]) == mutation_lane.score(rows)
