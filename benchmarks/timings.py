"""
Wall-clock times of compile, deploy and demo, cold and warm, with forge beside our compile step.

    python benchmarks/timings.py            # prints a table; asserts nothing: times are read by people

Cold means that no artifact is cached; installing packages is never counted.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from resonance_dao.chain.book import Book
from resonance_dao.chain.client import RpcChain
from resonance_dao.chain.compiler import compile_project
from resonance_dao.chain.deployment import run
from resonance_dao.chain.devchain import DevChain
from resonance_dao.chain.signer import DevSigner
from resonance_dao.chain.toolchain import binary
from resonance_dao.workflows.deploying import deployment_plan

ROOT = Path(__file__).resolve().parents[1]
COPIED = ("contracts", "brownie-config.yaml", "foundry.toml")


def seconds(work: Callable[[], object]) -> float:
    """Return how long `work` took, in s."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        rows = [*compile_rows(Path(folder)), *deploy_rows(Path(folder)), demo_row(Path(folder))]
    print(f"{'job':<46}{'seconds':>9}")
    for name, taken in rows:
        print(f"{name:<46}{taken:>9.2f}")


def compile_rows(folder: Path) -> list[tuple[str, float]]:
    """Compile a copy without caches, by our step and by forge, then again with nothing changed."""
    root = folder / "project"
    root.mkdir()
    for name in COPIED:
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, root / name)
    for name in ("node_modules", ".solc"):
        (root / name).symlink_to(ROOT / name)
    forge = [str(binary("forge", ROOT)), "build", "--root", str(root), "--skip", "test"]

    def build() -> None:
        subprocess.run(forge, check=True, capture_output=True)

    return [
        ("compile, cold", seconds(lambda: compile_project(root, env=os.environ))),
        ("compile, unchanged", seconds(lambda: compile_project(root, env=os.environ))),
        ("baseline: forge build of the same, cold", seconds(build)),
        ("baseline: forge build of the same, unchanged", seconds(build)),
    ]


def deploy_rows(folder: Path) -> list[tuple[str, float]]:
    """Deploy everything to a fresh anvil, then again."""
    artifacts = compile_project(ROOT, env=os.environ)
    with DevChain.start(ROOT) as dev:
        chain = RpcChain(dev.url)
        plan = deployment_plan(ROOT, 31337, artifacts)

        def deploy() -> None:
            run(plan, chain, DevSigner(0), Book.load(folder / "deployments", chain))

        return [("deploy, fresh chain", seconds(deploy)), ("deploy, all there", seconds(deploy))]


def demo_row(folder: Path) -> tuple[str, float]:
    """Play the whole story with warm caches."""
    command = [sys.executable, "-c", "from resonance_dao.cli.app import main; main()", "demo"]
    command += ["--home", str(folder / "demo")]

    def demo() -> None:
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)

    return ("demo, warm", seconds(demo))


if __name__ == "__main__":
    main()
