from datetime import UTC, datetime

from dailyten.edition.telling import Told, candidate
from dailyten.model.entry import Entry, KeptEntry
from dailyten.model.feed import Feed
from dailyten.model.story import Story
from dailyten.model.topic import Verdict

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
FEED = Feed(feed_id="a" * 16, address="https://social.example/@shop.rss", title="Shop")


def told(entry: Entry) -> Told:
    kept = KeptEntry(entry_id="e", feed_id=FEED.feed_id, entry=entry, first_seen_at=NOW)
    story = Story(story_id="s", lead_id="e", entry_ids=("e",), first_seen_at=NOW)
    return Told(story=story, entries={"e": kept}, feeds={FEED.feed_id: FEED}, verdict=Verdict(entry_id="e"))


def test_a_post_without_a_title_is_called_by_its_first_sentence_which_is_not_said_again() -> None:
    text = "Reels can be three minutes long from today. Shops in Europe get it first, and the others in June."

    shown = candidate(told(Entry(key="1", summary=text, html=f"<p>{text}</p>")), (), 1.0)

    assert shown.lead.title == "Reels can be three minutes long from today."
    assert shown.summary == "Shops in Europe get it first, and the others in June."
