"""
The clocks and the dice of the doors, as arguments. Sessions end by the wall clock, as wallets' messages do;
limits run on the monotonic one.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Clocks:
    """`now` gives unix s, `monotonic` nanoseconds, `random` that many bytes that nobody can guess."""

    now: Callable[[], int] = lambda: int(time.time())
    monotonic: Callable[[], int] = time.monotonic_ns
    random: Callable[[int], bytes] = secrets.token_bytes
