"""Alembic's entry: run the migrations on the connection, and in the transaction, that `schema.py` hands over."""

from alembic import context

from dailyten.store.schema import VERSION_TABLE
from dailyten.store.tables import every_table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=every_table(),
    version_table=VERSION_TABLE,
    transactional_ddl=True,
)
context.run_migrations()
