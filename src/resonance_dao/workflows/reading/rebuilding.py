"""
Everything anew from the chain: in the place of what was read, or beside it, to compare.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from resonance_dao.errors import ChainUnreachable, NotFound
from resonance_dao.journal.database import Database
from resonance_dao.journal.migration import upgrade
from resonance_dao.workflows.reading.reader import Reader, read_model
from resonance_dao.workflows.system import System

ATTEMPTS = 3
_IDLE_STEPS = 100


@dataclass(frozen=True, slots=True)
class Comparison:
    """The SHA-256 of what is kept, and of what the chain gives up to the same block."""

    block: int
    kept: str
    read_anew: str

    @property
    def agrees(self) -> bool:
        """Whether they are the same, byte by byte."""
        return self.kept == self.read_anew

    def to_dict(self) -> dict[str, object]:
        """Return plain values for JSON."""
        return {**asdict(self), "agrees": self.agrees}


def rebuild(reader: Reader, progress: Callable[[int], None]) -> tuple[int, str]:
    """
    Empty the read model and fill it up to the newest block; return that block and the digest. `progress` is
    told of each block that was reached.
    """
    reader.model.reset()
    _read_on(reader, None, progress)
    at, digest = reader.model.digest()
    return (-1 if at is None else at.number), digest


def check(reader: Reader, system: System) -> Comparison:
    """
    Read the chain into a database of its own, up to where the read model stands, and compare. Where the
    chain has stepped back below that block meanwhile, begin again.

    Raises `NotFound` when nothing was read yet.
    """
    for _ in range(ATTEMPTS):
        at, kept = reader.model.digest()
        if at is None:
            raise NotFound("nothing was read yet", hint="Start the gateway, or `resonance index rebuild`.")
        if system.chain.block(at.number).hash == at.hash:
            anew = _read_anew(system, at.number)
            # What is compared is this block; one that came in its place says nothing of what is kept.
            if system.chain.block(at.number).hash == at.hash:
                return Comparison(at.number, kept, anew)
        reader.read()
    raise ChainUnreachable("the chain changes faster than it can be read", hint="Try again in a while.")


def _read_anew(system: System, until: int) -> str:
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'anew.db'}"
        upgrade(url)
        database = Database(url)
        try:
            beside = Reader(read_model(database, system), system)
            _read_on(beside, until, lambda _block: None)
            return beside.model.digest()[1]
        finally:
            database.close()


def _read_on(reader: Reader, until: int | None, progress: Callable[[int], None]) -> None:
    idle, reached = 0, -1
    while not reader.read(until=until, steps=1):
        at = reader.model.position()
        block = -1 if at is None else at.number
        idle, reached = (0 if block != reached else idle + 1), block
        if idle > _IDLE_STEPS:
            raise ChainUnreachable("the node's answers do not fit together", hint="Try another node.")
        if at is not None:
            progress(block)
