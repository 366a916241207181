"""The table: for everything that can come of asking, what is stored, how long we wait, and what an editor is told.

One row for each member of `Failure` and of `Good`; a test proves it. Policy reads the waits here (`schedule`), doors
read the words. Waits are the first after a good answer; each further failure in a row doubles it up to `longest_wait`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Final, assert_never

from dailyten.model.feed import FeedState, PollState
from dailyten.model.fetched import Failed, Failure, Fetched, Fresh, Unchanged

_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)


class Good(StrEnum):
    """What can come of asking when nothing went wrong."""

    FRESH = "fresh"
    UNCHANGED = "unchanged"
    SAME_BYTES = "same_bytes"
    EMPTY = "empty"


class Kept(StrEnum):
    """What a row of the table stores of the answer, besides the time of the next try, which every row stores."""

    DOCUMENT = "the entries, new validators, and the SHA-256 of the body"
    VALIDATORS = "new validators; the body is the one we have"
    TIME = "that the feed answered"
    FAILURE = "the class of the failure, its detail and since when; the old validators stay"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One row of the table. `told` says what happened, `mend` what an editor can do ("" if there is nothing to do)."""

    kept: Kept
    told: str
    mend: str = ""
    first_wait: timedelta = timedelta(0)
    longest_wait: timedelta = 3 * _DAY

    def __post_init__(self) -> None:
        if self.first_wait > self.longest_wait:
            raise ValueError(f"a first wait of {self.first_wait} is longer than the longest, {self.longest_wait}")


def _fails(told: str, mend: str, *, first_wait: timedelta = _HOUR, longest_wait: timedelta = 3 * _DAY) -> Outcome:
    return Outcome(kept=Kept.FAILURE, told=told, mend=mend, first_wait=first_wait, longest_wait=longest_wait)


GOOD: Final[Mapping[Good, Outcome]] = {
    Good.FRESH: Outcome(kept=Kept.DOCUMENT, told="The feed answered with a new document."),
    Good.UNCHANGED: Outcome(kept=Kept.TIME, told="The feed says that nothing changed."),
    Good.SAME_BYTES: Outcome(kept=Kept.VALIDATORS, told="The feed sent the same document again."),
    Good.EMPTY: Outcome(
        kept=Kept.DOCUMENT,
        told="The feed is in order but holds no entries.",
        mend="If it stays empty for some days, look at the site: it may have moved its news to another feed.",
    ),
}

FAILURES: Final[Mapping[Failure, Outcome]] = {
    Failure.DNS: _fails(
        "The site's name leads nowhere: its domain may have run out, or the network is down.",
        "Open the site in a browser. If it is gone, look for its new home and change the address.",
    ),
    Failure.REFUSED: _fails(
        "The site's server does not take connections.",
        "Usually it comes back by itself. If the site works in a browser, ask its owner about the feed.",
    ),
    Failure.TLS: _fails(
        "The site cannot prove who it is: its security certificate is out of date or not its own.",
        "Open the address in a browser. If it warns too, tell the site's owner; if not, check this machine's clock.",
    ),
    Failure.TIMEOUT: _fails(
        "The site did not answer in time.",
        "Usually it comes back by itself. If it lasts for days, check the site in a browser.",
    ),
    Failure.TOO_SLOW: _fails(
        "The site answered, but so slowly that the feed did not arrive in time.",
        "Usually it gets better by itself. If not, look for a shorter feed of the same site.",
    ),
    Failure.BROKEN_OFF: _fails(
        "The connection broke before the whole feed had arrived, so nothing of it was used.",
        "Usually it comes back by itself. If it lasts for days, tell the site's owner.",
    ),
    Failure.TOO_BIG: _fails(
        "The feed is larger than 10 MB, so it was not read.",
        "Look for a shorter feed of the same site, such as one for a single topic.",
        first_wait=_DAY,
    ),
    Failure.UNAUTHORIZED: _fails(
        "The site asks for a name and a password.",
        "Put them into the address (https://name:password@site/feed), or remove the feed.",
        first_wait=6 * _HOUR,
    ),
    Failure.FORBIDDEN: _fails(
        "The site does not let programs read this feed.",
        "Ask the site's owner to let dailyten read it, or look for another feed of theirs.",
        first_wait=6 * _HOUR,
    ),
    Failure.NOT_FOUND: _fails(
        "There is no feed at this address any more.",
        "Look on the site for the new address of its feed and change it in the list.",
        first_wait=6 * _HOUR,
    ),
    Failure.GONE: _fails(
        "The site says that this feed was taken down for good.",
        "Look for a new feed of the site, or remove this one. We ask again only rarely.",
        first_wait=_DAY,
        longest_wait=28 * _DAY,
    ),
    Failure.TOO_MANY_REQUESTS: _fails(
        "The site says that it is asked too often. We wait for as long as it wants.",
        "Nothing to do, unless many programs share this machine's network address.",
        first_wait=4 * _HOUR,
    ),
    Failure.CLIENT_ERROR: _fails(
        "The site did not like our question.",
        "Check the address in a browser: it may be misspelt or out of date.",
        first_wait=6 * _HOUR,
    ),
    Failure.SERVER_ERROR: _fails(
        "The site has a fault of its own.",
        "Usually it is mended within hours. If it lasts for days, tell the site's owner.",
    ),
    Failure.TOO_MANY_REDIRECTS: _fails(
        "The site sends us in circles.",
        "Open the address in a browser and put the address where it ends into the list.",
        first_wait=6 * _HOUR,
    ),
    Failure.REFUSED_ADDRESS: _fails(
        "The address leads into a private network, and we do not ask there.",
        "If it is your own server, allow its network in the settings. If not, remove the feed: this may be an attack.",
        first_wait=_DAY,
    ),
    Failure.BAD_ADDRESS: _fails(
        "This is not an address that can be asked.",
        "Correct the address in the list.",
        first_wait=_DAY,
    ),
    Failure.BAD_ANSWER: _fails(
        "The site answered with something that makes no sense.",
        "Usually it is mended within hours. If it lasts for days, tell the site's owner.",
    ),
    Failure.NOT_A_FEED: _fails(
        "The address answers, but with something else than a feed, such as a web page.",
        "Look on that page for the address of the feed and change it in the list.",
        first_wait=3 * _HOUR,
    ),
    Failure.UNREADABLE: _fails(
        "The feed is so badly broken that nothing could be read from it.",
        "Usually it is mended within a day. If not, tell the site's owner.",
        first_wait=3 * _HOUR,
    ),
    Failure.TOO_HARD: _fails(
        "Reading the feed took longer than we allow, so it was given up.",
        "Look for a shorter feed of the same site. If it has no reason to be that hard, this may be an attack.",
        first_wait=_DAY,
    ),
}


def outcome_of(fetched: Fetched, state: PollState, *, entries: int | None = None) -> Good | Failure:
    """Name the row for an answer. `entries` is how many the document holds, None if nobody looked."""
    match fetched:
        case Failed():
            return fetched.failure
        case Unchanged():
            return Good.UNCHANGED
        case Fresh():
            if has_same_bytes(fetched, state):
                return Good.SAME_BYTES
            return Good.EMPTY if entries == 0 else Good.FRESH
        case _:
            assert_never(fetched)


def row_of(outcome: Good | Failure) -> Outcome:
    """Give the row of the table."""
    return FAILURES[outcome] if isinstance(outcome, Failure) else GOOD[outcome]


def has_same_bytes(fresh: Fresh, state: PollState) -> bool:
    """Say whether this is the body we know already: then it need not be parsed.

    After a failure it is looked at again, for the failure may have been ours.
    """
    return state.failure is None and bool(state.body_sha256) and digest_of(fresh.body) == state.body_sha256


def digest_of(body: bytes) -> str:
    """Name a body by its content: SHA-256, 64 hex digits."""
    return sha256(body).hexdigest()


def state_of(state: PollState, now: datetime, *, moved_after: timedelta, silent: bool = False) -> FeedState:
    """Say in one word how a feed is.

    `silent` says that it answers but its rhythm broke (`rhythm.is_oddly_silent`), `moved_after` how long redirects
    must have named another address.
    """
    if state.failure is Failure.GONE:
        return FeedState.GONE
    if state.failures:
        return FeedState.FAILING
    if state.last_good_at is None:
        return FeedState.NEW
    if state.moved_to and state.moved_since is not None and now - state.moved_since >= moved_after:
        return FeedState.MOVED
    return FeedState.SILENT if silent else FeedState.HEALTHY
