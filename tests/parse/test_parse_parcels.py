"""Parcels come out whole, however the stream is cut."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import cycle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailyten.model.entry import Document, Entry, NotAFeed
from dailyten.model.introducing import introduce
from dailyten.parse.parcels import Inbox, Question, answer, answer_of, ask_to_read, question_of

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ENTRIES = (Entry(key="1", title="T", tags=("a",), published_at=NOW), Entry(key="2", guid="g", html="<p>"))


def arriving(stream: bytes, pieces: Sequence[int]) -> list[bytes]:
    """Let a stream arrive in pieces of at most these sizes, over and over; give the parcels that came of it."""
    inbox, left, found, sizes = Inbox(), memoryview(stream), [], cycle(pieces)

    def read_into(room: memoryview) -> int:
        nonlocal left
        piece = left[: min(next(sizes), len(room))]
        room[: len(piece)] = piece
        left = left[len(piece) :]
        return len(piece)

    while left:
        found += [bytes(parcel) for parcel in inbox.receive(read_into)]
    return found


@given(st.lists(st.binary(max_size=200), min_size=1, max_size=20), st.lists(st.integers(1, 500), min_size=1))
def test_parcels_come_out_whole_and_in_order_however_the_stream_is_cut(bodies: list[bytes], pieces: list[int]) -> None:
    questions: list[Question] = [(body, {"content-type": "x"}, "https://f.example/", NOW, "f") for body in bodies]

    found = arriving(b"".join(map(ask_to_read, questions)), pieces)

    assert [question_of(memoryview(each)) for each in found] == questions


def test_a_parcel_larger_than_the_inbox_comes_out_whole_and_so_does_the_next() -> None:
    bodies = [b"x" * 1_000_000, b"y"]
    stream = b"".join(ask_to_read((body, {}, "https://f.example/", NOW, "")) for body in bodies)

    assert [question_of(memoryview(each))[0] for each in arriving(stream, [100_000])] == bodies


@pytest.mark.parametrize(
    "parsed",
    [
        NotAFeed(what="a web page"),
        Document(kind="rss 2.0", title="T"),
        Document(kind="rss 2.0", entries=ENTRIES),
        Document(kind="rss 2.0", entries=ENTRIES, introduced=introduce("f", ENTRIES)),
    ],
    ids=["no feed", "no entries", "entries", "introduced"],
)
def test_what_was_read_comes_back_as_it_was(parsed: Document | NotAFeed) -> None:
    assert [answer_of(memoryview(each)) for each in arriving(answer(parsed), [7])] == [parsed]


def test_a_stream_that_ends_says_so() -> None:
    with pytest.raises(EOFError):
        Inbox().receive(lambda _: 0)
