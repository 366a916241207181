"""An edition without stories, for tests of what happens around one."""

from dataclasses import replace
from datetime import UTC, datetime

from dailyten.model.edition import Edition, edition_id_of


def an_edition(built_at: datetime, revision: int = 1, **more: object) -> Edition:
    """Make one of the day on which it was built, in UTC, with whatever else a test says of it."""
    on = built_at.astimezone(UTC).date()
    edition = Edition(
        edition_id=edition_id_of(on, "UTC", revision),
        on=on,
        zone="UTC",
        revision=revision,
        title="Today",
        built_at=built_at,
        seen_from=None,
        seen_to=built_at,
        budget_minutes=15,
        minutes=0,
        minutes_saved=0,
        entries=0,
        feeds=(),
        candidates=(),
        places=(),
        cuts=(),
    )
    return replace(edition, **more)  # type: ignore[arg-type]
