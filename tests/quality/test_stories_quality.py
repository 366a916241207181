"""Stories on our own set: events told in other words among look-alikes, and training entries that hold no twins."""

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dailyten.classify.networks import NetworkNames
from dailyten.classify.pack import load_pack
from dailyten.cluster.agreement import agreement
from dailyten.cluster.background import read_background
from dailyten.cluster.join import join
from dailyten.cluster.policy import JoinPolicy
from dailyten.model.entry import Entry, KeptEntry

HERE = Path(__file__).parent
PACK = load_pack(HERE.parents[1] / "src/dailyten/packs/social_media")
BACKGROUND = read_background(PACK.background_file.read_bytes(), where="the pack")
FLOORS = json.loads((HERE / "story_floors.json").read_text("utf-8"))


def networks_of(entries: list[KeptEntry]) -> dict[str, tuple[str, ...]]:
    names = NetworkNames(PACK.networks)
    return {kept.entry_id: names.about(kept.entry.title, kept.entry.summary) for kept in entries}


@pytest.fixture(scope="module")
def lines() -> list[dict[str, str]]:
    return [json.loads(line) for line in (HERE / "stories.jsonl").read_text("utf-8").splitlines()]


def kept(line: dict[str, str]) -> KeptEntry:
    at = datetime.fromisoformat(line["published_at"])
    entry = Entry(key=line["id"], title=line["title"], url=line["url"], summary=line["summary"], published_at=at)
    return KeptEntry(entry_id=line["id"], feed_id=line["feed"], entry=entry, first_seen_at=at)


def test_joined_stories_agree_with_a_careful_reader(lines: list[dict[str, str]]) -> None:
    entries = [kept(line) for line in lines]

    stories = join(entries, (), networks_of(entries), JoinPolicy(), background=BACKGROUND)

    found = agreement([story.entry_ids for story in stories], {line["id"]: line["story"] or "" for line in lines})
    assert found.pair_precision >= FLOORS["pair_precision"]
    assert found.pair_recall >= FLOORS["pair_recall"]
    assert found.b_cubed_f1 >= FLOORS["b_cubed_f1"]


def test_stories_that_no_weight_was_fitted_on_are_found_among_strangers_as_in_life() -> None:
    """Of 3,100 entries 120 have a twin, about one in twenty-five; the others were told within five days of them."""
    lines = [json.loads(line) for line in (HERE / "stories_exam.jsonl").read_text("utf-8").splitlines()]
    exam = [kept(line) for line in lines]
    entries = [*exam, *strangers_beside(exam, 17)]

    stories = join(entries, (), networks_of(entries), JoinPolicy(), background=BACKGROUND)

    ids = {each.entry_id for each in exam}
    found = [story.entry_ids for story in stories if ids & set(story.entry_ids)]
    agreed = agreement(found, {line["id"]: line["story"] or "" for line in lines})
    assert agreed.pair_precision >= FLOORS["exam_pair_precision"]
    assert agreed.pair_recall >= FLOORS["exam_pair_recall"]
    assert agreed.b_cubed_f1 >= FLOORS["exam_b_cubed_f1"]


def strangers_beside(exam: list[KeptEntry], each: int) -> list[KeptEntry]:
    """Put training entries of other years, each once, beside the entries of the exam."""
    rng = random.Random(3)
    left = dict(enumerate(PACK.entries()))
    found: list[KeptEntry] = []
    for beside in exam:
        far = [number for number, entry in left.items() if abs(entry.year - beside.first_seen_at.year) > 1]
        for number in rng.sample(far, each):
            one = left.pop(number)
            at = beside.first_seen_at + timedelta(days=rng.uniform(-5, 5))
            entry = Entry(key=str(number), title=one.title, summary=one.summary, published_at=at)
            found.append(KeptEntry(entry_id=f"z{number}", feed_id=f"f{number % 100}", entry=entry, first_seen_at=at))
    return found


def test_unrelated_entries_told_over_the_years_stay_alone() -> None:
    entries = [
        KeptEntry(
            entry_id=f"{number:05}",
            feed_id=f"feed-{number % 100}",
            entry=Entry(key=str(number), title=each.title, summary=each.summary),
            first_seen_at=datetime(each.year or 2020, 1, 1, tzinfo=UTC) + timedelta(days=number * 97 % 365),
        )
        for number, each in enumerate(PACK.entries())
    ]

    stories = join(entries, (), networks_of(entries), JoinPolicy(), background=BACKGROUND)

    twins = sum(len(story.entry_ids) - 1 for story in stories)
    assert twins <= FLOORS["strangers_joined_of_1000"] * len(entries) / 1000


def test_the_set_holds_events_look_alikes_and_both_in_hundreds(lines: list[dict[str, str]]) -> None:
    stories = {line["story"] for line in lines if line["story"]}
    look_alikes = {line["set"] for line in lines if not line["story"]}

    assert len(stories) + len(look_alikes) >= 400
