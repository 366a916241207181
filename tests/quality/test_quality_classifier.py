"""Floors under the classifier of each pack, on its own entries; to lower one is a decision with a name on it.

The figures are those of cross-validation: each entry is judged by a model that has not seen it, so none has to be kept
out of the shipped one.
"""

import json
from pathlib import Path

import pytest

import dailyten.packs
from dailyten.classify.model import Model, from_json
from dailyten.classify.networks import NetworkNames
from dailyten.classify.pack import Pack, load_pack, training_hash
from dailyten.classify.train import train
from dailyten.cluster.background import count_background, read_background, write_background
from dailyten.wiring.learning import kindred_of
from dailyten.wiring.packs import our_packs

FLOORS = json.loads((Path(__file__).parent / "floors.json").read_text(encoding="utf-8"))["classifier"]
FIGURES = ("macro_f1", "primary", "off_topic_recall", "off_topic_precision", "networks_f1", "ndcg", "kappa")
SAME = 0.01
"""What another machine's arithmetic may change in a figure."""
LARGEST_BYTES = 5_000_000


@pytest.fixture(scope="module", params=our_packs())
def pack(request: pytest.FixtureRequest) -> Pack:
    return load_pack(Path(dailyten.packs.__file__).parent / request.param)


@pytest.fixture(scope="module")
def shipped(pack: Pack) -> Model:
    return from_json(pack.model_file.read_bytes())


def test_the_shipped_model_was_trained_from_the_entries_beside_it(pack: Pack, shipped: Model) -> None:
    assert shipped.training_hash == training_hash(pack.entries(), pack.cues), "run `make train` and commit the model"


def test_the_shipped_counts_of_words_are_those_of_the_entries_beside_them(pack: Pack) -> None:
    texts = ((entry.title, entry.summary) for entry in pack.entries())

    counted = count_background(texts, NetworkNames(pack.networks).about, kindred_of(pack))

    assert write_background(counted) == pack.background_file.read_bytes(), "run `make train` and commit the counts"
    assert read_background(write_background(counted), where="here") == counted


def test_every_pack_has_floors_under_the_same_figures() -> None:
    assert set(FLOORS) == set(our_packs())
    assert {tuple(sorted(floors)) for floors in FLOORS.values()} == {tuple(sorted(FIGURES))}


@pytest.mark.parametrize("figure", FIGURES)
def test_no_floor_is_fallen_through(pack: Pack, shipped: Model, figure: str) -> None:
    assert shipped.quality[figure] >= FLOORS[pack.key][figure]


def test_usefulness_ranks_far_better_than_newest_first(shipped: Model) -> None:
    assert shipped.quality["ndcg"] >= shipped.quality["ndcg_newest_first"] + 0.2


def test_training_again_gives_the_shipped_model(pack: Pack, shipped: Model) -> None:
    again = train(pack, pack.entries())

    assert again.vocabulary == shipped.vocabulary
    assert again.thresholds == pytest.approx(shipped.thresholds, abs=0.05)
    assert dict(again.quality) == pytest.approx(dict(shipped.quality), abs=SAME)


def test_the_model_is_small(pack: Pack) -> None:
    assert pack.model_file.stat().st_size < LARGEST_BYTES
