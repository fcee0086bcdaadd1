"""A process that must not go on ends; one that is somebody else's never does."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from frontend_api.watch import STATUS, Watch

HANG_S = 3_600.0


def raised(*errors: BaseException) -> BaseException:
    """Return the last of errors of which each came of the one before."""
    for number, error in enumerate(errors[1:]):
        error.__cause__ = errors[number]
    return errors[-1]


def in_its_place() -> BaseException:
    """Return an error that was raised while a shortage was handled."""
    try:
        try:
            raise MemoryError
        except MemoryError:
            raise RuntimeError("while it was handled")  # noqa: B904  that is the case
    except RuntimeError as exc:
        return exc


@pytest.mark.parametrize(
    ("error", "ends"),
    [
        (MemoryError(), True),
        (MemoryError, True),
        (SystemError("deallocated bytearray object has exported buffers"), True),
        (raised(MemoryError(), ValueError("cannot be read"), RuntimeError("refused")), True),
        (in_its_place(), True),
        (None, False),
        (RuntimeError("a fault of ours"), False),
        (OSError(24, "Too many open files"), False),
        (raised(ValueError("cannot be read"), RuntimeError("refused")), False),
    ],
)
def test_only_what_python_does_not_survive_ends_it(error: Any, ends: bool) -> None:
    ended: list[int] = []
    Watch(HANG_S, lambda: ended.append(1)).met(error)
    assert ended == [1] * ends


def test_an_error_that_comes_of_itself_is_looked_at_to_an_end() -> None:
    first, second = RuntimeError("first"), RuntimeError("second")
    first.__cause__, second.__cause__ = second, first
    Watch(HANG_S, lambda: pytest.fail("it ended")).met(first)


def test_a_process_that_is_not_the_gateways_is_never_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("faulthandler.dump_traceback_later", lambda *_, **__: pytest.fail("it is watched"))
    watch, hook = Watch(None, lambda: pytest.fail("it ended")), sys.unraisablehook
    watch.met(MemoryError())

    async def run() -> None:
        async with watch.over():
            assert sys.unraisablehook is hook
            await asyncio.sleep(0)

    asyncio.run(run())


def test_what_only_python_is_told_ends_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    ended, told = list[int](), list[object]()
    monkeypatch.setattr(sys, "unraisablehook", told.append)
    before = sys.unraisablehook

    async def run() -> None:
        async with Watch(HANG_S, lambda: ended.append(1)).over():
            for kind in (ValueError, MemoryError):
                sys.unraisablehook(SimpleNamespace(exc_type=kind))  # type: ignore[arg-type]
            await asyncio.sleep(0)

    asyncio.run(run())
    assert (len(told), ended) == (2, [1])
    assert sys.unraisablehook == before


def test_the_last_words_are_a_line_of_the_log() -> None:
    code = f"from frontend_api.watch import Watch; Watch({HANG_S}).met(MemoryError()); print('it goes on')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (STATUS, "")
    assert json.loads(done.stderr)["event"] == "out_of_memory"
