"""The gas of appending records to the log, beside the floor of its calldata and beside EAS's timestamps."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gas import eas, log
from gas.log import Batch

from resonance_dao.chain.artifact import Artifact

GOALS = {1: 1.6, 16: 1.3, 64: 1.0, 1024: 1.0}
"""By the records of a batch: at most so many times the floor, which nodes charge in any case (EIP-7623)."""
BESIDE_EAS, GOAL_BESIDE_EAS = 100, 16.0
_ALIGNED = (12, 16)  # 4,100 records are there, and 4,112 is a multiple of 16.


@dataclass(frozen=True)
class Appending:
    """
    `batches` begin wherever the log happens to end; `aligned` is one of 16 in a log of a multiple of 16,
    where the recorder lets its full batches of 16 end. `eas` is the gas of `multiTimestamp` of as many hashes
    as `beside` has records.
    """

    batches: tuple[Batch, ...]
    aligned: Batch
    beside: Batch
    eas: int

    @property
    def below_eas(self) -> float:
        """How many times the gas EAS takes."""
        return self.eas / self.beside.gas

    @property
    def judged(self) -> tuple[Batch, ...]:
        """The batches as the recorder cuts them, one for each goal."""
        return tuple(self.aligned if batch.count == self.aligned.count else batch for batch in self.batches)

    def missed(self) -> list[str]:
        """Return the goals that are missed, in words."""
        found = [
            f"{batch.count} records: {batch.gas / batch.floor:.2f} times the floor, not {goal:.2f}"
            for batch, goal in zip(self.judged, GOALS.values(), strict=True)
            if round(batch.gas / batch.floor, 2) > goal
        ]
        if self.below_eas < GOAL_BESIDE_EAS:
            found.append(f"{self.below_eas:.1f} times less than EAS, not {GOAL_BESIDE_EAS:.0f}")
        return found


def measure(root: Path, artifact: Artifact) -> Appending:
    """Append to fresh logs of more than 4,096 records. `artifact` is TransparencyLog's."""
    *batches, beside = log.measure(root, artifact, counts=(*GOALS, BESIDE_EAS))
    *_, aligned = log.measure(root, artifact, counts=_ALIGNED)
    return Appending(tuple(batches), aligned, beside, eas.timestamped(root, BESIDE_EAS))
