"""What the lanes of both languages share: what they read, which mutants they try, what makes them red."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

import tomli
from mutation_faults import Mutant

FOLDER = Path(__file__).resolve().parents[1] / "tests" / "mutation"
LEAST_KILLED = 0.95
NOTICED = ("killed", "timed out")


class Tried(Protocol):
    """A mutant of a target."""

    @property
    def target(self) -> str:
        """The target's name."""

    @property
    def mutant(self) -> Mutant:
        """The mutant."""


class Judged(Protocol):
    """What became of a mutant."""

    @property
    def verdict(self) -> str:
        """In a word."""


T = TypeVar("T", bound=Tried)


def read(name: str) -> dict[str, Any]:
    """Return a TOML file of `tests/mutation`."""
    return tomli.loads((FOLDER / name).read_text(encoding="utf-8"))


def digest(texts: Iterable[bytes]) -> str:
    """Return a short digest of texts."""
    found = hashlib.sha256()
    for text in texts:
        found.update(text)
    return found.hexdigest()[:16]


def choose(
    arguments: Sequence[str], everything: Sequence[T], canaries: Collection[str], seed: str, count: int
) -> list[T]:
    """Return what `full [TARGET ...]` or `sample [COUNT [SEED]]` asks for; `count` without a COUNT."""
    if arguments[:1] == ["full"]:
        chosen = [task for task in everything if not arguments[1:] or task.target in arguments[1:]]
        # What a stopped run has tried is a fair sample then, and no file comes last.
        random.Random(seed).shuffle(chosen)  # noqa: S311 - a draw, no secret
        return chosen
    count = int(arguments[1]) if len(arguments) > 1 else count
    seed = arguments[2] if len(arguments) > 2 else seed
    chosen = sample(everything, canaries, count, seed)
    print(f"mutation: {len(chosen)} of {len(everything)} mutants, drawn by seed {seed}")
    return chosen


def sample(everything: Sequence[T], canaries: Collection[str], count: int, seed: str) -> list[T]:
    """Return `count` mutants drawn by `seed`, and the canaries."""
    chosen = random.Random(seed).sample(everything, min(count, len(everything)))  # noqa: S311 - a draw, no secret
    return chosen + [task for task in everything if task.mutant.key in canaries and task not in chosen]


def complaints(
    outcomes: Mapping[str, Judged], canary: Mapping[str, str], explained: Collection[str]
) -> list[str]:
    """Return what makes the lane red, whatever part of the mutants was tried."""
    verdicts = {key: outcome.verdict for key, outcome in outcomes.items()}
    said = []
    if verdicts.get(canary["killed"]) not in NOTICED:
        said.append(f"the canary was not killed: {canary['killed']}")
    if verdicts.get(canary["survives"]) != "survived":
        said.append(f"the equivalent canary did not survive: {canary['survives']}")
    said += [
        f"survived, unexplained: {key}"
        for key, verdict in sorted(verdicts.items())
        if verdict == "survived" and key not in explained
    ]
    return said
