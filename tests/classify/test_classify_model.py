import dataclasses
import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailyten.classify.classifier import Classifier
from dailyten.classify.features import Cues, grams, read
from dailyten.classify.model import GRADES, Model, from_json, to_json, usefulness_of
from dailyten.classify.pack import Pack
from dailyten.classify.shape import PREFIX as SHAPE_PREFIX
from dailyten.classify.train import train
from dailyten.errors import ModelError


def test_training_twice_gives_the_same_bytes_whatever_the_order(garden: Pack) -> None:
    entries = garden.entries()

    assert to_json(train(garden, entries)) == to_json(train(garden, entries[::-1]))


def test_a_trained_model_tells_the_topics_of_its_pack_apart(garden: Pack) -> None:
    classifier = Classifier(train(garden, garden.entries()), garden)

    plant, soil, other = classifier.verdicts(
        [
            ("1", "Flowering orchid in bloom", "", ""),
            ("2", "Digging earth under roots", "", ""),
            ("3", "Evening at the theatre downtown", "", ""),
        ]
    )

    assert (plant.primary, soil.primary, other.primary) == ("plants", "soil", "")
    assert soil.usefulness > other.usefulness


def test_a_model_survives_being_written_and_read(shipped: Model) -> None:
    assert to_json(from_json(to_json(shipped))) == to_json(shipped)


def test_tagging_loads_neither_scikit_learn_nor_numpy() -> None:
    code = (
        "import sys, dailyten.classify.classifier; "
        "print([name for name in ('sklearn', 'numpy', 'scipy') if name in sys.modules])"
    )

    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "[]"


def test_the_fast_sum_equals_the_vector_that_training_sees(shipped: Model) -> None:
    text = read("Instagram tests longer captions", "Shops may write 5,000 characters, captions and more.", shipped.cues)
    vector, known = shipped.vocabulary.vector(text), shipped.vocabulary

    for output, value in enumerate(shipped.decision(text, shipped.known(text))):
        summed = sum(
            amount / known.rarity[place] * shipped.weights[place * shipped.outputs + output]
            for place, amount in vector.items()
        )
        assert value == pytest.approx(shipped.intercepts[output] + shipped.scales[output] * summed, abs=1e-6)


def test_the_shape_of_a_text_tells_how_useful_it_is_and_nothing_of_its_topic(shipped: Model) -> None:
    signs = [place for place, word in enumerate(shipped.vocabulary.words) if word.startswith(SHAPE_PREFIX)]
    rows = [shipped.weights[place * shipped.outputs : (place + 1) * shipped.outputs] for place in signs]
    grades = len(GRADES)

    assert len(signs) > 5
    assert not any(weight for row in rows for weight in row[:-grades])
    assert any(weight for row in rows for weight in row[-grades:])


def test_figures_a_question_and_a_word_to_the_reader_are_seen() -> None:
    assert read("5 captions: which sells?", "Of 1,200 posts, 3 sold to your town.", Cues({})).shape == tuple(
        f"shape:{sign}"
        for sign in (
            *("title:2", "title has a figure", "title begins with a number", "title asks", "title has a colon"),
            *("summary:2", "figures:2", "commas:2", "you"),
        )
    )


def test_nothing_is_told_of_the_shape_of_a_whole_article_for_it_is_no_summary() -> None:
    assert read("Captions that sell", "word, " * 64, Cues({})).shape == ("shape:title:1",)
    assert read("Captions that sell", "", Cues({})).shape == ("shape:title:1",)
    assert read("", "", Cues({})).shape == ()


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b'{"format": 99}', id="another format"),
        pytest.param(b'{"format": 1}', id="only a format"),
        pytest.param(b"\x80\x04pickle", id="a pickle"),
    ],
)
def test_what_is_no_model_is_refused(body: bytes) -> None:
    with pytest.raises(ModelError):
        from_json(body)


def test_a_model_with_missing_weights_is_refused(shipped: Model) -> None:
    told = json.loads(to_json(shipped))
    told["weights"] = told["weights"][:400]

    with pytest.raises(ModelError, match="fit together"):
        from_json(json.dumps(told).encode())


def test_a_model_of_another_pack_is_refused(shipped: Model, garden: Pack) -> None:
    with pytest.raises(ModelError, match="another pack"):
        Classifier(shipped, garden)


def test_a_cue_is_found_by_word_stem_and_phrase() -> None:
    cues = Cues({"law": ("gdpr", "regulat*", "data protection"), "art": ("paint*",)})

    assert cues.found(["new", "regulations"]) == {"cue:law"}
    assert cues.found(["data", "protection", "painted"]) == {"cue:law", "cue:art"}
    assert cues.found(["data", "paid"]) == set()


def test_letters_mark_where_a_word_begins_and_ends() -> None:
    assert grams("ad") == [" ad", "ad ", " ad "]


def test_a_title_word_weighs_more_than_one_of_the_summary() -> None:
    terms = read("Reels", "reels tips", Cues({}))

    assert terms.tokens["reels"] > terms.tokens["tips"]


@given(st.floats(0, 7), st.floats(0, 7))
def test_more_gain_is_never_less_useful(one: float, other: float) -> None:
    cuts = (0.6, 1.9, 4.0)
    low, high = sorted((one, other))

    assert 0 <= usefulness_of(low, cuts) <= usefulness_of(high, cuts) <= 3


def test_the_shipped_model_says_how_good_it_is(shipped: Model) -> None:
    assert {"macro_f1", "primary", "networks_f1", "ndcg", "kappa"} <= set(shipped.quality)
    assert dataclasses.replace(shipped, version="9").made_by.startswith("9+")
