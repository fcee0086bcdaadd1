"""Pages of a list: items, and a cursor to the next page."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Sequence
from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import Field

from frontend_api.schemas.wire import Wire
from resonance_dao.errors import InputInvalid

_Item = TypeVar("_Item")
_Source = TypeVar("_Source")
_INSIDE = re.compile(r"([a-z]{1,20})/([1-9][0-9]{0,15})")

Cursor = Annotated[
    str | None, Query(max_length=64, description="`next_cursor` of the page before; none for the first page.")
]
Limit = Annotated[int, Query(ge=1, le=100, description="How many items at most.")]


class Page(Wire, Generic[_Item]):
    """One page; `next_cursor` is null on the last one."""

    items: list[_Item]
    next_cursor: str | None = Field(description="Give it back as `cursor` to read on.")


def encode_cursor(noun: str, after: int) -> str:
    """Return the cursor that continues a list of `noun` after the id `after`."""
    return wrap(f"{noun}/{after}")


def decode_cursor(noun: str, cursor: str | None) -> int:
    """Return the id to continue after, 0 for the first page; a cursor of another list is refused."""
    if cursor is None:
        return 0
    found = _INSIDE.fullmatch(unwrap(cursor))
    if found is None or found[1] != noun:
        raise foreign_cursor(noun, cursor)
    return int(found[2])


def wrap(inside: str) -> str:
    """Return a cursor of what stands inside it: at most 48 characters of ASCII."""
    return base64.urlsafe_b64encode(inside.encode()).decode("ascii").rstrip("=")


def unwrap(cursor: str) -> str:
    """Return what stands inside a cursor; nothing when it is none of ours."""
    try:
        content = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        inside = content.decode("ascii")
    except (binascii.Error, ValueError):
        return ""
    return inside if wrap(inside) == cursor else ""


def foreign_cursor(noun: str, cursor: str) -> InputInvalid:
    """Return the refusal of a cursor that is none of a list of `noun`."""
    rule = f"must be the next_cursor of a page of {noun}"
    return InputInvalid("cursor", cursor, rule, hint="Begin without a cursor.")


def paged(
    noun: str,
    cursor: str | None,
    limit: int,
    read: Callable[[int, int], Sequence[_Source]],
    id_of: Callable[[_Source], int],
) -> tuple[list[_Source], str | None]:
    """
    Return one page of what `read(after, count)` gives in ascending order of ids, and the cursor to the next.
    """
    found = read(decode_cursor(noun, cursor), limit + 1)
    shown = list(found[:limit])
    return shown, encode_cursor(noun, id_of(shown[-1])) if len(found) > limit else None
