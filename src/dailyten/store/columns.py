"""Column types for what SQLite's STRICT tables do not know: an instant, a flag, a choice, a date, a noun as JSON.

Each gives back exactly what was put in, on both databases. Text that a database cannot hold is made storable before
it comes here (see `dailyten.store.entries`).
"""

import json
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, Generic, TypeVar

from sqlalchemy import REAL, TIMESTAMP, Boolean, Dialect, Double, Integer, Text, TypeDecorator
from sqlalchemy.types import TypeEngine

from dailyten.model.canonical import from_json, plain_to_json, to_json

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

REAL_NUMBER: TypeEngine[float] = Double().with_variant(REAL(), "sqlite")


class Instant(TypeDecorator[datetime]):
    """An aware instant in UTC: `timestamptz` on PostgreSQL, on SQLite text of one width, so that it sorts."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Give PostgreSQL its own type."""
        return dialect.type_descriptor(TIMESTAMP(timezone=True) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:  # noqa: ANN401
        """Write microseconds always: "…:00Z" would sort after "…:00.5Z"."""
        return value if dialect.name == "postgresql" else _written(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401, ARG002
        """Read either form."""
        if value is None:
            return None
        at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        return at if at.tzinfo is UTC else at.astimezone(UTC)


@lru_cache(maxsize=1_024)  # the rows of one statement were mostly written at few moments
def _written(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


class Flag(TypeDecorator[bool]):
    """Yes or no: 1 or 0 on SQLite."""

    impl = Integer
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Give PostgreSQL its own type."""
        return dialect.type_descriptor(Boolean() if dialect.name == "postgresql" else Integer())

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> Any:  # noqa: ANN401, FBT001
        """Write a number where there is no boolean."""
        return value if value is None or dialect.name == "postgresql" else int(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> bool | None:  # noqa: ANN401, ARG002
        """Read either form."""
        return None if value is None else bool(value)


class Day(TypeDecorator[date]):
    """A calendar date as ISO text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Write ISO 8601."""
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, dialect: Dialect) -> date | None:  # noqa: ARG002
        """Read ISO 8601."""
        return None if value is None else date.fromisoformat(value)


class Choice(TypeDecorator[E], Generic[E]):
    """A member of a closed enum, stored by its value."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: type[E]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: E | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Write the value; a stranger is refused."""
        return None if value is None else self.kind(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> E | None:  # noqa: ARG002
        """Read the member."""
        return None if value is None else self.kind(value)


class Json(TypeDecorator[T], Generic[T]):
    """A noun as canonical JSON text: text on PostgreSQL too, for `jsonb` would not give the same bytes back."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: type[T]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: T | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Write canonical JSON."""
        return None if value is None else to_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> T | None:  # noqa: ARG002
        """Read the noun."""
        return None if value is None else from_json(value, self.kind)


class Strings(TypeDecorator[tuple[str, ...]]):
    """Some strings as JSON text, remembered: the authors and tags of a feed are few."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Write canonical JSON."""
        return None if value is None else _text_of(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...] | None:  # noqa: ARG002
        """Read the strings."""
        return None if value is None else _items_of(value)


class Numbers(TypeDecorator[tuple[int, ...]]):
    """Some whole numbers as JSON text, remembered: the hours in which a feed is not asked are mostly none."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[int, ...] | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Write canonical JSON."""
        return None if value is None else _text_of(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[int, ...] | None:  # noqa: ARG002
        """Read the numbers."""
        return None if value is None else _items_of(value)


@lru_cache(maxsize=1_024)
def _text_of(items: tuple[str, ...] | tuple[int, ...]) -> str:
    return plain_to_json(items)


@lru_cache(maxsize=1_024)
def _items_of(text: str) -> tuple[Any, ...]:
    return tuple(json.loads(text))
