"""Rows and nouns: a column is named like the field it holds, so the way between them is written once."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache, lru_cache
from itertools import islice
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from sqlalchemy import Column, Connection, Delete, Dialect, Table, Update, bindparam
from sqlalchemy.dialects import sqlite

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

T = TypeVar("T")

BATCH = 500

Insert: TypeAlias = "postgresql.Insert | sqlite.Insert"
Statement: TypeAlias = "Insert | Update | Delete"


def _names_of(kind: Any) -> tuple[str, ...]:  # noqa: ANN401 - any of the dataclasses in model/
    return tuple(each.name for each in fields(kind))


names_of: Callable[[type], tuple[str, ...]] = cache(_names_of)
"""Give the names of a noun's fields, looked up once."""


def _values_of(kind: Any) -> Callable[[Any], tuple[Any, ...]]:  # noqa: ANN401
    return attrgetter(*names_of(kind))  # every noun has two fields at least, so that this gives a tuple


_taker_of: Callable[[type], Callable[[Any], tuple[Any, ...]]] = cache(_values_of)


def columns_of(table: Table, kind: type) -> list[Column[Any]]:
    """Give the columns that hold the fields of a noun."""
    return [table.c[name] for name in names_of(kind)]


def values_of(noun: Any) -> tuple[Any, ...]:  # noqa: ANN401 - any of the dataclasses in model/
    """Give the values of a noun's fields, in the order of `names_of`."""
    return _taker_of(type(noun))(noun)


def row_of(noun: Any, **more: object) -> dict[str, Any]:  # noqa: ANN401 - any of the dataclasses in model/
    """Give the row of a noun, with the columns that only the table has."""
    return dict(zip(names_of(type(noun)), values_of(noun), strict=True)) | more


def noun_of(kind: type[T], values: Sequence[Any]) -> T:
    """Give the noun of values that were selected by `columns_of`."""
    return kind(**dict(zip(names_of(kind), values, strict=True)))


def batches(values: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """Cut into lists that fit into one statement."""
    source = iter(values)
    while batch := list(islice(source, size)):
        yield batch


def insert_all(db: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, all with the same columns."""
    if rows:
        _run(db, _plain_insert(db.dialect.name, table), rows)


def insert_values(db: Connection, table: Table, names: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows of values, all for the columns of these names."""
    write_each_values(db, _plain_insert(db.dialect.name, table), names, rows)


def insert_missing(db: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert the rows that break no key; say how many were new."""
    return _run(db, _insert_missing(db.dialect.name, table), rows) if rows else 0


def insert_missing_alike(
    db: Connection, table: Table, shared: Mapping[str, Any], own: tuple[str, ...], rows: Sequence[tuple[Any, ...]]
) -> int:
    """Insert rows that break no key and have most columns in common; say how many were new.

    `own` names the columns of text in which they differ, and their order in each row. They go in sorted.
    """
    if not rows:
        return 0
    names = (*own, *shared)
    prepared = _prepared(db.dialect, _insert_missing(db.dialect.name, table), names)
    same = tuple(prepared.bound(shared).values())
    whole = [(*row, *same) for row in sorted(rows)]
    values: Any
    if prepared.names:
        values = list(map(itemgetter(*map(names.index, prepared.names)), whole))
    else:
        values = [dict(zip(names, row, strict=True)) for row in whole]
    return db.exec_driver_sql(prepared.sql, values, execution_options={"preserve_rowcount": True}).rowcount


def update_each(db: Connection, column: Column[Any], fresh: Mapping[str, Any]) -> None:
    """Write one column of the rows with these primary keys."""
    if not fresh:
        return
    sql, names, bind = _update_each(db.dialect, column)
    bound = {value: bind(value) for value in set(fresh.values())}
    values: Any
    if names:
        values = [(bound[value], key) for key, value in fresh.items()]
    else:
        values = [{"fresh": bound[value], "which": key} for key, value in fresh.items()]
    db.exec_driver_sql(sql, values)


def insert_or_update(db: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert each row, or bring the one with its primary key up to date."""
    if rows:
        _run(db, _insert_or_update(db.dialect.name, table, tuple(rows[0])), rows)


def write_each(db: Connection, statement: Update | Delete, rows: Sequence[Mapping[str, Any]]) -> None:
    """Run a statement for each row; its parameters are named like the columns they go to, others are text."""
    if rows:
        _run(db, statement, rows)


def write_each_values(
    db: Connection, statement: Statement, names: tuple[str, ...], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Run a statement for each row of values; these are the names of its parameters, see `write_each`."""
    if rows:
        prepared = _prepared(db.dialect, statement, names)
        columns = dict(zip(names, zip(*rows, strict=True), strict=True))
        values: Any = prepared.values_in(columns)
        db.exec_driver_sql(prepared.sql, values)


def _run(db: Connection, statement: Statement, rows: Sequence[Mapping[str, Any]]) -> int:
    """Hand many rows to the driver at once; say how many it changed.

    Only the columns' types are applied to each row. What SQLAlchemy does for each beside that costs more than the
    insert (November 2026, SQLAlchemy 2.0.51).
    """
    prepared = _prepared(db.dialect, statement, tuple(rows[0]))
    values: Any = prepared.values_of(rows)
    return db.exec_driver_sql(prepared.sql, values, execution_options={"preserve_rowcount": True}).rowcount


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A statement as its driver wants it; `names` in the order of its places, or none where places have names."""

    sql: str
    names: tuple[str, ...]
    binds: Mapping[str, Callable[[Any], Any]]

    def values_of(self, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
        """Give rows as the driver wants them, made column by column: twice as fast as row by row."""
        return self.values_in({name: map(itemgetter(name), rows) for name in rows[0]})

    def values_in(self, columns: Mapping[str, Iterable[Any]]) -> list[Any]:
        """Give rows as the driver wants them from whole columns."""
        names = self.names or tuple(columns)
        whole = zip(*(self._bound(name, columns[name]) for name in names), strict=True)
        return list(whole) if self.names else [dict(zip(names, row, strict=True)) for row in whole]

    def _bound(self, name: str, values: Iterable[Any]) -> Iterable[Any]:
        bind = self.binds.get(name)
        return map(bind, values) if bind else values

    def bound(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Give the values of some columns as the driver wants them, in the order in which they came."""
        return {name: bind(value) if (bind := self.binds.get(name)) else value for name, value in row.items()}


@lru_cache(maxsize=64)  # an engine brings a dialect of its own
def _prepared(dialect: Dialect, statement: Statement, names: tuple[str, ...]) -> _Prepared:
    compiled = statement.compile(dialect=dialect, column_keys=list(names) if statement.is_insert else None)
    columns: Any = statement.table.c
    types = {name: columns[name].type.dialect_impl(dialect) for name in names if name in columns}
    binds = {name: bind for name, kind in types.items() if (bind := kind.bind_processor(dialect))}
    return _Prepared(compiled.string, tuple(compiled.positiontup or ()), binds)


@lru_cache(maxsize=64)
def _update_each(dialect: Dialect, column: Column[Any]) -> tuple[str, tuple[str, ...], Callable[[Any], Any]]:
    (key,) = column.table.primary_key
    statement = column.table.update().where(key == bindparam("which")).values({column.name: bindparam("fresh")})
    compiled = statement.compile(dialect=dialect)
    bind = column.type.dialect_impl(dialect).bind_processor(dialect)
    places = tuple(compiled.positiontup or ())
    assert places in ((), ("fresh", "which"))  # noqa: S101 - an UPDATE sets before it asks which
    return compiled.string, places, bind or (lambda value: value)


@cache
def _plain_insert(dialect: str, table: Table) -> Insert:
    return _insert(dialect, table)


@cache
def _insert_missing(dialect: str, table: Table) -> Insert:
    return _insert(dialect, table).on_conflict_do_nothing()


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
