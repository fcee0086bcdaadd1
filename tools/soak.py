"""
A long life under faults: a recorder that accepts a few requests a second, while its endpoint and its chain
misbehave in a new way every few seconds. At the end nothing is lost, done twice or out of order, and memory
is where it was.

    python tools/soak.py                 # two hours
    python tools/soak.py --minutes 10
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import Any

from resonance_dao.chain.client import RpcChain
from resonance_dao.chain.compiler import compile_project
from resonance_dao.chain.contract import Contract
from resonance_dao.chain.devchain import DevChain
from resonance_dao.chain.revert import RevertDecoder
from resonance_dao.chain.sender import wait
from resonance_dao.errors import ResonanceError
from resonance_dao.journal.migration import upgrade
from resonance_dao.transparency.receipt import SignedReceipt

ROOT = Path(__file__).resolve().parents[1]
TESTS = ROOT / "tests" / "integration" / "recorder"
CHAIN_FAULTS = ("reorg", "reorg", "wipe", "stranger", "pause")
SAMPLE_S, WARM_SHARE, SETTLE_S = 2.0, 0.3, 180
SETTINGS = {"confirmations": 4, "bump_after_s": 30, "batch_age_s": 5}


def beside(path: Path) -> ModuleType:
    """Load a module of the tests."""
    spec = importlib.util.spec_from_file_location(f"soak_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path} is not there")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@dataclass
class Watch:
    """What the driver sees: answers, how long they took (ms), memory (MB), troubles."""

    answers: list[tuple[int, SignedReceipt]] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)

    def read(self, lines: Any) -> None:
        """Take what the worker says, until it ends."""
        for line in lines:
            said = json.loads(line)
            if "receipt" in said:
                self.answers.append((said["amount"], SignedReceipt.from_dict(said["receipt"])))
                self.latencies.append(said["ms"])
            else:
                self.told[said["trouble"][:80]] += 1

    def sample(self, pid: int) -> None:
        """Note how much memory the worker holds."""
        status = Path(f"/proc/{pid}/status").read_text()
        held = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
        self.memory.append((time.monotonic(), int(held.split()[1]) / 1024))

    def growth(self) -> tuple[float, float]:
        """Return how memory grew once it was warm: MB an hour by the line through it, and MB in all."""
        warm = self.memory[int(len(self.memory) * WARM_SHARE) :]
        mean_t = sum(t for t, _ in warm) / len(warm)
        mean_m = sum(m for _, m in warm) / len(warm)
        spread = sum((t - mean_t) ** 2 for t, _ in warm) or 1.0
        slope = sum((t - mean_t) * (m - mean_m) for t, m in warm) / spread
        return slope * 3600, slope * (warm[-1][0] - warm[0][0])

    def percentile(self, share: float) -> float:
        """Return a percentile of the latencies, in ms."""
        return sorted(self.latencies)[int((len(self.latencies) - 1) * share)]


def staged(folder: Path, node: str, rpc: str, token: str = "", log: str = "") -> Any:
    """Return the tests' stage on a folder; without addresses its contracts are created first."""
    recorder = beside(TESTS / "conftest.py")
    artifacts = compile_project(ROOT)
    chain = RpcChain(node)

    def create(name: str) -> str:
        sent = recorder.send_raw(chain, recorder.FUNDER, None, artifacts.get(name).bytecode)
        return str(wait(chain, sent).contract_address)

    url = f"sqlite:///{folder / 'journal.db'}"
    upgrade(url)
    (folder / "blocks").mkdir(exist_ok=True)
    return recorder.Stage(
        rpc,
        url,
        Contract(log or create("TransparencyLog"), artifacts.get("TransparencyLog")),
        Contract(token or create("TestYen"), artifacts.get("TestYen")),
        recorder.FolderStore(folder / "blocks"),
        RevertDecoder(artifacts.values()),
        replace(recorder.Stage.settings, **SETTINGS),
    )


def work(given: dict[str, Any]) -> None:
    """Be the worker: one thread accepts, this one ticks; at SIGTERM come to rest and end."""
    stage = staged(Path(given["folder"]), given["node"], given["node"], given["token"], given["log"])
    stop, speech = threading.Event(), threading.Lock()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())

    def say(**what: object) -> None:
        with speech:
            sys.stdout.write(json.dumps(what) + "\n")
            sys.stdout.flush()

    journal = stage.journal()

    def accept() -> None:
        amount = 10**6
        while not stop.wait(1 / given["rate"]):
            started = time.monotonic()
            ask = stage.overdraw if amount % 7 == 0 else stage.mint
            # The stage asks the chain for the time; a client's clock is its own.
            answer = ask(journal, amount, f"wish-{amount}", f"bounty/{amount % 50}")
            ms = (time.monotonic() - started) * 1000
            say(amount=amount, receipt=answer.receipt.to_dict(), ms=ms)
            amount += 1

    asking = threading.Thread(target=accept, daemon=True)
    asking.start()
    chain = RpcChain(given["rpc"], reverts=stage.reverts, timeout_s=2)
    recorder, until = stage.recorder(journal, chain), None
    while until is None or time.monotonic() < until:
        if stop.is_set() and until is None:
            until = time.monotonic() + SETTLE_S
        try:
            tick = recorder.tick(stage.now(), flush=stop.is_set())
            for trouble in tick.troubles:
                say(trouble=trouble)
            if until is not None and tick.is_idle and not tick.troubles and recorder.status().is_settled:
                break
        except ResonanceError as exc:
            say(trouble=f"{type(exc).__name__}: {exc}")
            recorder.close()
            recorder = stage.recorder(journal, chain)
        time.sleep(0.3)
    asking.join(10)


@dataclass
class Tormentor:
    """Makes something go wrong, and notes what."""

    stage: Any
    proxy: Any
    proxying: ModuleType
    worker: int
    rng: random.Random
    outsider: Any
    done: Counter[str] = field(default_factory=Counter)

    def torment(self) -> None:
        """Do one thing, by lot."""
        if self.rng.random() < 0.7:
            fault = self.rng.choice([name for name in self.proxying.FAULTS if name != "wrong_chain"])
            method = self.rng.choice(self.proxying.FAULTS[fault])
            count = self.rng.choice((1, 3, 5, 9))
            self.proxy.script = self.proxying.Script(fault, method, count=count, lag=self.rng.randint(1, 3))
            self.done[fault] += 1
            return
        what = self.rng.choice(CHAIN_FAULTS)
        self.done[what] += 1
        chain = self.stage.chain()
        if what == "reorg":
            chain.request("anvil_reorg", [self.rng.randint(1, 3), []])
        elif what == "wipe":
            chain.request("anvil_dropAllTransactions")
        elif what == "stranger":
            self.outsider(self.done[what])
        else:
            os.kill(self.worker, signal.SIGSTOP)
            time.sleep(1)
            os.kill(self.worker, signal.SIGCONT)


def soak(options: argparse.Namespace, folder: Path) -> int:
    """Run it; return the exit code."""
    proxying = beside(TESTS / "faults" / "proxy.py")
    playing = beside(TESTS / "faults" / "playing.py")
    watch = Watch()
    with DevChain.start(ROOT, block_time=1) as dev, proxying.FaultProxy(dev.url) as proxy:
        stage = staged(folder, dev.url, dev.url)
        given = {
            "folder": str(folder),
            "node": dev.url,
            "rpc": proxy.url,
            "token": stage.token.address,
            "log": stage.log.address,
            "rate": options.rate,
        }
        command = [sys.executable, __file__, "--worker", json.dumps(given)]
        worker = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        reading = threading.Thread(target=watch.read, args=(worker.stdout,), daemon=True)
        reading.start()
        rng = random.Random(options.seed)  # noqa: S311
        tormentor = Tormentor(stage, proxy, proxying, worker.pid, rng, outsider(stage))
        drive(options, watch, worker, tormentor)
        proxy.script = None
        worker.terminate()
        worker.wait(SETTLE_S + 60)
        reading.join(30)
        player = playing.Player(stage, proxy, outsider(stage))
        player.journal = stage.journal()
        player.wishes = [playing.Wish(amount, amount % 7 == 0, receipt) for amount, receipt in watch.answers]
        player.check()
    return report(options, watch, tormentor.done)


def outsider(stage: Any) -> Any:
    """Return how a stranger mints."""
    recorder = sys.modules["soak_conftest"]
    stranger = recorder.OUTSIDER
    return lambda amount: recorder.send_raw(
        stage.chain(),
        stranger,
        stage.token.address,
        stage.token.encode("mint", stranger.address, amount),
        10**5,
    )


def drive(options: argparse.Namespace, watch: Watch, worker: Any, tormentor: Tormentor) -> None:
    """Torment the worker until the time is over, and watch its memory."""
    end = time.monotonic() + options.minutes * 60
    following = time.monotonic() + options.fault_every
    while time.monotonic() < end:
        if worker.poll() is not None:
            raise SystemExit(f"the worker ended by itself: {worker.returncode}")
        if time.monotonic() >= following:
            # The node itself may be busy; another fault comes soon.
            with contextlib.suppress(ResonanceError):
                tormentor.torment()
            following += options.fault_every
        watch.sample(worker.pid)
        time.sleep(SAMPLE_S)


def report(options: argparse.Namespace, watch: Watch, done: Counter[str]) -> int:
    """Print what was measured; return 1 when a limit is exceeded."""
    slope, grown = watch.growth()
    p50, p99 = watch.percentile(0.5), watch.percentile(0.99)
    print(f"{len(watch.answers)} requests in {options.minutes} minutes; none lost, none done twice")
    print(f"answered within {p50:.0f} ms (half), {p99:.0f} ms (99 of 100); limit {options.p99_ms}")
    print(f"memory {watch.memory[-1][1]:.1f} MB, {slope:+.2f} MB/h, {grown:+.2f} MB; limit {options.grow_mb}")
    print(f"faults: {dict(done)}")
    print(f"troubles: {sum(watch.told.values())}, of {len(watch.told)} kinds")
    for trouble, count in watch.told.most_common(5):
        print(f"  {count} x {trouble}")
    return int(grown > options.grow_mb or p99 > options.p99_ms)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the soak, or its worker."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--minutes", type=float, default=120)
    parser.add_argument("--rate", type=float, default=5, help="requests a second")
    parser.add_argument("--fault-every", type=float, default=10, help="seconds")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--grow-mb", type=float, default=2, help="what memory may grow once it is warm")
    parser.add_argument("--p99-ms", type=float, default=200)
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.worker:
        work(json.loads(options.worker))
        return 0
    with tempfile.TemporaryDirectory(prefix="soak") as folder:
        return soak(options, Path(folder))


if __name__ == "__main__":
    raise SystemExit(main())
