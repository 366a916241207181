"""Rules over mornings: they act on what waits, end when they are taken back, and never touch what is published."""

import pytest

from dailyten.edition.budget import Budget
from dailyten.errors import BadRules
from dailyten.model.canonical import to_json
from dailyten.model.edition import Candidate, CutReason, Edition
from dailyten.pipeline.making import Made, preview_edition
from dailyten.pipeline.ticking import beat
from dailyten.store.store import Store
from tests.journeys.digest_in_hand import Digest

PINS = '[[rules]]\nname = "No pins"\nact = "mute"\nwords = ["pin*"]\n'


def write_rules(digest: Digest, text: str) -> None:
    (digest.folder / "rules.toml").write_text(text, "utf-8")


def preview(digest: Digest, store: Store) -> Edition:
    maker = digest.parts.maker(digest.parts.pack())
    found = preview_edition(store, maker, digest.clock().date(), digest.clock())
    assert isinstance(found, Edition)
    return found


def pinned(edition: Edition) -> Candidate:
    [story] = [each for each in edition.candidates if "pin" in each.lead.title.lower() and each.also_in]
    return story


def why_cut(edition: Edition, story: Candidate) -> str:
    return next((cut.words for cut in edition.cuts if cut.story_id == story.story_id), "")


def test_a_rule_acts_on_what_waits_and_is_undone_when_it_is_removed(digest: Digest) -> None:
    digest.publish_feeds()
    with digest.parts.store() as store:
        digest.poll(store)
        without = preview(digest, store)
        write_rules(digest, PINS)
        muted = preview(digest, store)
        write_rules(digest, PINS + "unless_feeds = 2\n")
        broken_out = preview(digest, store)
        (digest.folder / "rules.toml").unlink()
        after = preview(digest, store)

    story = pinned(without)
    assert story.story_id in without.places
    assert why_cut(muted, story) == 'muted by the rule "No pins"'
    assert next(cut for cut in muted.cuts if cut.story_id == story.story_id).reason is CutReason.MUTED
    assert story.story_id in broken_out.places
    assert 'the rule "No pins" would mute it' in str([each.words for each in pinned(broken_out).reasons])
    assert to_json(after) == to_json(without)


def test_a_boost_moves_a_story_by_its_points_and_says_so(digest: Digest) -> None:
    digest.publish_feeds()
    with digest.parts.store() as store:
        digest.poll(store)
        before = pinned(preview(digest, store))
        write_rules(digest, PINS.replace("mute", "boost") + "points = 7.5\n")
        after = preview(digest, store)

    assert pinned(after).score_points == pytest.approx(before.score_points + 7.5)
    assert {each.words for each in pinned(after).reasons} - {each.words for each in before.reasons} == {
        'raised by the rule "No pins"'
    }
    assert after.budget_minutes == Budget().minutes


def test_a_changed_rule_never_changes_a_published_edition_but_a_rebuilt_one_goes_by_it(digest: Digest) -> None:
    with digest.parts.store() as store:
        write_rules(digest, PINS)
        first = digest.morning(store).edition
        pages = "".join(path.read_text("utf-8") for path in digest.site.rglob("*.html"))
        write_rules(digest, "")
        again = digest.make(store)
        with store.reading() as db:
            kept = db.editions.get(first.edition_id)
        rebuilt = digest.make(store, rebuild=True)

    assert isinstance(again, Made)
    assert isinstance(rebuilt, Made)
    assert to_json(again.edition) == to_json(kept) == to_json(first)
    assert "muted by the editors" in pages
    assert pinned(first).story_id not in first.places
    assert pinned(rebuilt.edition).story_id in rebuilt.edition.places


def test_while_it_runs_changed_rules_count_and_bad_ones_leave_the_last_good_in_force(
    digest: Digest, capsys: pytest.CaptureFixture[str]
) -> None:
    digest.publish_feeds()
    with digest.parts.store() as store:
        day = digest.parts.day("test")
        beat(store, day)
        assert not day.maker().rules.rules
        write_rules(digest, PINS)
        beat(store, day)
        assert [rule.name for rule in day.maker().rules.rules] == ["No pins"]
        write_rules(digest, PINS.replace("pin*", "pin("))
        beat(store, day)
        beat(store, day)
        assert [rule.words for rule in day.maker().rules.rules] == [("pin*",)]
        write_rules(digest, "")
        beat(store, day)
        assert not day.maker().rules.rules

    said = capsys.readouterr().out
    assert said.count("rules_refused") == 1
    assert "character 4" in said
    assert said.count("rules_taken") == 2


def test_a_morning_by_hand_is_refused_while_the_rules_have_a_fault(digest: Digest) -> None:
    """Nobody gets by mistake what the editors meant to mute: nothing is made, and everything waits."""
    digest.publish_feeds()
    write_rules(digest, PINS.replace("mute", "mtue"))
    with digest.parts.store() as store:
        digest.poll(store)
        with pytest.raises(BadRules):
            digest.make(store)
