"""Migrations: forward only, one transaction, run by `dailyten.store.schema` when a database is older than we are."""
