import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.policy import default as modern
from pathlib import Path

import pytest

from dailyten.errors import BadFeedList, PublishError, StoreError
from dailyten.model.canonical import to_json
from dailyten.model.delivery import DeliveryState
from dailyten.model.edition import Edition
from dailyten.pipeline.joining import add_subscriber, take_off
from dailyten.pipeline.making import Made, NothingRead
from dailyten.pipeline.publishing import publish_site
from dailyten.pipeline.sending import send_queued
from dailyten.pipeline.ticking import beat
from dailyten.poll.outcomes import Good
from dailyten.store.store import Store
from dailyten.testing.feed_server import Reply
from dailyten.testing.mail_sink import Fault
from dailyten.testing.sample_feeds import document, opml, sample_feeds
from tests.journeys.digest_in_hand import Digest

KILLS = 4


def titles(edition: Edition) -> list[str]:
    return [story.lead.title for story in edition.told()]


def considered(edition: Edition) -> set[str]:
    return {telling.entry_id for each in edition.candidates for telling in (each.lead, *each.also_in)}


def send(digest: Digest, store: Store) -> None:
    parts = digest.parts
    room = parts.mail_room(parts.pack())
    send_queued(store, room, parts.mail_line, worker="test", clock=digest.clock, rng=random.Random(1))


def subscribe(digest: Digest, store: Store, *addresses: str) -> None:
    with store.writing() as db:
        for address in addresses:
            add_subscriber(db, address, "asked in the test", digest.clock())


def test_a_morning_becomes_an_edition_a_site_and_a_mail(digest: Digest) -> None:
    with digest.parts.store() as store:
        subscribe(digest, store, "amelie@shop.example")
        made = digest.morning(store)
        send(digest, store)

    edition = made.edition
    page = (digest.site / "index.html").read_text("utf-8")
    [mail] = digest.sink.messages()
    assert made.just_now
    assert 5 <= len(edition.places) <= 12
    assert edition.minutes <= 15
    assert len(edition.places) + len(edition.cuts) == len(edition.candidates)
    assert all(story.lead.title.split(" ")[0] in page for story in edition.told())
    assert mail["List-Unsubscribe"]
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]


def test_two_feeds_that_tell_the_same_news_make_one_story(digest: Digest) -> None:
    with digest.parts.store() as store:
        edition = digest.morning(store).edition

    [story] = [each for each in edition.candidates if "pin" in each.lead.title.lower()]
    assert {story.lead.feed_title, *(each.feed_title for each in story.also_in)} == {
        "Harbour Social News",
        "Loud Button Media",
    }


def test_what_a_hostile_feed_sends_is_shown_as_text(digest: Digest) -> None:
    digest.clock.advance(timedelta(days=1))
    with digest.parts.store() as store:
        edition = digest.morning(store).edition

    page = "".join(path.read_text("utf-8") for path in digest.site.rglob("*.html"))
    hostile = [each for each in edition.candidates if each.lead.title.startswith("Free followers")]
    assert len(hostile) == 1
    assert "\u202e" not in page
    assert "<b>NOW" not in page
    assert "onerror=" not in page
    assert "javascript:" not in page


def test_run_again_on_the_same_day_it_asks_conditionally_and_shows_the_same_edition(digest: Digest) -> None:
    with digest.parts.store() as store:
        first = digest.morning(store)
        digest.server.forget_requests()
        digest.clock.advance(timedelta(minutes=20))
        again = digest.poll(store)
        second = digest.make(store)

    assert all(request.conditional for request in digest.server.requests)
    assert {each.outcome for each in again} == {Good.UNCHANGED}
    assert sum(each.new_entries for each in again) == 0
    assert second == Made(edition=first.edition, just_now=False)


def test_rebuilding_makes_a_new_revision_and_the_old_one_stays(digest: Digest) -> None:
    with digest.parts.store() as store:
        first = digest.morning(store).edition
        rebuilt = digest.make(store, rebuild=True)
        with store.reading() as db:
            kept = db.editions.get(first.edition_id)

    assert isinstance(rebuilt, Made)
    assert rebuilt.edition.revision == 2
    assert considered(rebuilt.edition) == considered(first)
    assert to_json(kept) == to_json(first)


def test_each_entry_is_considered_by_exactly_one_edition(digest: Digest) -> None:
    editions = []
    with digest.parts.store() as store:
        for _ in range(3):
            editions.append(digest.morning(store).edition)
            digest.clock.advance(timedelta(days=1))
        with store.reading() as db:
            arrived = {kept.entry_id for kept in db.entries.arrived_since(digest.clock() - timedelta(days=9))}
            waiting = db.entries.waiting(digest.clock())

    sets = [considered(edition) for edition in editions]
    assert sum(map(len, sets)) == len(set.union(*sets))
    assert set.union(*sets) <= arrived
    assert waiting == ()


def test_back_issues_of_a_new_feed_are_known_and_not_news(digest: Digest) -> None:
    with digest.parts.store() as store:
        edition = digest.morning(store).edition

    assert not any("hashtag list we used" in each.lead.title for each in edition.candidates)


def test_with_no_network_nothing_is_published_and_each_feed_says_why(digest: Digest) -> None:
    nowhere = opml(lambda feed: f"http://127.0.0.1:1{feed.path}")
    (digest.folder / "feeds.opml").write_bytes(nowhere)
    with digest.parts.store() as store:
        polled = digest.poll(store)
        made = digest.make(store)

    assert len(polled) == 10
    assert not any(each.outcome in tuple(Good) for each in polled)
    assert isinstance(made, NothingRead)
    assert all(report.words for report in made.feeds)
    assert not digest.site.exists()


def test_a_database_that_is_full_stops_the_round_in_one_sentence_and_keeps_what_it_had(digest: Digest) -> None:
    digest.publish_feeds()
    with digest.parts.store() as store:
        digest.poll(store)
    with sqlite3.connect(digest.folder / "var" / "dailyten.sqlite") as full:
        full.execute(
            "CREATE TRIGGER full BEFORE INSERT ON poll_log BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
        )
    with digest.parts.store() as store:
        with pytest.raises(StoreError, match="full"):
            digest.poll(store)
        with store.reading() as db:
            waiting = db.entries.waiting(digest.clock())

    assert waiting


def test_one_bad_feed_stops_nothing_and_is_named_in_the_header(digest: Digest) -> None:
    digest.publish_feeds()
    digest.server.script("/northlight/feed", Reply(status=500))
    with digest.parts.store() as store:
        digest.poll(store)
        made = digest.make(store)

    assert isinstance(made, Made)
    [failed] = [report for report in made.edition.feeds if not report.read]
    assert failed.title == "Northlight Creators"
    assert failed.words == "The site has a fault of its own."
    assert failed.since == digest.clock()


def test_a_feed_that_moves_keeps_its_entries(digest: Digest) -> None:
    with digest.parts.store() as store:
        digest.morning(store)
        [feed] = [each for each in sample_feeds() if each.key == "smallprint"]
        digest.server.publish("/elsewhere", document(feed, digest.clock()))
        digest.server.script("/smallprint/feed", Reply(status=301, headers=(("Location", "/elsewhere"),)))
        polled = digest.poll(store)

    [moved] = [each for each in polled if each.feed.title == "Small Print Watch"]
    assert isinstance(moved.outcome, Good)
    assert moved.new_entries == 0


def test_a_broken_list_is_refused_whole_and_the_last_good_one_stays(digest: Digest) -> None:
    with digest.parts.store() as store:
        digest.morning(store)
        (digest.folder / "feeds.opml").write_bytes(
            b'<opml version="2.0"><body><outline xmlUrl="http://a/?b&c"/></body></opml>'
        )
        with pytest.raises(BadFeedList, match=r"feeds\.opml:1"):
            digest.parts.feed_list()
        with store.reading() as db:
            listed = db.feeds.listed()

    assert len(listed) == 10


def test_an_unwritable_site_leaves_the_old_site_and_the_edition_waiting(digest: Digest) -> None:
    with digest.parts.store() as store:
        digest.publish_feeds()
        digest.poll(store)
        digest.make(store)
        digest.site.write_text("a file where the folder should be", "utf-8")
        with pytest.raises(PublishError):
            publish_site(store, digest.parts.press(digest.parts.pack()), digest.clock())
        digest.site.unlink()
        publish_site(store, digest.parts.press(digest.parts.pack()), digest.clock())
        with store.reading() as db:
            [line] = db.editions.listing()

    assert line.published_at == digest.clock()


def test_one_refused_reader_does_not_stop_the_others(digest: Digest) -> None:
    digest.sink.fail(Fault(stage="RCPT", reply="550 5.1.1 Nobody here", recipient="bruno@shop.example"))
    with digest.parts.store() as store:
        subscribe(digest, store, "amelie@shop.example", "bruno@shop.example", "chloe@shop.example")
        made = digest.morning(store)
        send(digest, store)
        with store.reading() as db:
            counts = db.outbox.counts(made.edition.edition_id)

    assert counts[DeliveryState.SENT] == 2
    assert counts[DeliveryState.FAILED] == 1
    assert {mail["To"] for mail in digest.sink.messages()} == {"amelie@shop.example", "chloe@shop.example"}


def test_nobody_gets_a_date_twice_not_even_after_a_rebuild(digest: Digest) -> None:
    with digest.parts.store() as store:
        subscribe(digest, store, "amelie@shop.example")
        digest.morning(store)
        send(digest, store)
        digest.make(store, rebuild=True)
        send(digest, store)

    assert len(digest.sink.messages()) == 1


def test_who_leaves_gets_not_even_what_is_queued(digest: Digest) -> None:
    with digest.parts.store() as store:
        subscribe(digest, store, "amelie@shop.example")
        digest.morning(store)
        with store.writing() as db:
            take_off(db, "Amelie@Shop.example", digest.clock())
        send(digest, store)

    assert digest.sink.messages() == ()


def test_the_mail_that_arrives_is_the_mail_on_disk(digest: Digest) -> None:
    with digest.parts.store() as store:
        subscribe(digest, store, "amelie@shop.example")
        digest.morning(store)
        send(digest, store)

    [path] = (digest.folder / "mails").glob("*.eml")
    mail = message_from_bytes(path.read_bytes(), policy=modern)
    html = mail.get_body(("html",))
    text = mail.get_body(("plain",))
    assert html is not None
    assert text is not None
    assert len(html.get_content().encode()) <= 102_400
    assert "1 Market Square" in text.get_content()
    assert "personal.invalid" not in text.get_content() + html.get_content()


@pytest.mark.skipif(shutil.which("spamassassin") is None, reason="spamassassin is missing: a package of that name")
def test_a_filter_for_spam_finds_nothing_against_the_mail(digest: Digest) -> None:
    """By SpamAssassin's own rules, without asking anybody: below 0 means that more speaks for it than against it."""
    with digest.parts.store() as store:
        subscribe(digest, store, "amelie@shop.example")
        digest.morning(store)
        send(digest, store)

    [path] = (digest.folder / "mails").glob("*.eml")
    asked = ["spamassassin", "--local", "--test-mode"]
    said = subprocess.run(asked, input=path.read_bytes(), capture_output=True, check=True, timeout=60).stdout.decode()
    found = re.search(r"^X-Spam-Status: \w+, score=(\S+)", said, re.MULTILINE)
    assert found is not None
    assert float(found[1]) < 0


# -- `dailyten serve`, beat by beat ---------------------------------------------------------------------------------


def test_the_edition_comes_at_its_hour_and_once(digest: Digest) -> None:
    digest.publish_feeds()
    day = digest.parts.day("test")
    with digest.parts.store() as store:
        subscribe(digest, store, "amelie@shop.example")
        beat(store, day)
        with store.reading() as db:
            before_seven = db.editions.listing()
        digest.clock.advance(timedelta(minutes=10))
        for _ in range(3):
            beat(store, day)
        with store.reading() as db:
            after = db.editions.listing()

    assert before_seven == ()
    assert [(line.revision, line.published_at is not None) for line in after] == [(1, True)]
    assert len(digest.sink.messages()) == 1


def test_an_hour_missed_in_sleep_is_made_up_once_but_not_mailed_when_it_is_too_late(digest: Digest) -> None:
    digest.publish_feeds()
    digest.clock.advance(timedelta(hours=12))
    with digest.parts.store() as store:
        subscribe(digest, store, "amelie@shop.example")
        beat(store, digest.parts.day("test"))
        beat(store, digest.parts.day("test"))
        with store.reading() as db:
            lines = db.editions.listing()

    assert len(lines) == 1
    assert (digest.site / "index.html").exists()
    assert digest.sink.messages() == ()


def test_a_changed_list_is_taken_over_and_a_broken_one_leaves_the_last_in_force(digest: Digest) -> None:
    digest.publish_feeds()
    day = digest.parts.day("test")
    path = digest.folder / "feeds.opml"
    whole = path.read_bytes()
    with digest.parts.store() as store:
        beat(store, day)
        path.write_bytes(b"\n".join(line for line in whole.splitlines() if b"Loud Button" not in line))
        beat(store, day)
        with store.reading() as db:
            nine = len(db.feeds.listed())
        path.write_bytes(whole[:300])
        beat(store, day)
        with store.reading() as db:
            still_nine = len(db.feeds.listed())

    assert (nine, still_nine) == (9, 9)


def test_a_dead_mail_server_defers_and_loses_nothing(digest: Digest) -> None:
    digest.publish_feeds()
    digest.clock.advance(timedelta(minutes=10))
    parts = digest.parts
    nowhere = replace(parts, settings=replace(parts.settings, smtp=replace(parts.settings.smtp, port=1)))
    with parts.store() as store:
        subscribe(digest, store, "amelie@shop.example")
        beat(store, nowhere.day("test"))
        digest.clock.advance(timedelta(hours=1))
        beat(store, parts.day("test"))

    assert len(digest.sink.messages()) == 1


def test_a_dead_mail_server_is_named_even_when_one_mail_waits(digest: Digest) -> None:
    parts = digest.parts
    nowhere = replace(parts, settings=replace(parts.settings, smtp=replace(parts.settings.smtp, port=1)))
    with parts.store() as store:
        subscribe(digest, store, "amelie@shop.example")
        digest.morning(store)
        room, rng = parts.mail_room(parts.pack()), random.Random(1)
        sent = send_queued(store, room, nowhere.mail_line, worker="test", clock=digest.clock, rng=rng)

    assert (sent.sent, sent.deferred) == (0, 1)
    assert "127.0.0.1:1" in sent.stopped


# -- kill -9 ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_killed_at_any_moment_it_goes_on_without_losing_or_doubling(digest: Digest, seed: int) -> None:
    """Beats are run in processes of their own and killed after random times; the last one may finish."""
    digest.publish_feeds()
    with digest.parts.store() as store:
        subscribe(digest, store, *(f"reader{place}@shop.example" for place in range(8)))
    rng = random.Random(seed)
    for _ in range(KILLS):
        _run_beats(digest, kill_after_seconds=rng.uniform(0.8, 5.0))
    assert _run_beats(digest, kill_after_seconds=120.0) == 0

    with digest.parts.store() as store, store.reading() as db:
        [line] = db.editions.listing()
        edition = db.editions.get(line.edition_id)
        states = {each.address: each.state for each in db.outbox.listing(edition.edition_id)}
        waiting = db.entries.waiting(digest.clock() + timedelta(days=1))
    arrived = [mail["To"] for mail in digest.sink.messages()]
    assert line.published_at is not None
    assert waiting == ()
    assert len(considered(edition)) == edition.entries
    assert len(arrived) == len(set(arrived))
    assert len(states) == 8
    for address, state in states.items():
        assert state in (DeliveryState.SENT, DeliveryState.UNKNOWN)
        assert state is DeliveryState.UNKNOWN or address in arrived


def _run_beats(digest: Digest, *, kill_after_seconds: float) -> int:
    """Run beats in another process, kill it when its time is over, and give its exit code."""
    program = Path(__file__).with_name("beat_once.py")
    smtp, clock = f"{digest.sink.host}:{digest.sink.port}", "2026-11-20T07:05:00+00:00"
    process = subprocess.Popen([sys.executable, str(program), str(digest.folder), smtp, clock], start_new_session=True)
    try:
        return process.wait(kill_after_seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        return process.wait()
