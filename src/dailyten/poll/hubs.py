"""Subscriptions at hubs, a pure decider: what to ask a hub next, what its words mean, how far it may be relied on.

    announced ──> asked ──verified──> live ──3/4 of the lease──> asked again, still live
                    │                   ├── two polls find what it did not tell ──> silent: polled as if there were none
                    └──denied──> denied └── off the list, another hub ──> leaving ──verified or run out──> forgotten

A delivery is a hint: the feed is asked at once, and what is kept is what its own address answers.

Source: W3C Recommendation WebSub, 23 January 2018, §4 to §7.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from dailyten.model.entry import Document
from dailyten.model.push import Announcement, HubStanding, Intent, Push
from dailyten.poll.rhythm import is_oddly_silent

LEASE: Final = timedelta(days=10)
"""What we ask for; the hub decides."""
LONGEST_LEASE: Final = timedelta(days=90)
RENEWED_AT: Final = 0.75
SOONEST_RENEWAL: Final = timedelta(minutes=5)
VERIFIED_WITHIN: Final = timedelta(hours=1)
FIRST_WAIT: Final = timedelta(minutes=10)
LONGEST_WAIT: Final = timedelta(days=1)
AFTER_DENIAL: Final = timedelta(days=7)
MOST_FAREWELLS: Final = 3
"""Tries to unsubscribe; then the lease runs out by itself, and what comes until then is answered with 410."""
MOST_MISSED: Final = 2
"""Polls in a row that find what a hub did not tell, until it is called silent. One may be a matter of minutes."""
NEWS_WITHIN: Final = timedelta(hours=1)
"""How long a publisher's answer may lag behind its hub: until then the feed is asked as often as it may be."""
MOST_ADDRESS: Final = 2_000
_MOST_DOUBLINGS: Final = 10
_METHODS: Final = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512}


def announced_by(document: Document, feed_id: str, address: str) -> Announcement | None:
    """Say what to ask which hub for, as a document that answered at `address` announces it; None if it names no hub.

    The topic is the document's own name for itself (rel=self), else the address at which it was read.
    """
    topic = document.self_url or address
    if not document.hub_url or max(len(document.hub_url), len(topic)) > MOST_ADDRESS:
        return None
    return Announcement(feed_id=feed_id, hub_url=document.hub_url, topic_url=topic)


def reconciled(
    announced: Mapping[str, Announcement],
    pushes: Iterable[Push],
    *,
    callbacks: str,
    now: datetime,
    random_name: Callable[[], str],
) -> list[Push]:
    """Give the subscriptions that must change so that each announcement has one, at the right callback, and no other.

    `announced` are those of listed feeds, by feed. `callbacks` is where hubs reach us, with a slash at its end.
    """
    changed, served = [], set()
    for push in pushes:
        if push.leaving:
            continue
        wanted = announced.get(push.feed_id)
        fits = wanted is not None and (wanted.hub_url, wanted.topic_url) == (push.hub_url, push.topic_url)
        if fits and push.callback == callbacks + push.push_id and push.feed_id not in served:
            served.add(push.feed_id)
        else:
            changed.append(replace(push, leaving=True, asked=None, try_at=now, failures=0, detail=""))
    for feed_id in announced.keys() - served:
        wanted, push_id = announced[feed_id], random_name()
        changed.append(
            Push(
                push_id=push_id,
                feed_id=feed_id,
                hub_url=wanted.hub_url,
                topic_url=wanted.topic_url,
                callback=callbacks + push_id,
                secret=random_name(),
                try_at=now,
            )
        )
    return changed


def next_step(push: Push, now: datetime) -> Intent | None:
    """Say what to ask the hub now; None for nothing yet."""
    if push.try_at is None or push.try_at > now:
        return None
    if not push.leaving:
        return Intent.SUBSCRIBE
    return Intent.UNSUBSCRIBE if push.failures < MOST_FAREWELLS else None


def is_over(push: Push, now: datetime) -> bool:
    """Say whether a subscription can be forgotten: given up, and the hub owes us nothing any more."""
    return push.leaving and (push.lease_until is None or push.lease_until <= now)


def begun(push: Push, intent: Intent, now: datetime) -> Push:
    """Note that the hub is about to be asked; kept before it is, for some verify before they answer."""
    failures = push.failures + (push.asked is not None)  # the last asking was never verified
    wait = max(VERIFIED_WITHIN, _wait(failures))
    return replace(push, asked=intent, asked_at=now, try_at=now + wait, failures=failures)


def form_of(push: Push, intent: Intent) -> dict[str, str]:
    """Write the request (§5.1)."""
    form = {"hub.callback": push.callback, "hub.mode": intent.value, "hub.topic": push.topic_url}
    if intent is Intent.SUBSCRIBE:
        form |= {"hub.lease_seconds": str(int(LEASE.total_seconds())), "hub.secret": push.secret}
    return form


def refused(push: Push, intent: Intent, detail: str, now: datetime) -> Push:
    """Note that a hub took no request; it is asked again after a wait that doubles up to a day."""
    if push.asked is not intent:  # verified meanwhile, whatever it answered
        return push
    failures = push.failures + 1
    return replace(push, asked=None, failures=failures, detail=detail, try_at=now + _wait(failures))


def verified(push: Push, mode: str, topic: str, lease_seconds: str, now: datetime) -> Push | None:
    """Note that the hub verified what we asked of it (§5.3); None if that is not what we asked, and so 404.

    A subscription without a lease is none: the hub must say how long it lasts.
    """
    if push.asked is None or mode != push.asked.value or topic != push.topic_url:
        return None
    if push.asked is Intent.UNSUBSCRIBE:
        return replace(push, asked=None, try_at=None, lease_until=now)
    if push.leaving or not (lease_seconds.isascii() and lease_seconds.isdigit()):
        return None
    lease = min(timedelta(seconds=min(int(lease_seconds[:10]), 10**9)), LONGEST_LEASE)
    if not lease:
        return None
    return replace(
        push,
        asked=None,
        failures=0,
        detail="",
        verified_at=now,
        lease_until=now + lease,
        denied_at=None,
        try_at=now + max(lease * RENEWED_AT, SOONEST_RENEWAL),
    )


def denied(push: Push, topic: str, reason: str, now: datetime) -> Push | None:
    """Note that the hub will not serve us, or no longer (§5.2); None if that is another topic than ours."""
    if topic != push.topic_url:
        return None
    detail = " ".join(reason.split())[:300]
    try_at = None if push.leaving else now + AFTER_DENIAL
    return replace(push, asked=None, denied_at=now, lease_until=None, detail=detail, try_at=try_at)


class Seal:
    """Checks the signature of a delivery while it comes in, and holds none of it (§7.1)."""

    def __init__(self, secret: str, header: str) -> None:
        method, _, self._claimed = header.strip().lower().partition("=")
        made = _METHODS.get(method.strip())
        self._mac = hmac.new(secret.encode(), digestmod=made) if made is not None else None

    def feed(self, chunk: bytes) -> None:
        """Take the next part of the body."""
        if self._mac is not None:
            self._mac.update(chunk)

    def fits(self) -> bool:
        """Say whether the whole body was signed with our secret; compared in constant time."""
        if self._mac is None:
            return False
        return hmac.compare_digest(self._mac.hexdigest().encode(), self._claimed.strip().encode("utf-8", "replace"))


def delivered(push: Push, now: datetime) -> Push:
    """Note a delivery that was signed well."""
    return replace(push, delivered_at=now, deliveries=push.deliveries + 1, missed=0)


def ignored(push: Push) -> Push:
    """Note a delivery that is not believed."""
    return replace(push, ignored=push.ignored + 1)


def after_poll(push: Push, new_entries: int, *, before: datetime | None, now: datetime) -> Push:
    """Note what a poll at `now` says of the hub: news since the poll `before` that it did not tell of are a miss.

    What was published before the subscription began is none.
    """
    since = push.verified_at
    if not new_entries or before is None or since is None or before < since or not is_live(push, now):
        return push
    if push.delivered_at is not None and push.delivered_at >= before:
        return push
    return replace(push, missed=push.missed + 1)


def is_live(push: Push, now: datetime) -> bool:
    """Say whether the hub owes us news now."""
    return not push.leaving and push.lease_until is not None and push.lease_until > now


def standing_of(push: Push, now: datetime) -> HubStanding:
    """Sum up a subscription."""
    if push.leaving:
        return HubStanding.LEAVING
    if is_live(push, now):
        return HubStanding.SILENT if push.missed >= MOST_MISSED else HubStanding.LIVE
    if push.denied_at is not None:
        return HubStanding.DENIED
    return HubStanding.FAILING if push.failures or push.lease_until is not None else HubStanding.PENDING


def is_relied_on(push: Push, arrivals: Iterable[datetime], now: datetime) -> bool:
    """Say whether polling may slow down for a hub: it is live, has proven itself, and is not silent for oddly long."""
    live = standing_of(push, now) is HubStanding.LIVE and push.delivered_at is not None
    return live and not is_oddly_silent(arrivals, now)


def wait_beside(
    push: Push, usual: timedelta | None, arrivals: Iterable[datetime], now: datetime, slow: timedelta
) -> timedelta | None:
    """Say how long to wait between two looks at a feed with this subscription; `usual` where it changes nothing.

    After a delivery whose news no poll has found yet there is no wait: the publisher's answer may come from a cache.
    """
    times = list(arrivals)
    told = push.delivered_at
    if told is not None and now - told < NEWS_WITHIN and (not times or max(times) < told):
        return timedelta(0)
    if is_relied_on(push, times, now):
        return max(usual or slow, slow)
    return usual


def _wait(failures: int) -> timedelta:
    doubled: timedelta = FIRST_WAIT * 2 ** min(max(failures - 1, 0), _MOST_DOUBLINGS)
    return min(doubled, LONGEST_WAIT)
