from dataclasses import replace

from dailyten.classify.contest import MAY_FALL, Side, agreement, settle, side
from dailyten.classify.evaluate import Guess, Truth

TOPICS = ("plants", "soil")
TRUE = [Truth(primary=key, topics=(key,), networks=(), usefulness=2) for key in (*TOPICS, *TOPICS)]
RIGHT = [Guess(primary=each.primary, topics=each.topics, networks=(), usefulness=2) for each in TRUE]
WRONG = [replace(RIGHT[0], primary="soil", topics=("soil",)), *RIGHT[1:]]


def judged(on_pack: list[Guess], on_labels: list[Guess]) -> Side:
    return side((on_pack, TRUE), (on_labels, TRUE), TOPICS, TOPICS)


def floors() -> dict[str, float]:
    return {name: figure for name, figure in judged(RIGHT, RIGHT).figures().items() if name != "agreement"}


def test_who_agrees_better_with_the_labels_takes_over() -> None:
    settled = settle(judged(RIGHT, WRONG), judged(RIGHT, RIGHT), floors())

    assert settled.better
    assert "Main topic right on 4 of 4 labelled entries; before on 3." in settled.words


def test_an_equal_challenger_does_not_take_over() -> None:
    settled = settle(judged(RIGHT, RIGHT), judged(RIGHT, RIGHT), floors())

    assert not settled.better
    assert "must gain" in settled.why


def test_a_challenger_that_falls_through_a_floor_does_not_take_over_however_good_it_is() -> None:
    settled = settle(judged(RIGHT, WRONG), judged(WRONG, RIGHT), floors())

    assert not settled.better
    assert "main topic right 0.750 (floor 0.990)" in settled.why


def test_floors_are_those_of_the_pack_and_do_not_sink_with_each_champion() -> None:
    sunk = {**floors(), "primary": 0.75 + MAY_FALL}

    assert not settle(judged(WRONG, WRONG), judged(WRONG, RIGHT), floors()).better
    assert settle(judged(WRONG, WRONG), judged(WRONG, RIGHT), {"primary": sunk["primary"]}).better


def test_agreement_is_whole_for_equal_labels_and_less_for_others() -> None:
    assert agreement(RIGHT, TRUE) == 1.0
    assert 0 < agreement(WRONG, TRUE) < 1.0
