"""Which entries are old acquaintances: a table of what publishers do, and the laws that hold whatever they do."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailyten.model.entry import Entry, Introduced
from dailyten.model.introducing import entry_ids, introduce
from dailyten.store.recognition import Acquaintance, marks_between, recognise
from tests.patience import effort

DAY = timedelta(days=1)
D1 = datetime(2026, 11, 1, 9, tzinfo=UTC)
D2 = D1 + DAY


def entry(guid: str = "", url: str = "", title: str = "", at: datetime | None = None, body: str = "") -> Entry:
    key = guid or url or f"{title} {at} {body if not title else ''}"
    return Entry(key=key, guid=guid, url=url, title=title, published_at=at, summary=body)


def acquaintance(entry_id: str, kept: Entry) -> Acquaintance:
    return Acquaintance(
        entry_id=entry_id,
        key=kept.key,
        guid=kept.guid,
        url=kept.url,
        title=kept.title,
        published_at=kept.published_at,
    )


def marks_of(entry: Entry) -> frozenset[str]:
    (introduced,) = introduce("f", [entry])
    return introduced.marks


class Shelf:
    """A feed's kept entries, held in memory, with the candidates chosen by their marks as the store does."""

    def __init__(self) -> None:
        self.kept: dict[str, Entry] = {}

    def read(self, *document: Entry) -> list[str]:
        """Take in a document; give the ids of its entries, an asterisk before each that is new."""
        ids = []
        arrived = introduce("f", document)
        for each in recognise(arrived, self.candidates(arrived)):
            new = next(name for name in entry_ids("f", each.arrived.entry) if name not in self.kept)
            self.kept[each.entry_id or new] = each.arrived.entry
            ids.append(each.entry_id or "*" + new)
        return ids

    def candidates(self, arrived: Sequence[Introduced]) -> list[Acquaintance]:
        wanted = {mark for each in arrived for mark in each.marks}
        found = [(name, each) for name, each in self.kept.items() if marks_of(each) & wanted]
        return [acquaintance(name, each) for name, each in reversed(found)]


def new_in(*documents: Sequence[Entry]) -> list[int]:
    """Read documents one after the other; say how many entries were new in each."""
    shelf = Shelf()
    return [sum(name.startswith("*") for name in shelf.read(*document)) for document in documents]


SAME = [
    pytest.param(entry("g", "a/1", "T", D1), entry("g", "a/1", "T", D1), id="unchanged"),
    pytest.param(entry("g", "a/1", "T", D1), entry("g", "a/1", "T2", D1), id="retitled"),
    pytest.param(entry("g", "a/1", "T", D1), entry("g", "a/1", "T2", D2), id="retitled and re-dated"),
    pytest.param(
        entry("g", "a/1", "T", D1), entry("g", "a/2", "T", D2), id="another link and date, same guid and title"
    ),
    pytest.param(
        entry("g", "a/1", "T", D1), entry("g", "a/2", "T2", D1), id="another link and title, same guid and date"
    ),
    pytest.param(entry("g", "", "T"), entry("g", "", "T2"), id="without links"),
    pytest.param(entry("g", "a/1"), entry("g", "a/2"), id="without titles"),
    pytest.param(entry("g", "a/1", "T"), entry("g", "", "T2"), id="the link was dropped"),
    pytest.param(entry("g", "a/1", "T", D1), entry("g2", "a/1", "T", D1), id="re-keyed"),
    pytest.param(entry("g", "a/1", "T"), entry("g2", "a/1", "T"), id="re-keyed without dates"),
    pytest.param(entry("g", "a/1", "", D1), entry("g2", "a/1", "", D1), id="re-keyed without a title"),
    pytest.param(entry("http://a/?p=1", "http://a/1", "T"), entry("https://a/?p=1", "https://a/1", "T2"), id="https"),
    pytest.param(entry("", "http://www.a/1/", "T"), entry("", "https://a/1", "T2"), id="https, www and a slash"),
    pytest.param(entry("", "a/1", "T", D1), entry("", "a/1", "T2", D1), id="no guid, retitled"),
    pytest.param(entry("", "a/1", "T", D1), entry("", "a/1", "T", D2), id="no guid, stamped anew at each reading"),
    pytest.param(entry("", "a/1", "T"), entry("", "a/1", "T2"), id="no guid and date, retitled"),
    pytest.param(entry("", "a/1", "T", D1), entry("", "a/2", "T", D1), id="no guid, another link"),
    pytest.param(entry("", "a/1", "T", D1), entry("g", "a/1", "T", D1), id="the feed begins to give guids"),
    pytest.param(entry("g", "a/1", "T", D1), entry("", "a/1", "T2", D1), id="the feed ceases to give guids"),
    pytest.param(entry("", "", "T", D1), entry("", "", "T", D1, "more"), id="nothing but title and date"),
    pytest.param(entry("", "", "T  one", D1), entry("", "", "t One", D1), id="title in other letters"),
    pytest.param(entry("", "", "", None, "x"), entry("", "", "", None, "x"), id="nothing but text"),
]

DIFFERENT = [
    pytest.param(entry("g", "a/1", "T", D1), entry("g", "a/2", "T2", D2), id="guid reused, dates differ"),
    pytest.param(entry("g", "a/1", "T"), entry("g", "a/2", "T2"), id="guid reused, no dates"),
    pytest.param(entry("g", "a/1", "T", D1), entry("g", "a/2", "T2"), id="guid reused, one date"),
    pytest.param(entry("g", "a", "Word of the day", D1), entry("g2", "a", "Word of the day", D2), id="daily, one page"),
    pytest.param(entry("g", "a/1", "T", D1), entry("g2", "a/2", "T", D1), id="same headline in the same second"),
    pytest.param(entry("g", "a/1", "T"), entry("g2", "a/1", "T2"), id="two things said of one page"),
    pytest.param(entry("g", "a"), entry("g2", "a"), id="nothing but a guid and one page"),
    pytest.param(entry("", "a", "T", D1), entry("", "a", "T2", D2), id="no guid, every entry links to one page"),
    pytest.param(entry("", "a/1", "T", D1), entry("", "a/2", "T", D2), id="no guid, same title on another day"),
    pytest.param(entry("", "a/1", "T"), entry("", "a/2", "T"), id="no guid and date, same title"),
    pytest.param(entry("", "", "T", D1), entry("", "", "T", D2), id="nothing but title, another day"),
    pytest.param(entry("", "", "", None, "x"), entry("", "", "", None, "y"), id="nothing but another text"),
]


@pytest.mark.parametrize(("before", "after"), SAME)
def test_the_same_entry_is_recognised(before: Entry, after: Entry) -> None:
    assert new_in([before], [after], [after]) == [1, 0, 0]


@pytest.mark.parametrize(("before", "after"), DIFFERENT)
def test_another_entry_is_new_and_the_old_one_is_kept(before: Entry, after: Entry) -> None:
    assert new_in([before], [after], [after, before], [before, after]) == [1, 1, 0, 0]


@pytest.mark.parametrize(("before", "after"), [*SAME, *DIFFERENT])
def test_a_rewritten_entry_loses_and_gets_just_the_marks_that_are_not_on_both_sides(
    before: Entry, after: Entry
) -> None:
    (arrived,) = introduce("f", [after])
    old, new = marks_of(before), arrived.marks

    assert marks_between("f", acquaintance("e", before), arrived) == (old - new, new - old)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_two_entries_of_one_document_are_two(one: Entry, other: Entry) -> None:
    assert new_in([one, other], [other, one], [one], [other]) == [2, 0, 0, 0]


def test_what_is_said_twice_in_one_document_is_one() -> None:
    assert new_in([entry("g", "a/1", "T", D1)] * 3) == [1]


def test_of_two_wordings_of_one_entry_in_a_document_the_first_counts() -> None:
    shelf = Shelf()
    shelf.read(entry("g", "a/1", "T", D1, "newer"), entry("g", "a/1", "T", D1, "older"))

    assert [each.summary for each in shelf.kept.values()] == ["newer"]


def test_a_guid_that_a_document_gives_to_all_says_nothing() -> None:
    document = [entry("g", f"a/{number}", f"T{number}", D1) for number in range(5)]

    assert new_in(document[:3], document[1:4], document[4:], document) == [3, 1, 1, 0]


def test_a_guid_and_link_that_a_document_gives_to_all_say_nothing() -> None:
    document = [entry("g", "a", f"T{number}", D1) for number in range(5)]

    assert new_in(document[:3], document[1:4], document) == [3, 1, 1]


def test_entries_alike_but_for_their_guid_slide_through_a_document_and_none_is_lost() -> None:
    alike = [entry(f"g{number}", "a", "New picture") for number in range(5)]

    assert new_in(alike[:2], alike[1:3], alike[2:4], alike[3:]) == [2, 1, 1, 1]


def test_a_constant_headline_on_one_page_counts_by_its_date() -> None:
    days = [entry("g", "a", "Open thread", D1 + number * DAY) for number in range(4)]

    assert new_in(days[:2], days[1:3], days[1:]) == [2, 1, 1]


def a_week(guid: str, link: str, day: datetime | None, later: timedelta = timedelta()) -> list[Entry]:
    return [
        entry(guid.format(number), link.format(number), f"Title {number}", day and day + number * DAY + later)
        for number in range(7)
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(a_week("tag:{}", "a/{}", D1), a_week("id-{}", "a/{}", D1), id="every guid"),
        pytest.param(a_week("tag:{}", "a/{}", D1), a_week("id-{}", "a/{}", D1, DAY / 3), id="every guid and date"),
        pytest.param(a_week("tag:{}", "a/{}", D1), a_week("id-{}", "b/post/{}", D1), id="every guid and link"),
        pytest.param(a_week("tag:{}", "a/{}", None), a_week("id-{}", "a/{}", None), id="every guid, no dates"),
        pytest.param(a_week("", "a/{}", D1), a_week("", "b/{}", D1), id="every link, no guids"),
        pytest.param(a_week("", "a/{}", D1), a_week("id-{}", "b/{}", D1), id="every link, guids from now on"),
    ],
)
def test_a_feed_that_is_re_keyed_does_not_flood(before: list[Entry], after: list[Entry]) -> None:
    fresh = entry("brand new", "a/new", "Brand new", D1 + 9 * DAY)

    assert new_in(before, [fresh, *after[2:]], [fresh, *after[2:]]) == [7, 1, 0]


@given(st.permutations(["1", "2", "3", "4"]), st.sets(st.sampled_from("1234"), min_size=1))
def test_a_document_that_shrinks_and_is_shuffled_brings_nothing_new(order: list[str], chosen: set[str]) -> None:
    document = {name: entry(name, f"a/{name}", f"T{name}", D1) for name in order}

    assert new_in(list(document.values()), [document[name] for name in order if name in chosen]) == [4, 0]


DISTINCT = st.builds(
    entry,
    guid=st.sampled_from(["", "g1", "g2", "http://a/?p=1"]),
    url=st.sampled_from(["", "https://a/1", "https://a/2"]),
    title=st.sampled_from(["", "One", "Two"]),
    at=st.sampled_from([None, D1, D2]),
    body=st.sampled_from(["x", "y"]),
)


@given(st.lists(DISTINCT, max_size=12))
def test_every_entry_of_a_first_document_is_kept_once(document: list[Entry]) -> None:
    told = {(each.key, each.guid, each.url, each.title, each.published_at) for each in document}

    assert new_in(document, document) == [len(told), 0]


@given(st.lists(st.lists(DISTINCT, max_size=6), max_size=5))
def test_no_two_entries_of_a_document_become_one(documents: list[list[Entry]]) -> None:
    shelf = Shelf()
    for document in documents:
        names = [name.removeprefix("*") for name in shelf.read(*document)]

        told = {(each.key, each.guid, each.url, each.title, each.published_at) for each in document}
        assert len(names) == len(set(names)) == len(told)
        assert {name for name in shelf.read(*document) if name.startswith("*")} == set()


SIGNS = st.sampled_from(["guid", "link", "both", "title"])


def a_world(signs: str, size: int) -> list[Entry]:
    """Give the entries of a sound feed: each has a guid, a link, both, or a title and a date of its own."""
    return [
        entry(
            f"g{number}" if signs in ("guid", "both") else "",
            f"https://a/{number}" if signs in ("link", "both") else "",
            f"Title {number % 3}",
            D1 + number * DAY,
        )
        for number in range(size)
    ]


@given(SIGNS, st.lists(st.lists(st.integers(0, 11), max_size=12), max_size=8))
def test_none_lost_and_none_twice_whatever_order_the_documents_of_a_sound_feed_come_in(
    signs: str, windows: list[list[int]]
) -> None:
    world, shelf = a_world(signs, 12), Shelf()
    for window in windows:
        shelf.read(*(world[number] for number in window))

    assert sorted(shelf.kept.values(), key=repr) == sorted({world[n] for window in windows for n in window}, key=repr)


EDITS = st.sampled_from(["title", "link", "date", "body", "scheme"])


@given(st.lists(st.lists(st.tuples(st.integers(0, 7), EDITS), max_size=8), max_size=8))
def test_a_publisher_who_gives_guids_may_edit_anything_one_thing_at_a_time(
    readings: list[list[tuple[int, str]]],
) -> None:
    world, shelf, serial, ids = a_world("both", 8), Shelf(), 100, dict[int, str]()
    for number, name in enumerate(shelf.read(*world)):
        ids[number] = name.removeprefix("*")
    for reading in readings:
        for number, edit in reading:
            serial += 1
            world[number] = edited(world[number], edit, serial)
            # Each edit is read before the next comes.
            assert shelf.read(world[number]) == [ids[number]]

        assert shelf.read(*world) == [ids[number] for number in range(8)]


def edited(before: Entry, edit: str, serial: int) -> Entry:
    match edit:
        case "title":
            return replace(before, title=f"Retitled {serial}")
        case "link":
            return replace(before, url=f"https://a/elsewhere/{serial}")
        case "date":
            return replace(before, published_at=D1 + serial * DAY)
        case "scheme":
            return replace(before, url=before.url.replace("https://", "http://"))
        case _:
            return replace(before, summary=f"Rewritten {serial}")


def test_recognition_of_a_hostile_document_is_quick() -> None:
    """Two thousand entries that share guid, link and title must not be compared each with each."""
    before = [entry("g", "a", "T", D1 + number * DAY, "x") for number in range(2000)]
    after = introduce("f", (replace(each, published_at=D1 - number * DAY) for number, each in enumerate(before)))
    shelf = Shelf()
    shelf.kept = {str(number): each for number, each in enumerate(before)}

    assert effort(lambda: recognise(after, shelf.candidates(after))) < 250
