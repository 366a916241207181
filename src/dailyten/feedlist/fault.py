"""A fault in a feed list: where it stands, what it is, and how to mend it, in words for the owner of the list."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from dailyten.errors import BadFeedList

SHOWN = 3
"""Faults that the message of an exception spells out; the rest is counted there and stands in its `faults`."""

_LINE_END = re.compile(r"\r\n|\r|\n")


class Severity(StrEnum):
    """An error refuses the whole file; a warning lets it pass."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A fault at a character of the text, before it is placed in lines."""

    offset: int
    rule: str
    words: str
    mend: str
    severity: Severity = Severity.ERROR


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault in the file `name`; `line` and `column` count from 1, columns in characters."""

    name: str
    line: int
    column: int
    severity: Severity
    rule: str
    words: str
    mend: str

    @property
    def where(self) -> str:
        """Give the place in the form that editors and terminals make clickable."""
        return f"{self.name}:{self.line}:{self.column}"

    def __str__(self) -> str:
        return f"{self.where}: {self.severity}: {self.words} {self.mend} [{self.rule}]"


class Lines:
    """Where the lines of a text begin. A line ends with LF, CR or CRLF, as XML counts."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(end.end() for end in _LINE_END.finditer(text))]

    def place(self, offset: int) -> tuple[int, int]:
        """Give line and column of a character, both from 1."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


def placed(
    findings: Iterable[Finding], text: str, name: str, original: Callable[[int], int] = int
) -> tuple[Fault, ...]:
    """Place findings in the lines of a text, in order; `original` leads from their offsets to those of the text."""
    lines = Lines(text)
    found = [fault_at(finding, name, *lines.place(original(finding.offset))) for finding in findings]
    return in_order(found)


def fault_at(finding: Finding, name: str, line: int, column: int) -> Fault:
    """Place one finding."""
    return Fault(
        name=name,
        line=line,
        column=column,
        severity=finding.severity,
        rule=finding.rule,
        words=finding.words,
        mend=finding.mend,
    )


def in_order(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Sort the faults of one file as they are met when reading it."""
    return tuple(sorted(faults, key=lambda fault: (fault.line, fault.column, fault.severity)))


def refuse_errors(name: str, faults: Sequence[Fault]) -> None:
    """Raise BadFeedList if a fault is an error; all faults go with it, the first three errors stand in the message."""
    errors = [fault for fault in faults if fault.severity is Severity.ERROR]
    if not errors:
        return
    shown = "\n".join(f"  {fault}" for fault in errors[:SHOWN])
    more = f"\n  and {len(errors) - SHOWN} more" if len(errors) > SHOWN else ""
    count = "1 fault" if len(errors) == 1 else f"{len(errors)} faults"
    raise BadFeedList(f"{name} has {count} and was refused whole, nothing was changed:\n{shown}{more}", faults=faults)
