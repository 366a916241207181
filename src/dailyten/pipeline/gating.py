"""The gate before sending: one copy of each edition goes through a mail server of our own and is looked at as it came.

It must come out as it went in, every signature of ours must hold when another program checks it, and `lint` must find
no error. An edition that fails waits in the outbox, for it is easier to mend one than to take back five thousand.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from dailyten.deliver.dkim import DkimKey
from dailyten.deliver.findings import Finding, Severity, error
from dailyten.deliver.message import Outgoing
from dailyten.deliver.sender import SenderSettings

MOST_TOLD = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What was found in one copy of an edition's mail."""

    findings: tuple[Finding, ...]

    @property
    def faults(self) -> tuple[Finding, ...]:
        """Give what must be mended before anybody gets it."""
        return tuple(each for each in self.findings if each.severity is Severity.ERROR)

    @property
    def words(self) -> str:
        """Say why it is held, empty where it is not."""
        told = [each.words for each in self.faults[:MOST_TOLD]]
        more = len(self.faults) - len(told)
        return " ".join([*told, *([f"And {more} more."] if more else [])])


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Looks at mails. `through` sends one over a line to a server of our own and gives what arrived there.

    `looked` remembers the editions that were looked at, for as long as this program runs with its settings.
    """

    sender: SenderSettings
    dkim: tuple[DkimKey, ...]
    through: Callable[[Outgoing], bytes]
    looked: dict[str, Looked] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)

    def news(self, held: Iterable[str]) -> list[str]:
        """Give the sentences that were not told before, for a log that is written to every half minute."""
        new = [each for each in held if each not in self.told]
        self.told.update(new)
        return new

    def look(self, outgoing: Outgoing) -> Looked:
        """Send one copy through and look at what came. Raises CannotGoOn when this machine has no port for it."""
        from dailyten.deliver.lint import lint

        content = self.through(outgoing)
        found = list(lint(content, self.sender))
        if content != outgoing.content:
            words = "The mail does not arrive as it was written."
            found.insert(0, error("altered", words, source="RFC 5321 §4.5.2"))
        found[:0] = [_broken(key) for key in self.dkim if not _holds(content, key)]
        return Looked(findings=tuple(found))


def _broken(key: DkimKey) -> Finding:
    words = f"The DKIM signature by {key.selector} of {key.domain} does not hold."
    return error("dkim_broken", words, source="RFC 6376 §6.1")


def _holds(content: bytes, key: DkimKey) -> bool:
    """Let dkimpy check the signature, which shares no line with what signs here; the DNS is not asked."""
    import dkim

    name, text = key.record()
    looked_up = f"{name}.".encode()

    def published(asked: bytes, timeout: int = 0) -> bytes | None:  # noqa: ARG001 - as dkimpy calls it
        return text.encode() if asked == looked_up else None

    try:
        return any(
            dkim.DKIM(content).verify(idx=number, dnsfunc=published)
            for number in range(content.lower().count(b"dkim-signature:"))
        )
    except Exception:  # noqa: BLE001 - whatever the checker stumbles over, the signature does not hold
        return False
