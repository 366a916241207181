"""Pages and feeds of topics and networks: the shelves on which stories stand."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dailyten.render.library import Placed, by_day
from dailyten.render.plots import count_by_week
from dailyten.render.press import Page, Press
from dailyten.render.sheet import Label, Shown, labels
from dailyten.render.syndication import story_feeds
from dailyten.render.trends import Weeks, told_by_shelf
from dailyten.render.wording import opened

MOST_LISTED = 60
"""Stories that the page of a topic, network or feed lists; the archive has the rest."""
MOST_START_HERE = 5
LEAST_FOR_START_HERE = 6
"""Stories a topic must have before some of them are recommended to whoever is new."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """Topics or networks: how they are called, and their labels with what stands on each shelf."""

    folder: str
    name: str
    deck: str
    other_folder: str
    other_words: str
    shelves: tuple[tuple[Label, Sequence[Placed]], ...]
    bygone: tuple[Label, ...]


def shelf_pages(press: Press) -> Iterator[Page]:
    """Give a page and two feeds for each topic and network, and a list of each."""
    weeks = press.weeks(told_by_shelf)
    for kind in _kinds(press):
        for label, placed in (*kind.shelves, *((label, ()) for label in kind.bygone)):
            yield from _shelf(press, kind, label, placed, weeks)
        yield _list(press, kind)


def _kinds(press: Press) -> tuple[_Kind, _Kind]:
    library, words = press.library, press.names.words
    topics = _Kind(
        folder="topics/",
        name="Topics",
        deck="What the stories are about. Each topic has a page and a feed of its own.",
        other_folder="networks/",
        other_words=f"Stories by {words.network}",
        shelves=tuple((label, library.by_topic.get(label.key, ())) for label in press.topics()),
        bygone=labels(sorted(library.bygone.topics - {*press.names.topics, *library.by_topic}), press.names),
    )
    networks = _Kind(
        folder="networks/",
        name=opened(words.networks),
        deck=f"Stories by the {words.network} they are about. Each has a page and a feed of its own.",
        other_folder="topics/",
        other_words="Stories by topic",
        shelves=tuple((label, library.by_network.get(label.key, ())) for label in press.networks()),
        bygone=labels(
            sorted(library.bygone.networks - {*press.names.networks, *library.by_network}),
            press.names,
            of_networks=True,
        ),
    )
    return topics, networks


def _shelf(press: Press, kind: _Kind, label: Label, placed: Sequence[Placed], weeks: Weeks) -> Iterator[Page]:
    folder = f"{kind.folder}{label.slug}/"
    about = press.names.about.get(label.key, "")
    title = press.titled(label.name)
    yield press.page(
        "shelf.html",
        folder + "index.html",
        title=title,
        description=about or f"Stories about {label.name}, by day.",
        name=label.name,
        about=about,
        total=len(placed),
        folder=folder,
        drawing=count_by_week(weeks, kind.folder + label.key, name=label.name, one="story", many="stories"),
        days=by_day(placed, MOST_LISTED),
        older=max(0, len(placed) - MOST_LISTED),
        start_here=_start_here(placed),
        others=[(other, len(found)) for other, found in kind.shelves if other.key != label.key],
        others_title=f"Other {kind.name.lower()}",
        others_folder=kind.folder,
        feeds_out=press.links_to_feeds(folder, title),
    )
    for path, body in story_feeds(press.library, press.settings, placed, title=title, folder=folder, stem="feed"):
        yield Page(path=path, body=body)


def _list(press: Press, kind: _Kind) -> Page:
    return press.page(
        "shelves.html",
        kind.folder + "index.html",
        title=press.titled(kind.name),
        description=kind.deck,
        name=kind.name,
        deck=kind.deck,
        cards=[
            {
                "path": f"{kind.folder}{label.slug}/",
                "name": label.name,
                "about": press.names.about.get(label.key, ""),
                "count": len(placed),
            }
            for label, placed in kind.shelves
        ],
        other_path=kind.other_folder,
        other_words=kind.other_words,
    )


def _start_here(placed: Sequence[Placed]) -> list[Shown]:
    if len(placed) < LEAST_FOR_START_HERE:
        return []
    best = sorted(placed, key=lambda each: (-each.story.usefulness, each.story.story_id))
    return [each.story for each in best[:MOST_START_HERE]]
