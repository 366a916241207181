"""Stories: the entries that tell one event, and which story carries on which."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, select

from dailyten.model.story import Story
from dailyten.store.rows import batches, insert_or_update
from dailyten.store.tables import stories as tables


class Stories:
    """The stories of one transaction."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def keep(self, stories: Sequence[Story]) -> None:
        """Keep each story as it is now; entries that joined since are added, those that left are gone."""
        rows = [_story_row(story) for story in stories]
        insert_or_update(self._db, tables.stories, rows)
        for batch in batches(stories):
            ids = [story.story_id for story in batch]
            self._db.execute(delete(tables.story_entries).where(tables.story_entries.c.story_id.in_(ids)))
        members = [row for story in stories for row in _member_rows(story)]
        if members:
            self._db.execute(insert(tables.story_entries), members)

    def since(self, at: datetime) -> tuple[Story, ...]:
        """Give the stories that are alive: an entry of theirs arrived at that instant or later. The oldest first."""
        members, arrival = tables.story_entries.c, tables.arrivals.c
        alive = (
            select(members.story_id)
            .distinct()
            .join_from(tables.arrivals, tables.story_entries, arrival.entry_id == members.entry_id)
            .where(arrival.first_seen_at >= at)
        )
        found = self._found(list(self._db.execute(alive).scalars()))
        return tuple(sorted(found.values(), key=lambda story: (story.first_seen_at, story.story_id)))

    def get(self, story_ids: Iterable[str]) -> dict[str, Story]:
        """Give the stories with these ids; one that is not here is left out."""
        return self._found(dict.fromkeys(story_ids))

    def of_entries(self, entry_ids: Iterable[str]) -> dict[str, str]:
        """Say in which story each entry stands; one that stands in none is left out."""
        members = tables.story_entries.c
        found: dict[str, str] = {}
        for batch in batches(dict.fromkeys(entry_ids)):
            rows = self._db.execute(select(members.entry_id, members.story_id).where(members.entry_id.in_(batch)))
            found |= {row.entry_id: row.story_id for row in rows}
        return found

    def _found(self, story_ids: Iterable[str]) -> dict[str, Story]:
        found: dict[str, Story] = {}
        for batch in batches(story_ids):
            members: dict[str, list[str]] = {}
            for row in self._db.execute(_members(batch)):
                members.setdefault(row.story_id, []).append(row.entry_id)
            for row in self._db.execute(select(tables.stories).where(tables.stories.c.story_id.in_(batch))):
                found[row.story_id] = Story(entry_ids=tuple(members[row.story_id]), **row._asdict())
        return found


def _members(story_ids: Sequence[str]) -> Select[Any]:
    members = tables.story_entries.c
    chosen = members.story_id.in_(story_ids)
    return select(members.story_id, members.entry_id).where(chosen).order_by(members.story_id, members.place)


def _story_row(story: Story) -> dict[str, object]:
    return {column.name: getattr(story, column.name) for column in tables.stories.c}


def _member_rows(story: Story) -> list[dict[str, object]]:
    return [
        {"story_id": story.story_id, "place": place, "entry_id": entry_id}
        for place, entry_id in enumerate(story.entry_ids)
    ]
