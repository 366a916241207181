"""The receipt of a morning's mail, in counts only."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of the mails of one edition. `unknown`: the line broke before the server said whether it took it."""

    on: date
    sent: int
    deferred: int
    failed: int
    unknown: int
