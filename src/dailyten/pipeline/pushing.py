"""Hubs: subscribing where feeds announce one, answering what a hub asks, and asking a feed at once when one calls.

What a hub sends is never kept: it is a hint, and the feed's own address is asked for the news (decision 21).
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, assert_never

import structlog

from dailyten.model.fetched import Failed, Failure, Posted
from dailyten.model.push import Intent, Push
from dailyten.poll.hubs import (
    MOST_MISSED,
    begun,
    delivered,
    denied,
    form_of,
    ignored,
    is_over,
    next_step,
    reconciled,
    refused,
    verified,
)
from dailyten.poll.schedule import PollPolicy, prompted
from dailyten.store.store import Store
from dailyten.store.transaction import Transaction

MOST_AT_A_BEAT = 20
"""Requests to hubs in one beat; a thousand feeds of one hub are subscribed over half an hour."""
AT_ONCE = 2

log = structlog.get_logger()


class Post(Protocol):
    """Sends a form; `HttpFetcher.post` fits it."""

    async def __call__(self, address: str, form: Mapping[str, str | Sequence[str]], /) -> Posted | Failed:
        """Send, and say what came of it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class HubLine:
    """What subscribing needs beside the store.

    `callbacks` is where hubs reach us, with a slash at its end. All requests of one beat together may take `patience`,
    for an edition waits behind them; what did not come to its turn has failed.
    """

    callbacks: str
    posting: Callable[[], AbstractAsyncContextManager[Post]]
    random_name: Callable[[], str]
    clock: Callable[[], datetime]
    patience: timedelta = timedelta(seconds=30)


class Heard(StrEnum):
    """What became of a delivery."""

    TAKEN = "taken"
    WRONG_SIGNATURE = "wrong_signature"
    TOO_BIG = "too_big"
    CUT_OFF = "cut_off"


def mind_hubs(store: Store, line: HubLine) -> int:
    """Subscribe where a listed feed announces a hub, renew, leave where none does any more; say how many were asked."""
    with store.writing() as db:
        asking = _begin(db, line, line.clock())
    if asking:
        _note(store, asyncio.run(_ask(line, asking)), line.clock())
    return len(asking)


def _begin(db: Transaction, line: HubLine, now: datetime) -> list[tuple[Push, Intent]]:
    """Write down what is about to be asked, before it is, and forget what is over."""
    known = {push.push_id: push for push in db.pushes.all()}
    changed = reconciled(
        db.pushes.announced(), known.values(), callbacks=line.callbacks, now=now, random_name=line.random_name
    )
    wanted = known | {push.push_id: push for push in changed}
    over = [push_id for push_id, push in wanted.items() if is_over(push, now)]
    steps = [(push, step) for push_id, push in wanted.items() if push_id not in over and (step := next_step(push, now))]
    asking = [(begun(push, step, now), step) for push, step in steps[:MOST_AT_A_BEAT]]
    touched = {push.push_id: push for push in changed} | {push.push_id: push for push, _ in asking}
    db.pushes.keep(*touched.values())
    db.pushes.drop(*over)
    return asking


def answer_intent(store: Store, push_id: str, said: Mapping[str, str], now: datetime) -> str | None:
    """Answer a hub's question at a callback; give what to say, None where nothing is known of what it asks.

    `said` are the fields of the request by their names without `hub.`: `mode`, `topic`, `challenge`, `lease_seconds`,
    `reason`. Only what we asked ourselves is confirmed, each asking once.
    """
    mode, topic, challenge = (said.get(name, "") for name in ("mode", "topic", "challenge"))
    with store.writing() as db:
        push = db.pushes.find(push_id)
        if push is None:
            return None
        if mode == "denied":
            after = denied(push, topic, said.get("reason", ""), now)
        else:
            after = verified(push, mode, topic, said.get("lease_seconds", ""), now) if challenge else None
        if after is None:
            return None
        db.pushes.keep(after)
    log.info("hub_answered", feed=push.feed_id, hub=push.hub_url, mode=mode)
    return "" if mode == "denied" else challenge


def listening_to(store: Store, push_id: str) -> Push | None:
    """Give the subscription that a delivery claims to be for; None if there never was one, or it is long over."""
    with store.reading() as db:
        return db.pushes.find(push_id)


def hear(store: Store, push_id: str, heard: Heard, policy: PollPolicy, now: datetime) -> None:
    """Note a delivery; one that was signed well makes its feed due at once."""
    with store.writing() as db:
        push = _held(db, push_id)
        if push is None or push.leaving:
            return
        if heard is not Heard.TAKEN:
            db.pushes.keep(ignored(push))
            return
        db.pushes.keep(delivered(push, now))
        if (state := db.feeds.poll_state(push.feed_id)) is not None:
            db.feeds.record(prompted(state, now=now, policy=policy))


def _held(db: Transaction, push_id: str) -> Push | None:
    """Give a subscription whose feed no poll writes now: what a poll is writing would undo the call, or be undone."""
    if (push := db.pushes.find(push_id)) is None:
        return None
    db.feeds.hold([push.feed_id])
    return db.pushes.find(push_id)


def tell_hub(posting: Callable[[], AbstractAsyncContextManager[Post]], hub: str, urls: Sequence[str]) -> str:
    """Tell our own hub which of our feeds changed; give "" or, in words, why it did not take it.

    Source: W3C WebSub §7: the publisher's ping is between it and its hub; hubs agree on `hub.mode` and `hub.url`.
    """

    async def tell() -> Posted | Failed:
        async with posting() as post:
            return await post(hub, {"hub.mode": "publish", "hub.url": list(urls)})

    match asyncio.run(tell()):
        case Posted():
            return ""
        case Failed() as failed if failed.status is not None:
            return f"it answered {failed.status}"
        case Failed() as failed:
            return f"it could not be reached: {failed.detail or failed.failure.value}"


def hub_counts(store: Store, now: datetime) -> tuple[int, int]:
    """Count the subscriptions that last and whose hub tells us of news, and those whose hub is silent."""
    with store.reading() as db:
        silent = db.pushes.count_live(now, missed=MOST_MISSED)
        return db.pushes.count_live(now) - silent, silent


async def _ask(line: HubLine, asking: Sequence[tuple[Push, Intent]]) -> list[tuple[Push, Intent, Posted | Failed]]:
    room = asyncio.Semaphore(AT_ONCE)
    ends_at = asyncio.get_running_loop().time() + line.patience.total_seconds()
    async with line.posting() as post:

        async def ask(push: Push, intent: Intent) -> tuple[Push, Intent, Posted | Failed]:
            try:
                async with asyncio.timeout_at(ends_at), room:
                    return push, intent, await post(push.hub_url, form_of(push, intent))
            except TimeoutError:
                return push, intent, Failed(failure=Failure.TIMEOUT, detail="no answer in time")

        return await asyncio.gather(*(ask(push, intent) for push, intent in asking))


def _note(store: Store, answers: Sequence[tuple[Push, Intent, Posted | Failed]], now: datetime) -> None:
    """Keep what hubs answered. Each subscription is read again: its hub may have verified it before it answered."""
    with store.writing() as db:
        for asked, intent, answer in answers:
            match answer:
                case Posted():
                    log.info("hub_asked", feed=asked.feed_id, hub=asked.hub_url, mode=intent.value)
                case Failed():
                    detail = answer.detail or answer.failure.value
                    log.warning("hub_refused", feed=asked.feed_id, hub=asked.hub_url, mode=intent.value, reason=detail)
                    if (push := db.pushes.find(asked.push_id)) is not None:
                        db.pushes.keep(refused(push, intent, detail, now))
                case _:
                    assert_never(answer)
