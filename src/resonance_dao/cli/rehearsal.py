"""
`--dry-run`: what would be sent, what it would cost and do. Nothing is signed, sent or pinned.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from resonance_dao.cli.running import DRY_RUN
from resonance_dao.errors import EvidenceUnavailable, TransactionFailed

if TYPE_CHECKING:
    from resonance_dao.cli.output import Output
    from resonance_dao.evidence.cid import Cid
    from resonance_dao.evidence.store import PinReport
    from resonance_dao.workflows.system import Action, System


class Unkept:
    """An evidence store that keeps nothing: content gets its CID, and that is all."""

    name = DRY_RUN

    def put_block(self, cid: Cid, block: bytes) -> None:
        """Compare the block with its CID and let it go."""
        cid.verify(block, self.name)

    def get_block(self, cid: Cid) -> bytes:
        """Say that nothing is kept."""
        raise EvidenceUnavailable(f"{cid} was not kept: this is a dry run", hint="Leave out --dry-run.")

    def has_block(self, cid: Cid) -> bool:
        """Return False."""
        return False

    def pin(self, cid: Cid) -> tuple[PinReport, ...]:
        """Report success, so that the rehearsal goes on."""
        from resonance_dao.evidence.store import PinReport

        return (PinReport(cid, self.name, ok=True, reason=""),)

    def is_pinned(self, cid: Cid) -> bool:
        """Return False."""
        return False

    def pins(self) -> Iterator[Cid]:
        """Yield nothing."""
        return iter(())


def rehearse(system: System, actions: Sequence[Action], sender: str, output: Output) -> None:
    """
    Show what each action would cost and do; the first must succeed in simulation.

    A later one may fail because it builds on those before it: then its cost is unknown, and why is said.
    """
    from resonance_dao.workflows.system import plain

    steps = [
        plain(_step(system, action, sender, is_first=not number)) for number, action in enumerate(actions)
    ]
    lines: list[tuple[str, object]] = []
    for step in steps:
        lines += _lines(step, output.language)
    output.result({"dry_run": steps}, lines or [("dry run", "nothing would be sent")])


def _step(system: System, action: Action, sender: str, *, is_first: bool) -> dict[str, Any]:
    from resonance_dao.workflows.system import preview

    told: dict[str, Any] = {**action.to_dict(), "sender": sender, "gas": None, "max_cost_wei": None}
    try:
        seen = preview(system, action, sender)
    except TransactionFailed as exc:
        if is_first:
            raise
        return {**told, "unknown_because": str(exc)}
    return {**told, "gas": seen.gas, "max_cost_wei": str(seen.max_cost)}


def _lines(step: Mapping[str, Any], language: str) -> list[tuple[str, object]]:
    lines: list[tuple[str, object]] = [
        ("would", step["summary"][language]),
        ("sender", step["sender"]),
        ("to", f"{step['to']} {step['contract']}.{step['function']}"),
    ]
    if step["gas"] is None:
        lines.append(("gas", f"known once the steps before it are done; now: {step['unknown_because']}"))
    else:
        lines += [("gas", f"{step['gas']:,}"), ("costs at most, wei", f"{int(step['max_cost_wei']):,}")]
    return [*lines, *_arguments("", step["arguments"])]


def _arguments(path: str, value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from _arguments(f"{path}.{name}" if path else f"  {name}", item)
    else:
        yield path, ", ".join(map(str, value)) if isinstance(value, list) else value
