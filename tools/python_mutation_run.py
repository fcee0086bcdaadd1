"""
Runs the unit tests on a mutant of a Python module, in a process of its own.

The libraries are imported once; a fork of that process imports the package anew with one file's text replaced
and runs the tests that reach the mutated line, then, when all of them pass, every test of the target. Nothing
is written to the sources.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.machinery
import importlib.util
import json
import math
import os
import resource
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
# Imported before the forks, so that none has to; they never import the package itself.
LIBRARIES = (
    "hypothesis", "_hypothesis_pytestplugin", "sqlalchemy", "sqlalchemy.dialects.sqlite", "alembic.command",
    "alembic.config", "eth_account", "eth_account.messages", "eth_abi.abi", "eth_utils", "eth_hash.auto",
    "httpx", "rlp", "cbor2", "cryptography.fernet", "rfc8785", "yaml", "tomli", "psycopg", "requests",
    "filelock", "pytest_timeout",
)  # fmt: skip
PACKAGE = "resonance_dao"
MEMORY_BYTES = 4 * 2**30
# How much longer than without a fault the tests may take; more is a loop without end.
PATIENCE, LEAST_TIMEOUT_S, WAITING = 4.0, 20.0, 10.0
# For tests that do not say themselves how many they draw.
EXAMPLES = 40
# Left out: what runs on both databases runs on SQLite alone, and what goes by the clock says too much.
LEFT_OUT = ("[postgresql", "test_a_silent_server_is_left_alone")
# Plugins that only take time: a fork has no need to collect its garbage.
UNUSED = ("cacheprovider", "unraisableexception", "threadexception", "faulthandler")


@dataclass(frozen=True)
class Reach:
    """Which tests reach each "path:line" of the modules, and all tests, the quickest first."""

    places: Mapping[str, Sequence[str]]
    tests: Sequence[str]

    def of(self, path: str, line: int) -> list[str]:
        """Return the tests that reach a line, the quickest first; none when an import alone does."""
        names = set(self.places.get(f"{path}:{line}", ()))
        return [name for name in self.tests if name in names]

    def beside(self, path: str) -> list[str]:
        """Return all tests of the files of which some reach a module; all there are when none does."""
        mine = {
            name for place, names in self.places.items() if place.rpartition(":")[0] == path for name in names
        }
        files = {name.split("::")[0] for name in mine if "::" in name}
        return [name for name in self.tests if not files or name.split("::")[0] in files]


class Ended(BaseException):
    """The tests have run."""


@dataclass(frozen=True)
class Order:
    """One run: the file whose text is replaced, and which tests of which files, in their order."""

    path: str
    text: bytes
    files: Sequence[str]
    tests: Sequence[str]
    timeout_s: float


@dataclass(eq=False)
class Observer:
    """A plugin of pytest: keeps the chosen tests, notes the first that fails and which lines each reaches."""

    chosen: Sequence[str] | None
    failed: str = ""
    reached: dict[str, set[str]] = field(default_factory=dict)
    took: dict[str, float] = field(default_factory=dict)
    watched: frozenset[str] = frozenset()
    code: int = 0
    _name: str = "import"

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the chosen tests."""
        items[:] = [item for item in items if not any(part in item.nodeid for part in LEFT_OUT)]
        if self.chosen is not None:
            rank = {name: at for at, name in enumerate(self.chosen)}
            items[:] = sorted(
                (item for item in items if item.nodeid in rank), key=lambda item: rank[item.nodeid]
            )

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Note which test begins."""
        self._name = nodeid

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the first test of which a part failed, and how long each takes."""
        self.took[report.nodeid] = self.took.get(report.nodeid, 0.0) + report.duration
        if report.failed and not self.failed:
            self.failed = report.nodeid

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, exitstatus: int) -> None:
        """End here: what pytest would do now takes longer than most tests."""
        sys.settrace(None)
        self.code = int(exitstatus)
        raise Ended

    def trace(self, frame: FrameType, event: str, _: Any) -> Any:
        """Note the lines of the watched files that a test reaches; see `sys.settrace`."""
        path = frame.f_code.co_filename
        if path not in self.watched:
            return None
        if event in ("call", "line"):
            self.reached.setdefault(f"{path}:{frame.f_lineno}", set()).add(self._name)
        return self.trace


def import_libraries() -> None:
    """Import what the tests need but for the package; what they compile is kept beside the verdicts."""
    sys.dont_write_bytecode, sys.pycache_prefix = False, str(ROOT / "cache" / "mutation" / "compiled")
    for name in LIBRARIES:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)


def baseline(folders: Sequence[str], paths: Iterable[str]) -> Reach:
    """
    Run the tests on the modules as they stand; return which tests reach which lines.

    Raises `RuntimeError` when one of them fails.
    """
    watched = frozenset(str(ROOT / path) for path in paths)

    def traced() -> dict[str, Any]:
        observer = Observer(None, watched=watched)
        threading.settrace(observer.trace)
        sys.settrace(observer.trace)
        _pytest(folders, observer)
        reached = observer.reached.items()
        places = {place.removeprefix(f"{ROOT}/"): sorted(names) for place, names in reached}
        tests = sorted(observer.took, key=lambda name: observer.took[name])
        return {"code": observer.code, "failed": observer.failed, "places": places, "tests": tests}

    run = Run.start(traced, 3600.0)
    while (said := run.poll()) is None:
        time.sleep(0.05)
    if said["code"] != 0:
        raise RuntimeError(f"the tests do not pass as the modules stand: {said['code']} {said['failed']}")
    return Reach(said["places"], said["tests"])


def _pytest(files: Sequence[str], observer: Observer) -> None:
    from hypothesis import Phase, settings

    # Each run draws the same, keeps nothing, looks for no simpler case and has the whole run's deadline.
    phases = (Phase.explicit, Phase.generate)
    settings.register_profile(
        "mutation", derandomize=True, database=None, deadline=None, phases=phases, max_examples=EXAMPLES
    )
    settings.load_profile("mutation")
    without = [part for name in UNUSED for part in ("-p", f"no:{name}")]
    options = ["-x", "-q", "--no-header", *without, "-m", "not slow and not chain"]
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    plugins = ["-p", "_hypothesis_pytestplugin", "-p", "pytest_timeout"]
    with contextlib.suppress(Ended):
        observer.code = int(pytest.main([*options, *plugins, *files], plugins=[observer]))


def attempt(order: Order) -> Run:
    """Begin one run of an order; its answer has "code" (pytest's) and "failed"."""

    def work() -> dict[str, Any]:
        replace_source(order.path, order.text)
        observer = Observer(order.tests)
        _pytest(order.files, observer)
        return {"code": observer.code, "failed": observer.failed}

    return Run.start(work, order.timeout_s)


def replace_source(path: str, text: bytes) -> None:
    """Have this process import the file `path` as if its text were `text`, and the package anew."""
    for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
        del sys.modules[name]
    wanted, plain = str(ROOT / path), importlib.machinery.SourceFileLoader.get_code

    def get_code(self: Any, name: str) -> CodeType | None:
        if self.path == wanted:
            return compile(text, wanted, "exec", dont_inherit=True)
        return plain(self, name)

    importlib.machinery.SourceFileLoader.get_code = get_code  # type: ignore[assignment,method-assign]


@dataclass
class Run:
    """A forked process and its answer; its "code" is None when it was stopped as too slow."""

    process: int
    ends_at: float
    answer: Path

    @classmethod
    def start(cls, work: Callable[[], dict[str, Any]], timeout_s: float) -> Run:
        """Fork, do `work` there for up to so many seconds of its own, and keep what it returns."""
        handle, name = tempfile.mkstemp(prefix="mutant-")
        os.close(handle)
        process = os.fork()
        if not process:
            _alone(work, Path(name), timeout_s)
        # Of a machine that others use, a process has a part only; one that waits for ever uses nothing of it.
        return cls(process, time.monotonic() + WAITING * timeout_s, Path(name))

    def poll(self) -> Mapping[str, Any] | None:
        """Return the answer, or None as long as there is none."""
        ended, status = os.waitpid(self.process, os.WNOHANG)
        if not ended and time.monotonic() <= self.ends_at:
            return None
        if not ended:
            os.killpg(self.process, signal.SIGKILL)
            os.waitpid(self.process, 0)
        said = self.answer.read_text(encoding="utf-8")
        self.answer.unlink()
        if not ended or (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU):
            return {"code": None, "failed": ""}
        # Whatever dies without an answer was killed by its fault: out of memory, or of stack.
        found: dict[str, Any] = json.loads(said) if said else {"code": 1, "failed": "the process died"}
        return found


def _alone(work: Callable[[], dict[str, Any]], answer: Path, timeout_s: float) -> None:
    os.setpgid(0, 0)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(timeout_s), math.ceil(timeout_s) + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.chdir(ROOT)
    status = 1
    try:
        answer.write_text(json.dumps(work()), encoding="utf-8")
        status = 0
    finally:
        os._exit(status)
