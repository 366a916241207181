from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dailyten.edition.budget import Budget
from dailyten.edition.choose import choose, counted_seconds
from dailyten.edition.personal import POINTS, Board, budget_for, explain, issue_for
from dailyten.model.edition import Candidate, Cut, CutReason, Edition, edition_id_of
from dailyten.model.issue import IssueKind, Place
from dailyten.model.subscriber import Wishes
from tests.edition.test_choose import candidate

ON = date(2026, 11, 24)
GOALS = {"sell": ("advertising", "roi"), "hire": ("content",)}
NETWORKS, TOPICS = ("linkedin", "tiktok", "facebook"), ("roi", "content", "advertising", "rules")
BUDGET = Budget()


def edition(stories: Sequence[Candidate], on: date = ON, ruled_out: Sequence[Cut] = ()) -> Edition:
    choice = choose(stories, BUDGET, ruled_out)
    built_at = datetime(on.year, on.month, on.day, 7, tzinfo=UTC)
    return Edition(
        edition_id=edition_id_of(on, "UTC", 1),
        on=on,
        zone="UTC",
        revision=1,
        title="Today",
        built_at=built_at,
        seen_from=None,
        seen_to=built_at,
        budget_minutes=15,
        minutes=-(-choice.seconds // 60),
        minutes_saved=0,
        entries=len(stories),
        feeds=(),
        candidates=tuple(stories),
        places=choice.places,
        cuts=choice.cuts,
    )


def board(*editions: Edition) -> Board:
    return Board(editions=editions, budget=BUDGET, goals=GOALS)


def places(wishes: Wishes, *editions: Edition, had: frozenset[str] = frozenset()) -> list[str]:
    return list(issue_for(wishes, board(*editions), IssueKind.DAILY, had).story_ids)


def a_story(name: str, points: float = 20.0, **changes: object) -> Candidate:
    plain: dict[str, object] = {"primary": "rules", "topics": ("rules",)}
    return candidate(name, points, **{**plain, **changes})


KEYS = {
    "networks": st.sampled_from(NETWORKS),
    "topics": st.sampled_from(TOPICS),
    "goals": st.sampled_from(["sell", "hire"]),
}
WISHES = st.builds(
    Wishes,
    minutes=st.none() | st.integers(3, 60),
    **{name: st.lists(keys, unique=True, max_size=3).map(tuple) for name, keys in KEYS.items()},
)


@st.composite
def days(draw: st.DrawFn, most: int = 3) -> list[Edition]:
    found = []
    for day in range(draw(st.integers(1, most))):
        stories = []
        for place in range(draw(st.integers(0, 25))):
            topics = draw(st.lists(st.sampled_from(TOPICS), unique=True, min_size=1, max_size=2).map(tuple))
            stories.append(
                candidate(
                    f"d{day}s{place}",
                    draw(st.floats(0, 50).map(lambda points: round(points, 2))),
                    feed=draw(st.sampled_from("abcdef")),
                    primary=topics[0],
                    topics=topics,
                    networks=draw(st.lists(st.sampled_from(NETWORKS), unique=True, max_size=2).map(tuple)),
                    usefulness=draw(st.floats(0, 3)),
                    reading_seconds=draw(st.integers(1, 900)),
                )
            )
        found.append(edition(stories, ON + timedelta(days=day)))
    return found


@given(days(most=1), st.sampled_from(list(IssueKind)))
def test_without_wishes_it_is_the_edition(editions: list[Edition], kind: IssueKind) -> None:
    made = issue_for(Wishes(), board(*editions), kind)

    assert made.story_ids == editions[0].places
    assert made.minutes == editions[0].minutes
    assert made.asked == ()
    assert not any(each.why for each in made.places)


@given(days(most=1))
def test_wishes_that_meet_nothing_choose_what_the_editors_chose(editions: list[Edition]) -> None:
    """The walk for one person and the editors' own walk are one and the same."""
    assert tuple(places(Wishes(topics=("gardening",)), *editions)) == editions[0].places


@given(days(), WISHES, st.data())
def test_whatever_somebody_wishes_the_issue_keeps_its_limits(
    editions: list[Edition], wishes: Wishes, data: st.DataObject
) -> None:
    on_it = board(*editions)
    ids = [story.story_id for story in on_it.stories]
    had = frozenset(data.draw(st.lists(st.sampled_from(ids), unique=True))) if ids else frozenset()

    made = issue_for(wishes, on_it, IssueKind.DAILY, had)

    told = [on_it.stories[on_it.place_of[story_id]] for story_id in made.story_ids]
    seconds = sum(counted_seconds(story, BUDGET) for story in told)
    budget = budget_for(wishes.minutes, BUDGET)
    assert had.isdisjoint(made.story_ids)
    assert bool(told) == bool(set(ids) - had)
    assert seconds <= budget.minutes * 60 or len(told) == 1
    assert len(told) <= budget.most_stories
    assert made.minutes == -(-seconds // 60)


@given(days(), WISHES)
def test_every_story_of_every_edition_has_a_place_or_a_reason(editions: list[Edition], wishes: Wishes) -> None:
    told = explain(wishes, board(*editions), IssueKind.WEEKLY)

    every = sorted(each.story_id for edition in editions for each in edition.candidates)
    assert sorted([*told.issue.story_ids, *(cut.story_id for cut in told.cuts)]) == every
    assert all(cut.words for cut in told.cuts)
    assert set(told.reasons) == set(told.issue.story_ids)


@given(days(most=1), WISHES)
def test_a_wish_never_costs_a_story_its_place_that_it_names(editions: list[Edition], wishes: Wishes) -> None:
    """Of two stories that differ in nothing else, the one that was asked for comes first."""
    plain = a_story("plain", 30.0, feed="x", primary="rules", topics=("rules",))
    asked = replace(plain, story_id="the asked one", networks=wishes.networks[:1])
    stories = [*editions[0].candidates, plain, asked]

    order = places(replace(wishes, minutes=60), edition(stories))

    if wishes.networks and "plain" in order:
        assert "the asked one" in order[: order.index("plain")]


def test_a_network_that_was_asked_for_comes_up_and_says_why() -> None:
    stories = [
        a_story("best", 40),
        a_story("good", 30, networks=("tiktok",)),
        a_story("fair", 25, networks=("linkedin",)),
    ]

    made = issue_for(Wishes(networks=("linkedin",)), board(edition(stories)), IssueKind.DAILY)

    assert made.places == (
        Place(story_id="best", why=("lead",)),
        Place(story_id="fair", why=("network:linkedin",)),
        Place(story_id="good"),
    )
    assert made.asked == ("network:linkedin",)


def test_wishes_add_named_points_to_the_editors_own() -> None:
    stories = [
        a_story("lead", 50),
        a_story("asked", 20, networks=("linkedin",), topics=("roi",), primary="roi"),
        a_story("other", 20, networks=("tiktok",)),
    ]

    told = explain(
        Wishes(networks=("linkedin",), topics=("roi",), goals=("sell",)), board(edition(stories)), IssueKind.DAILY
    )

    assert {each.name: each.points for each in told.reasons["asked"]} == {
        "network_wish": POINTS.network,
        "topic_wish": POINTS.topic,
        "goal_wish": POINTS.goal,
    }
    assert [(each.name, each.points) for each in told.reasons["other"]] == [("other_network", POINTS.other_network)]
    assert [each.words for each in told.reasons["lead"]] == ["the editors put it first"]


def test_what_the_editors_put_first_keeps_a_place_whatever_was_asked_for() -> None:
    lead = a_story("lead", 30, networks=("tiktok",), reading_seconds=120)
    asked = [a_story(f"asked{n}", 28, networks=("linkedin",), feed=f"f{n}", reading_seconds=120) for n in range(4)]

    made = issue_for(Wishes(networks=("linkedin",), minutes=5), board(edition([lead, *asked])), IssueKind.DAILY)

    assert [each.story_id for each in made.places] == ["asked0", "lead"]
    assert made.places[1].why == ("lead",)


def test_a_few_minutes_are_not_used_up_by_a_lead_that_nobody_asked_for() -> None:
    lead = a_story("lead", 30, reading_seconds=240)
    asked = a_story("asked", 28, networks=("linkedin",), reading_seconds=120)

    assert places(Wishes(networks=("linkedin",), minutes=3), edition([lead, asked])) == ["asked"]


def test_what_is_no_news_for_anybody_stays_out_even_if_its_topic_was_asked_for() -> None:
    noise = a_story("noise", 90, topics=("roi",), primary="roi", usefulness=0.1)
    told = a_story("told", 90, topics=("roi",), primary="roi")
    before = Cut(story_id="told", reason=CutReason.SAID_BEFORE, words="told on 22 November already")
    day = edition([noise, told, a_story("other", 10)], ruled_out=[before])

    found = explain(Wishes(topics=("roi",)), board(day), IssueKind.DAILY)

    assert found.issue.story_ids == ("other",)
    assert {cut.story_id: cut.reason for cut in found.cuts} == {
        "noise": CutReason.NOISE,
        "told": CutReason.SAID_BEFORE,
    }


def test_the_week_leaves_out_what_the_daily_sent() -> None:
    week = [
        edition([a_story(f"best{day}", 40 - day), a_story(f"next{day}", 20 - day)], ON + timedelta(days=day))
        for day in range(3)
    ]

    found = explain(Wishes(), board(*week), IssueKind.WEEKLY, frozenset({"best0", "best1"}))

    assert found.issue.story_ids[0] == "best2"
    assert not {"best0", "best1"} & set(found.issue.story_ids)
    assert [cut.words for cut in found.cuts if cut.story_id == "best0"] == ["you had it already"]


def test_of_a_story_and_what_carried_it_on_the_week_tells_the_newer() -> None:
    first = edition([a_story("first", 40)])
    second = edition([a_story("second", 30, development_of="first")], ON + timedelta(days=1))

    assert places(Wishes(), first, second) == ["second"]
    assert places(Wishes(), second, had=frozenset({"first"})) == ["second"]


def test_who_asks_for_one_topic_may_have_more_of_it_than_others() -> None:
    stories = [
        a_story(f"roi{n}", 30, feed=f"f{n}", primary="roi", topics=("roi",), reading_seconds=60) for n in range(8)
    ]

    assert len(places(Wishes(), edition(stories))) == BUDGET.most_per_topic
    assert len(places(Wishes(topics=("roi",)), edition(stories))) == len(stories)


def test_more_minutes_hold_more_stories_and_fewer_hold_fewer() -> None:
    stories = [a_story(f"s{n}", 30, feed=f"f{n}", primary=f"t{n}", topics=(f"t{n}",)) for n in range(40)]

    counts = [len(places(Wishes(minutes=minutes), edition(stories))) for minutes in (3, 15, 30)]

    assert counts == [1, 7, 15]


def test_a_digest_of_ten_minutes_gives_who_wished_nothing_ten() -> None:
    ten = replace(BUDGET, minutes=10)

    assert budget_for(Wishes().minutes, ten) is ten
    assert budget_for(30, ten).minutes == 30


def test_fifteen_minutes_are_a_wish_like_any_other_on_a_digest_of_another_length() -> None:
    ten = Board(editions=(edition([]),), budget=replace(BUDGET, minutes=10), goals=GOALS)

    wished = [issue_for(Wishes(minutes=minutes), ten, IssueKind.DAILY).asked for minutes in (None, 10, 15)]

    assert wished == [(), (), ("minutes:15",)]
    assert budget_for(15, ten.budget).minutes == 15


def test_a_day_with_few_stories_and_minutes_left_is_quiet() -> None:
    few = edition([a_story("one"), a_story("two")])
    full = edition([a_story(f"s{n}", reading_seconds=240, feed=f"f{n}", primary=f"t{n}") for n in range(9)])

    assert issue_for(Wishes(topics=("roi",)), board(few), IssueKind.DAILY).quiet
    assert issue_for(Wishes(), board(few), IssueKind.DAILY).quiet
    assert issue_for(Wishes(), board(edition([])), IssueKind.DAILY).quiet
    assert not issue_for(Wishes(minutes=5), board(full), IssueKind.DAILY).quiet
