"""`dailyten edition`: build, look at and explain editions."""

import json
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from dailyten.cli.saying import AsJson, plural, say
from dailyten.cli.today import publish_today
from dailyten.config import read_settings
from dailyten.edition.morning import local_date
from dailyten.errors import BadInput, NotFound
from dailyten.feedlist.read import read
from dailyten.model.canonical import to_plain
from dailyten.model.edition import Candidate, Edition, Reason
from dailyten.pipeline.making import NothingRead, preview_edition
from dailyten.pipeline.publishing import publish_site
from dailyten.wiring import Parts
from dailyten.wiring.packs import names_of

if TYPE_CHECKING:
    from dailyten.edition.personal import Explained
    from dailyten.pipeline.queueing import Post


def find_edition(parts: Parts, on: date | None) -> Edition:
    """Find an edition by its date, or the latest. Raises NotFound."""
    with parts.store() as store, store.reading() as db:
        edition = db.editions.latest() if on is None else db.editions.on(on, parts.settings.digest.zone)
    if edition is None and on is None:
        raise NotFound("There is no edition yet. `dailyten today` makes one.")
    if edition is None:
        raise NotFound("There is no such edition.", expected="a day that `dailyten edition list` names", came=str(on))
    return edition


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What a subscriber's issue is, and the editions it is chosen from."""

    subscriber_id: str
    explained: "Explained"
    editions: tuple[Edition, ...]


def find_choice(parts: Parts, post: "Post", edition: Edition, address: str) -> Chosen:
    """Choose a subscriber's issue about an edition, as if it had not been sent. Raises BadInput."""
    from dailyten.pipeline.joining import known_subscriber
    from dailyten.pipeline.queueing import issue_about
    from dailyten.store.turns import Reader

    with parts.store() as store, store.reading() as db:
        known = known_subscriber(db, address)
        reader = Reader(known.subscriber_id, known.address, known.joined_at, known.wishes)
        explained = issue_about(db, post, reader, db.editions.steps(edition.edition_id))
        editions = tuple(db.editions.get(each) for each in explained.issue.editions)
    return Chosen(subscriber_id=known.subscriber_id, explained=explained, editions=editions)


def preview_(*, config: Path | None = None) -> int:
    """Show what today's edition would be, without freezing it.

    Args:
        config: The settings file.

    """
    parts = Parts(read_settings(config))
    with parts.store() as store:
        now = parts.clock()
        on = local_date(now, parts.settings.digest.zone)
        edition = preview_edition(store, parts.maker(parts.pack()), on, now)
    if isinstance(edition, NothingRead):
        say("Nothing waits for an edition.")
        return 1
    _say_edition(edition)
    return 0


def build_(*, config: Path | None = None, rebuild: bool = False) -> int:
    """Build today's edition from what has arrived, and publish it.

    Args:
        config: The settings file.
        rebuild: Make a new revision.

    """
    parts = Parts(read_settings(config))
    with parts.store() as store:
        return publish_today(store, parts, (), rebuild=rebuild)


def publish_(*, config: Path | None = None) -> None:
    """Render the site again from the frozen editions.

    Args:
        config: The settings file.

    """
    parts = Parts(read_settings(config))
    with parts.store() as store:
        publish_site(store, parts.press(parts.pack()), parts.clock())
    say(f"Published to {parts.settings.place(parts.settings.paths.site)}.")


def show_(on: date | None = None, *, config: Path | None = None, as_json: AsJson = False) -> None:
    """Show an edition as text, or as the frozen data.

    Args:
        on: Its date; the latest if none is given.
        config: The settings file.
        as_json: Write the frozen data as JSON.

    """
    parts = Parts(read_settings(config))
    edition = find_edition(parts, on)
    if as_json:
        say(json.dumps(to_plain(edition), ensure_ascii=False, indent=1))
    else:
        say(parts.mail_room(parts.pack()).mail(edition).text)


def why_(
    on: date,
    place: int | None = None,
    *,
    reader: Annotated[str | None, Parameter(name="--for")] = None,
    config: Path | None = None,
    as_json: AsJson = False,
) -> None:
    """Explain one place of an edition, or list everything that was left out and why.

    Args:
        on: The edition's date.
        place: Its place, from 1; what would have been next and all cuts if none is given.
        reader: The address of a subscriber, to explain what is chosen for this person.
        config: The settings file.
        as_json: Write one JSON document.

    """
    from dailyten.cli.explaining import cuts_in_words, cuts_told, place_in_words, place_told
    from dailyten.render.sheet import lay_out

    parts = Parts(read_settings(config))
    edition, pack = find_edition(parts, on), parts.pack()
    if reader is not None:
        edition = _as_chosen(edition, find_choice(parts, parts.mail_room(pack).post, edition, reader))
    sheet = lay_out(edition, names_of(pack))
    if place is not None and not 1 <= place <= len(sheet.stories):
        raise BadInput("There is no such place.", expected=f"1 to {len(sheet.stories)}", came=str(place))
    if as_json:
        told = cuts_told(sheet) if place is None else place_told(sheet.stories[place - 1])
        say(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        say("\n".join(cuts_in_words(sheet) if place is None else place_in_words(sheet.stories[place - 1])))


def _as_chosen(edition: Edition, chosen: "Chosen") -> Edition:
    """Give the edition with the places, reasons and cuts of one person, which may come from several editions."""
    reasons, places = chosen.explained.reasons, chosen.explained.issue.story_ids
    stories = {each.story_id: each for every in chosen.editions for each in every.candidates}
    stories |= {each: _with(stories[each], reasons[each]) for each in places}
    cuts = {cut.story_id: cut for cut in chosen.explained.cuts if cut.story_id not in reasons}
    kept = tuple(each for each in stories.values() if each.story_id in cuts or each.story_id in reasons)
    return replace(edition, candidates=kept, places=tuple(places), cuts=tuple(cuts.values()))


def _with(story: Candidate, reasons: tuple[Reason, ...]) -> Candidate:
    points = round(sum(reason.points for reason in reasons), 2)
    return replace(story, reasons=reasons, score_points=points)


def replay_(
    *,
    start: Annotated[date, Parameter(name="--from")],
    end: Annotated[date, Parameter(name="--to")],
    feeds: Path | None = None,
    pack: str | None = None,
    settings: Path | None = None,
    model: str | None = None,
    config: Path | None = None,
    as_json: AsJson = False,
) -> None:
    """Build the editions of past days again by other means, and show the difference. Nothing is changed.

    The editors' rules apply as they are now.

    Args:
        start: The first day.
        end: The last day.
        feeds: Another feed list; only entries that are in the store can be told.
        pack: Another industry pack: one of ours by its key, or a folder.
        settings: Another settings file, for the minutes, the points and all else of its section [digest].
        model: Another classifier: a version of `topics history`, or a file.
        config: The settings file.
        as_json: Write one JSON document.

    """
    from dailyten.cli.replaying import replay_in_words, replay_told
    from dailyten.pipeline.replaying import replay

    parts = Parts(read_settings(config))
    other = parts.with_digest(read_settings(settings).digest if settings else parts.settings.digest, pack)
    listed = None if feeds is None else read(parts.list_bytes(feeds), name=str(feeds)).feeds
    maker = other.maker(other.pack())
    if model is not None:
        maker = replace(maker, classifier=other.classifier_of(other.pack(), model))
    with parts.store() as store:
        found = replay(store, maker, start, end, listed)
    say(json.dumps(replay_told(found), ensure_ascii=False, indent=1) if as_json else "\n".join(replay_in_words(found)))


def list_(*, config: Path | None = None) -> None:
    """List all editions, the newest first.

    Args:
        config: The settings file.

    """
    with Parts(read_settings(config)).store() as store, store.reading() as db:
        for line in db.editions.listing():
            state = "published" if line.published_at else "not published yet"
            stories = plural(line.stories, "story", "stories")
            say(f"{line.on}  revision {line.revision}  {stories}  {state}  {line.title}")


def _say_edition(edition: Edition) -> None:
    for place, story in enumerate(edition.told(), 1):
        say(f"{place:2}. {story.lead.title}\n    {story.lead.feed_title} · {story.primary} · {story.score_points:.1f}")
    say(f"{plural(len(edition.places), 'story', 'stories')}, {plural(edition.minutes, 'minute')}.")
