"""What the editors' rules do to a story: mute it, move it, or let it pass because enough feeds carry it.

A rule sees what the story's tellings say. Words and patterns may stand in the lead or in the title of any telling;
topics and networks are those of the lead. A feed is muted only where no other feed tells the story, so muting a feed
never hides what others tell too.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from dailyten.model.edition import Cut, CutReason, Reason
from dailyten.model.feed import Feed
from dailyten.model.rule import Rule, RuleAct, Where
from dailyten.rank.patterns import Pattern, pattern
from dailyten.rank.phrases import Phrase, phrase
from dailyten.text.words import tokens

REASON = "rule"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A story as a rule sees it: the titles of its tellings, the lead's first, and what is known of it."""

    story_id: str
    titles: tuple[str, ...]
    text: str
    topics: tuple[str, ...]
    networks: tuple[str, ...]
    feeds: tuple[Feed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A rule that fits a story: `found` are the words that did, `spared` says that enough feeds carry the story."""

    rule: Rule
    found: str
    spared: bool


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Rules made ready, in the editors' order."""

    rules: tuple[Rule, ...] = ()
    sought: tuple[tuple[Phrase | Pattern, ...], ...] = ()

    def hits(self, subject: Subject, on: date) -> tuple[Hit, ...]:
        """Give the rules in force on a day that fit a story."""
        texts = {Where.TITLE: subject.titles, Where.TEXT: (*subject.titles, subject.text)}
        words = [tokens(text) for text in texts[Where.TEXT]] if any(self.sought) else []
        found = []
        for rule, sought in zip(self.rules, self.sought, strict=True):
            if rule.holds(on) and _is_about(rule, subject):
                searched = texts[rule.where]
                said = _found(sought, words[: len(searched)], searched)
                if said or not sought:
                    spared = 0 < rule.unless_feeds <= len(subject.feeds)
                    found.append(Hit(rule=rule, found=said, spared=spared))
        return tuple(found)


NO_RULES = Rulebook()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What the rules say of one story: the cut if it is muted, and their reasons."""

    cut: Cut | None = None
    reasons: tuple[Reason, ...] = ()


def rulebook(rules: Iterable[Rule]) -> Rulebook:
    """Make rules ready. Raises BadPhraseError and BadPatternError."""
    chosen = tuple(rules)
    return Rulebook(chosen, tuple(_ready(rule) for rule in chosen))


def _ready(rule: Rule) -> tuple[Phrase | Pattern, ...]:
    return (*map(phrase, rule.words), *map(pattern, rule.patterns))


def ruling(hits: Sequence[Hit], story_id: str) -> Ruling:
    """Turn hits into what an edition records. The first rule that mutes is named."""
    acting = [hit.rule for hit in hits if not hit.spared]
    muting = next((rule for rule in acting if rule.act is RuleAct.MUTE), None)
    cut = None
    if muting is not None:
        cut = Cut(story_id=story_id, reason=CutReason.MUTED, words=f'muted by the rule "{muting.name}"{_until(muting)}')
    reasons = (
        *(_moved(rule) for rule in acting if rule.act is RuleAct.BOOST),
        *(_spared(hit.rule) for hit in hits if hit.spared and hit.rule.act is RuleAct.MUTE),
    )
    return Ruling(cut=cut, reasons=reasons)


def _until(rule: Rule) -> str:
    return "" if rule.until is None else f", which holds until {rule.until:%-d %B %Y}"


def _moved(rule: Rule) -> Reason:
    verb = "raised" if rule.points > 0 else "lowered"
    return Reason(name=REASON, points=rule.points, words=f'{verb} by the rule "{rule.name}"{_until(rule)}')


def _spared(rule: Rule) -> Reason:
    words = f'the rule "{rule.name}" would mute it, but {rule.unless_feeds} feeds or more carry it'
    return Reason(name=REASON, points=0.0, words=words)


def _is_about(rule: Rule, subject: Subject) -> bool:
    return (
        (not rule.topics or not set(rule.topics).isdisjoint(subject.topics))
        and (not rule.networks or not set(rule.networks).isdisjoint(subject.networks))
        and (not rule.feeds or _feeds_fit(rule, subject.feeds))
    )


def _feeds_fit(rule: Rule, feeds: Sequence[Feed]) -> bool:
    named = [any(is_called(feed, each) for each in rule.feeds) for feed in feeds]
    return all(named) if rule.act is RuleAct.MUTE else any(named)


def is_called(feed: Feed, name: str) -> bool:
    """Say whether a feed has this title, in any case, or this address."""
    return name.casefold() == feed.title.casefold() or name == feed.address


def _found(sought: Iterable[Phrase | Pattern], words: Sequence[Sequence[str]], texts: Sequence[str]) -> str:
    """Give the first find, each title and the text for itself: no phrase reaches from one into the next."""
    finds = (
        found
        for each in sought
        for found in (map(each.found_in, words) if isinstance(each, Phrase) else map(each.found_in, texts))
    )
    return next(filter(None, finds), "")
