"""The demo as a stranger runs it: from an empty folder to a verified end."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def demo(home: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-c",
        "from resonance_dao.cli.app import main; main()",
        *options,
        "demo",
        "--home",
        str(home),
    ]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280, check=False)


def test_a_folder_that_is_not_the_demos_is_refused_and_kept(tmp_path: Path) -> None:
    kept = tmp_path / "accounts.txt"
    kept.write_text("mine", encoding="utf-8")
    done = demo(tmp_path)
    assert done.returncode == 3
    assert "nothing was deleted" in done.stderr
    assert kept.read_text(encoding="utf-8") == "mine"


@pytest.mark.slow
@pytest.mark.chain
def test_the_story_ends_with_a_passing_audit_and_a_found_alteration(tmp_path: Path) -> None:
    done = demo(tmp_path / "demo")
    assert done.returncode == 0, done.stdout + done.stderr
    text = done.stdout
    assert [int(number) for number in re.findall(r"^\[(\d+)/13\]", text, re.M)] == list(range(1, 14))
    assert "submission 1: changes_requested" in text
    assert "submission 1: version 2" in text
    assert "success tranche pays 120,000 tJPY" in text
    assert "paid 240,000 tJPY, of which top-up 6,000 tJPY; returned 60,000 tJPY" in text
    assert re.search(r"^PASS  audit of chain 31337", text, re.M)
    assert re.search(r"FAIL  evidence.bytes  .*altered: block bafk.*; named by .*bounty/1/submission/1", text)
    # The two failures of the story are disclosed, and no other: a leap of the clock breaks no promise.
    told = re.findall(r"disclosure\.count +disclosure/(\w+)", text)
    assert told == ["PIN_FAILED", "TRANSACTION_REVERTED"]
    assert "Traceback" not in text + done.stderr
    assert "\x1b" not in text
    again = demo(tmp_path / "demo")
    assert again.returncode == 0, again.stdout + again.stderr
