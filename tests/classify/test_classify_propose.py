from dailyten.classify.propose import Unlabelled, propose, propose_for_topic
from dailyten.model.topic import Verdict

THRESHOLDS = {"plants": 0.4, "soil": 0.4}


def entry(name: str, title: str, plants: float, soil: float = 0.0, flag: str = "") -> Unlabelled:
    scores = {"plants": plants, "soil": soil}
    topics = tuple(key for key, score in scores.items() if score >= THRESHOLDS[key])
    return Unlabelled(
        entry_id=name,
        title=title,
        summary="",
        verdict=Verdict(entry_id=name, topics=topics, scores=scores, flag=flag),
    )


SURE = entry("sure", "Roses in bloom", 0.99)
CLOSE = entry("close", "Tulips from Holland", 0.41)
TWIN = entry("twin", "Tulips from Holland again", 0.42)
OTHER = entry("other", "Mulch under hedges", 0.1, 0.48)


def chosen(entries: list[Unlabelled], labelled: list[str], most: int = 9) -> list[str]:
    return [each.entry_id for each in propose(entries, labelled, THRESHOLDS, most)]


def test_what_is_near_a_threshold_comes_first_and_what_is_sure_not_at_all() -> None:
    assert chosen([SURE, CLOSE, OTHER], []) == ["close", "other"]


def test_a_twin_of_what_was_chosen_gives_way_to_something_else() -> None:
    assert chosen([TWIN, CLOSE, OTHER], [], most=2) == ["close", "other"]


def test_what_is_like_a_labelled_entry_gives_way() -> None:
    assert chosen([CLOSE, OTHER], ["Tulips from Holland"]) == ["other", "close"]


def test_two_topics_close_together_are_a_doubt_that_is_told() -> None:
    [only] = propose([entry("a", "Beans", 0.9, 0.88)], [], THRESHOLDS, 1)

    assert "plants (0.90) and soil (0.88): which comes first" in only.why


def test_what_could_not_be_read_is_not_proposed() -> None:
    assert chosen([entry("a", "", 0.4, flag="empty")], []) == []


def test_for_a_new_topic_entries_like_its_description_come_first() -> None:
    found = propose_for_topic([SURE, CLOSE, OTHER], [], ["Mulch and compost"], most=9)

    assert [each.entry_id for each in found] == ["other"]
    assert "like what the topic is about" in found[0].why
