"""Alembic's door: runs the migrations on the connection that `upgrade` lends."""

from alembic import context

from astrarium.service.database.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, transaction_per_migration=True)
with context.begin_transaction():
    context.run_migrations()
