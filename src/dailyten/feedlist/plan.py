"""What would change if a new feed list came into force: a value, and a diff that a person reads before saying yes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from dailyten.model.feed import Feed

WATCHED = ("title", "home_url", "category", "weight", "title_only")
"""Fields of a feed that an edit can change without touching what the feed is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A feed that keeps its id and has another address."""

    before: Feed
    after: Feed


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A field of a feed with another value."""

    feed: Feed
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The difference of two feed lists. `str()` shows it; an empty plan is false.

    `perhaps_moved` pairs a removed with an added feed that look like one: without `dailyten:id` on the new outline
    it starts anew, and its entries come in a second time.
    """

    added: tuple[Feed, ...] = ()
    removed: tuple[Feed, ...] = ()
    moved: tuple[Move, ...] = ()
    changed: tuple[Change, ...] = ()
    perhaps_moved: tuple[Move, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.moved or self.changed)

    def __str__(self) -> str:
        return "\n".join(self.lines()) or "Nothing changes."

    def lines(self) -> Iterator[str]:
        """Give the diff: + added, - removed, > moved, ~ changed, ? worth a question."""
        yield from (f"- {feed.title}  {feed.address}" for feed in self.removed)
        yield from (f"+ {feed.title}  {feed.address}" for feed in self.added)
        yield from (f"> {move.after.title}  {move.before.address} -> {move.after.address}" for move in self.moved)
        yield from (f"~ {each.feed.title}  {each.field}: {each.before} -> {each.after}" for each in self.changed)
        for move in self.perhaps_moved:
            kept = f'dailyten:id="{move.before.feed_id}"'
            yield f"? {move.after.title}  has it moved? Then add {kept} to keep its history"


def plan(old: Sequence[Feed], new: Sequence[Feed]) -> Plan:
    """Compare two lists by feed_id; their order does not matter."""
    before = {feed.feed_id: feed for feed in old}
    after = {feed.feed_id: feed for feed in new}
    both = [(before[feed_id], feed) for feed_id, feed in after.items() if feed_id in before]
    removed = tuple(feed for feed_id, feed in before.items() if feed_id not in after)
    added = tuple(feed for feed_id, feed in after.items() if feed_id not in before)
    return Plan(
        added=added,
        removed=removed,
        moved=tuple(Move(before=was, after=now) for was, now in both if was.address != now.address),
        changed=tuple(change for was, now in both for change in _changes(was, now)),
        perhaps_moved=tuple(_perhaps_moved(removed, added)),
    )


def _changes(was: Feed, now: Feed) -> Iterator[Change]:
    for field in WATCHED:
        old, new = getattr(was, field), getattr(now, field)
        if old != new:
            yield Change(feed=now, field=field, before=_shown(old), after=_shown(new))


def _perhaps_moved(removed: Sequence[Feed], added: Sequence[Feed]) -> Iterator[Move]:
    left = list(added)
    for was in removed:
        same = next((now for now in left if _look_alike(was, now)), None)
        if same is not None:
            left.remove(same)
            yield Move(before=was, after=same)


def _look_alike(one: Feed, other: Feed) -> bool:
    if one.home_url and one.home_url.rstrip("/") == other.home_url.rstrip("/"):
        return True
    return one.title == other.title or _host(one) == _host(other)


def _host(feed: Feed) -> str:
    return (urlsplit(feed.address).hostname or "").removeprefix("www.")


def _shown(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:g}"
        case _:
            return f'"{value}"'
