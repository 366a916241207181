"""What the mail of one issue says of itself: its subject, its first lines, and why each story is in it.

The words for a reader's own choice stand here; those for an edition as it is, in `wording.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dailyten.model.edition import Edition
from dailyten.model.issue import Issue, IssueKind
from dailyten.render.harmless import line
from dailyten.render.names import Names
from dailyten.render.settings import SiteSettings
from dailyten.render.sheet import Sheet, Shown, good_reasons, sentence_of
from dailyten.render.wording import listing, long_date, plural, spelled
from dailyten.text.shorten import shorten

MOST_SUBJECT = 60
LEAST_SUBJECT = 10
MOST_PREHEADER = 110
LEAST_PREHEADER = 40
MOST_WHY = 3
MOST_ASKED = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """The sentences of one issue. `asked`, `quiet` and `cut_words` are empty where there is nothing to say."""

    date_words: str
    feeds_read: str
    counts: str
    asked: str
    quiet: str
    cut_words: str
    view_words: str


def heading_of(issue: Issue, editions: Sequence[Edition], sheet: Sheet, names: Names, *, own_page: bool) -> Heading:
    """Say what there is to say of an issue; `editions` are those it was chosen from, `sheet` the newest of them."""
    if is_the_edition(issue, sheet.edition):
        return Heading(
            date_words=sheet.date_words,
            feeds_read=sheet.feeds_read,
            counts=sheet.counts,
            asked="",
            quiet=sheet.quiet,
            cut_words=_groups(sheet) if sheet.cut_count else "",
            view_words="Read in a browser",
        )
    cut = issue.considered - len(issue.places)
    return Heading(
        date_words=_dates(issue, editions, sheet),
        feeds_read=sheet.feeds_read,
        counts=_counts(issue, editions),
        asked=_asked(issue, names),
        quiet=_quiet(issue),
        cut_words=f"{plural(cut, 'story', 'stories')} left out" if cut else "",
        view_words="Read in a browser" if own_page else "See the whole edition",
    )


def is_the_edition(issue: Issue, edition: Edition) -> bool:
    """Say whether an issue is the edition as the editors made it."""
    return not issue.asked and len(issue.editions) == 1 and issue.story_ids == edition.places


def subject_of(titles: Sequence[str], settings: SiteSettings) -> str:
    """Give the subject, 10 to 60 characters: the first headline and how many more there are."""
    if not titles:
        return shorten(f"{line(settings.name, 40)}: a quiet day", MOST_SUBJECT)
    more = f" (+{len(titles) - 1})" if len(titles) > 1 else ""
    headline = titles[0]
    if len(headline + more) < LEAST_SUBJECT:
        headline = f"{line(settings.name, 40)}: {headline}"
    return shorten(headline, MOST_SUBJECT - len(more)) + more


def preheader_of(titles: Sequence[str], heading: Heading) -> str:
    """Give the line that mail programs show behind the subject, 40 to 110 characters: the headlines that follow."""
    said = " \u00b7 ".join(titles[1:6])
    for more in (heading.counts, heading.feeds_read, f"The edition of {heading.date_words}."):
        if len(said) < LEAST_PREHEADER:
            said = f"{said} \u00b7 {more}" if said else more
    return shorten(said, MOST_PREHEADER)


def why_of(story: Shown, why: Sequence[str], names: Names) -> str:
    """Say in one sentence why a story is here: first what this reader asked for, then the editors' reasons."""
    if not why:
        return story.why
    told = _by_kind(why)
    own = []
    if asked := [*map(names.network, told["network"]), *map(names.topic, told["topic"])]:
        own.append(f"you asked for {listing([line(each, 40) for each in asked])}")
    own += [f"it helps you to {line(names.goal(key), 60)}" for key in told["goal"]]
    own += ["the editors put it first"] if told["lead"] else []
    return sentence_of([*own, *good_reasons(story.candidate)][:MOST_WHY])


def _by_kind(keys: Sequence[str]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {"network": [], "topic": [], "goal": [], "minutes": [], "lead": []}
    for each in keys:
        kind, _, key = each.partition(":")
        found.setdefault(kind, []).append(key)
    return found


def _dates(issue: Issue, editions: Sequence[Edition], sheet: Sheet) -> str:
    first = long_date(editions[0].on)
    match issue.kind:
        case IssueKind.WEEKLY:
            return f"The week to {sheet.date_words}"
        case IssueKind.CATCH_UP:
            return f"What you missed since {first}"
        case IssueKind.DAILY if len(editions) > 1:
            return f"{first} to {sheet.date_words}"
        case _:
            return sheet.date_words


def _counts(issue: Issue, editions: Sequence[Edition]) -> str:
    entries = plural(sum(edition.entries for edition in editions), "entry", "entries")
    stories = plural(len(issue.places), "story", "stories")
    return f"{entries}, {stories}, {plural(issue.minutes, 'minute')}."


def _asked(issue: Issue, names: Names) -> str:
    told = _by_kind(issue.asked)
    words = [*map(names.network, told["network"]), *map(names.topic, told["topic"]), *map(names.goal, told["goal"])]
    about = listing([line(each, 60) for each in words])
    room = [f"in {minutes} minutes" if about else f"{minutes} minutes" for minutes in told["minutes"]]
    asked = ", ".join([*([about] if about else []), *room])
    return shorten(f"Chosen for you: {asked}.", MOST_ASKED) if asked else ""


def _quiet(issue: Issue) -> str:
    stories = len(issue.places)
    if not issue.quiet:
        return ""
    if stories:
        return f"A quiet day: nothing worth ten stories, so here {'is' if stories == 1 else 'are'} {spelled(stories)}."
    return "A quiet day: nothing new for you. Nothing is padded."


def _groups(sheet: Sheet) -> str:
    groups = ", ".join(f"{len(group.cuts)} {group.words}" for group in sheet.left_out)
    return f"{plural(sheet.cut_count, 'story', 'stories')} left out ({groups})"
