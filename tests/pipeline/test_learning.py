"""Learning from people on the garden pack: labels and votes in a real store, real fitting, real files."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dailyten.classify import train
from dailyten.classify.classifier import Classifier
from dailyten.classify.disk import MOST_KEPT, ModelShelf
from dailyten.classify.history import PACK, Decision, Note
from dailyten.classify.model import Model
from dailyten.classify.pack import Pack, load_pack
from dailyten.errors import BadInput, ModelError, NotFound
from dailyten.model.edition import Candidate, Edition, Telling
from dailyten.model.entry import Entry
from dailyten.model.feed import Feed
from dailyten.model.feedback import Label, Vote, VoteKind
from dailyten.model.subscriber import Membership, Subscriber
from dailyten.pipeline.learning import (
    FEWEST_LABELS,
    School,
    find_entry,
    give_label,
    learn_from_people,
    proposals,
    roll_back,
)
from dailyten.store.store import Store, open_store
from tests.classify.sample_pack import write_pack
from tests.editions import an_edition

NOW = datetime(2026, 11, 2, 6, tzinfo=UTC)
HOUR = timedelta(hours=1)
OWN = """
format = 1
key = "own"
extends = "garden"

[[topics]]
key = "insects"
name = "Insects"
about = "Bees, beetles and butterflies."
"""


@dataclass
class Garden:
    """A store with entries that the pack's own never heard of, and what learns from them."""

    store: Store
    school: School
    ids: dict[str, str]

    def label(self, title: str, *topics: str, usefulness: int = 1, at: datetime = NOW) -> None:
        label = Label(
            entry_id=self.ids[title], topics=topics, networks=(), usefulness=usefulness, given_at=at, given_by="ann"
        )
        with self.store.writing() as db:
            give_label(db, self.school.pack, label)

    def teach(self, number: int = FEWEST_LABELS, topic: str = "plants") -> None:
        for place in range(number):
            self.label(f"Hoverfly beetle {place} near water", topic, usefulness=3)


@pytest.fixture
def garden(tmp_path: Path) -> Iterator[Garden]:
    yield from a_garden(tmp_path, load_pack(write_pack(tmp_path / "garden")))


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Garden]:
    write_pack(tmp_path / "garden")
    write_pack(tmp_path / "own", pack=OWN, entries=[])
    yield from a_garden(tmp_path, load_pack(tmp_path / "own"))


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    pack = load_pack(write_pack(tmp_path_factory.mktemp("pack") / "garden"))
    return train.train(pack, pack.entries())


def took_over(shelf: ModelShelf, model: Model, version: str = "learnt") -> None:
    shelf.folder.mkdir(exist_ok=True)
    shelf.keep(version, model, "[]")
    shelf.note(Note(at=NOW, version=version, decision=Decision.REPLACED, why="better", stamp="first"))


def a_garden(folder: Path, pack: Pack) -> Iterator[Garden]:
    titles = [f"Hoverfly beetle {place} near water" for place in range(30)]
    with open_store(f"sqlite:///{folder / 'garden.db'}") as store:
        with store.writing() as db:
            db.feeds.apply([Feed(feed_id="f", address="https://a.example/", title="A")], NOW)
            entries = [Entry(key=title, title=title, url=f"https://a.example/{at}") for at, title in enumerate(titles)]
            kept = db.entries.keep("f", entries, now=NOW).new
        school = School(pack=pack, stamp="first", shelf=ModelShelf(folder / "models"), learn=train.learn)
        yield Garden(store=store, school=school, ids={each.entry.title: each.entry_id for each in kept})


def test_what_editors_label_is_learnt_and_the_new_model_takes_over(garden: Garden) -> None:
    garden.teach()

    note = learn_from_people(garden.store, garden.school, NOW)

    assert (note.decision, note.labels, note.votes) == (Decision.REPLACED, FEWEST_LABELS, 0)
    assert garden.school.shelf.history().champion("first") == note.version
    learnt = Classifier(garden.school.shelf.model(note.version), garden.school.pack)
    assert learnt.verdict("", "Beetle and hoverfly near the water", "").topics[:1] == ("plants",)
    assert note.after["agreement"] > note.before["agreement"]
    assert any("labelled entries" in line for line in note.words)


def test_too_few_labels_are_refused_and_nothing_is_written(garden: Garden, tmp_path: Path) -> None:
    garden.teach(FEWEST_LABELS - 1)

    with pytest.raises(BadInput, match=f"at least {FEWEST_LABELS}"):
        learn_from_people(garden.store, garden.school, NOW)
    assert not (tmp_path / "models").exists()


def test_labels_against_what_the_pack_knows_do_not_win(garden: Garden) -> None:
    """Entries labelled at random: neither side can agree with them on what it has not seen."""
    topics = (("plants",), ("soil",), ())
    for place in range(30):
        garden.label(f"Hoverfly beetle {place} near water", *topics[place * 7 % 3], usefulness=place * 5 % 4)

    note = learn_from_people(garden.store, garden.school, NOW)

    assert note.decision is Decision.STAYED
    assert garden.school.shelf.history().champion("first") == PACK
    with pytest.raises(NotFound):
        garden.school.shelf.model(note.version)


def test_learning_again_from_the_same_is_refused(garden: Garden) -> None:
    garden.teach()
    learn_from_people(garden.store, garden.school, NOW)

    with pytest.raises(BadInput, match="anything new"):
        learn_from_people(garden.store, garden.school, NOW + HOUR)


def test_one_goes_back_to_the_pack_and_forward_again(tmp_path: Path, model: Model) -> None:
    shelf = ModelShelf(tmp_path / "models")
    took_over(shelf, model)

    back = roll_back(shelf, "first", NOW + HOUR)
    forward = roll_back(shelf, "first", NOW + 2 * HOUR, "learnt")

    assert (back.version, forward.version) == (PACK, "learnt")
    assert [note.decision for note in shelf.history().notes] == ["replaced", "rolled_back", "rolled_back"]
    with pytest.raises(BadInput, match="in use already"):
        roll_back(shelf, "first", NOW, "learnt")
    with pytest.raises(NotFound):
        roll_back(shelf, "first", NOW, "never")


def test_a_model_learnt_with_another_pack_is_set_aside(tmp_path: Path, model: Model) -> None:
    shelf = ModelShelf(tmp_path / "models")
    took_over(shelf, model)

    assert shelf.history().champion("after an update") == PACK
    with pytest.raises(BadInput, match="another state of the pack"):
        roll_back(shelf, "after an update", NOW, "learnt")


def test_the_newest_dozen_of_versions_is_kept(tmp_path: Path, model: Model) -> None:
    shelf = ModelShelf(tmp_path / "models")
    for number in range(MOST_KEPT + 2):
        took_over(shelf, model, f"v{number:02}")

    assert len(list((tmp_path / "models").glob("v*.evidence.json"))) == MOST_KEPT
    assert len(shelf.history().notes) == MOST_KEPT + 2
    with pytest.raises(NotFound):
        shelf.model("v00")


def test_a_new_topic_is_learnt_from_labels(own: Garden) -> None:
    own.teach(FEWEST_LABELS, topic="insects")

    note = learn_from_people(own.store, own.school, NOW)

    assert note.decision is Decision.REPLACED
    learnt = Classifier(own.school.shelf.model(note.version), own.school.pack)
    assert learnt.verdict("", "Beetle and hoverfly near the water", "").primary == "insects"
    assert learnt.verdict("", "Digging loam under earth", "").primary == "soil"


def test_a_new_topic_without_labels_is_refused_by_name(own: Garden) -> None:
    own.teach(FEWEST_LABELS, topic="soil")

    with pytest.raises(BadInput, match="new topic insects"):
        learn_from_people(own.store, own.school, NOW)


def test_readers_votes_count_only_when_three_agree(garden: Garden) -> None:
    garden.teach()
    voted = garden.ids["Hoverfly beetle 29 near water"]
    with garden.store.writing() as db:
        db.editions.freeze(edition_with(voted))
        for reader in "abc":
            db.subscribers.add(a_reader(reader))
            db.feedback.cast(
                Vote(
                    subscriber_id=reader,
                    edition_id=edition_with(voted).edition_id,
                    story_id="s",
                    kind=VoteKind.LESS,
                    cast_at=NOW,
                )
            )

    assert learn_from_people(garden.store, garden.school, NOW).votes == 1


def a_reader(name: str) -> Subscriber:
    return Subscriber(
        subscriber_id=name,
        address=f"{name}@a.example",
        membership=Membership.ACTIVE,
        joined_at=NOW,
        changed_at=NOW,
    )


def edition_with(entry_id: str) -> Edition:
    lead = Telling(entry_id=entry_id, feed_id="f", feed_title="A", title="T", url="", first_seen_at=NOW)
    story = Candidate(story_id="s", lead=lead, topics=("plants",), usefulness=2.0)
    return an_edition(datetime(2026, 11, 2, 7, tzinfo=UTC), entries=1, minutes=1, candidates=(story,), places=("s",))


def test_labelled_entries_are_proposed_no_more(garden: Garden) -> None:
    classifier = Classifier(train.train(garden.school.pack, garden.school.pack.entries()), garden.school.pack)
    garden.label("Hoverfly beetle 1 near water", "plants")

    with garden.store.reading() as db:
        found = proposals(db, garden.school.pack, classifier, NOW + HOUR, 99)

    assert garden.ids["Hoverfly beetle 1 near water"] not in {each.entry_id for each, _ in found}


def test_a_label_with_an_unknown_topic_or_entry_is_refused(garden: Garden) -> None:
    label = Label(entry_id="nope", topics=("plants",), networks=(), usefulness=1, given_at=NOW)
    with garden.store.writing() as db:
        with pytest.raises(BadInput, match="Unknown topic"):
            give_label(db, garden.school.pack, replace(label, topics=("weeds",)))
        with pytest.raises(NotFound):
            give_label(db, garden.school.pack, label)
        assert find_entry(db, "https://a.example/3").entry.title == "Hoverfly beetle 3 near water"


KILLED = """
import os, signal, sys
from pathlib import Path
from dailyten.classify import disk
from dailyten.classify.history import Decision, Note
from dailyten.classify.model import from_json
from datetime import UTC, datetime

shelf = disk.ModelShelf(Path(sys.argv[1]))
model = from_json(Path(sys.argv[2]).read_bytes())
step, moments = int(sys.argv[3]), [0]
replace = Path.replace

def dying(self, target):
    moments[0] += 1
    if moments[0] == step:
        os.kill(os.getpid(), signal.SIGKILL)
    return replace(self, target)

Path.replace = dying
now = datetime(2026, 11, 2, 8, tzinfo=UTC)
shelf.keep("second", model, "[]")
shelf.note(Note(at=now, version="second", decision=Decision.REPLACED, why="", stamp="first"))
"""


@pytest.mark.parametrize("step", [1, 2, 3])
def test_a_kill_while_a_model_takes_over_leaves_the_one_before_whole(tmp_path: Path, model: Model, step: int) -> None:
    folder = tmp_path / "models"
    shelf = ModelShelf(folder)
    took_over(shelf, model)

    body = str(folder / "learnt.json")
    died = subprocess.run([sys.executable, "-c", KILLED, str(folder), body, str(step)], check=False, env=os.environ)

    assert died.returncode == -signal.SIGKILL
    assert shelf.history().champion("first") == "learnt"
    assert shelf.model("learnt") == model


def test_a_history_that_is_not_ours_is_not_overwritten(garden: Garden, tmp_path: Path) -> None:
    garden.teach()
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "history.json").write_text("{oops", "utf-8")

    with pytest.raises(ModelError, match="history"):
        learn_from_people(garden.store, garden.school, NOW)
    assert (tmp_path / "models" / "history.json").read_text("utf-8") == "{oops"
