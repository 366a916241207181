"""Subscribers as a table: taken in from CSV, all rows or none, and written out again."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from itertools import islice
from typing import TypeAlias

from dailyten.deliver.address import normalise
from dailyten.errors import BadImport, BadInput, BadWishes
from dailyten.model.consent import Door
from dailyten.model.subscriber import Membership, Subscriber, Wishes, address_hash_of
from dailyten.pipeline.joining import Newcomer, add_newcomers
from dailyten.pipeline.leaving import pause_until
from dailyten.pipeline.wishing import FIELDS, LISTS, Choices, read_wishes
from dailyten.store.transaction import Transaction

COLUMNS = ("address", "membership", "joined_at", "consent", *FIELDS, "paused_until", "left_at")
SEPARATORS = ",;\t"
"""Spreadsheets of half the world part cells by semicolons, and copies of a table by tabs."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""With these a spreadsheet begins a formula; such a cell is written with an apostrophe before it."""
MOST_FAULTS = 100
LINES_AT_ONCE = 1000
GONE = frozenset({Membership.UNSUBSCRIBED, Membership.SUPPRESSED})


class Taken(StrEnum):
    """What became of a row."""

    ADDED = "added"
    KNOWN = "known"
    LEFT = "left"
    ERASED = "erased"
    PENDING = "pending"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of an import: its line in the file, whose it is, and what became of it."""

    line: int
    address: str
    taken: Taken


def import_people(db: Transaction, text: str, consent: str, choices: Choices, now: datetime) -> list[Row]:
    """Take in a CSV file with a column `address`, and if you like `consent` and the wishes; all rows or none.

    `consent` says when and how those asked whose row does not say it. Who is on the list stays as they are; who left
    or was erased is not brought back, who was asked elsewhere and never confirmed is not added, a pause goes on. Cells
    are parted by commas, semicolons or tabs, several keys in a cell by spaces. Raises BadImport with every fault.
    """
    faults: list[str] = []
    done: list[Row] = []
    rows = _rows(text)
    while lines := list(islice(rows, LINES_AT_ONCE)):
        read = [_read(line, cells, consent, choices) for line, cells in lines]
        for taken in _take(db, read, now):
            if isinstance(taken, Row):
                done.append(taken)
            else:
                faults += taken
        if len(faults) >= MOST_FAULTS:
            faults[MOST_FAULTS:] = [f"and perhaps more: reading stopped after {MOST_FAULTS} faults"]
            break
    if faults:
        raise BadImport("The file has faults, so nobody was added.", faults=faults)
    return done


def export_row(subscriber: Subscriber) -> list[str]:
    """Write a subscriber as a row under `COLUMNS`."""
    wishes = subscriber.wishes
    cells = [
        subscriber.address,
        str(subscriber.membership),
        subscriber.joined_at.isoformat(),
        subscriber.consent,
        *(_cell(getattr(wishes, name)) for name in FIELDS),
        subscriber.paused_until.isoformat() if subscriber.paused_until else "",
        subscriber.left_at.isoformat() if subscriber.left_at else "",
    ]
    return [f"'{cell}" if cell.lstrip("'").startswith(FORMULA) else cell for cell in cells]


def _cell(value: object) -> str:
    return " ".join(value) if isinstance(value, tuple) else "" if value is None else str(value)


def _rows(text: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    text = text.removeprefix("\ufeff")
    first = text.partition("\n")[0].strip()
    if re.fullmatch(r'"?sep=[,;\t]"?', first):  # a line that some spreadsheets want
        text = text.partition("\n")[2]
        first = text.partition("\n")[0]
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=None), delimiter=separator, strict=True)
    try:
        names = _without_empty_ends([name.strip().lower() for name in next(reader, [])])
        _check_names(names)
        for cells in reader:
            if any(cell.strip() for cell in cells):
                if len(cells) > len(names):
                    cells = [*cells[: len(names)], *_without_empty_ends(cells[len(names) :])]  # noqa: PLW2901 - trimmed
                if len(cells) != len(names):
                    expected = f"{len(names)} cells, as in the first row"
                    raise BadImport(f"Line {reader.line_num} is not of this table.", expected=expected)
                yield reader.line_num, dict(zip(names, map(_plain, cells), strict=True))
    except csv.Error as error:
        raise BadImport("The file is not CSV.", faults=[f"line {reader.line_num}: {error}"]) from error


def _without_empty_ends(cells: list[str]) -> list[str]:
    """Leave out empty cells at the end: spreadsheets write as many as their widest row ever had."""
    while cells and not cells[-1].strip():
        cells = cells[:-1]
    return cells


def _check_names(names: list[str]) -> None:
    strange = sorted(set(names) - set(COLUMNS))
    if "address" not in names or strange or len(set(names)) < len(names):
        came = ", ".join(strange or names) or "nothing"
        raise BadImport(
            f"The first row must name the columns; came: {came}.",
            expected=f"address, and perhaps {', '.join(COLUMNS[1:])}",
        )


def _plain(cell: str) -> str:
    cell = cell.strip()
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(FORMULA) else cell


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A row that has no fault in itself. `standing` is what the file says of it, `until` when a pause ends."""

    line: int
    address: str
    wishes: Wishes
    consent: str
    standing: str
    until: datetime | None

    @property
    def hashed(self) -> str:
        return address_hash_of(self.address)


Faults: TypeAlias = list[str]


def _read(line: int, cells: Mapping[str, str], consent: str, choices: Choices) -> _Asked | Faults:
    try:
        return _asked(line, cells, consent, choices)
    except BadWishes as error:
        return [f"line {line}: {name}: {words}" for name, words in error.faults.items()]
    except BadInput as error:
        return [f"line {line}: {error}"]


def _asked(line: int, cells: Mapping[str, str], consent: str, choices: Choices) -> _Asked:
    address = normalise(cells["address"])
    wishes = _wishes(cells, choices)
    standing = cells.get("membership", "")
    if standing and standing not in tuple(Membership):
        raise BadInput("There is no such membership.", expected=", ".join(Membership), came=standing)
    said = (cells.get("consent") or consent).strip()
    if "\x00" in said:
        raise BadInput("A consent holds a NUL, which no database keeps.")
    until = _instant(cells.get("paused_until", "")) if standing == Membership.PAUSED else None
    return _Asked(line=line, address=address, wishes=wishes, consent=said, standing=standing, until=until)


def _take(db: Transaction, read: Sequence[_Asked | Faults], now: datetime) -> Iterator[Row | Faults]:
    """Take in some rows at once, as one after the other would be; none of them if one has a fault."""
    asked = [each for each in read if isinstance(each, _Asked)]
    list_ = _List(db.subscribers.standing_of(each.address for each in asked), _erased(db, asked))
    taken = [list_.take(each) if isinstance(each, _Asked) else each for each in read]
    if all(isinstance(each, Row) for each in taken):
        _keep(db, list_, now)
    yield from taken


def _erased(db: Transaction, asked: Sequence[_Asked]) -> set[str]:
    return db.subscribers.suppressed_among(each.hashed for each in asked)


@dataclass(frozen=True, slots=True)
class _List:
    """The list as it is while rows are taken in: who stands where, who was erased, who comes and who is gone."""

    standing: dict[str, Membership]
    erased: set[str]
    newcomers: list[_Asked] = field(default_factory=list)
    gone: list[_Asked] = field(default_factory=list)

    def take(self, asked: _Asked) -> Row | Faults:
        """Say what becomes of a row. Who is gone by the file alone is remembered, so that no later row brings them."""
        taken = self._already(asked)
        if taken is None and not asked.consent:
            fault = BadInput(
                "It must be known when and how a person asked.", expected="a consent in words", where=asked.address
            )
            return [f"line {asked.line}: {fault}"]
        if taken is None:
            self.newcomers.append(asked)
            self.standing[asked.address] = Membership.ACTIVE
        elif taken is Taken.LEFT and asked.address not in self.standing:
            self.gone.append(asked)
            self.erased.add(asked.hashed)
        return Row(line=asked.line, address=asked.address, taken=taken or Taken.ADDED)

    def _already(self, asked: _Asked) -> Taken | None:
        """Say why a person is not added: on the list, gone (here or in the file's own words), erased."""
        if asked.hashed in self.erased:
            return Taken.ERASED
        if known := self.standing.get(asked.address):
            return Taken.LEFT if known in GONE else Taken.KNOWN
        if asked.standing == Membership.PENDING:
            return Taken.PENDING
        return Taken.LEFT if asked.standing in GONE else None


def _keep(db: Transaction, list_: _List, now: datetime) -> None:
    db.subscribers.suppress(now, *(each.hashed for each in list_.gone))
    newcomers = [Newcomer(address=each.address, consent=each.consent, wishes=each.wishes) for each in list_.newcomers]
    added = add_newcomers(db, newcomers, Door.IMPORT, now)
    for asked, subscriber in zip(list_.newcomers, added, strict=True):
        if asked.until is not None:
            pause_until(db, subscriber.subscriber_id, asked.until, Door.IMPORT, now)


def _wishes(cells: Mapping[str, str], choices: Choices) -> Wishes:
    return _wishes_in(tuple([cells.get(name, "") for name in FIELDS]), choices)


@lru_cache(maxsize=1024)
def _wishes_in(cells: tuple[str, ...], choices: Choices) -> Wishes:
    """Read the cells of `FIELDS`; in most tables many rows have the same."""
    named = zip(FIELDS, cells, strict=True)
    return read_wishes({name: cell.split() if name in LISTS else [cell] for name, cell in named if cell}, choices)


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput(
            "Until when somebody pauses is not said.", expected="2026-12-24T00:00+00:00", came=text
        ) from error
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
