"""What a lint finds in a mail. The rules stand in the files beside, each with its figure and its source."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An error is not sent; a warning is looked at."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fault: the key of its rule, words for people, the figure met or missed, and who says so."""

    rule: str
    severity: Severity
    words: str
    figure: str = ""
    source: str = ""


def error(rule: str, words: str, figure: str = "", source: str = "") -> Finding:
    """Say that a mail must not be sent like this."""
    return Finding(rule=rule, severity=Severity.ERROR, words=words, figure=figure, source=source)


def warning(rule: str, words: str, figure: str = "", source: str = "") -> Finding:
    """Say that a mail could be better."""
    return Finding(rule=rule, severity=Severity.WARNING, words=words, figure=figure, source=source)
