"""`dailyten feeds rules`: the editors' rules, what they hit, and what a changed file would."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from dailyten.cli.saying import AsJson, plural, say, when
from dailyten.config import read_settings
from dailyten.edition.morning import local_date
from dailyten.errors import BadInput
from dailyten.model.canonical import to_plain
from dailyten.model.rule import Rule, RuleAct
from dailyten.pipeline.ruling import RuleReport, RulesReport, StoryHit, rules_report
from dailyten.pipeline.taking import follow_list
from dailyten.wiring import Parts

MOST_DAYS = 365
MOST_SHOWN = 10


def rules_(
    act: Literal["list", "test"] = "list",
    file: Path | None = None,
    *,
    days: int = 30,
    config: Path | None = None,
    as_json: AsJson = False,
) -> None:
    """Show the rules that mute and boost, and what they hit.

    Args:
        act: `list` counts what each rule hits; `test` names it, before you save.
        file: With `test`, the file to try; that of the settings if none is given.
        days: How many days back stored stories are tried.
        config: The settings file.
        as_json: Write one JSON document instead of lines.

    """
    if not 1 <= days <= MOST_DAYS:
        raise BadInput("That is no span.", expected=f"1 to {MOST_DAYS} days", came=str(days), where="--days")
    if act == "list" and file is not None:
        raise BadInput("Only `dailyten feeds rules test` takes a file.", came=str(file))
    parts = Parts(read_settings(config))
    pack, now = parts.pack(), parts.clock()
    book = parts.rules(pack, file)
    zone = parts.settings.digest.zone
    with parts.store() as store:
        follow_list(store, parts.list_file(), now)
        report = rules_report(store, parts.maker(pack, book), book, local_date(now, zone), now, days)
    if as_json:
        say(json.dumps(_told(report, days), ensure_ascii=False, indent=1))
        return
    path = file or parts.rules_path
    if not report.rules:
        say(f"There are no rules in {path}.")
        return
    for each in report.rules:
        for line in _lines(each, zone, shown=MOST_SHOWN if act == "test" else 0):
            say(line)
    say(
        f"\nTried on {plural(report.waiting, 'story', 'stories')} that wait for the next edition and "
        f"{plural(report.stories, 'story', 'stories')} of the last {plural(days, 'day')}."
    )
    if act == "test":
        say("Nothing was changed. Published editions stay as they are, whatever the rules say.")


def _lines(each: RuleReport, zone: str, *, shown: int) -> Iterator[str]:
    yield f"{each.rule.name}: {_what(each.rule)}{'' if each.holds else '  (run out)'}"
    yield f"    {_when(each.rule)}"
    acting = [hit for hit in each.hits if not hit.spared]
    waiting = sum(hit.waiting for hit in acting)
    spared = len(each.hits) - len(acting)
    more = f"; {plural(spared, 'more')} spared, for enough feeds carry it" if spared else ""
    yield f"    hits {waiting} that wait and {plural(len(acting) - waiting, 'earlier one')}{more}"
    for name in each.unknown_feeds:
        yield f'    ! no feed of the list is called "{name}"'
    for hit in each.hits[:shown]:
        yield f"      {_hit(hit, zone)}"
    if shown and len(each.hits) > shown:
        yield f"      and {len(each.hits) - shown} more"


def _hit(hit: StoryHit, zone: str) -> str:
    found = f'  ["{hit.found}"]' if hit.found else ""
    state = "spared" if hit.spared else "waits" if hit.waiting else when(hit.first_seen_at, zone)
    return f"{state}: {hit.title[:80]} ({hit.feed_title}){found}"


def _what(rule: Rule) -> str:
    return "mutes" if rule.act is RuleAct.MUTE else f"{rule.points:+g} points"


def _when(rule: Rule) -> str:
    """Say in one line what a rule is about."""
    kinds = (
        ("says", (*rule.words, *(f"/{each}/" for each in rule.patterns))),
        ("topic", rule.topics),
        ("network", rule.networks),
        ("feed", rule.feeds),
    )
    said = " and ".join(f"{kind} {' or '.join(names)}" for kind, names in kinds if names)
    where = " (title only)" if rule.where == "title" and (rule.words or rule.patterns) else ""
    unless = f", unless {rule.unless_feeds} feeds carry it" if rule.unless_feeds else ""
    until = f", until {rule.until:%-d %B %Y}" if rule.until else ""
    return f"{said}{where}{unless}{until}"


def _told(report: RulesReport, days: int) -> dict[str, Any]:
    return {
        "days": days,
        "stories": report.stories,
        "waiting": report.waiting,
        "rules": [
            {
                **to_plain(each.rule),
                "holds": each.holds,
                "unknown_feeds": list(each.unknown_feeds),
                "hits": [to_plain(hit) for hit in each.hits],
            }
            for each in report.rules
        ],
    }
