"""Every table, once, beside those that it is asked with.

A command makes only the tables that it asks: to make one takes most of a millisecond (November 2026).
A change here needs a migration (`store/migrations/versions`) and the next number in `dailyten.store.schema`.
"""

from importlib import import_module
from pkgutil import iter_modules

from sqlalchemy import MetaData

metadata = MetaData()


def every_table() -> MetaData:
    """Make all tables, for a fresh database."""
    for found in iter_modules(__path__, f"{__name__}."):
        import_module(found.name)
    return metadata
