"""Rows and nouns: a column is named like the field it holds, so the way between them is written once."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from sqlalchemy import Column, Connection, Table
from sqlalchemy.dialects import sqlite

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

T = TypeVar("T")

BATCH = 500

Insert: TypeAlias = "postgresql.Insert | sqlite.Insert"


def _names_of(kind: Any) -> tuple[str, ...]:  # noqa: ANN401 - any of the dataclasses in model/
    return tuple(each.name for each in fields(kind))


names_of: Callable[[type], tuple[str, ...]] = cache(_names_of)
"""Give the names of a noun's fields, looked up once."""


def columns_of(table: Table, kind: type) -> list[Column[Any]]:
    """Give the columns that hold the fields of a noun."""
    return [table.c[name] for name in names_of(kind)]


def row_of(noun: Any, **more: object) -> dict[str, Any]:  # noqa: ANN401 - any of the dataclasses in model/
    """Give the row of a noun, with the columns that only the table has."""
    return {name: getattr(noun, name) for name in names_of(type(noun))} | more


def noun_of(kind: type[T], values: Sequence[Any]) -> T:
    """Give the noun of values that were selected by `columns_of`."""
    return kind(**dict(zip(names_of(kind), values, strict=True)))


def batches(values: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """Cut into lists that fit into one statement."""
    source = iter(values)
    while batch := list(islice(source, size)):
        yield batch


def insert_missing(db: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert the rows that break no key; say how many were new."""
    if not rows:
        return 0
    statement = _insert(db.dialect.name, table).on_conflict_do_nothing()
    return db.execute(statement, list(rows), execution_options={"preserve_rowcount": True}).rowcount


def insert_or_update(db: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert each row, or bring the one with its primary key up to date."""
    if not rows:
        return
    db.execute(_insert_or_update(db.dialect.name, table, tuple(rows[0])), list(rows))


@cache
def _insert_or_update(dialect: str, table: Table, names: tuple[str, ...]) -> Insert:
    """Build the statement once: `excluded` alone costs more than to run it."""
    statement = _insert(dialect, table)
    keys = [column.name for column in table.primary_key]
    fresh = {name: statement.excluded[name] for name in names if name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=fresh)


def _insert(dialect: str, table: Table) -> Insert:
    if dialect != "postgresql":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)
