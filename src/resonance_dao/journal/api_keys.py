"""
API keys: who a machine is, and what it may do. The secret is kept as a hash only. Times are unix seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select, update

from resonance_dao.errors import NotFound
from resonance_dao.journal.database import Database
from resonance_dao.journal.schema import api_key


@dataclass(frozen=True, slots=True)
class ApiKey:
    """One key. `until` None: it does not end by itself; `revoked_at` None: it was not revoked."""

    id: str
    name: str
    secret_hash: bytes
    scopes: tuple[str, ...]
    created_at: int
    until: int | None = None
    revoked_at: int | None = None

    def is_valid(self, now: int) -> bool:
        """Whether it still opens anything."""
        return self.revoked_at is None and (self.until is None or now < self.until)


class ApiKeys:
    """The keys of one gateway."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, key: ApiKey) -> None:
        """Keep a new key. Raises `JournalConflict` when its id is taken."""
        row = {"id": key.id, "name": key.name, "secret_hash": key.secret_hash, "scopes": " ".join(key.scopes)}
        with self._database.write() as connection:
            connection.execute(api_key.insert().values(created_at=key.created_at, until=key.until, **row))

    def find(self, key_id: str) -> ApiKey | None:
        """Return a key, a revoked one too; None when there is none."""
        with self._database.read() as connection:
            row = connection.execute(select(api_key).where(api_key.c.id == key_id)).one_or_none()
        return None if row is None else _key(row)

    def all(self) -> list[ApiKey]:
        """Return every key there ever was, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(select(api_key).order_by(api_key.c.created_at, api_key.c.id)).all()
        return [_key(row) for row in rows]

    def revoke(self, key_id: str, now: int) -> ApiKey:
        """Revoke a key from now on; one that was revoked before keeps its time. Raises `NotFound`."""
        mine = api_key.c.id == key_id
        with self._database.write() as connection:
            valid = (mine, api_key.c.revoked_at.is_(None))
            connection.execute(update(api_key).where(*valid).values(revoked_at=now))
            row = connection.execute(select(api_key).where(mine)).one_or_none()
        if row is None:
            raise NotFound(f"there is no API key {key_id}", hint="`resonance apikey list` shows them all.")
        return _key(row)


def _key(row: Row[Any]) -> ApiKey:
    scopes = tuple(row.scopes.split())
    return ApiKey(row.id, row.name, bytes(row.secret_hash), scopes, row.created_at, row.until, row.revoked_at)
