"""
Sessions, the nonces they were opened with, and the secret that all replicas of a gateway share.

A session's token is kept as a hash only: whoever reads the database, or a backup of it, can use none. Times
are unix seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from resonance_dao.journal.database import Database
from resonance_dao.journal.schema import door_secret, session, used_nonce


@dataclass(frozen=True, slots=True)
class Session:
    """One signed-in account. `token_hash` is SHA-256 of what its browser holds."""

    token_hash: bytes
    account: str
    opened_at: int
    until: int


class Sessions:
    """The sessions of one gateway, whichever replica opened them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def secret(self, proposed: bytes) -> bytes:
        """Return the secret of this gateway; the first to ask makes `proposed` (32 bytes) it, for ever."""
        with self._database.write() as connection:
            connection.execute(_insert(connection, door_secret, id=1, secret=proposed))
            return bytes(connection.execute(select(door_secret.c.secret)).scalar_one())

    def open(self, opened: Session, nonce: str, nonce_until: int, *, instead_of: bytes | None = None) -> bool:
        """
        Use up the nonce and open the session, in one commit; False when the nonce was used before.

        `instead_of` is closed with it: the session that the same browser had. What has expired is forgotten.
        """
        now = opened.opened_at
        with self._database.write() as connection:
            connection.execute(delete(used_nonce).where(used_nonce.c.until <= now))
            connection.execute(delete(session).where(session.c.until <= now))
            using = _insert(connection, used_nonce, nonce=nonce, until=nonce_until)
            if connection.execute(using.returning(used_nonce.c.nonce)).first() is None:
                return False
            if instead_of is not None:
                connection.execute(delete(session).where(session.c.token_hash == instead_of))
            connection.execute(session.insert().values(**_row(opened)))
        return True

    def find(self, token_hash: bytes, now: int) -> Session | None:
        """Return the session of a token; None when there is none, or none any more."""
        query = select(session).where(session.c.token_hash == token_hash, session.c.until > now)
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else Session(bytes(row.token_hash), row.account, row.opened_at, row.until)

    def close(self, token_hash: bytes) -> None:
        """Close a session; one that is closed already stays so."""
        with self._database.write() as connection:
            connection.execute(delete(session).where(session.c.token_hash == token_hash))

    def close_all(self, account: str) -> int:
        """Close every session of an account, and return how many there were."""
        with self._database.write() as connection:
            return connection.execute(delete(session).where(session.c.account == account)).rowcount


def _row(opened: Session) -> dict[str, object]:
    times = {"opened_at": opened.opened_at, "until": opened.until}
    return {"token_hash": opened.token_hash, "account": opened.account, **times}


def _insert(connection: Connection, table: Any, **row: object) -> Any:
    # Two replicas may insert the same at once; the second finds the row of the first.
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    return dialect.insert(table).values(**row).on_conflict_do_nothing()
