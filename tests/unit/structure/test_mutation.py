"""The mutator makes the faults it promises; the mutation lane believes no verdicts that its canaries deny."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import mutation_compile
import mutation_draw
import mutation_lane
import mutation_mutants
import mutation_run
import pytest
import scratch
from mutation_compile import roots
from mutation_run import Outcome

from resonance_dao.chain.toolchain import solc_folder

ROOT = Path(__file__).parents[3]
SOLC = next(iter(solc_folder(ROOT).glob("solc-v*")), None)
TARGETS = mutation_lane.read("targets.toml")
CANARY = TARGETS.pop("canary")
KILLED, EQUIVALENT = CANARY["killed"], CANARY["survives"]
CANARIES = {KILLED: Outcome("killed", "test_x"), EQUIVALENT: Outcome("survived", "")}
BROKEN_LAW = """[FAIL: EvmError: Revert]
\t[Sequence] (original: 2, shrunk: 1)
\t\tsender=0x01 addr=[tests/A/Handler.sol:Handler]0x02 calldata=append(uint256,uint64) args=[3 [3e0], 1]
 invariant_d() (runs: 1, calls: 1, reverts: 1)
"""
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
    return mutation_lane.tasks(TARGETS)


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
        "[PASS] test_a() (gas: 1)\n[FAIL: odd (1)] test_b() (gas: 2)\n"
        f"[FAIL: x; calldata=0x] test_c(uint256)\n{BROKEN_LAW}"
    )
    assert scratch.failed_tests(output) == ["test_b", "test_c", "invariant_d"]


def test_a_kill_is_told_with_the_file_of_the_test() -> None:
    output = (
        "Ran 2 tests for A/b.t.sol:BTest\n[PASS] test_a() (gas: 1)\n[FAIL: odd] test_b() (gas: 2)\n\n"
        "Failing tests:\nEncountered 1 failing test in A/a.t.sol:ATest\n[FAIL: odd\n] test_c() (gas: 3)\n\n"
        "Encountered 1 failing test in A/b.t.sol:BTest\n[FAIL: odd] test_b() (gas: 2)\n"
    )
    assert mutation_run.killer(output) == "A/a.t.sol test_c"


def test_a_broken_law_is_a_kill_however_many_calls_broke_it() -> None:
    output = f"Failing tests:\nEncountered 1 failing test in A/d.t.sol:DTest\n{BROKEN_LAW}"
    assert mutation_run.killer(output) == "A/d.t.sol invariant_d"


def test_no_run_depends_on_one_before_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folders = [
        tmp_path / "cache" / name for name in ("fuzz", "invariant", "test-failures", "tests_contracts_A")
    ]
    for folder in folders:
        (folder / "failures").mkdir(parents=True)
    shutil.rmtree(folders[2])
    folders[2].write_text("test_a|test_b")
    monkeypatch.setattr(scratch, "forge", lambda: Path(shutil.which("false") or "false"))
    assert scratch.forge_test(tmp_path, "tests/contracts/A", 10) == (1, "")
    assert [folder.exists() for folder in folders] == [False, False, False, True]


def test_a_run_that_fails_without_a_failed_test_is_no_kill() -> None:
    with pytest.raises(RuntimeError, match="without a failing test"):
        mutation_run.killer("Error: out of disk")


def test_every_cast_of_the_tests_is_linked_and_no_other_test_compiled() -> None:
    variables = mutation_run.linked(ROOT, "tests/contracts/BountyOpener")
    skipped = json.loads(variables["FOUNDRY_SKIP"])
    assert variables["FOUNDRY_SCRIPT"] == "tests/contracts"
    assert "tests/contracts/BountyEscrow/**" in skipped
    assert "tests/contracts/BountyOpener/**" not in skipped
    assert len(skipped) == sum(path.is_dir() for path in (ROOT / "tests" / "contracts").iterdir()) - 1


def artifact_of(file: str) -> str:
    """Return what forge writes about the contract `Till` of a file, as far as it is read."""
    codes = {part: {"object": "0x6001"} for part in ("bytecode", "deployedBytecode")}
    return json.dumps({**codes, "metadata": {"settings": {"compilationTarget": {file: "Till"}}}})


def test_a_fault_goes_into_no_file_of_the_same_name_elsewhere(tmp_path: Path) -> None:
    tests = "tests/contracts/A"
    artifact = mutation_run.artifacts(tmp_path, tests) / "a.t.sol" / "Till.json"
    artifact.parent.mkdir(parents=True)
    artifact.write_text(artifact_of("tests/contracts/A/a.t.sol"), encoding="utf-8")
    broken = {"Till": {"evm": mutation_run.DEAD}}
    assert mutation_run.inject(tmp_path, tests, {"tests/contracts/B/a.t.sol": broken}) == {}
    assert artifact.read_text(encoding="utf-8") == artifact_of("tests/contracts/A/a.t.sol")
    assert list(mutation_run.inject(tmp_path, tests, {"tests/contracts/A/a.t.sol": broken})) == [artifact]


@pytest.mark.parametrize(("code", "said"), [(0, ["tests/contracts/A"]), (1, []), (None, [])])
def test_tests_that_pass_on_contracts_that_do_nothing_are_deaf(
    code: int | None, said: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tests = "tests/contracts/A"
    (tmp_path / tests).mkdir(parents=True)
    artifact = mutation_run.artifacts(tmp_path, tests) / "Till.sol" / "Till.json"
    artifact.parent.mkdir(parents=True)
    sound = artifact_of("contracts/Till.sol")
    artifact.write_text(sound, encoding="utf-8")
    deployed: list[str] = []

    def forge_test(*_: object, **__: object) -> tuple[int | None, str]:
        deployed.append(json.loads(artifact.read_text(encoding="utf-8"))["bytecode"]["object"])
        return code, ""

    monkeypatch.setattr(mutation_run, "forge_test", forge_test)
    (tmp_path / "solc.json").write_text("{}", encoding="utf-8")
    bench = mutation_run.Bench(tmp_path, [tests], mutation_compile.Compiler(tmp_path))
    assert mutation_run.deaf(bench, {"contracts/Till.sol": {"Till": {}}}) == said
    assert deployed == ["0xfe"]
    assert artifact.read_text(encoding="utf-8") == sound


@pytest.mark.parametrize(
    ("outcome", "edited", "stands"),
    [
        (Outcome("killed", "a.t.sol test_x"), "a.t.sol", False),
        (Outcome("killed", "a.t.sol test_x"), "Base.sol", False),
        (Outcome("killed", "a.t.sol test_x"), "b.t.sol", True),
        (Outcome("killed", "a.t.sol test_x"), "new.t.sol", True),
        (Outcome("killed", "setUp"), "b.t.sol", False),
        (Outcome("survived", ""), "new.t.sol", False),
        (Outcome("timed out", "tests"), "b.t.sol", False),
        (Outcome("invalid", "no such name"), "Base.sol", True),
        (Outcome("equivalent", "same bytecode"), "b.t.sol", True),
    ],
)
def test_a_verdict_stands_as_long_as_what_said_so(
    everything: list[mutation_lane.Task], outcome: Outcome, edited: str, stands: bool
) -> None:
    task = replace(everything[0], tests={"Base.sol": "1", "a.t.sol": "2", "b.t.sol": "3"})
    later = replace(task, tests={**task.tests, edited: "4"})
    assert (task.evidence(outcome) == later.evidence(outcome)) is stands
    assert task.evidence(outcome) != replace(task, source="another").evidence(outcome)


def test_a_table_is_remembered_but_for_what_changed(
    everything: list[mutation_lane.Task], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mutation_lane, "RESULTS", tmp_path / "results.json")
    first, second, third = everything[:3]
    outcomes = [
        (first, Outcome("survived", "")),
        (second, Outcome("invalid", "no")),
        (third, Outcome("duplicate", first.mutant.key)),
    ]
    rows = {task.mutant.key: mutation_lane.row_of(task, outcome) for task, outcome in outcomes}
    mutation_lane.write(everything, rows)
    assert mutation_lane.remembered(everything) == rows
    changed = [replace(task, tests={"new.t.sol": "1"}) for task in everything]
    assert list(mutation_lane.remembered(changed)) == [second.mutant.key]


def test_the_lane_is_green_when_survivors_are_explained() -> None:
    outcomes = CANARIES | {"a": Outcome("killed", "t"), "b": Outcome("survived", "")}
    assert mutation_draw.complaints(outcomes, CANARY, {EQUIVALENT: "x", "b": "y"}) == []


def test_a_survivor_without_a_reason_is_red() -> None:
    outcomes = CANARIES | {"b": Outcome("survived", "")}
    assert mutation_draw.complaints(outcomes, CANARY, {EQUIVALENT: "x"}) == ["survived, unexplained: b"]


def test_a_canary_with_another_fate_is_red() -> None:
    explained = {KILLED: "x", EQUIVALENT: "x"}
    assert len(mutation_draw.complaints({}, CANARY, explained)) == 2
    swapped = {KILLED: Outcome("survived", ""), EQUIVALENT: Outcome("killed", "t")}
    assert len(mutation_draw.complaints(swapped, CANARY, explained)) == 2


def test_mutants_that_were_not_tested_count_neither_way() -> None:
    verdicts = ["killed", "timed out", "survived", "invalid", "equivalent", "duplicate"]
    assert mutation_lane.score(Outcome(verdict, "") for verdict in verdicts) == (2, 3)


def test_a_sample_is_drawn_by_its_seed_and_holds_the_canaries(everything: list[mutation_lane.Task]) -> None:
    first, again, other = (
        mutation_draw.sample(everything, CANARY.values(), 10, seed) for seed in ("a", "a", "b")
    )
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
