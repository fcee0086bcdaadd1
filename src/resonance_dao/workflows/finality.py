"""
What is final: by the chain's own word where it gives one, else by depth.

A chain with finality has a tag for its last final block. One that knows no such tag, or leaves it at block
zero, has only depth. A node that has once given the tag is not believed without it again: while a chain
does not finalise, nothing ends.
"""

from __future__ import annotations

from resonance_dao.chain.chain import Chain
from resonance_dao.errors import ChainMismatch, ChainUnreachable, NotFound, ResonanceError
from resonance_dao.journal.final_block import FinalBlock

# Invalid parameters, no such method, no such block: what nodes answer to a tag that they do not know.
_UNKNOWN_CODES = (-32602, -32601, -39001)
_UNKNOWN_WORDS = ("finalized", "unknown block", "block not found", "invalid block")


class Finality:
    """`depth` counts a transaction's own block as the first; `by_tag` prefers the chain's tag to it."""

    def __init__(self, chain: Chain, depth: int, *, by_tag: bool = False) -> None:
        self._chain, self._depth, self._by_tag = chain, depth, by_tag
        self._was_tagged = False

    def last(self) -> int:
        """Return the number of the last final block; below the first one when there is none."""
        by_depth = self._chain.block().number - self._depth + 1
        tagged = self._tagged() if self._by_tag else None
        return by_depth if tagged is None else tagged

    def check(self, known: FinalBlock | None) -> None:
        """
        Check that a block that was final is still the chain's.

        Raises `ChainMismatch` when another is in its place, `ChainUnreachable` while there is none: a node
        that lags must not be taken for a chain that stepped back.
        """
        if known is None:
            return
        try:
            found = self._chain.block(known.number)
        except NotFound as exc:
            raise ChainUnreachable(
                f"the node has no block {known.number}, which was final",
                hint="Nothing is sent until it has. Does the node lag, or was a development chain set back?",
            ) from exc
        if found.hash != known.hash:
            raise ChainMismatch(
                f"the chain was reorganised below block {known.number}, which was final",
                hint="Nothing is sent any more. Find out which payments the chain has lost, and decide.",
                block=known.number,
                expected=known.hash,
                found=found.hash,
            )

    def _tagged(self) -> int | None:
        try:
            number = self._chain.block("finalized").number
        except NotFound:
            number = 0
        except ResonanceError as exc:
            # Only a node that says it does not know the tag is taken at its word; trouble says nothing.
            if not _knows_no_tag(exc):
                raise
            number = 0
        if number > 0:
            self._was_tagged = True
            return number
        if self._was_tagged:
            raise ChainUnreachable("the node does not say any more what is final", hint="Look at the node.")
        return None


def _knows_no_tag(exc: ResonanceError) -> bool:
    words = str(exc.details.get("rpc_message", "")).lower()
    return exc.details.get("rpc_code") in _UNKNOWN_CODES or any(told in words for told in _UNKNOWN_WORDS)
