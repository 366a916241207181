import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dailyten.classify.classifier import Classifier
from dailyten.classify.networks import NetworkNames
from dailyten.classify.pack import Pack
from dailyten.model.topic import Network


@pytest.mark.parametrize(
    ("title", "summary", "primary"),
    [
        ("How to target Facebook ads at people near your bakery", "Settings, budget and bidding.", "advertising"),
        ("Instagram rolls out a new button for profiles", "The feature reaches all users this week.", "platforms"),
        ("Court fines influencer for hidden adverts", "The regulator says posts must be disclosed.", "rules"),
        ("Survey: half of marketers use short video", "The report polled 2,000 respondents.", "research"),
        ("Five schedulers compared", "Hootsuite, Buffer and three other apps, with prices.", "tools"),
        ("A recipe for lentil soup", "Dinner for four, with garlic.", ""),
    ],
)
def test_plain_cases_are_filed_where_anyone_would(
    classifier: Classifier, title: str, summary: str, primary: str
) -> None:
    assert classifier.verdict("1", title, summary).primary == primary


def test_verdicts_come_in_the_order_of_the_entries(classifier: Classifier) -> None:
    found = classifier.verdicts([("b", "Facebook ads", "", ""), ("a", "Soup", "", "")])

    assert [verdict.entry_id for verdict in found] == ["b", "a"]


def test_a_verdict_shows_the_words_behind_each_topic_the_heaviest_first(classifier: Classifier) -> None:
    verdict = classifier.verdict("1", "New Facebook ads targeting options", "Advertisers can set bids and budgets.")

    words = verdict.because["advertising"]
    assert any("ads" in word.text for word in words)
    assert [word.weight for word in words] == sorted((word.weight for word in words), reverse=True)
    assert not any(word.text.startswith("cue:") for word in words)


@pytest.mark.parametrize("text", ["", "   ", "\U0001f600\U0001f680", "...!?"])
def test_a_text_without_words_is_flagged_and_not_guessed(classifier: Classifier, text: str) -> None:
    verdict = classifier.verdict("1", text, "")

    assert (verdict.flag, verdict.primary, verdict.topics, verdict.usefulness) == ("empty", "", (), 0.0)


@pytest.mark.parametrize(
    "title",
    [
        "Wie kleine Betriebe ihre Kunden besser erreichen und dabei Zeit sparen",
        "C\u00f3mo conseguir m\u00e1s clientes para tu peque\u00f1o negocio sin gastar dinero",
        "\u5c0f\u4f01\u696d\u306e\u305f\u3081\u306e \u96c6\u5ba2 \u65b9\u6cd5 \u5165\u9580 \u8b1b\u5ea7",
        "\u041a\u0430\u043a \u043d\u0430\u0439\u0442\u0438 \u0434\u043b\u044f \u0432\u0430\u0441",
    ],
)
def test_another_language_is_flagged_and_not_guessed(classifier: Classifier, title: str) -> None:
    verdict = classifier.verdict("1", title, "")

    assert verdict.flag == "other_language"
    assert verdict.topics == ()


def test_gigantic_text_and_one_endless_word_are_judged_by_their_beginning(classifier: Classifier) -> None:
    giant = classifier.verdict("1", "Facebook ads budget", "targeting bids " * 200_000)
    endless = classifier.verdict("2", "a" * 1_000_000, "b" * 1_000_000)

    assert giant.primary == "advertising"
    assert len(endless.scores) == 10


@settings(max_examples=40, deadline=None)
@given(title=st.text(max_size=200), summary=st.text(max_size=400))
def test_any_text_gets_a_whole_verdict(classifier: Classifier, title: str, summary: str) -> None:
    verdict = classifier.verdict("1", title, summary)

    assert verdict.primary == (verdict.topics[0] if verdict.topics else "")
    assert all(0 <= score <= 1 for score in verdict.scores.values())
    assert 0 <= verdict.usefulness <= 3
    assert len(verdict.topics) <= 3


def test_selling_phrases_count_as_words_in_any_case(classifier: Classifier) -> None:
    assert classifier.sells("Book a Demo today", "")
    assert classifier.sells("", "Start your free trial.")
    assert not classifier.sells("Free trialling of new features", "")


@pytest.mark.parametrize(
    ("title", "summary", "networks"),
    [
        pytest.param("Facebook page tips", "", ("facebook",), id="by name"),
        pytest.param("Gen X shops online", "", (), id="a generation is no network"),
        pytest.param("X raises its prices", "", ("x",), id="a letter as a name"),
        pytest.param("Ten x more sales", "", (), id="a small letter is none"),
        pytest.param("How to sew with red threads", "", (), id="cotton"),
        pytest.param("Threads adds drafts", "", ("threads",), id="the network"),
        pytest.param("What retweets tell", "", ("x",), id="by its verbs"),
        pytest.param("Instagram adds stories, much like Snapchat", "", ("instagram",), id="a comparison in passing"),
        pytest.param("LinkedIn changes search", "Users joked on Twitter.", ("linkedin",), id="named only beside"),
        pytest.param(
            "Stories for shops", "Snapchat and Pinterest in use", ("pinterest", "snapchat"), id="summary only"
        ),
        pytest.param("Meta raises ad prices", "", ("facebook", "instagram"), id="the owner alone"),
        pytest.param("Meta brings channels to WhatsApp", "", ("whatsapp",), id="the owner beside its network"),
        pytest.param("Ask for a review", "Use https://www.facebook.com/shop", ("facebook",), id="by a link"),
    ],
)
def test_networks_are_found_where_the_text_is_about_them(
    social: Pack, title: str, summary: str, networks: tuple[str, ...]
) -> None:
    assert NetworkNames(social.networks).about(title, summary) == networks


def test_a_pack_without_networks_finds_none() -> None:
    assert NetworkNames([]).about("Facebook", "") == ()
    assert NetworkNames([Network(key="a", name="A", names=())]).about("Facebook", "") == ()
