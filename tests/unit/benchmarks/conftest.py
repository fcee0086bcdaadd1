"""The benchmarks are a script's folder, not a package: put it on the path as running the script does."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))
