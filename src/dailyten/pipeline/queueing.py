"""Who gets an issue now, and which: the rows of the outbox, each with what was chosen for its reader.

Readers are looked at page by page. A page is one transaction: what is queued and when each of its readers is looked at
next are kept together, or neither is. So it can be killed anywhere and asked again as often as one likes, and nobody
is forgotten or queued twice (decision 0017).
"""

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache

from dailyten.deliver.message import message_id_of
from dailyten.edition.morning import due_at, local_date
from dailyten.edition.personal import Board, Explained, explain, issue_for
from dailyten.edition.rhythm import FARTHEST, Rhythm, Turn, edition_date, is_due_day, last_turn, next_turn, rhythm_of
from dailyten.model.delivery import delivery_id_of
from dailyten.model.edition import ArchiveLine, Edition
from dailyten.model.issue import IssueKind
from dailyten.model.subscriber import Days, QuietDays, Wishes
from dailyten.pipeline.settings import DigestSettings
from dailyten.store.store import Store
from dailyten.store.transaction import Transaction
from dailyten.store.turns import AT_ONCE, WITH_EDITION, Delivered, Filling, Reader, issue_text

PAGE = 5_000
"""Readers of one transaction: a second at the most, while other writers wait, and a fifth where wishes are alike."""
DAY = timedelta(days=1)
WEEK_DAYS = 7
LONGEST_BACK = timedelta(days=28)
"""How far back the one issue after a pause looks."""
LATELY = timedelta(days=4)
"""How far back a reader's last issue is looked for first: for nearly everybody that is enough."""
WAIT = timedelta(minutes=2)
"""When to look again after an edition that should be out and is not."""
MOST_BOARDS = 40
MOST_CHOSEN = 5_000


@dataclass(frozen=True, slots=True)
class Chosen:
    """An issue as it is kept, and whether it is a quiet one."""

    text: str
    quiet: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What filling the outbox needs beside the store. `goals` gives the topics that serve each goal."""

    settings: DigestSettings
    goals: Mapping[str, tuple[str, ...]]
    mail_domain: str
    boards: dict[tuple[str, ...], Board] = field(default_factory=dict)
    chosen: dict[object, Chosen] = field(default_factory=dict)

    def board(self, db: Transaction, edition_ids: tuple[str, ...]) -> Board:
        """Give the board of some editions; the last ones that were asked for are kept."""
        if edition_ids not in self.boards:
            if len(self.boards) >= MOST_BOARDS:
                self.boards.pop(next(iter(self.boards)))
            known = {each.edition_id: each for board in self.boards.values() for each in board.editions}
            editions = tuple(known.get(each) or db.editions.get(each) for each in edition_ids)
            self.boards[edition_ids] = Board(editions=editions, budget=self.settings.budget, goals=self.goals)
        return self.boards[edition_ids]

    def choose(self, db: Transaction, due: "Due", wishes: Wishes, had: frozenset[str]) -> Chosen:
        """Choose an issue; those of readers with the same wishes are chosen once."""
        ids = tuple([line.edition_id for line in due.editions])
        key = (ids, due.kind, had, wishes)
        if key not in self.chosen:
            if len(self.chosen) >= MOST_CHOSEN:
                self.chosen.clear()
            issue = issue_for(wishes, self.board(db, ids), due.kind, had)
            self.chosen[key] = Chosen(issue_text(issue), issue.quiet)
        return self.chosen[key]


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """An issue that a reader should get: whose turn it is, from which editions, and until when it is useful."""

    turn: Turn
    editions: tuple[ArchiveLine, ...]
    kind: IssueKind
    expires_at: datetime


Wanted = tuple[Sequence[Reader], Due]
"""Readers for whom all is the same, and what they are due."""


def queue_due(store: Store, post: Post, now: datetime) -> int:
    """Queue an issue for everybody whose turn has come, and say how many were queued."""
    return _queue_by_hour(store, post, now) + _queue_with_edition(store, post, now)


def issue_about(db: Transaction, post: Post, reader: Reader, line: ArchiveLine) -> Explained:
    """Choose and explain what a reader's issue about an edition is, as if this one had not had it; nothing is kept."""
    rhythm, turn = rhythm_of(reader.wishes, post.settings.zone), Turn(on=line.on, at=line.built_at)
    every = db.turns.delivered([reader.subscriber_id], AT_ONCE).get(reader.subscriber_id, [])
    had = [each for each in every if each.on < line.on]
    last = {reader.subscriber_id: max(each.on for each in had)} if had else {}
    known = Known(lines={**_lines(db, post.settings, line.on), line.on: line}, last=last)
    editions = _editions(reader, rhythm, line.on, known)
    board = post.board(db, tuple(each.edition_id for each in editions))
    kind = _kind(reader, rhythm, turn, known, post.settings)
    return explain(reader.wishes, board, kind, _stories(had, post, db))


def useful_until(line: ArchiveLine | Edition, settings: DigestSettings) -> datetime:
    """Say until when an edition is worth a mail: some hours after its own hour, or its building if later."""
    return max(due_at(line.on, line.zone, settings.hour), line.built_at) + settings.too_late_after


def is_worth_a_mail(line: ArchiveLine | Edition, settings: DigestSettings, now: datetime) -> bool:
    """Say whether an edition was made on its day and in time, and is still worth a mail."""
    same_day = local_date(line.built_at, line.zone) == line.on
    in_time = line.built_at < due_at(line.on, line.zone, settings.hour) + settings.too_late_after
    return same_day and in_time and now < useful_until(line, settings)


# -- going through the readers --------------------------------------------------------------------------------------


def _queue_by_hour(store: Store, post: Post, now: datetime) -> int:
    queued = 0
    while True:
        with _uninterrupted(), store.writing() as db:
            readers = db.turns.due(now, PAGE)
            if not readers:
                return queued
            lines = _lines(db, post.settings, local_date(now, post.settings.zone))
            known = Known.of(db, readers, lines, now)
            wanted: list[Wanted] = []
            later: dict[str, datetime] = {}
            seen: dict[object, tuple[Due | None, datetime]] = {}
            for (wishes, *like), alike in _alike(readers, known, now).items():
                rhythm = rhythm_of(wishes, post.settings.zone)
                if (key := (rhythm, *like)) not in seen:
                    seen[key] = look(alike[0], rhythm, known, post, now)
                due, at = seen[key]
                wanted += [(alike, due)] if due else []
                later |= dict.fromkeys([each.subscriber_id for each in alike], at)
            queued += _fill(db, post, wanted, now)
            db.turns.put_off(later)


def _queue_with_edition(store: Store, post: Post, now: datetime) -> int:
    """Queue today's edition for those who chose no hour; it is marked when everybody has been looked at."""
    with store.reading() as db:
        today = local_date(now, post.settings.zone)
        line = db.editions.first_since(today, post.settings.zone).get(today)
    if line is None or line.mailed_at is not None or not is_worth_a_mail(line, post.settings, now):
        return 0
    queued, after = 0, ""
    while True:
        with _uninterrupted(), store.writing() as db:
            readers = db.turns.with_edition(after, PAGE)
            if not readers:
                db.editions.mark_mailed(line.edition_id, now)
                return queued
            known = Known.of(db, readers, _lines(db, post.settings, today), now)
            looked = [
                (alike, _with_edition(alike[0], known, post, now)) for alike in _alike(readers, known, now).values()
            ]
            queued += _fill(db, post, [(alike, due) for alike, due in looked if due], now)
            after = readers[-1].subscriber_id


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Let Python look for circles of references between two pages only: a page makes none, and looking was a sixth."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a page of readers is judged by: the editions by date, and the date whose edition each one had last."""

    lines: Mapping[date, ArchiveLine]
    last: Mapping[str, date]

    @classmethod
    def of(
        cls, db: Transaction, readers: Sequence[Reader], lines: Mapping[date, ArchiveLine], now: datetime
    ) -> "Known":
        """Ask for a page of readers; who had nothing lately is looked up further back."""
        every = [each.subscriber_id for each in readers if each.had_any]
        last = db.turns.last_dates(every, now - LATELY)
        others = [each for each in every if each not in last]
        return cls(lines=lines, last={**last, **db.turns.last_dates(others)})


Alike = tuple[Wishes, date | None, datetime | None]
"""What all is the same of: the wishes, the date of the last issue, and when a new reader joined."""


def _alike(readers: Sequence[Reader], known: Known, now: datetime) -> dict[Alike, list[Reader]]:
    """Sort readers into groups for whom all is the same: what is said of one goes for its whole group.

    When somebody joined only matters for a while: it is held against the last turn and the edition of today.
    """
    groups: dict[Alike, list[Reader]] = {}
    long_ago = now - LONGEST_BACK
    for reader in readers:
        joined = reader.joined_at if reader.joined_at > long_ago else None
        groups.setdefault((reader.wishes, known.last.get(reader.subscriber_id), joined), []).append(reader)
    return groups


def _lines(db: Transaction, settings: DigestSettings, until: date) -> dict[date, ArchiveLine]:
    lines = db.editions.first_since(until - LONGEST_BACK - FARTHEST * DAY, settings.zone)
    return {on: line for on, line in lines.items() if on <= until}


def look(reader: Reader, rhythm: Rhythm, known: Known, post: Post, now: datetime) -> tuple[Due | None, datetime]:
    """Say what a reader is due now, if anything, and when to look again."""
    turn, following = _turns(rhythm, now)
    if turn is None or following is None:
        return _with_edition(reader, known, post, now), WITH_EDITION
    expires_at = turn.at + post.settings.too_late_after
    on = edition_date(turn.on, rhythm, post.settings.zone, post.settings.hour)
    if now >= expires_at or reader.joined_at > turn.at or known.last.get(reader.subscriber_id, date.min) >= on:
        return None, following.at
    if on not in known.lines:
        return None, min(following.at, now + WAIT)
    editions = _editions(reader, rhythm, on, known)
    kind = _kind(reader, rhythm, turn, known, post.settings)
    return Due(turn=turn, editions=editions, kind=kind, expires_at=expires_at), following.at


def _with_edition(reader: Reader, known: Known, post: Post, now: datetime) -> Due | None:
    """Say what somebody who chose no hour is due: today's edition, if it is fresh and one of their days."""
    settings = post.settings
    line = known.lines.get(local_date(now, settings.zone))
    if line is None or not is_worth_a_mail(line, settings, now):
        return None
    had_it = known.last.get(reader.subscriber_id, date.min) >= line.on
    if had_it or reader.joined_at > line.built_at or not is_due_day(line.on, reader.wishes.days):
        return None
    rhythm, turn = rhythm_of(reader.wishes, settings.zone), Turn(on=line.on, at=line.built_at)
    return Due(
        turn=turn,
        editions=_editions(reader, rhythm, line.on, known),
        kind=_kind(reader, rhythm, turn, known, settings),
        expires_at=useful_until(line, settings),
    )


@lru_cache(maxsize=20_000)
def _turns(rhythm: Rhythm, now: datetime) -> tuple[Turn | None, Turn | None]:
    return last_turn(rhythm, now), next_turn(rhythm, now)


# -- from which editions --------------------------------------------------------------------------------------------


def _editions(reader: Reader, rhythm: Rhythm, on: date, known: Known) -> tuple[ArchiveLine, ...]:
    """Give the editions of an issue: all since the last one, for a new reader today's, for the week seven at least."""
    last = known.last.get(reader.subscriber_id)
    first = on if last is None else last + DAY
    if rhythm.days == Days.WEEKLY:
        first = min(first, on - (WEEK_DAYS - 1) * DAY)
    first = max(first, on - LONGEST_BACK + DAY)
    dates = (first + away * DAY for away in range((on - first).days + 1))
    return tuple(known.lines[each] for each in dates if each in known.lines)


def _kind(reader: Reader, rhythm: Rhythm, turn: Turn, known: Known, settings: DigestSettings) -> IssueKind:
    """Say what an issue is: it catches up when the turn before had an edition that this reader did not get."""
    if rhythm.days == Days.WEEKLY:
        return IssueKind.WEEKLY
    last = known.last.get(reader.subscriber_id)
    if last is None:
        return IssueKind.DAILY
    before = turn.on - DAY
    while not is_due_day(before, rhythm.days):
        before -= DAY
    missed_until = edition_date(before, rhythm, settings.zone, settings.hour)
    missed = any(last < on <= missed_until for on in known.lines)
    return IssueKind.CATCH_UP if missed else IssueKind.DAILY


# -- choosing and filling -------------------------------------------------------------------------------------------


def _fill(db: Transaction, post: Post, wanted: Sequence[Wanted], now: datetime) -> int:
    rows: dict[tuple[str, datetime], list[tuple[str, str, str, str, str]]] = {}
    for alike, due, chosen in _chosen(db, post, wanted, now):
        edition_id = due.editions[-1].edition_id
        rows.setdefault((edition_id, due.expires_at), []).extend(_rows(alike, edition_id, chosen, post.mail_domain))
    fillings = (
        Filling(edition_id=edition_id, queued_at=now, expires_at=expires_at, rows=theirs)
        for (edition_id, expires_at), theirs in rows.items()
    )
    return sum(db.turns.fill(filling) for filling in fillings)


def _rows(
    alike: Sequence[Reader], edition_id: str, chosen: str, domain: str
) -> Iterator[tuple[str, str, str, str, str]]:
    for reader in alike:
        delivery_id = delivery_id_of(edition_id, reader.subscriber_id)
        yield delivery_id, reader.subscriber_id, reader.address, message_id_of(edition_id, delivery_id, domain), chosen


def _chosen(
    db: Transaction, post: Post, wanted: Sequence[Wanted], now: datetime
) -> Iterator[tuple[Sequence[Reader], Due, str]]:
    """Choose for each group, or for each reader where what they had differs.

    Only for several editions is it asked what they had: an edition considers what arrived since the one before, so of
    one that nobody was sent, nobody had a story.
    """
    several = [(alike, due) for alike, due in wanted if len(due.editions) > 1]
    since = min((due.editions[0].built_at for _, due in several), default=now)
    had = db.turns.delivered([reader.subscriber_id for alike, _ in several for reader in alike], since)
    for group, due in wanted:
        for alike in [group] if len(due.editions) == 1 else [[reader] for reader in group]:
            theirs = _stories(had.get(alike[0].subscriber_id, ()), post, db)
            chosen = post.choose(db, due, alike[0].wishes, theirs)
            if not (chosen.quiet and alike[0].wishes.quiet_days == QuietDays.SKIP):
                yield alike, due, chosen.text


def _stories(had: Iterable[Delivered], post: Post, db: Transaction) -> frozenset[str]:
    """Name the stories that somebody was sent: those chosen, or where nothing was chosen those of the edition."""
    found: set[str] = set()
    for each in had:
        found.update(each.issue.story_ids if each.issue else post.board(db, (each.edition_id,)).editions[0].places)
    return frozenset(found)
