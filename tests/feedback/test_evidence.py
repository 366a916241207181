from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailyten.feedback.evidence import (
    HEAVIEST_VOTES,
    LABEL_WEIGHT,
    USEFULNESS,
    Cast,
    taught_by_labels,
    taught_by_votes,
)
from dailyten.model.feedback import Label, VoteKind

NOW = datetime(2026, 11, 2, 6, tzinfo=UTC)
VOTE = Cast(
    entry_id="e",
    reader="r0",
    kind=VoteKind.WRONG_TOPIC,
    cast_at=NOW,
    topics=("roi", "tools"),
    networks=(),
    usefulness=1.6,
)


def by(readers: int, kind: VoteKind = VoteKind.WRONG_TOPIC, first: int = 0) -> list[Cast]:
    return [replace(VOTE, reader=f"r{number}", kind=kind) for number in range(first, first + readers)]


@pytest.mark.parametrize("readers", [1, 2])
@pytest.mark.parametrize("kind", list(VoteKind))
def test_one_or_two_readers_teach_nothing(readers: int, kind: VoteKind) -> None:
    assert taught_by_votes(by(readers, kind)) == ()


def test_one_reader_who_votes_on_three_editions_is_one_reader() -> None:
    again = [replace(VOTE, cast_at=NOW + timedelta(days=day)) for day in range(3)]

    assert taught_by_votes(again) == ()


def test_three_readers_take_the_first_topic_away_and_say_nothing_of_others() -> None:
    [taught] = taught_by_votes(by(3))

    assert taught.topics == ("tools",)
    assert taught.speaks_of == frozenset(["roi"])
    assert taught.weight == 0.3


@pytest.mark.parametrize(("kind", "grade"), [(VoteKind.MORE, 3), (VoteKind.LESS, 1)])
def test_more_and_less_move_usefulness_by_a_grade_and_leave_the_topics(kind: VoteKind, grade: int) -> None:
    [taught] = taught_by_votes(by(4, kind))

    assert taught.usefulness == grade
    assert taught.speaks_of == frozenset([USEFULNESS])


def test_readers_who_do_not_agree_teach_nothing() -> None:
    assert taught_by_votes([*by(4, VoteKind.MORE), *by(3, VoteKind.LESS, first=4)]) == ()


def test_a_reader_who_changes_their_mind_counts_once() -> None:
    changed = [replace(vote, kind=VoteKind.MORE, cast_at=NOW + timedelta(hours=1)) for vote in by(1)]

    assert taught_by_votes([*by(3), *changed]) == ()


def test_votes_on_what_an_editor_has_labelled_are_not_heard() -> None:
    assert taught_by_votes(by(5), labelled=["e"]) == ()


@given(st.lists(st.tuples(st.integers(0, 30), st.sampled_from(VoteKind)), max_size=60))
def test_votes_never_weigh_as_much_as_a_label(cast: list[tuple[int, VoteKind]]) -> None:
    votes = [replace(VOTE, reader=f"r{reader}", kind=kind) for reader, kind in cast]

    assert all(0 < each.weight <= HEAVIEST_VOTES < LABEL_WEIGHT for each in taught_by_votes(votes))


def test_editors_of_one_entry_share_its_weight() -> None:
    label = Label(entry_id="e", topics=("roi",), networks=(), usefulness=2, given_at=NOW, given_by="ann")

    taught = taught_by_labels([label, replace(label, topics=(), given_by="bob"), replace(label, entry_id="f")])

    assert [each.weight for each in taught] == [LABEL_WEIGHT / 2, LABEL_WEIGHT / 2, LABEL_WEIGHT]
