"""Help: there for every command, quick, and the same as docs/cli.md says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from resonance_dao.cli.reference import reference

ROOT = Path(__file__).parents[3]
HEAVY = (
    "web3",
    "sqlalchemy",
    "eth_account",
    "eth_abi",
    "fastapi",
    "yaml",
    "rich",
    "httpx",
    "solcx",
)
COMMANDS = [
    line.removeprefix("## `resonance").rstrip("`").split("[")[0].split()
    for line in reference().splitlines()
    if line.startswith("## `resonance")
]
PATHS = [[word for word in words if word.islower()] for words in COMMANDS]


def test_the_reference_in_docs_is_the_one_that_the_commands_give() -> None:
    written = (ROOT / "docs" / "cli.md").read_text("utf-8")
    assert written == reference(), "run `python -m resonance_dao.cli.reference > docs/cli.md`"


def test_the_reference_knows_every_command() -> None:
    names = {" ".join(path) for path in PATHS}
    assert {"", "init", "demo", "up", "doctor", "deploy", "project open", "project show"} <= names
    assert {"bounty open", "bounty show", "submit", "review", "outcome", "withdraw"} <= names
    assert {"log prove", "verify", "audit"} <= names


def test_every_argument_and_option_says_what_it_is() -> None:
    rows = [line for line in reference().splitlines() if line.startswith("- ")]
    assert [row for row in rows if not row.split(":", 1)[1].strip()] == []


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_every_command_has_help(path: list[str], resonance) -> None:  # type: ignore[no-untyped-def]
    done = resonance(*path, "--help")
    assert done.code == 0
    assert done.out.startswith(f"Usage: {' '.join(['resonance', *path])}")
    assert done.err == ""


def test_help_explains_the_exit_codes(resonance) -> None:  # type: ignore[no-untyped-def]
    out = " ".join(resonance("--help").out.split())
    assert "7 a transaction failed" in out


@pytest.mark.parametrize("arguments", [["--help"], ["bounty", "open", "--help"], ["version"], []], ids=str)
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    program = (
        "import sys\nfrom resonance_dao.cli.app import main\n"
        f"try: main({arguments!r})\nexcept SystemExit: pass\n"
        f"print('IMPORTED', [name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1] == "IMPORTED []", done.stderr


def test_a_default_is_shown_as_it_is_typed() -> None:
    assert "Default: approve." in reference()
    assert not [line for line in reference().splitlines() if "Default: Fund." in line]
