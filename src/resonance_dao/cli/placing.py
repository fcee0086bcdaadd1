"""
The options of every command, wherever people write them: `audit --rpc URL` means `--rpc URL audit`.
"""

from __future__ import annotations

from collections.abc import Sequence

_FLAGS = frozenset({"--json"})
_VALUED = frozenset({"--lang", "--rpc"})


def to_the_front(arguments: Sequence[str]) -> list[str]:
    """Return the arguments with the options of every command first; what follows `--` stays as it is."""
    front: list[str] = []
    rest: list[str] = []
    left = list(arguments)
    while left and left[0] != "--":
        word = left.pop(0)
        if word in _FLAGS or (word.startswith("--") and word.split("=", 1)[0] in _VALUED and "=" in word):
            front.append(word)
        elif word in _VALUED:
            front += [word, *left[:1]]
            del left[:1]
        else:
            rest.append(word)
    return [*front, *rest, *left]
