"""What is asked of a hub, what its words mean, and how far it is relied on: the pure decisions."""

import hashlib
import hmac
import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailyten.model.entry import Document
from dailyten.model.feed import PollState
from dailyten.model.fetched import Failure
from dailyten.model.push import Announcement, HubStanding, Intent, Push
from dailyten.poll import hubs
from dailyten.poll.hubs import Seal
from dailyten.poll.schedule import PollPolicy, prompted

NOW = datetime(2026, 11, 20, 6, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HUB, TOPIC, CALLBACKS = "https://hub.example/", "https://shop.example/feed", "https://news.example/websub/"
PUSH = Push(push_id="p", feed_id="f", hub_url=HUB, topic_url=TOPIC, callback=f"{CALLBACKS}p", secret="s", try_at=NOW)
ASKED = hubs.begun(PUSH, Intent.SUBSCRIBE, NOW)
LIVE = replace(PUSH, verified_at=NOW, lease_until=NOW + 10 * DAY, try_at=NOW + 7 * DAY)
HEARD = hubs.delivered(LIVE, NOW)
SLOW = timedelta(hours=6)


def names() -> Callable[[], str]:
    numbers = itertools.count(1)
    return lambda: f"name{next(numbers)}"


def reconciled(announced: list[Announcement], *pushes: Push, callbacks: str = CALLBACKS) -> list[Push]:
    by_feed = {each.feed_id: each for each in announced}
    return hubs.reconciled(by_feed, pushes, callbacks=callbacks, now=NOW, random_name=names())


def announcement(feed_id: str = "f", hub_url: str = HUB, topic_url: str = TOPIC) -> Announcement:
    return Announcement(feed_id=feed_id, hub_url=hub_url, topic_url=topic_url)


def test_the_topic_is_the_feeds_own_name_for_itself_else_where_it_was_read() -> None:
    named = hubs.announced_by(Document(kind="rss 2.0", hub_url=HUB, self_url=TOPIC), "f", "https://other.example/")
    unnamed = hubs.announced_by(Document(kind="rss 2.0", hub_url=HUB), "f", "https://other.example/")

    assert named == announcement()
    assert unnamed == announcement(topic_url="https://other.example/")
    assert hubs.announced_by(Document(kind="rss 2.0", self_url=TOPIC), "f", TOPIC) is None
    assert hubs.announced_by(Document(kind="rss 2.0", hub_url=HUB + "x" * 3_000), "f", TOPIC) is None


def test_an_announcement_gets_one_subscription_with_a_secret_and_a_callback_of_its_own() -> None:
    [push] = reconciled([announcement()])

    assert (push.hub_url, push.topic_url, push.try_at) == (HUB, TOPIC, NOW)
    assert push.callback == CALLBACKS + push.push_id
    assert push.secret != push.push_id
    assert reconciled([announcement()], push) == []


@pytest.mark.parametrize(
    "announced",
    [
        pytest.param([], id="the feed left the list or names no hub"),
        pytest.param([announcement(hub_url="https://new.example/")], id="another hub"),
        pytest.param([announcement(topic_url="https://new.example/")], id="another topic"),
    ],
)
def test_a_subscription_that_nobody_wants_any_more_is_given_up(announced: list[Announcement]) -> None:
    old, *new = reconciled(announced, LIVE)

    assert (old.push_id, old.leaving, hubs.next_step(old, NOW)) == ("p", True, Intent.UNSUBSCRIBE)
    assert [(each.hub_url, each.topic_url) for each in new] == [(each.hub_url, each.topic_url) for each in announced]


def test_when_our_own_address_changes_every_hub_is_told_the_new_one() -> None:
    old, new = reconciled([announcement()], LIVE, callbacks="https://moved.example/websub/")

    assert old.leaving
    assert new.callback.startswith("https://moved.example/websub/")


def test_the_request_carries_a_lease_and_the_secret_and_leaving_carries_neither() -> None:
    assert hubs.form_of(PUSH, Intent.SUBSCRIBE) == {
        "hub.callback": f"{CALLBACKS}p",
        "hub.mode": "subscribe",
        "hub.topic": TOPIC,
        "hub.lease_seconds": "864000",
        "hub.secret": "s",
    }
    assert set(hubs.form_of(PUSH, Intent.UNSUBSCRIBE)) == {"hub.callback", "hub.mode", "hub.topic"}


def test_a_verified_subscription_is_live_until_its_lease_ends_and_renewed_before() -> None:
    live = hubs.verified(ASKED, "subscribe", TOPIC, "864000", NOW)

    assert live is not None
    assert hubs.standing_of(live, NOW + 10 * DAY - HOUR) is HubStanding.LIVE
    assert hubs.standing_of(live, NOW + 10 * DAY) is HubStanding.FAILING
    assert hubs.next_step(live, NOW + 7 * DAY) is None
    assert hubs.next_step(live, NOW + 8 * DAY) is Intent.SUBSCRIBE


@pytest.mark.parametrize(
    ("push", "mode", "topic", "lease"),
    [
        pytest.param(PUSH, "subscribe", TOPIC, "60", id="nothing was asked"),
        pytest.param(LIVE, "subscribe", TOPIC, "60", id="verified already"),
        pytest.param(LIVE, "unsubscribe", TOPIC, "", id="somebody else wants us gone"),
        pytest.param(ASKED, "unsubscribe", TOPIC, "", id="the other mode"),
        pytest.param(ASKED, "subscribe", "https://shop.example/other", "60", id="another topic"),
        pytest.param(ASKED, "subscribe", TOPIC, "", id="no lease"),
        pytest.param(ASKED, "subscribe", TOPIC, "0", id="a lease of nothing"),
        pytest.param(ASKED, "subscribe", TOPIC, "-5", id="a lease before now"),
        pytest.param(ASKED, "subscribe", TOPIC, "٣٦٠٠", id="a lease in other digits"),
        pytest.param(replace(ASKED, leaving=True), "subscribe", TOPIC, "60", id="the feed left meanwhile"),
        pytest.param(ASKED, "", TOPIC, "60", id="no mode"),
    ],
)
def test_only_what_we_asked_is_confirmed(push: Push, mode: str, topic: str, lease: str) -> None:
    assert hubs.verified(push, mode, topic, lease, NOW) is None


def test_an_endless_lease_is_renewed_within_ninety_days() -> None:
    live = hubs.verified(ASKED, "subscribe", TOPIC, "9" * 400, NOW)

    assert live is not None
    assert live.lease_until == NOW + 90 * DAY


def test_a_hub_that_takes_no_request_is_asked_again_after_a_wait_that_grows_to_a_day() -> None:
    push, waits, at = PUSH, [], NOW
    for _ in range(12):
        push = hubs.refused(hubs.begun(push, Intent.SUBSCRIBE, at), Intent.SUBSCRIBE, "HTTP 500", at)
        assert push.try_at is not None
        waits.append(push.try_at - at)
        at = push.try_at

    assert (waits[0], waits[-1], waits) == (timedelta(minutes=10), DAY, sorted(waits))
    assert hubs.standing_of(push, at) is HubStanding.FAILING


def test_a_hub_that_never_verifies_is_asked_again() -> None:
    again = hubs.begun(ASKED, Intent.SUBSCRIBE, NOW + HOUR)

    assert hubs.next_step(ASKED, NOW + timedelta(minutes=59)) is None
    assert hubs.next_step(ASKED, NOW + HOUR) is Intent.SUBSCRIBE
    assert (again.failures, hubs.standing_of(again, NOW + HOUR)) == (1, HubStanding.FAILING)


def test_a_hub_that_verifies_before_it_answers_badly_is_live_all_the_same() -> None:
    live = hubs.verified(ASKED, "subscribe", TOPIC, "864000", NOW)
    assert live is not None

    assert hubs.refused(live, Intent.SUBSCRIBE, "HTTP 500", NOW) == live


def test_a_denied_subscription_is_asked_for_again_after_a_week() -> None:
    push = hubs.denied(LIVE, TOPIC, " not\nhere ", NOW)

    assert push is not None
    assert (hubs.standing_of(push, NOW), push.detail) == (HubStanding.DENIED, "not here")
    assert hubs.next_step(push, NOW + 6 * DAY) is None
    assert hubs.next_step(push, NOW + 7 * DAY) is Intent.SUBSCRIBE
    assert hubs.denied(LIVE, "https://shop.example/other", "", NOW) is None


def test_a_subscription_given_up_is_forgotten_once_the_hub_owes_us_nothing() -> None:
    leaving = replace(LIVE, leaving=True, try_at=NOW)
    asked = hubs.begun(leaving, Intent.UNSUBSCRIBE, NOW)
    left = hubs.verified(asked, "unsubscribe", TOPIC, "", NOW)

    assert left is not None
    assert hubs.is_over(left, NOW)
    assert not hubs.is_over(asked, NOW)
    assert hubs.is_over(asked, NOW + 10 * DAY)
    assert hubs.is_over(replace(PUSH, leaving=True), NOW)


def test_a_hub_that_will_not_let_go_is_asked_three_times() -> None:
    push, asked, at = replace(LIVE, leaving=True, try_at=NOW), 0, NOW
    while at < NOW + 9 * DAY:
        if (step := hubs.next_step(push, at)) is not None:
            asked += 1
            push = hubs.refused(hubs.begun(push, step, at), step, "HTTP 500", at)
        at += HOUR

    assert asked == 3


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_a_delivery_is_believed_when_its_body_was_signed_with_our_secret(method: str) -> None:
    good = hmac.new(b"secret", b"<rss/>", method).hexdigest()

    for header in (f"{method}={good}", f"{method.upper()}={good.upper()}", f" {method} = {good} "):
        seal = Seal("secret", header)
        seal.feed(b"<rs")
        seal.feed(b"s/>")
        assert seal.fits()


@pytest.mark.parametrize(
    "header",
    [
        "",
        "sha256",
        "sha256=",
        "=",
        "md5=" + hmac.new(b"secret", b"<rss/>", "md5").hexdigest(),
        "sha256=" + hashlib.sha256(b"<rss/>").hexdigest(),
        "sha256=" + hmac.new(b"other", b"<rss/>", "sha256").hexdigest(),
        "sha1=" + hmac.new(b"secret", b"<rss/>", "sha256").hexdigest(),
        "sha256=" + hmac.new(b"secret", b"<rss/>", "sha256").hexdigest()[:-1],
        "sha256=ä" * 9,
    ],
)
def test_a_delivery_without_our_signature_is_not_believed(header: str) -> None:
    seal = Seal("secret", header)
    seal.feed(b"<rss/>")

    assert not seal.fits()


@given(header=st.text(max_size=200), body=st.binary(max_size=50))
def test_no_header_breaks_the_check_or_passes_it(header: str, body: bytes) -> None:
    seal = Seal("secret", header)
    seal.feed(body)

    assert not seal.fits()


def test_polls_that_find_what_a_hub_did_not_tell_make_it_silent_and_a_delivery_makes_it_live_again() -> None:
    push, before = HEARD, NOW + HOUR
    for _ in range(2):
        assert hubs.standing_of(push, before) is HubStanding.LIVE
        push = hubs.after_poll(push, 1, before=before, now=before + SLOW)
        before += SLOW

    assert hubs.standing_of(push, before) is HubStanding.SILENT
    assert hubs.standing_of(hubs.delivered(push, before), before) is HubStanding.LIVE


@pytest.mark.parametrize(
    ("push", "new", "before"),
    [
        pytest.param(LIVE, 0, NOW + HOUR, id="nothing new"),
        pytest.param(LIVE, 1, NOW - HOUR, id="it may be older than the subscription"),
        pytest.param(LIVE, 1, None, id="the first poll of all"),
        pytest.param(hubs.delivered(LIVE, NOW + 2 * HOUR), 1, NOW + HOUR, id="the hub told of it"),
        pytest.param(PUSH, 1, NOW + HOUR, id="not live"),
    ],
)
def test_what_a_hub_could_not_tell_is_no_miss(push: Push, new: int, before: datetime | None) -> None:
    assert hubs.after_poll(push, new, before=before, now=NOW + 3 * HOUR) == push


def test_polling_slows_down_only_beside_a_hub_that_has_proven_itself() -> None:
    later = NOW + 2 * HOUR
    usual = timedelta(minutes=20)
    arrivals = [NOW + timedelta(minutes=1)]

    def wait(push: Push) -> timedelta | None:
        return hubs.wait_beside(push, usual, arrivals, later, SLOW)

    assert wait(HEARD) == SLOW
    assert hubs.wait_beside(HEARD, None, arrivals, later, SLOW) == SLOW
    assert hubs.wait_beside(HEARD, DAY, arrivals, later, SLOW) == DAY
    assert wait(LIVE) == usual
    assert wait(replace(HEARD, missed=2)) == usual
    assert wait(replace(HEARD, lease_until=later)) == usual
    assert wait(replace(HEARD, leaving=True)) == usual


def test_a_silence_that_is_odd_for_the_feed_ends_the_reliance() -> None:
    arrivals = [NOW - HOUR * each for each in range(30)]

    assert hubs.is_relied_on(HEARD, arrivals, NOW + DAY)
    assert not hubs.is_relied_on(HEARD, arrivals, NOW + 3 * DAY)


def test_a_delivery_whose_news_the_publisher_does_not_show_yet_is_looked_after_for_an_hour() -> None:
    before = [NOW - DAY]

    assert hubs.wait_beside(HEARD, None, before, NOW + timedelta(minutes=59), SLOW) == timedelta(0)
    assert hubs.wait_beside(HEARD, None, before, NOW + HOUR, SLOW) == SLOW
    assert hubs.wait_beside(HEARD, None, [NOW], NOW + timedelta(minutes=1), SLOW) == SLOW


def test_a_hint_brings_the_next_question_forward_but_no_feed_is_asked_more_often_than_the_shortest_wait() -> None:
    state = PollState(feed_id="f", last_poll_at=NOW, next_poll_at=NOW + SLOW)
    policy = PollPolicy(shortest=timedelta(minutes=20))

    assert prompted(state, now=NOW + HOUR, policy=policy).next_poll_at == NOW + HOUR
    assert prompted(state, now=NOW, policy=policy).next_poll_at == NOW + timedelta(minutes=20)
    assert prompted(replace(state, next_poll_at=NOW), now=NOW + HOUR, policy=policy).next_poll_at == NOW
    assert prompted(PollState(feed_id="f"), now=NOW, policy=policy).next_poll_at == NOW


def test_a_hint_does_not_end_a_back_off() -> None:
    state = PollState(feed_id="f", next_poll_at=NOW + DAY, failures=1, failure=Failure.TOO_MANY_REQUESTS)

    assert prompted(state, now=NOW, policy=PollPolicy()) == state


def test_settings_refuse_a_pace_beside_hubs_that_is_faster_than_the_fastest() -> None:
    with pytest.raises(ValueError, match="beside_hub"):
        PollPolicy(beside_hub=timedelta(minutes=1))


@given(seed=st.integers(0, 10_000))
def test_whatever_hubs_say_a_subscription_always_has_a_next_step_or_is_over(seed: int) -> None:
    """A month of chance: whoever is not leaving is asked again one day, at most 90 days later; leavers end."""
    rng, push, at = Random(seed), PUSH, NOW
    for _ in range(40):
        at += timedelta(hours=rng.choice([0, 1, 5, 30]))
        step = hubs.next_step(push, at)
        if step is not None:
            push = hubs.begun(push, step, at)
        match rng.randrange(5):
            case 0:
                push = hubs.verified(push, rng.choice(list(Intent)), TOPIC, str(rng.randrange(10**6)), at) or push
            case 1:
                push = hubs.refused(push, rng.choice(list(Intent)), "no", at)
            case 2:
                push = hubs.denied(push, TOPIC, "no", at) or push
            case 3 if rng.random() < 0.1:
                push = replace(push, leaving=True, asked=None, try_at=at, failures=0)
            case _:
                push = hubs.after_poll(push, 1, before=at - HOUR, now=at)
        if not push.leaving:
            assert push.try_at is not None
            assert push.try_at <= at + 90 * DAY
        else:
            assert hubs.is_over(push, at + 91 * DAY)
