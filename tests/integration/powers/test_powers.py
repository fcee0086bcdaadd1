"""docs/powers.toml says all that the contracts can do, and README.md prints it."""

from __future__ import annotations

import re
from pathlib import Path

from resonance_dao.chain.artifact import Artifacts
from resonance_dao.chain.powers import markdown, read_powers


def test_every_function_that_writes_has_its_line_and_the_readme_has_the_table(
    root: Path, artifacts: Artifacts
) -> None:
    powers = read_powers((root / "docs" / "powers.toml").read_text("utf-8"), artifacts)
    written = re.search(
        r"<!-- powers -->\n(.*?)\n<!-- /powers -->", (root / "README.md").read_text("utf-8"), re.S
    )
    assert written is not None
    assert written[1] == markdown(powers), "run `python tools/powers.py`"
