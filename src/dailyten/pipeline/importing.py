"""Subscribers as a table: taken in from CSV, all rows or none, and written out again."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from dailyten.deliver.address import normalise
from dailyten.errors import BadImport, BadInput, BadWishes
from dailyten.model.consent import Door
from dailyten.model.subscriber import Membership, Subscriber, Wishes, address_hash_of
from dailyten.pipeline.joining import add_subscriber
from dailyten.pipeline.leaving import pause_until
from dailyten.pipeline.wishing import FIELDS, LISTS, Choices, read_wishes
from dailyten.store.transaction import Transaction

COLUMNS = ("address", "membership", "joined_at", "consent", *FIELDS, "paused_until", "left_at")
SEPARATORS = ",;\t"
"""Spreadsheets of half the world part cells by semicolons, and copies of a table by tabs."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""With these a spreadsheet begins a formula; such a cell is written with an apostrophe before it."""
MOST_FAULTS = 100


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
    for line, cells in _rows(text):
        try:
            done.append(_take(db, line, cells, consent, choices, now))
        except BadWishes as error:
            faults += [f"line {line}: {name}: {words}" for name, words in error.faults.items()]
        except BadInput as error:
            faults.append(f"line {line}: {error}")
        if len(faults) >= MOST_FAULTS:
            faults.append(f"and perhaps more: reading stopped after {MOST_FAULTS} faults")
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


def _take(db: Transaction, line: int, cells: Mapping[str, str], consent: str, choices: Choices, now: datetime) -> Row:
    address = normalise(cells["address"])
    wishes = _wishes(cells, choices)
    standing = cells.get("membership", "")
    if standing and standing not in tuple(Membership):
        raise BadInput("There is no such membership.", expected=", ".join(Membership), came=standing)
    if "\x00" in cells.get("consent", ""):
        raise BadInput("A consent holds a NUL, which no database keeps.")
    until = _instant(cells.get("paused_until", "")) if standing == Membership.PAUSED else None
    if taken := _already(db, address, cells, now):
        return Row(line=line, address=address, taken=taken)
    added = add_subscriber(db, address, cells.get("consent") or consent, now, wishes=wishes, door=Door.IMPORT)
    if until is not None:
        pause_until(db, added.subscriber_id, until, Door.IMPORT, now)
    return Row(line=line, address=address, taken=Taken.ADDED)


def _wishes(cells: Mapping[str, str], choices: Choices) -> Wishes:
    given = {name: cells[name].split() if name in LISTS else [cells[name]] for name in FIELDS if cells.get(name)}
    return read_wishes(given, choices)


def _already(db: Transaction, address: str, cells: Mapping[str, str], now: datetime) -> Taken | None:
    """Say why a person is not added: on the list, gone (here or in the file's own words), erased.

    Who is gone by the file alone is kept as a hash, so that no later list brings them.
    """
    if db.subscribers.suppressed(address_hash_of(address)):
        return Taken.ERASED
    known = db.subscribers.with_address(address)
    gone = (Membership.UNSUBSCRIBED, Membership.SUPPRESSED)
    if known is not None:
        return Taken.LEFT if known.membership in gone else Taken.KNOWN
    if cells.get("membership") == Membership.PENDING:
        return Taken.PENDING
    if cells.get("membership") in gone:
        db.subscribers.suppress(address_hash_of(address), now)
        return Taken.LEFT
    return None


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput(
            "Until when somebody pauses is not said.", expected="2026-12-24T00:00+00:00", came=text
        ) from error
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
