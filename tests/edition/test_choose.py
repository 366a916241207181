from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from dailyten.edition.budget import Budget
from dailyten.edition.choose import choose, counted_seconds
from dailyten.model.edition import Candidate, Cut, CutReason, Telling

BUDGET = Budget()
SEEN_AT = datetime(2026, 11, 24, tzinfo=UTC)


def candidate(name: str, points: float = 20.0, **changes: object) -> Candidate:
    feed = str(changes.pop("feed", name))
    url = str(changes.pop("url", f"https://example.org/{name}"))
    lead = Telling(entry_id=name, feed_id=feed, feed_title=feed, title=name, url=url, first_seen_at=SEEN_AT)
    plain: dict[str, object] = {"primary": name, "usefulness": 2.0, "reading_seconds": 120, "score_points": points}
    return Candidate(story_id=name, lead=lead, **{**plain, **changes})  # type: ignore[arg-type]


def reasons(cuts: tuple[Cut, ...]) -> dict[str, CutReason]:
    return {cut.story_id: cut.reason for cut in cuts}


@st.composite
def a_day(draw: st.DrawFn) -> list[Candidate]:
    return [
        candidate(
            f"s{place}",
            draw(st.floats(-20, 60)),
            feed=draw(st.sampled_from("abc")),
            primary=draw(st.sampled_from(["roi", "tools", "rules", ""])),
            usefulness=draw(st.floats(0, 3)),
            reading_seconds=draw(st.integers(0, 3000)),
        )
        for place in range(draw(st.integers(0, 40)))
    ]


@given(a_day())
def test_every_story_has_a_place_or_a_reason(day: list[Candidate]) -> None:
    choice = choose(day, BUDGET)

    assert sorted([*choice.places, *(cut.story_id for cut in choice.cuts)]) == sorted(each.story_id for each in day)
    assert all(cut.words for cut in choice.cuts)


@given(a_day())
def test_an_edition_never_breaks_its_limits(day: list[Candidate]) -> None:
    choice = choose(day, BUDGET)
    told = [each for each in day if each.story_id in choice.places]

    assert len(told) <= BUDGET.most_stories
    assert choice.seconds == sum(counted_seconds(each, BUDGET) for each in told)
    assert choice.seconds <= BUDGET.minutes * 60
    for feed in "abc":
        assert sum(each.lead.feed_id == feed for each in told) <= BUDGET.most_per_feed


@given(a_day(), st.randoms())
def test_the_order_of_arrival_does_not_matter(day: list[Candidate], random: object) -> None:
    shuffled = list(day)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert choose(shuffled, BUDGET).places == choose(day, BUDGET).places


def test_the_best_story_leads() -> None:
    assert choose([candidate("low", 10), candidate("high", 30)], BUDGET).places == ("high", "low")


def test_off_topic_noise_and_linkless_stories_are_cut_with_their_reason() -> None:
    day = [candidate("off", primary=""), candidate("noise", usefulness=0.2), candidate("nolink", url="")]

    assert reasons(choose(day, BUDGET).cuts) == {
        "off": CutReason.OFF_TOPIC,
        "noise": CutReason.NOISE,
        "nolink": CutReason.NO_LINK,
    }


def test_one_loud_feed_does_not_fill_the_edition() -> None:
    loud = [candidate(f"loud{place}", 50 - place, feed="loud") for place in range(6)]

    choice = choose([*loud, candidate("quiet", 5)], BUDGET)

    assert "quiet" in choice.places
    assert len(choice.places) == BUDGET.most_per_feed + 1
    assert set(reasons(choice.cuts).values()) == {CutReason.SAME_FEED}


def test_a_short_story_may_fill_the_time_that_a_long_one_would_not_fit() -> None:
    tight = Budget(minutes=3)
    day = [
        candidate("first", 30),
        candidate("long", 20, reading_seconds=200),
        candidate("short", 10, reading_seconds=60),
    ]

    choice = choose(day, tight)

    assert choice.places == ("first", "short")
    assert reasons(choice.cuts) == {"long": CutReason.NO_TIME}


def test_a_single_long_story_beats_an_empty_edition() -> None:
    assert choose([candidate("long", reading_seconds=9999)], Budget(minutes=1)).places == ("long",)


def test_what_was_ruled_out_before_stays_out() -> None:
    before = Cut(story_id="old", reason=CutReason.SAID_BEFORE, words="told on Monday")

    choice = choose([candidate("old", 99), candidate("new", 1)], BUDGET, [before])

    assert choice.places == ("new",)
    assert choice.cuts == (before,)
