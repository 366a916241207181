"""Rules that mute and boost: what they hit, what they let pass, and that no phrase or pattern can hang."""

import itertools
import re
from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dailyten.errors import BadRules
from dailyten.model.edition import CutReason
from dailyten.model.feed import Feed, feed_id_of
from dailyten.model.rule import Rule, RuleAct, Where
from dailyten.rank.patterns import BadPatternError, pattern
from dailyten.rank.phrases import BadPhraseError, phrase
from dailyten.rank.rulefile import Known, read_rules
from dailyten.rank.rules import Subject, rulebook, ruling
from dailyten.text.words import tokens

TODAY = date(2026, 11, 24)
KNOWN = Known(topics=("rules", "tools"), networks=("tiktok",))


def a_feed(name: str) -> Feed:
    address = f"https://{name}.example/feed"
    return Feed(feed_id=feed_id_of(address), address=address, title=name.title())


def a_story(title: str = "Shops win", text: str = "", feeds: int = 1, **more: tuple[str, ...]) -> Subject:
    named = tuple(a_feed(name) for name in ("harbour", "button", "corner")[:feeds])
    about = {"topics": (), "networks": (), **more}
    return Subject(story_id="s", titles=(title,), text=text, feeds=named, **about)


def mute(**more: object) -> Rule:
    return Rule(**{"name": "M", "act": RuleAct.MUTE, **more})  # type: ignore[arg-type]


def muted(rule: Rule, subject: Subject, on: date = TODAY) -> bool:
    return ruling(rulebook([rule]).hits(subject, on), "s").cut is not None


@pytest.mark.parametrize(
    ("sought", "text", "found"),
    [
        ("giveaway", "Our GIVEAWAY starts", "giveaway"),
        ("giveaway", "Our giveaways start", ""),
        ("giveaway*", "Our giveaways start", "giveaways"),
        ("giveaway", "Win with #giveaway now", "#giveaway"),
        ("#giveaway", "Our giveaway starts", ""),
        ("*tok", "TikTok's new rule", "tiktok"),
        ("t?k", "tik tak tk took", "tik"),
        ("buy * followers", "Never buy cheap followers", "buy cheap followers"),
        ("buy * followers", "Never buy very cheap followers", ""),
        ("buy buy followers", "buy buy buy followers", "buy buy followers"),
        ("straße", "In der STRASSE", "strasse"),
        ("mother\u2019s day", "Mother's Day posts", "mother day"),
        ("ad", "adverts had a bad lead", ""),
        ("c++", "Learn C++ today", "c+"),
        ("50%", "Up 50% this year", "50%"),
        ("\u65e5\u672c", "\u65e5\u672c", "\u65e5\u672c"),
    ],
)
def test_a_phrase_is_found_as_whole_words_in_any_case(sought: str, text: str, found: str) -> None:
    assert phrase(sought).found_in(tokens(text)) == found


@pytest.mark.parametrize(
    ("wrong", "at"),
    [
        ("", 1),
        ("   ", 1),
        ("*", 1),
        ("* ?", 1),
        ("ok (no", 4),
        ("a|b", 2),
        ("x " * 13, 1),
        ("a" * 201, 201),
        ("ok ++", 4),
    ],
)
def test_a_phrase_that_cannot_be_one_is_refused_with_its_place(wrong: str, at: int) -> None:
    with pytest.raises(BadPhraseError) as refused:
        phrase(wrong)

    assert refused.value.at == at


@pytest.mark.parametrize(
    ("wrong", "at"),
    [
        ("(abc", 1),
        ("ab(c[)]", 3),
        ("a)b", 2),
        ("a**", 2),
        ("x[z-a]", 3),
        ("ab\\", 3),
        ("(a)\\1", 4),
        ("a(?=b)", 2),
        ("(?<=a)b", 1),
        ("x{2000}", 2),
        ("a*", 1),
        ("\ud800", 1),
        ("a" * 501, 501),
    ],
)
def test_a_pattern_that_cannot_be_one_is_refused_with_its_place(wrong: str, at: int) -> None:
    with pytest.raises(BadPatternError) as refused:
        pattern(wrong)

    assert refused.value.at == at


class Counted(str):
    """A word that counts how many of its letters were looked at."""

    __slots__ = ()
    looks = 0

    def __iter__(self) -> Iterator[str]:
        for letter in super().__iter__():
            Counted.looks += 1
            yield letter

    def lstrip(self, characters: str | None = None) -> "Counted":
        return Counted(super().lstrip(characters))


PIECES = st.lists(st.sampled_from(["a", "b", "*", "?", "é", "*a", "a*", "**"]), min_size=1, max_size=20).map("".join)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=8).map(" ".join), st.lists(st.text("abé", min_size=1, max_size=40)))
@example("*a*a*a*a*a*a*a*b *a*a*a*a*a*a*a*b", ["a" * 40] * 50)
def test_no_phrase_takes_more_than_one_step_for_a_letter_and_a_word_of_its_own(sought: str, words: list[str]) -> None:
    try:
        ready = phrase(sought)
    except BadPhraseError:
        return
    Counted.looks = 0

    ready.found_in([Counted(word) for word in words])

    assert Counted.looks <= sum(map(len, words)) * len(ready.words)


def fits(glob: str, word: str) -> bool:
    """Say it as a regular expression: slow, and so only on short words."""
    return re.fullmatch("".join({"*": ".*", "?": "."}.get(each, re.escape(each)) for each in glob), word) is not None


@settings(max_examples=300, deadline=None)
@given(st.text("ab*?", min_size=1, max_size=6), st.lists(st.text("ab", min_size=1, max_size=6), max_size=4))
def test_wildcards_mean_what_they_mean_elsewhere(glob: str, words: list[str]) -> None:
    if not set(glob) & set("ab"):
        return
    expected = next((word for word in words if fits(glob, word)), "")

    assert phrase(glob).found_in(words) == expected


EVIL = ["(a+)+$", "(a|a)*b", "(a|aa)+$", "(.*a){20}", "([a-z]+)*\\d", "(x+x+)+y", "^(([a-z])+.)+[0-9]([a-z])+$"]


@pytest.mark.parametrize("evil", EVIL)
def test_a_pattern_that_hangs_other_engines_answers_on_a_long_text(evil: str) -> None:
    """With back-tracking the first of them takes 2 to the power of 100,000 steps; here the test simply ends."""
    ready = pattern(evil)

    assert isinstance(ready.found_in("a" * 100_000 + "!"), str)


@settings(max_examples=300, deadline=None)
@given(st.text("ab()[]{}*+?|\\^$.1,=!<P:-", max_size=24), st.text("ab1 -", max_size=200))
def test_any_pattern_is_compiled_or_refused_with_a_place_inside_it(sought: str, text: str) -> None:
    try:
        ready = pattern(sought)
    except BadPatternError as refused:
        place = refused.at
    else:
        place = 1
        assert ready.found_in(text) in text

    assert 1 <= place <= max(1, len(sought))


def test_a_muted_story_is_cut_with_the_name_of_the_rule() -> None:
    rule = mute(name="No giveaways", words=("giveaway",), until=date(2026, 12, 3))

    ruled = ruling(rulebook([rule]).hits(a_story(text="a giveaway"), TODAY), "s")

    assert ruled.cut is not None
    assert ruled.cut.reason is CutReason.MUTED
    assert ruled.cut.words == 'muted by the rule "No giveaways", which holds until 3 December 2026'


def test_a_boost_is_a_reason_with_its_points_and_a_negative_one_lowers() -> None:
    up = Rule(name="Up", act=RuleAct.BOOST, words=("shops",), points=4.0)
    down = Rule(name="Down", act=RuleAct.BOOST, topics=("tools",), points=-3.0)

    ruled = ruling(rulebook([up, down]).hits(a_story(topics=("tools",)), TODAY), "s")

    assert ruled.cut is None
    assert [(each.points, each.words) for each in ruled.reasons] == [
        (4.0, 'raised by the rule "Up"'),
        (-3.0, 'lowered by the rule "Down"'),
    ]


def test_a_rule_ends_after_its_last_day() -> None:
    rule = mute(words=("shops",), until=TODAY)

    assert muted(rule, a_story())
    assert not muted(rule, a_story(), date(2026, 11, 25))


@pytest.mark.parametrize(("feeds", "gone"), [(1, True), (2, True), (3, False)])
def test_enough_feeds_break_a_rule_and_that_is_said(feeds: int, gone: bool) -> None:
    rule = mute(name="Quiet", words=("shops",), unless_feeds=3)

    ruled = ruling(rulebook([rule]).hits(a_story(feeds=feeds), TODAY), "s")

    assert (ruled.cut is not None) is gone
    assert [each.words for each in ruled.reasons] == (
        [] if gone else ['the rule "Quiet" would mute it, but 3 feeds or more carry it']
    )


def test_every_kind_of_condition_must_fit_and_of_each_kind_one_is_enough() -> None:
    rule = mute(words=("shops", "malls"), topics=("tools",), networks=("tiktok",))

    assert muted(rule, a_story(topics=("rules", "tools"), networks=("tiktok",)))
    assert not muted(rule, a_story(topics=("rules",), networks=("tiktok",)))
    assert not muted(rule, a_story(topics=("tools",)))


def test_muting_a_feed_never_hides_what_another_tells_too() -> None:
    rule = mute(feeds=("harbour",))
    boost = Rule(name="B", act=RuleAct.BOOST, feeds=("https://button.example/feed",))

    assert muted(rule, a_story(feeds=1))
    assert not muted(rule, a_story(feeds=2))
    assert rulebook([boost]).hits(a_story(feeds=2), TODAY)


def test_words_may_be_sought_in_titles_alone() -> None:
    anywhere, titles = mute(words=("giveaway",)), mute(words=("giveaway",), where=Where.TITLE)

    assert muted(anywhere, a_story(text="a giveaway"))
    assert not muted(titles, a_story(text="a giveaway"))
    assert muted(titles, a_story("A giveaway"))


def test_a_phrase_does_not_reach_from_one_title_into_the_next() -> None:
    both = Subject(story_id="s", titles=("Open on", "Sunday"), text="", topics=(), networks=(), feeds=(a_feed("a"),))

    assert muted(mute(words=("on sunday",)), both) is False


RULES = b"""
[[rules]]
name = "No giveaways"
act = "mute"
words = ["giveaway*"]
until = 2026-12-31
unless_feeds = 3

[[rules]]
name = "Rules first"
act = "boost"
topics = ["rules"]
points = 8
"""


def test_rules_are_read_in_their_order() -> None:
    book = read_rules(RULES, KNOWN, name="rules.toml")

    assert [(rule.name, rule.act, rule.until, rule.unless_feeds, rule.points) for rule in book.rules] == [
        ("No giveaways", RuleAct.MUTE, date(2026, 12, 31), 3, 6.0),
        ("Rules first", RuleAct.BOOST, None, 0, 8.0),
    ]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ('act = "hide"', 'act: expected "mute" or "boost", came \'hide\''),
        ('words = "giveaway"', "words: expected a list of texts"),
        ('words = ["fine", "a (b"]', "words 2, 'a (b', character 3: '(' cannot stand in a word"),
        ('patterns = ["a(b"]', "patterns 1, 'a(b', character 2: missing )"),
        ('topics = ["food"]', "there is no 'food'; there are rules, tools"),
        ('wrods = ["a"]', "no such key: wrods"),
        ("points = 0", "points must lie between"),
        ("points = inf", "points must lie between"),
        ('points = "6"', "points: expected a number"),
        ("until = 2026-12-31T10:00:00", "until: expected a day such as 2026-12-24"),
        ("unless_feeds = 1", "unless_feeds must be 2 or more"),
        ("unless_feeds = 2.5", "unless_feeds: expected a whole number"),
        ("feeds = []", "a rule needs words"),
    ],
)
def test_a_fault_is_named_with_its_rule_and_its_line(wrong: str, words: str) -> None:
    act = "" if wrong.startswith("act") else 'act = "mute"\n'
    aim = "" if wrong.split(" ", maxsplit=1)[0] in ("words", "feeds") else 'words = ["x"]\n'
    text = RULES.decode() + f'\n[[rules]]\nname = "Third"\n{act}{aim}{wrong}\n'

    with pytest.raises(BadRules) as refused:
        read_rules(text.encode(), KNOWN, name="rules.toml")

    [fault] = refused.value.faults
    assert fault.startswith('rule 3 "Third" (line 15): ')
    assert words in fault


@pytest.mark.parametrize(
    "body", [b"rules = 3", b"[rules]\na = 1", b"x = 1", b"[[rules]\n", b"\xff\xfe", b"[[rules]]", b"rules = [1]"]
)
def test_what_holds_no_rules_is_refused_whole(body: bytes) -> None:
    with pytest.raises(BadRules):
        read_rules(body, KNOWN, name="rules.toml")


def test_two_rules_of_one_name_are_refused() -> None:
    with pytest.raises(BadRules, match='two rules are called "No giveaways"'):
        read_rules(RULES.replace(b"Rules first", b"No giveaways"), KNOWN, name="rules.toml")


@settings(max_examples=300, deadline=None)
@given(
    st.integers(0, len(RULES)), st.integers(0, 12), st.binary(max_size=6) | st.sampled_from([b'"', b"[[", b"]]", b"="])
)
def test_a_damaged_file_is_read_or_refused(start: int, cut: int, put: bytes) -> None:
    body = RULES[:start] + put + RULES[start + cut :]
    try:
        book = read_rules(body, KNOWN, name="rules.toml")
    except BadRules:
        return
    for rule, subject in itertools.product(book.rules, [a_story(), a_story("giveaway", topics=("rules",))]):
        assert rule.name
        book.hits(subject, TODAY)
