"""
The recorder, measured side by side with the naive way and with its goals.

    python benchmarks/recording.py                  # small sizes, a few minutes
    python benchmarks/recording.py --full FOLDER    # to ten million records, 6 GB in FOLDER; half an hour
    python benchmarks/recording.py --document       # the same, written into docs/recorder.md as well

Exits 1 when gas misses a goal. Times are told beside their goals and never decide: they are the machine's,
and of whatever else runs on it.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

from recorder import accepting, aging, anchoring, appending, page

from resonance_dao.chain.compiler import compile_project

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(description="The recorder beside the naive way.")
    parser.add_argument("--full", type=Path, metavar="FOLDER", help="journals of up to ten million records")
    parser.add_argument("--document", action="store_true", help=f"write {page.PATH}")
    parser.add_argument("--seconds", type=float, default=5, help="how long each load lasts")
    arguments = parser.parse_args()
    gas = appending.measure(ROOT, compile_project(ROOT, env=os.environ)["TransparencyLog"])
    with tempfile.TemporaryDirectory() as folder:
        sizes = aging.SMALL if arguments.full is None else aging.FULL
        sections = [
            page.of_appending(gas),
            page.of_accepting(accepting.measure(arguments.seconds)),
            page.of_anchoring(anchoring.measure(batches=8, naive_count=100)),
            page.of_aging(aging.measure(arguments.full or Path(folder), sizes)),
        ]
    text = page.render(sections)
    print(text)
    if arguments.document:
        (ROOT / page.PATH).write_text(text, encoding="utf-8")
    missed = gas.missed()
    if missed:
        print("Gas misses a goal:", *missed, sep="\n  ")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
