"""Instants: aware, in UTC, whole microseconds. Nothing else lives here."""

from datetime import UTC, datetime, timedelta


def require_utc(**instants: datetime | None) -> None:
    """Refuse naive or foreign-zone instants: each must be None or carry a zero offset.

    Raises ValueError naming the field.
    """
    for name, at in instants.items():
        if at is not None and at.tzinfo is not UTC and at.utcoffset() != timedelta(0):
            raise ValueError(f"{name} must be an aware instant in UTC, came {at!r}")


def utc_now() -> datetime:
    """Say what time it is: the only place that asks the machine's clock."""
    return datetime.now(UTC)
