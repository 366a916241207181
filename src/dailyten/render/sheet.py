"""An edition laid out for showing: each word chosen and made harmless, before mail, site and feeds set them.

The three mediums differ in setting only; what they say of a story is decided here, once.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from dailyten.model.edition import NEAR_MISSES, Candidate, Cut, CutReason, Edition, Telling
from dailyten.render.harmless import language, line, link, slug
from dailyten.render.names import Names
from dailyten.render.wording import CUT_WORDS, TELLER_WORDS, counts, feeds_read, long_date, moment, plural, quiet_day
from dailyten.text.reading import minutes_of

MOST_TITLE = 240
MOST_SUMMARY = 420
MOST_SOURCE = 80
MOST_REASON = 160
MOST_WORDS_BEHIND = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A topic or a network as a link: the part of its address, and its name."""

    key: str
    slug: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """Another telling of a story."""

    source: str
    title: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One reason of a story as it is shown: its sentence and its points with their sign."""

    words: str
    points: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A story as it is shown. `rank` is its place from 1, 0 if it was cut. `minutes` is 0 where it is unknown.

    `number` is the sentence with a figure, `figure` the same unless the summary says it already. `figure_note` says
    who stands behind it where that is the source itself. `variety` says why others with fewer points come before it.
    """

    rank: int
    story_id: str
    anchor: str
    title: str
    url: str
    source: str
    feed_id: str
    language: str
    minutes: int
    when: str
    topic: Label | None
    topics: tuple[Label, ...]
    networks: tuple[Label, ...]
    summary: str
    number: str
    figure: str
    figure_note: str
    also_in: tuple[Elsewhere, ...]
    why: str
    reasons: tuple[Share, ...]
    points: str
    variety: str
    words_behind: tuple[str, ...]
    development_of: str
    usefulness: float
    candidate: Candidate

    @property
    def feed_slug(self) -> str:
        """The part of the address of its feed's page."""
        return slug(self.feed_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """The stories that were cut for one reason."""

    reason: CutReason
    words: str
    cuts: tuple[tuple[Shown, str], ...]

    @property
    def near(self) -> bool:
        """Whether these would have got in on another day."""
        return self.reason in NEAR_MISSES


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One edition laid out: its stories in order of reading, what was left out, and the sentences of its header.

    `next_in_line` is the story that would have been next, with the reason why it is not in.
    """

    edition: Edition
    date_words: str
    stories: tuple[Shown, ...]
    left_out: tuple[LeftOut, ...]
    next_in_line: tuple[Shown, str] | None
    feeds_read: str
    counts: str
    quiet: str

    @property
    def cut_count(self) -> int:
        """How many stories were left out."""
        return len(self.edition.cuts)


def lay_out(edition: Edition, names: Names) -> Sheet:
    """Lay an edition out for showing."""
    by_id = {candidate.story_id: candidate for candidate in edition.candidates}
    return Sheet(
        edition=edition,
        date_words=long_date(edition.on),
        stories=tuple(
            _shown(by_id[story_id], edition, names, rank) for rank, story_id in enumerate(edition.places, start=1)
        ),
        left_out=_left_out(edition, by_id, names),
        next_in_line=_next_in_line(edition, by_id, names),
        feeds_read=feeds_read(edition),
        counts=counts(edition),
        quiet=quiet_day(edition),
    )


def show(candidate: Candidate, edition: Edition, names: Names) -> Shown:
    """Lay one story out as it is shown on the day of an edition, of no rank."""
    return _shown(candidate, edition, names, 0)


def labels(keys: Iterable[str], names: Names, *, of_networks: bool = False) -> tuple[Label, ...]:
    """Name keys of topics or networks."""
    name = names.network if of_networks else names.topic
    return tuple(Label(key=key, slug=slug(key), name=name(key)) for key in keys)


def _left_out(edition: Edition, by_id: dict[str, Candidate], names: Names) -> tuple[LeftOut, ...]:
    groups: dict[CutReason, list[Cut]] = {reason: [] for reason in CUT_WORDS}
    for cut in edition.cuts:
        groups[cut.reason].append(cut)
    return tuple(
        LeftOut(
            reason=reason,
            words=CUT_WORDS[reason],
            cuts=tuple(
                _left(cut, edition, by_id, names) for cut in sorted(cuts, key=lambda cut: _by_points(by_id, cut))
            ),
        )
        for reason, cuts in groups.items()
        if cuts
    )


def _next_in_line(edition: Edition, by_id: dict[str, Candidate], names: Names) -> tuple[Shown, str] | None:
    cut = edition.next_in_line()
    return None if cut is None else _left(cut, edition, by_id, names)


def _left(cut: Cut, edition: Edition, by_id: dict[str, Candidate], names: Names) -> tuple[Shown, str]:
    return _shown(by_id[cut.story_id], edition, names, 0), line(cut.words, MOST_REASON)


def _by_points(by_id: dict[str, Candidate], cut: Cut) -> tuple[float, str]:
    return -by_id[cut.story_id].score_points, cut.story_id


def _variety(candidate: Candidate, edition: Edition, names: Names, rank: int) -> str:
    """Say why a story stands behind one with fewer points: what of its feed and its topic stands before it."""
    before = [edition.candidate(story_id) for story_id in edition.places[: max(0, rank - 1)]]
    if all(each.score_points >= candidate.score_points for each in before):
        return ""
    of_feed = sum(each.lead.feed_id == candidate.lead.feed_id for each in before)
    of_topic = sum(each.primary == candidate.primary for each in before)
    told = [f"{plural(of_feed, 'story', 'stories')} of this source"] if of_feed else []
    told += [f"{plural(of_topic, 'story', 'stories')} on {names.topic(candidate.primary)}"] if of_topic else []
    comes = "comes" if of_feed + of_topic == 1 else "come"
    return f"Placed lower for variety: {' and '.join(told)} {comes} before it." if told else ""


def _shown(candidate: Candidate, edition: Edition, names: Names, rank: int) -> Shown:
    primary = labels([candidate.primary] if candidate.primary else [], names)
    others = [key for key in candidate.topics if key != candidate.primary]
    return Shown(
        rank=rank,
        story_id=candidate.story_id,
        anchor=f"story-{slug(candidate.story_id)}",
        title=line(candidate.lead.title, MOST_TITLE) or "Untitled",
        url=link(candidate.lead.url),
        source=line(candidate.lead.feed_title, MOST_SOURCE) or "Unnamed feed",
        feed_id=candidate.lead.feed_id,
        language=language(candidate.language),
        minutes=minutes_of(candidate.reading_seconds),
        when=_when(candidate.lead, edition),
        topic=primary[0] if primary else None,
        topics=primary + labels(others, names),
        networks=labels(candidate.networks, names, of_networks=True),
        summary=line(candidate.summary, MOST_SUMMARY),
        number=line(candidate.number, MOST_SUMMARY),
        figure=_figure(candidate),
        figure_note=TELLER_WORDS[candidate.number_by],
        also_in=tuple(_elsewhere(telling) for telling in candidate.also_in),
        why=sentence_of(good_reasons(candidate)[:3]),
        reasons=tuple(
            Share(words=line(reason.words, MOST_REASON), points=_signed(reason.points)) for reason in candidate.reasons
        ),
        points=f"{candidate.score_points:.1f}",
        variety=_variety(candidate, edition, names, rank),
        words_behind=tuple(line(word.text, MOST_SOURCE) for word in candidate.because[:MOST_WORDS_BEHIND]),
        development_of=candidate.development_of,
        usefulness=candidate.usefulness,
        candidate=candidate,
    )


def _figure(candidate: Candidate) -> str:
    """Show the sentence with a figure, unless the summary says it already."""
    figure = line(candidate.number, MOST_SUMMARY)
    return "" if figure in line(candidate.summary, MOST_SUMMARY) else figure


def _elsewhere(telling: Telling) -> Elsewhere:
    return Elsewhere(
        source=line(telling.feed_title, MOST_SOURCE) or "another feed",
        title=line(telling.title, MOST_TITLE),
        url=link(telling.url),
    )


def _when(telling: Telling, edition: Edition) -> str:
    if telling.published_at is not None:
        return moment(telling.published_at, edition.on, edition.zone)
    return f"undated, seen {moment(telling.first_seen_at, edition.on, edition.zone)}"


def good_reasons(candidate: Candidate) -> list[str]:
    """Name the reasons for a story, the strongest first."""
    good = (line(reason.words, MOST_REASON) for reason in candidate.reasons if reason.points > 0)
    return [words for words in good if words]


def sentence_of(reasons: Iterable[str]) -> str:
    """Make one sentence of some reasons."""
    sentence = "; ".join(reasons)
    return sentence[:1].upper() + sentence[1:] + "." if sentence else ""


def _signed(points: float) -> str:
    return f"{points:+.1f}".replace("-", "\u2212")
