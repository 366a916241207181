"""`dailyten feeds health`, `etiquette` and `earns`: how feeds are, how we treat them, and what they bring."""

import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from dailyten.cli.moving import move_lines
from dailyten.cli.pushing import hub_line, told_hub
from dailyten.cli.saying import AsJson, plural, say, when
from dailyten.config import read_settings
from dailyten.errors import BadInput
from dailyten.model.canonical import to_plain
from dailyten.model.feed import FeedState
from dailyten.pipeline.conditions import Condition, Contents, feed_conditions
from dailyten.pipeline.earning import Earning, Earnings, feed_earnings
from dailyten.pipeline.manners import Manners, feed_manners
from dailyten.pipeline.moving import ProposedMove, proposed_moves
from dailyten.pipeline.previewing import Content
from dailyten.pipeline.taking import follow_list
from dailyten.poll.etiquette import Etiquette, Lapse
from dailyten.poll.rhythm import Silence
from dailyten.poll.schedule import SUMMED_UP
from dailyten.wiring import Parts

BLOCKS = "▁▂▃▄▅▆▇█"
MOST_DAYS = 3660
SOME = 0.25
"""From this share of the newest entries on, a fault of theirs is worth a line."""
THOUSAND = 1000


def health_(*, config: Path | None = None, as_json: AsJson = False) -> None:
    """Say which feeds work, since when not, and what to do.

    Args:
        config: The settings file.
        as_json: Write one JSON document instead of lines.

    """
    parts = Parts(read_settings(config))
    digest = parts.settings.digest
    with parts.store() as store:
        follow_list(store, parts.list_file(), parts.clock())
        rows = feed_conditions(store, parts.settings.poll, parts.clock(), zone=digest.zone, language=digest.language)
        proposed = proposed_moves(store, parts.settings.poll, parts.clock())
    moves = {each.feed.feed_id: each for each in proposed}
    if as_json:
        told = [condition_told(each, moves.get(each.feed.feed_id)) for each in rows]
        say(json.dumps(told, ensure_ascii=False, indent=1))
        return
    for each in rows:
        for line in _health_lines(each, digest.zone):
            say(line)
        if each.feed.feed_id in moves:
            for line in move_lines(moves[each.feed.feed_id], digest.zone):
                say(f"    {line}")


def etiquette_(*, since: date | None = None, config: Path | None = None, as_json: AsJson = False) -> None:
    """Show how politely each feed was asked: requests, waits kept, bytes saved.

    Args:
        since: The first day that counts; the last 30 days if none is given.
        config: The settings file.
        as_json: Write one JSON document instead of lines.

    """
    parts = Parts(read_settings(config))
    zone, now = parts.settings.digest.zone, parts.clock()
    start = now - SUMMED_UP if since is None else _midnight(since, zone)
    if start > now:
        raise BadInput("That day is still to come.", expected="a day of the past", came=str(since), where="--since")
    with parts.store() as store:
        follow_list(store, parts.list_file(), now)
        rows = feed_manners(store, start, parts.settings.poll)
    if as_json:
        told = {"since": start.isoformat(), "feeds": [_told_manners(each) for each in rows]}
        say(json.dumps(told, ensure_ascii=False, indent=1))
        return
    for each in rows:
        for line in _manner_lines(each):
            say(line)
    for line in _manner_sums(rows, start, zone):
        say(line)


def earns_(*, days: int = 90, config: Path | None = None, as_json: AsJson = False) -> None:
    """Show what each feed brings to the digest, and which one brings least.

    Args:
        days: How many days back.
        config: The settings file.
        as_json: Write one JSON document instead of lines.

    """
    if not 1 <= days <= MOST_DAYS:
        raise BadInput("That is no span.", expected=f"1 to {MOST_DAYS} days", came=str(days), where="--days")
    parts = Parts(read_settings(config))
    with parts.store() as store:
        follow_list(store, parts.list_file(), parts.clock())
        earned = feed_earnings(store, parts.clock(), days, parts.settings.list.slots)
    if as_json:
        say(json.dumps(_told_earnings(earned, days), ensure_ascii=False, indent=1))
        return
    say(f"The last {plural(days, 'day')}, {plural(earned.editions, 'edition')}; the feed that earns most first.\n")
    for each in sorted(earned.feeds, key=lambda one: -one.a_week):
        for line in _earning_lines(each):
            say(line)
    for line in least_lines(earned):
        say(line)


def least_lines(earned: Earnings) -> list[str]:
    """Say which feed of a list with more feeds than the digest is meant for earns least, and why."""
    if earned.least is None:
        return []
    count, least = len(earned.feeds), earned.least
    newest = "" if earned.newest is None else f", besides {earned.newest.title}, which is new"
    return [
        f"\nThe list holds {plural(count, 'feed')}; this digest is meant for {earned.slots}.",
        f"{least.feed.title} earns least{newest}: {why_least(least)}",
        f'To give it up: dailyten feeds remove "{least.feed.title}". Nothing forces you to: all feeds are read.',
    ]


def why_least(each: Earning) -> str:
    """Say in a sentence why a feed earns least."""
    patience = " It has not been on the list for a week yet, so give it time." if each.is_too_new else ""
    return f"{_least_words(each)}{patience}"


def _least_words(each: Earning) -> str:
    if not each.entries:
        return "it brought no entry at all; `dailyten feeds health` says whether it still works."
    if not each.on_topic:
        return f"none of its {plural(each.entries, 'entry', 'entries')} was about the digest's topics."
    told = each.led + each.also_in
    if not told:
        return f"{each.on_topic} of its {plural(each.entries, 'entry', 'entries')} were on topic, and none made it."
    if not each.alone:
        by = f" ({each.overlap[0].feed.title} most often)" if each.overlap else ""
        return f"all of its {plural(told, 'story', 'stories')} in editions were told by other feeds too{by}."
    only = f"only {plural(each.alone, 'story', 'stories')} of the editions would have been missed without it"
    return f"{only}, out of {plural(each.entries, 'entry', 'entries')}."


def _earning_lines(each: Earning) -> Iterator[str]:
    new = f"  (on the list for {plural(round(each.days), 'day')})" if each.is_too_new else ""
    yield f"{each.feed.title}: {each.a_week:.1f} points a week{new}"
    yield (
        f"    {plural(each.entries, 'entry', 'entries')}, {each.on_topic} on topic; led "
        f"{plural(each.led, 'story', 'stories')} ({each.alone} that nobody else told), also in {each.also_in}"
    )
    if each.told_by_several:
        by = ", ".join(f"{one.feed.title} ({one.stories})" for one in each.overlap[:3])
        yield f"    shared {plural(each.told_by_several, 'story', 'stories')} with {by}; first with {each.first}"
    votes = f"; readers want more of {each.more}, less of {each.less}" if each.more or each.less else ""
    yield f"    {plural(each.minutes, 'minute')} of reading{votes}"


def _told_earnings(earned: Earnings, days: int) -> dict[str, Any]:
    return {
        "days": days,
        "since": earned.since.isoformat(),
        "editions": earned.editions,
        "slots": earned.slots,
        "newest": earned.newest.title if earned.newest else None,
        "least": earned.least.feed.title if earned.least else None,
        "why": why_least(earned.least) if earned.least else "",
        "feeds": [
            {
                **{key: value for key, value in to_plain(each).items() if key not in ("feed", "overlap")},
                "title": each.feed.title,
                "address": each.feed.address,
                "points_a_week": round(each.a_week, 2),
                "is_too_new": each.is_too_new,
                "overlap": [{"title": one.feed.title, "stories": one.stories} for one in each.overlap],
            }
            for each in earned.feeds
        ],
    }


def _polled(each: Condition, zone: str) -> str:
    if each.poll.next_poll_at is None:
        return "Not asked yet: the next poll does."
    return f"Last read {when(each.poll.last_good_at, zone)}; next try {when(each.poll.next_poll_at, zone)}."


def _health_lines(each: Condition, zone: str) -> Iterator[str]:
    since = f" since {when(each.since, zone)}" if each.since else ""
    yield f"{each.feed.title}: {each.state}{since}"
    yield f"    {_polled(each, zone)}"
    if each.poll.failure is not None:
        detail = f" ({each.poll.failure_detail})" if each.poll.failure_detail else ""
        yield f"    {each.told}{detail}"
        yield f"    {each.mend}"
    elif each.state is FeedState.MOVED:
        yield f"    It has moved for good to {each.poll.moved_to}."
    if each.push is not None and each.standing is not None:
        yield f"    {hub_line(each.push, each.standing, zone)}"
    yield f"    {plot(each)}"
    if each.silence is not None and each.silence.is_odd:
        yield f"    ! {_silence_words(each.silence)}"
        if each.state is FeedState.SILENT:
            yield "      It answers as if all were well. Look at its site: the news may have moved to another feed."
    if each.contents is not None:
        yield from (f"    ! {line}" for line in content_lines(each.contents))


def plot(each: Condition) -> str:
    """Draw the entries of each day as a line of blocks, a dot for a day without."""
    most = max((day.entries for day in each.rhythm), default=0)
    if not most:
        newest = f"; the newest is of {each.newest_at:%-d %B %Y}" if each.newest_at else ""
        return f"{'·' * len(each.rhythm)}  no entry in four weeks{newest}"
    line = "".join("·" if not day.entries else BLOCKS[(day.entries * 8 - 1) // most] for day in each.rhythm)
    return f"{line}  four weeks to today, at most {most} a day"


def _silence_words(silence: Silence) -> str:
    chance = "less than 0.1 %" if silence.chance < 1 / THOUSAND else f"{silence.chance:.1%}".replace("%", " %")
    return (
        f"Silent for {_span(silence.quiet)}; usually {_span(silence.mean)} pass between entries, at most "
        f"{_span(silence.longest)} so far. By chance that would happen in {chance} of cases "
        f"(from {plural(silence.gaps, 'gap')})."
    )


def content_lines(contents: Contents) -> Iterator[str]:
    """Say what is poor about a feed's contents, and what an editor can do."""
    of = f"of its {contents.judged} newest entries"
    if contents.kind is Content.TITLES:
        yield "Titles only: nothing to judge or to quote. Look for a fuller feed of the same site."
    elif contents.kind is Content.EXCERPTS:
        cut = f" ({contents.cut_off} {of} break off)" if contents.cut_off else ""
        yield f"Excerpts only{cut}: reading times are estimates. The site may have a fuller feed."
    elif contents.cut_off >= SOME * contents.judged:
        yield f"{contents.cut_off} {of} break off in the middle."
    if contents.kind is not Content.TITLES and contents.title_only >= SOME * contents.judged:
        yield f"{contents.title_only} {of} have no text beyond the title."
    if contents.garbled:
        yield f'{contents.garbled} {of} hold garbled letters (such as "Ã©" for "é"); tell the site\'s owner.'
    if contents.in_another_language >= SOME * contents.judged:
        named = ", ".join(f"{language} {count}" for language, count in contents.languages)
        yield f"{contents.in_another_language} {of} are in a language other than the digest's ({named})."


def condition_told(each: Condition, move: ProposedMove | None) -> dict[str, Any]:
    """Tell the state of a feed to programs."""
    silence, contents = each.silence, each.contents
    return {
        "title": each.feed.title,
        "address": each.feed.address,
        "state": each.state,
        "since": each.since.isoformat() if each.since else None,
        **to_plain(each.poll),
        "told": each.told,
        "mend": each.mend,
        "newest_at": each.newest_at.isoformat() if each.newest_at else None,
        "rhythm": [{"on": str(day.on), "entries": day.entries} for day in each.rhythm],
        "silence": None
        if silence is None
        else {
            "since": silence.since.isoformat(),
            "hours": _hours(silence.quiet),
            "mean_gap_hours": _hours(silence.mean),
            "longest_gap_hours": _hours(silence.longest),
            "gaps": silence.gaps,
            "chance": round(silence.chance, 6),
            "is_odd": silence.is_odd,
        },
        "contents": None
        if contents is None
        else {**to_plain(contents), "languages": dict(contents.languages), "notes": list(content_lines(contents))},
        "hub": told_hub(each),
        "proposed_address": move.address if move else "",
    }


def _manner_lines(each: Manners) -> Iterator[str]:
    report = each.etiquette
    if not report.requests:
        yield f"{each.feed.title}: not asked in this time"
        return
    yield f"{each.feed.title}: {'polite' if not each.lapses else 'not polite in everything'}"
    share = f"{report.conditional_share:.0%} of the later ones conditional" if report.requests > 1 else "the first"
    gap = f"; at least {_span(report.smallest_gap)} apart" if report.smallest_gap is not None else ""
    yield f"    {plural(report.requests, 'request')}, {share}{gap}"
    asked = (
        f"; kept {report.waits_kept} of {plural(report.waits_asked, 'wait')} it asked for" if report.waits_asked else ""
    )
    yield f"    {_bytes(report.received_bytes)} received, {_bytes(report.saved_bytes)} saved{asked}"
    if not each.has_validators and report.requests > 1:
        yield "    It gives nothing to ask conditionally with, so each request gets the whole document."
    for lapse in each.lapses:
        yield f"    ! {_lapse_words(lapse, report)}"


def _lapse_words(lapse: Lapse, report: Etiquette) -> str:
    match lapse:
        case Lapse.WAIT_BROKEN:
            broken = report.waits_asked - report.waits_kept
            return f"It asked us to wait, and we came back too early {plural(broken, 'time')}."
        case Lapse.TOO_SOON:
            gap = "" if report.smallest_gap is None else f" after {_span(report.smallest_gap)}"
            return f"Asked again{gap}, sooner than the settings allow; `dailyten poll --everything` does that."
        case Lapse.UNCONDITIONAL:
            return f"Asked {plural(report.needless, 'time')} for the whole document without need."
        case Lapse.TOO_MANY:
            return f"It said {plural(report.refusals, 'time')} that it is asked too often (429)."


def _manner_sums(rows: tuple[Manners, ...], since: datetime, zone: str) -> Iterator[str]:
    requests = sum(each.etiquette.requests for each in rows)
    saved = sum(each.etiquette.saved_bytes for each in rows)
    rude = sum(bool(each.lapses) for each in rows)
    yield f"\nSince {when(since, zone)}: {plural(requests, 'request')}, {_bytes(saved)} saved by asking conditionally."
    yield "Every feed was asked politely." if not rude else f"{plural(rude, 'feed')} could complain."


def _told_manners(each: Manners) -> dict[str, Any]:
    report = each.etiquette
    return {
        "title": each.feed.title,
        "address": each.feed.address,
        "requests": report.requests,
        "conditional_share": round(report.conditional_share, 4),
        "smallest_gap_seconds": None if report.smallest_gap is None else int(report.smallest_gap.total_seconds()),
        "waits_asked": report.waits_asked,
        "waits_kept": report.waits_kept,
        "too_many_requests": report.refusals,
        "needless": report.needless,
        "received_bytes": report.received_bytes,
        "saved_bytes": report.saved_bytes,
        "has_validators": each.has_validators,
        "polite": not each.lapses,
        "verdict": [_lapse_words(lapse, report) for lapse in each.lapses] or ["polite"],
    }


def _midnight(on: date, zone: str) -> datetime:
    return datetime.combine(on, time(), ZoneInfo(zone))


def _hours(span: timedelta) -> float:
    return round(span / timedelta(hours=1), 2)


def _span(span: timedelta) -> str:
    """Say a span in the unit that people would use."""
    seconds = span.total_seconds()
    for unit, size in (("day", 86_400), ("hour", 3600), ("minute", 60)):
        if seconds >= size * (2 if unit == "day" else 1):
            return plural(round(seconds / size), unit)
    return plural(round(seconds), "second")


def _bytes(count: int) -> str:
    """Say a size in the unit that people would use."""
    size = float(count)
    for unit in ("bytes", "kB", "MB"):
        if size < THOUSAND:
            return f"{size:.0f} {unit}" if unit == "bytes" else f"{size:.1f} {unit}"
        size /= THOUSAND
    return f"{size:.1f} GB"
