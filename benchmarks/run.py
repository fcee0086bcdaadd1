"""
`make bench`: gas beside floors and peers. `make check`: whether any call's gas changed.

    python benchmarks/run.py            # print the tables
    python benchmarks/run.py --check    # exit 1 when gas differs from tests/snapshots/gas.json or docs/gas.md
    python benchmarks/run.py --update   # record the gas as it is now, in both
    python benchmarks/run.py --sablier FOLDER   # the tables, Sablier's packages measured too: gas/sablier.py
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from gas import document, eas, life, log, report, sablier, snapshot

from resonance_dao.chain.compiler import compile_project

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    parser = argparse.ArgumentParser(description="Gas of the contracts, beside floors and peers.")
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--check", action="store_true", help="fail when gas is not what is recorded")
    group.add_argument("--update", action="store_true", help="record the gas as it is now")
    group.add_argument("--sablier", type=Path, metavar="FOLDER", help="where Sablier's packages are unpacked")
    arguments = parser.parse_args()
    if arguments.check:
        return _check()
    if arguments.update:
        gas = snapshot.measure(ROOT)
        snapshot.write(ROOT, gas)
        (ROOT / document.PATH).write_text(document.render(life.measure(ROOT), gas), encoding="utf-8")
        return 0
    return _print_tables(arguments.sablier)


def _check() -> int:
    gas = snapshot.measure(ROOT)
    changes = snapshot.compare(snapshot.read(ROOT / snapshot.RECORDED), gas)
    page = document.compare(document.render(life.measure(ROOT), gas), ROOT)
    if not changes and not page:
        return 0
    if changes:
        print("Gas differs from tests/snapshots/gas.json:", *changes, sep="\n  ")
    if page:
        print(f"What is measured differs from {document.PATH}:", *page, sep="\n  ")
    print("If that is meant: `.venv/bin/python benchmarks/run.py --update`, and let the diff be reviewed.")
    return 1


def _print_tables(sablier_packages: Path | None) -> int:
    artifacts = compile_project(ROOT, env=os.environ)
    gas = snapshot.measure(ROOT)
    batches = log.measure(ROOT, artifacts["TransparencyLog"])
    without_floor = log.measure(ROOT, artifacts["TransparencyLog"], hardfork="cancun")
    tables = [
        report.log_table(batches, without_floor),
        report.attestation_table(eas.measure(ROOT, artifacts["ContributionRegistry"])),
        report.parts_table(
            "Attestations of 200 bytes: what the gas is spent on",
            eas.spent(ROOT, artifacts["ContributionRegistry"]),
            summed=False,
        ),
        report.parts_table("A bounty's life: what the gas is spent on", life.measure(ROOT)),
        report.call_table(gas),
        report.peer_table(gas),
    ]
    if sablier_packages is not None:
        steps = sablier.measure(ROOT, sablier_packages, artifacts["TestYen"])
        tables.append(report.stream_table(steps))
    print(*tables, sep="\n\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
