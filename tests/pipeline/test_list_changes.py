"""Changes of the list: kept with every byte, and taken back without touching what editors did since."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailyten.errors import BadFeedList, BadInput, NotFound
from dailyten.feedlist.edit import Opml
from dailyten.feedlist.read import FeedList, read
from dailyten.model.feed import Feed, ListChange, feed_id_of
from dailyten.pipeline.list_file import ListFile
from dailyten.pipeline.listing import change_list, text_diff, undo_change, without_change
from dailyten.pipeline.taking import follow_list
from dailyten.store import Store, open_store

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LIST = (
    b"<?xml version='1.0' encoding='iso-8859-1'?>\r\n<opml version='2.0'>\r\n  <!-- caf\xe9 -->\r\n  <body>\r\n"
    b"    <outline text='A' xmlUrl='https://a.example/feed' x:y='kept' xmlns:x='urn:x'/>\r\n"
    b"    <outline text='B' xmlUrl='https://b.example/feed'/>\r\n  </body>\r\n</opml>\r\n"
)


def take(body: bytes) -> FeedList:
    return read(body, name="feeds.opml")


@dataclass
class File:
    body: bytes

    def read(self) -> bytes:
        return self.body

    def write(self, body: bytes) -> None:
        self.body = body

    def port(self) -> ListFile:
        return ListFile(name="feeds.opml", read=self.read, write=self.write, take=take)


@pytest.fixture
def store() -> Store:
    return open_store("sqlite://")


def moved(body: bytes, feed: str, to: str) -> bytes:
    return Opml.of(body, name="feeds.opml").replace_address(feed, to).to_bytes()


def a_change(store: Store, file: File, after: bytes, act: str = "move") -> ListChange:
    change = change_list(store, file.port(), act, file.body, after, NOW)
    assert change is not None
    return change


def test_a_change_is_written_kept_and_in_force_at_once(store: Store) -> None:
    file = File(LIST)
    after = moved(LIST, "https://a.example/feed", "https://new.example/feed")

    change = a_change(store, file, after)

    assert file.body == after
    assert (change.before, change.after) == (LIST, after)
    with store.reading() as db:
        assert [feed.address for feed in db.feeds.listed()] == ["https://new.example/feed", "https://b.example/feed"]
        assert db.feeds.listed()[0].feed_id == feed_id_of("https://a.example/feed")


def test_undo_gives_back_every_byte_and_the_old_address(store: Store) -> None:
    file = File(LIST)
    a_change(store, file, moved(LIST, "https://a.example/feed", "https://new.example/feed"))

    undone = undo_change(store, file.port(), NOW + timedelta(hours=1))

    assert file.body == LIST
    assert undone.undone_at == NOW + timedelta(hours=1)
    with store.reading() as db:
        assert db.feeds.listed()[0].address == "https://a.example/feed"
        assert [each.act for each in db.lists.history()] == ["undo", "move"]
    with pytest.raises(NotFound):
        undo_change(store, file.port(), NOW)


def test_undo_keeps_what_an_editor_changed_since(store: Store) -> None:
    file = File(LIST)
    a_change(store, file, moved(LIST, "https://a.example/feed", "https://new.example/feed"))
    file.body = file.body.replace(b"text='B'", b"text='Bee'").replace(
        b"<!-- caf\xe9 -->", b"<!-- tea -->\r\n  <!-- x -->"
    )

    undo_change(store, file.port(), NOW)

    assert file.body == LIST.replace(b"text='B'", b"text='Bee'").replace(
        b"<!-- caf\xe9 -->", b"<!-- tea -->\r\n  <!-- x -->"
    )


def test_undo_of_lines_that_were_changed_again_is_refused_and_touches_nothing(store: Store) -> None:
    file = File(LIST)
    change = a_change(store, file, moved(LIST, "https://a.example/feed", "https://new.example/feed"))
    file.body = edited = file.body.replace(b"text='A'", b"text='Anna'")

    with pytest.raises(BadInput, match="same lines"):
        undo_change(store, file.port(), NOW)

    assert file.body == edited
    with store.reading() as db:
        assert db.lists.history() == (change,)


def test_an_earlier_change_is_undone_by_its_number(store: Store) -> None:
    file = File(LIST)
    first = a_change(store, file, moved(LIST, "https://a.example/feed", "https://a2.example/feed"))
    opml = Opml.of(file.body, name="feeds.opml")
    c = Feed(feed_id=feed_id_of("https://c.example/"), address="https://c.example/", title="C")
    a_change(store, file, opml.add(c).to_bytes(), "add")

    undo_change(store, file.port(), NOW, first.change_id)

    assert b"https://a.example/feed" in file.body
    assert b"https://c.example/" in file.body
    with pytest.raises(BadInput, match="already"):
        undo_change(store, file.port(), NOW, first.change_id)


def test_a_list_with_a_fault_is_never_written(store: Store) -> None:
    file = File(LIST)

    with pytest.raises(BadFeedList):
        change_list(store, file.port(), "apply", LIST, LIST.replace(b"</opml>", b""), NOW)

    assert file.body == LIST
    with store.reading() as db:
        assert db.lists.history() == ()


def test_an_editor_who_saves_at_the_same_moment_wins(store: Store) -> None:
    file = File(LIST.replace(b"text='B'", b"text='Saved meanwhile'"))

    with pytest.raises(BadInput, match="somebody else"):
        change_list(store, file.port(), "move", LIST, moved(LIST, "https://a.example/feed", "https://n.example/"), NOW)

    assert b"Saved meanwhile" in file.body
    with store.reading() as db:
        assert db.lists.history() == ()
        assert db.feeds.listed() == ()


def test_a_disk_that_refuses_leaves_no_trace_of_the_change(store: Store) -> None:
    def refuse(_: bytes) -> None:
        raise OSError("full")

    port = ListFile(name="feeds.opml", read=lambda: LIST, write=refuse, take=take)
    with pytest.raises(OSError, match="full"):
        change_list(store, port, "move", LIST, moved(LIST, "https://a.example/feed", "https://n.example/"), NOW)

    with store.reading() as db:
        assert db.lists.history() == ()


def test_nothing_changed_is_no_change(store: Store) -> None:
    assert change_list(store, File(LIST).port(), "apply", LIST, LIST, NOW) is None


@dataclass
class Reader:
    """Reads lists, and counts how many."""

    read: int = 0

    def take(self, body: bytes) -> FeedList:
        self.read += 1
        return take(body)


def test_a_list_is_read_again_only_when_its_text_is_another_than_the_one_in_force(store: Store) -> None:
    file, reader = File(LIST), Reader()
    port = replace(file.port(), take=reader.take)

    for body in (LIST, LIST, moved(LIST, "https://a.example/feed", "https://new.example/feed"), LIST):
        file.body = body
        follow_list(store, port, NOW)

        with store.reading() as db:
            assert [feed.address for feed in db.feeds.listed()] == [feed.address for feed in take(body).feeds]
    assert reader.read == 3


def test_a_list_that_we_have_written_is_in_force_and_not_read_again(store: Store) -> None:
    file, reader = File(LIST), Reader()
    a_change(store, file, moved(LIST, "https://a.example/feed", "https://new.example/feed"))

    follow_list(store, replace(file.port(), take=reader.take), NOW)

    assert reader.read == 0


def test_a_list_with_a_fault_is_refused_each_time_it_is_followed(store: Store) -> None:
    file = File(LIST)
    follow_list(store, file.port(), NOW)
    file.body = LIST.replace(b"</opml>", b"")

    for _ in range(2):
        with pytest.raises(BadFeedList):
            follow_list(store, file.port(), NOW)
    with store.reading() as db:
        assert len(db.feeds.listed()) == 2


def test_a_diff_names_the_lines_of_the_file() -> None:
    after = moved(LIST, "https://b.example/feed", "https://n.example/")

    assert [line[:6] for line in text_diff(LIST, after)] == ["   2 -", "   2 +", "   6 -", "   6 +"]


LINES = st.lists(st.sampled_from([b"a\n", b"b\n", b"c\n", b"d\n", b"\n"]), max_size=8)


@given(before=LINES, after=LINES, more=LINES)
def test_a_change_taken_out_leaves_what_came_before_and_after_it(
    before: list[bytes], after: list[bytes], more: list[bytes]
) -> None:
    """Whatever was added in front and behind stays, and the change itself is gone."""
    change = ListChange(act="x", changed_at=NOW, before=b"".join(before), after=b"".join(after))
    front, back = b"<front>\n", b"<back>\n"

    assert without_change(change, change.after) == change.before
    try:
        result = without_change(change, front + b"".join(more) + change.after + back)
    except BadInput:
        return
    assert result.count(front) == result.count(back) == 1
