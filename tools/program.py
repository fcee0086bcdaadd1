"""Put the compiler in its place and print the path of a Foundry program: `python tools/program.py forge`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from resonance_dao.chain.settings import read_settings
from resonance_dao.chain.toolchain import binary, ensure_solc

ROOT = Path(__file__).resolve().parents[1]
ensure_solc(ROOT, read_settings(ROOT).version, env=os.environ)
sys.stdout.write(f"{binary(sys.argv[1], ROOT)}\n")
