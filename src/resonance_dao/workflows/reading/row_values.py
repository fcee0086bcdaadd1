"""Values that rows of several kinds are made of."""

from __future__ import annotations

from resonance_dao.journal.read_values import Row

LAST_TIME = 2**63 - 1
"""The largest time that a row can name; terms may name a larger one."""


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
