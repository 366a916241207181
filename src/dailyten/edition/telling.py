"""From a story and its entries to a candidate: everything an edition needs to show it, frozen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dailyten.model.edition import Candidate, Reason, Teller, Telling
from dailyten.model.entry import KeptEntry
from dailyten.model.feed import Feed
from dailyten.model.story import Story
from dailyten.model.topic import Verdict
from dailyten.text.figure import of_its_own, telling_figure
from dailyten.text.headline import headline
from dailyten.text.plain import paragraphs, plain_text
from dailyten.text.reading import reading_seconds
from dailyten.text.summary import summarise

WHOLE_ARTICLE_WORDS = 200
"""From how many words on we take a feed's text for the whole article and not for an excerpt."""
USUAL_ARTICLE_SECONDS = 120
"""What an article counts whose text the feed does not carry (decision 0004)."""
MOST_BECAUSE = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A story with all that is known of its entries; `verdict` is that of the lead."""

    story: Story
    entries: Mapping[str, KeptEntry]
    feeds: Mapping[str, Feed]
    verdict: Verdict

    @property
    def lead(self) -> KeptEntry:
        """Give the most informative telling."""
        return self.entries[self.story.lead_id]

    @property
    def feed_ids(self) -> frozenset[str]:
        """Name the feeds that carry the story."""
        return frozenset(self.entries[entry_id].feed_id for entry_id in self.story.entry_ids)

    @property
    def lead_was_first(self) -> bool:
        """Say whether the lead's feed was the first to tell it, by arrival."""
        first = min((self.entries[entry_id] for entry_id in self.story.entry_ids), key=lambda kept: kept.first_seen_at)
        return first.feed_id == self.lead.feed_id


def article_seconds(kept: KeptEntry) -> tuple[int, bool]:
    """Say how long the article takes to read, and whether that is an estimate because only an excerpt came."""
    text = plain_text(kept.entry.html)
    if len(text.split()) >= WHOLE_ARTICLE_WORDS:
        return reading_seconds(text), False
    return max(USUAL_ARTICLE_SECONDS, reading_seconds(text)), True


def candidate(told: Told, reasons: Sequence[Reason], score_points: float, *, sells: bool = False) -> Candidate:
    """Freeze a story as a candidate of an edition; `sells` says that the lead's text gives itself away as selling."""
    entry, verdict = told.lead.entry, told.verdict
    feed = told.feeds[told.lead.feed_id]
    text = "" if feed.title_only else paragraphs(entry.html) or entry.summary
    figure = telling_figure(text)
    seconds, estimated = article_seconds(told.lead)
    others = [told.entries[entry_id] for entry_id in told.story.entry_ids if entry_id != told.story.lead_id]
    return Candidate(
        story_id=told.story.story_id,
        lead=_telling(told.lead, told.feeds),
        also_in=tuple(_telling(kept, told.feeds) for kept in sorted(others, key=_by_arrival)),
        summary=summarise(text, title=headline(entry.title, entry.summary, entry.url)),
        number=figure,
        number_by=_teller(figure, feed, sells=sells),
        language=entry.language,
        primary=verdict.primary,
        topics=verdict.topics,
        networks=verdict.networks,
        usefulness=round(verdict.usefulness, 2),
        reading_seconds=seconds,
        reading_estimated=estimated,
        score_points=score_points,
        reasons=tuple(reasons),
        because=verdict.because.get(verdict.primary, ())[:MOST_BECAUSE],
        development_of=told.story.development_of,
    )


def _teller(figure: str, feed: Feed, *, sells: bool) -> Teller:
    if not figure:
        return Teller.OTHERS
    if sells:
        return Teller.SELLER
    return Teller.ITSELF if of_its_own(figure, (feed.title, feed.home_url, feed.address)) else Teller.OTHERS


def _telling(kept: KeptEntry, feeds: Mapping[str, Feed]) -> Telling:
    return Telling(
        entry_id=kept.entry_id,
        feed_id=kept.feed_id,
        feed_title=feeds[kept.feed_id].title,
        title=headline(kept.entry.title, kept.entry.summary, kept.entry.url),
        url=kept.entry.url,
        first_seen_at=kept.first_seen_at,
        published_at=kept.entry.published_at,
    )


def _by_arrival(kept: KeptEntry) -> tuple[object, str]:
    return kept.first_seen_at, kept.entry_id
