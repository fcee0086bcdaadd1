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
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from soak_worker import ROOT, SETTLE_S, STATUS_S, TESTS, beside, staged

from resonance_dao.chain.client import RpcChain
from resonance_dao.chain.devchain import DevChain
from resonance_dao.errors import ResonanceError
from resonance_dao.transparency.receipt import SignedReceipt

CHAIN_FAULTS = ("reorg", "reorg", "wipe", "stranger", "pause")
SAMPLE_S, WARM_SHARE, PROGRESS_S, BLOCK_S = 2.0, 0.3, 60.0, 1.0


class Miner(threading.Thread):
    """
    Mines a block every second, and none while `held`.

    anvil that mines by itself may end a block in the middle of a reorganisation. Its chain has a hole then, a
    block of the old branch above it, and nonces that are used in a block and free in the state.
    """

    def __init__(self, chain: RpcChain) -> None:
        super().__init__(daemon=True)
        self._chain, self.held, self._stop_it = chain, threading.Lock(), threading.Event()

    def run(self) -> None:
        """Mine until told to stop."""
        while not self._stop_it.wait(BLOCK_S):
            # The node itself may be busy; another block comes soon.
            with self.held, contextlib.suppress(ResonanceError):
                self._chain.request("evm_mine", [])

    def __enter__(self) -> Miner:
        self._chain.request("evm_setAutomine", [False])
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop_it.set()
        self.join()


@dataclass
class Watch:
    """What the driver sees: answers, how long they took (ms), memory (MB), troubles."""

    answers: list[tuple[int, SignedReceipt]] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)

    def read(self, lines: Any) -> None:
        """Take what the worker says, until it ends."""
        for line in lines:
            said = json.loads(line)
            if "receipt" in said:
                self.answers.append((said["amount"], SignedReceipt.from_dict(said["receipt"])))
                self.latencies.append(said["ms"])
            elif "waiting" in said:
                self.waiting.append(said["waiting"])
            else:
                self.told[said["trouble"][:200]] += 1

    @property
    def under_way(self) -> int:
        """Return how much waited when the worker last said it."""
        return self.waiting[-1] if self.waiting else 0

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


@dataclass
class Tormentor:
    """Makes something go wrong, and notes what."""

    stage: Any
    miner: Miner
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
            with self.miner.held:
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
    with contextlib.ExitStack() as stack:
        dev = stack.enter_context(DevChain.start(ROOT))
        proxy = stack.enter_context(proxying.FaultProxy(dev.url))
        stage = staged(folder, dev.url, dev.url)
        miner = stack.enter_context(Miner(RpcChain(dev.url)))
        given = {
            "folder": str(folder),
            "node": dev.url,
            "rpc": proxy.url,
            "token": stage.token.address,
            "log": stage.log.address,
            "rate": options.rate,
        }
        command = [sys.executable, str(Path(__file__).with_name("soak_worker.py")), json.dumps(given)]
        worker = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        reading = threading.Thread(target=watch.read, args=(worker.stdout,), daemon=True)
        reading.start()
        rng = random.Random(options.seed)  # noqa: S311
        tormentor = Tormentor(stage, miner, proxy, proxying, worker.pid, rng, outsider(stage))
        drive(options, watch, worker, tormentor)
        proxy.script = None
        worker.terminate()
        worker.wait(options.minutes * 60 + 2 * SETTLE_S)
        reading.join(30)
        player = playing.Player(stage, proxy, outsider(stage))
        player.journal = stage.journal()
        player.wishes = [playing.Wish(amount, amount % 7 == 0, receipt) for amount, receipt in watch.answers]
        code = report(options, watch, tormentor.done)
        player.check()
    print("none lost, none done twice")
    return code


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
    begun = time.monotonic()
    end, following, telling = begun + options.minutes * 60, begun + options.fault_every, begun
    pace = f"{options.rate:g} requests/s, a fault every {options.fault_every:g} s"
    print(f"{options.minutes:g} minutes of {pace} ...", flush=True)
    while time.monotonic() < end:
        if worker.poll() is not None:
            raise SystemExit(f"the worker ended by itself: {worker.returncode}")
        if time.monotonic() >= following:
            # The node itself may be busy; another fault comes soon.
            with contextlib.suppress(ResonanceError):
                tormentor.torment()
            following += options.fault_every
        watch.sample(worker.pid)
        if time.monotonic() >= telling + PROGRESS_S:
            telling += PROGRESS_S
            minutes, (_, held) = (telling - begun) / 60, watch.memory[-1]
            so_far = f"{len(watch.answers)} answers, {watch.under_way} under way, {held:.0f} MB"
            print(f"after {minutes:.0f} min: {so_far}", flush=True)
        time.sleep(SAMPLE_S)


def report(options: argparse.Namespace, watch: Watch, done: Counter[str]) -> int:
    """Print what was measured; return 1 when a limit is exceeded."""
    slope, grown = watch.growth()
    p50, p99 = watch.percentile(0.5), watch.percentile(0.99)
    print(f"{len(watch.answers)} requests in {options.minutes} minutes")
    print(f"answered within {p50:.0f} ms (half), {p99:.0f} ms (99 of 100); limit {options.p99_ms}")
    print(f"memory {watch.memory[-1][1]:.1f} MB, {slope:+.2f} MB/h, {grown:+.2f} MB; limit {options.grow_mb}")
    print(f"under way, every {STATUS_S} s: {watch.waiting}")
    print(f"faults: {dict(done)}")
    print(f"troubles: {sum(watch.told.values())}, of {len(watch.told)} kinds")
    for trouble, count in watch.told.most_common(12):
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
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="soak") as folder:
        return soak(options, Path(folder))


if __name__ == "__main__":
    raise SystemExit(main())
