"""Values that rows of several kinds are made of."""

from __future__ import annotations

from resonance_dao.journal.read_values import ReadEvent, Row

LAST_TIME = 2**63 - 1
"""The largest time that a row can name; terms may name a larger one."""

_LOGS_IN_A_BLOCK = 10**6


def place_of(event: ReadEvent) -> int:
    """Return an event's place in the chain as one number: later events have larger ones."""
    return event.block_number * _LOGS_IN_A_BLOCK + event.log_index


def block_and_index(place: int) -> tuple[int, int]:
    """Return the block and the log index of a place."""
    return divmod(place, _LOGS_IN_A_BLOCK)


def role(
    name: str, account: str, subject: str, *, project: int | None = None, bounty: int | None = None
) -> Row:
    """Return the row that says who has a role in a project or a bounty."""
    place = project if bounty is None else bounty
    return Row(
        "role",
        f"{name}/{account}/{place}",
        subject,
        {"role": name},
        number=place,
        project=project,
        bounty=bounty,
        account=account,
    )


def at_time(time: int) -> int:
    """Return a time (unix s) as a row can hold it."""
    return min(time, LAST_TIME)
