"""Write the table of powers into README.md from docs/powers.toml and the compiled contracts."""

from __future__ import annotations

import os
import re
from pathlib import Path

from resonance_dao.chain.compiler import compile_project
from resonance_dao.chain.powers import markdown, read_powers

ROOT = Path(__file__).resolve().parents[1]
readme = ROOT / "README.md"
powers = read_powers(
    (ROOT / "docs" / "powers.toml").read_text("utf-8"), compile_project(ROOT, env=os.environ)
)
section = f"<!-- powers -->\n{markdown(powers)}\n<!-- /powers -->"
text = re.sub(r"<!-- powers -->.*?<!-- /powers -->", lambda _: section, readme.read_text("utf-8"), flags=re.S)
readme.write_text(text, encoding="utf-8")
