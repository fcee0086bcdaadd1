"""Alembic's entry: run the migrations on the connection that `migration.upgrade` has opened."""

from __future__ import annotations

from alembic import context

from resonance_dao.journal.schema import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
