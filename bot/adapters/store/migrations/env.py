"""Alembic's entry: always on the connection that migrate.py passes in."""

from alembic import context

from bot.adapters.store.case_tables import metadata  # all tables, also those of tables.py

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transaction_per_migration=False,
)
context.run_migrations()
