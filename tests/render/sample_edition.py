"""A realistic edition for tests and for the eye: nine stories, ten feeds of which one fails, hostile words among them.

Every outlet, figure and event is invented.
"""
# ruff: noqa: E501 - headlines read best on one line

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from dailyten.model.canonical import short_id
from dailyten.model.edition import Candidate, Cut, CutReason, Edition, FeedReport, Reason, Telling, edition_id_of
from dailyten.model.topic import Word
from dailyten.render.names import Names
from dailyten.render.settings import SiteSettings

ON = date(2026, 11, 24)
ZONE = "Europe/London"
MORNING = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)

SETTINGS = SiteSettings(
    name="Daily Ten",
    base_url="https://daily.example.org",
    address="Harbour Street 4, Whitby YO22 4AS, United Kingdom",
    contact="editors@daily.example.org",
    subscribe_url="https://daily.example.org/subscribe",
)

NAMES = Names(
    topics={
        "platforms": "Platform changes",
        "strategy": "Strategy",
        "content": "Content",
        "community": "Community",
        "advertising": "Advertising",
        "roi": "Results",
        "tools": "Tools",
        "creators": "Creators",
        "research": "Research",
        "rules": "Rules and safety",
    },
    networks={
        "facebook": "Facebook",
        "instagram": "Instagram",
        "tiktok": "TikTok",
        "google-business": "Google Business Profile",
    },
    about={
        "platforms": "What a network changed: features, algorithm, limits, ownership, outages, launches and shutdowns.",
        "roi": "Measuring what it brings: metrics, tracking, reports and cases with figures.",
        "content": "What to post and how to make it: ideas, words, pictures, video, timing.",
    },
)

FEEDS = (
    ("harbour", "Harbour Social News"),
    ("corner", "The Corner Shop Marketer"),
    ("plainmetrics", "Plainmetrics"),
    ("feedwright", "Feedwright Blog"),
    ("cafe", "Café Communauté"),
    ("tidewater", "Tidewater Ads Weekly"),
    ("loudbutton", "Loud Button Media"),
    ("smallprint", "Small Print Watch"),
    ("window", "The Shop Window"),
    ("fieldnotes", "Field Notes on Followers"),
)
TITLES = dict(FEEDS)


def telling(feed: str, title: str, *, hours: float | None = 8, url: str = "", key: str = "") -> Telling:
    return Telling(
        entry_id=short_id("entry", feed, key or title),
        feed_id=short_id("feed", feed),
        feed_title=TITLES.get(feed, feed),
        title=title,
        url=url or f"https://{feed}.example/2026/11/{short_id(title)[:6]}?a=1&b=2",
        first_seen_at=MORNING - timedelta(hours=1),
        published_at=None if hours is None else MORNING - timedelta(hours=hours),
    )


def candidate(  # noqa: PLR0913 - a case of a test is all its parts
    feed: str,
    title: str,
    *,
    summary: str = "",
    number: str = "",
    primary: str = "platforms",
    networks: tuple[str, ...] = (),
    seconds: int = 150,
    useful: float = 2.1,
    also: tuple[Telling, ...] = (),
    hours: float | None = 8,
    language: str = "en",
    development_of: str = "",
    url: str = "",
    words: tuple[str, ...] = ("business accounts", "pinned", "comments", "rollout"),
) -> Candidate:
    lead = telling(feed, title, hours=hours, url=url)
    reasons = (
        Reason(
            name="usefulness", points=useful * 10, words=f"looks like something to act on this week ({useful:.1f} of 3)"
        ),
        Reason(name="freshness", points=4.2, words="fresh: less than a day old"),
        *([Reason(name="carried", points=7.92, words=f"{len(also) + 1} of the feeds carry it")] if also else []),
        *([Reason(name="length", points=-0.5, words="long to read")] if seconds > 300 else []),
    )
    return Candidate(
        story_id=short_id("story", title, feed),
        lead=lead,
        also_in=also,
        summary=summary,
        number=number,
        language=language,
        primary=primary,
        topics=(primary,) if primary else (),
        networks=networks,
        usefulness=useful,
        reading_seconds=seconds,
        score_points=round(sum(reason.points for reason in reasons), 2),
        reasons=reasons,
        because=tuple(Word(text=word, weight=1.0) for word in words),
        development_of=development_of,
    )


STORIES = (
    candidate(
        "harbour",
        "Instagram lets shops pin three customer replies under a post",
        summary="Business accounts can now pin up to three replies below any post, and pinned replies stay on top for everyone"
        " who opens the comments. The switch is reaching Europe and North America this week.",
        networks=("instagram",),
        useful=2.8,
        also=(
            telling("loudbutton", "Pinned replies come to Instagram business accounts"),
            telling("window", "Three replies, pinned: Instagram's present to shops"),
        ),
        hours=1.4,
    ),
    candidate(
        "plainmetrics",
        "What a lead from Instagram really cost a garden centre",
        summary="A garden centre with nine staff tagged every link for eight weeks and counted calls by hand. The owner"
        " reckoned her own hour at £22.",
        number="A lead from Instagram cost £4.10 of working time, one from paid posts £11.60.",
        primary="roi",
        networks=("instagram",),
        seconds=230,
        words=("cost of a lead", "tagged", "spreadsheet"),
    ),
    candidate(
        "corner",
        "Seven posts a bakery can make before opening time",
        summary="Photograph the first tray and say what sells out by nine. Save three of these as drafts on Sunday evening,"
        " and the week is done.",
        primary="content",
        seconds=95,
        hours=11,
    ),
    candidate(
        "smallprint",
        "Facebook moves event posts of Pages into a tab of their own on 1 December",
        summary="Pages that post more than two events a week are affected most; a photo and a question keep a post in the feed.",
        networks=("facebook",),
        seconds=60,
        hours=20,
        development_of=short_id("story", "earlier"),
    ),
    candidate(
        "cafe",
        "Répondre aux avis sans y passer la soirée: la méthode des «trois phrases»",
        summary="Remercier, répondre au fond, inviter. Trois phrases suffisent, même pour un avis à une étoile.",
        primary="community",
        networks=("google-business",),
        language="fr",
        seconds=110,
        hours=30,
    ),
    candidate(
        "fieldnotes",
        'Ads & "boosts" <script>alert(1)</script>: what </title> survives & what doesn\'t 🥐',
        summary="A headline with <b>tags</b> &amp; entities must be read as it was written, not as markup.",
        primary="advertising",
        seconds=75,
        hours=None,
    ),
    candidate(
        "window",
        "كيف تختار متجر صغير شبكة اجتماعية واحدة",
        summary="اختر الشبكة التي يطرح عليها زبائنك الأسئلة بالفعل وابق هناك ثلاثة أشهر.",
        primary="strategy",
        language="ar",
        seconds=120,
        hours=52,
    ),
    candidate(
        "feedwright",
        "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaftsscheduler3000 plans a month ahead",
        summary="The free plan covers two networks and thirty posts.",
        primary="tools",
        seconds=45,
        hours=400,
        useful=1.6,
    ),
    candidate(
        "tidewater",
        "TikTok's search ads open to accounts that spend under €10 a day",
        primary="advertising",
        networks=("tiktok",),
        seconds=330,
        useful=1.9,
    ),
)

CUT_STORIES = (
    (candidate("harbour", "Snapchat owner reports a quarter with record revenue", useful=0.6), CutReason.NOISE, "little use to a shop owner (0.6 of 3)"),
    (candidate("loudbutton", "Ten emoji that your customers misread", primary="content", useful=1.4), CutReason.NO_TIME, "would have gone over 15 minutes of reading"),
    (candidate("loudbutton", "Our founder joins a panel in Lisbon", primary="", useful=0.2), CutReason.OFF_TOPIC, "about none of this digest's topics"),
    (candidate("harbour", "A fourth platform story of the day", useful=1.5), CutReason.SAME_TOPIC, "4 better stories about platforms are in already"),
    (candidate("corner", "Walk before you run, again", primary="strategy", useful=1.7), CutReason.SAID_BEFORE, "told before, with nothing new"),
    (candidate("window", "A story with an address that is no address", url="javascript:alert(1)", useful=1.7), CutReason.NO_LINK, "its feed gives no link to read it at"),
)  # fmt: skip


def feed_reports(*, failing: tuple[str, ...] = ("smallprint",)) -> tuple[FeedReport, ...]:
    return tuple(
        FeedReport(
            feed_id=short_id("feed", key),
            title=title,
            home_url=f"https://{key}.example/",
            address=f"https://{key}.example/feed.xml",
            read=key not in failing,
            entries=0 if key in failing else 5 + 3 * place,
            since=MORNING - timedelta(minutes=20) if key in failing else None,
            words="The server did not answer within 20 seconds." if key in failing else "",
        )
        for place, (key, title) in enumerate(FEEDS)
    )


def edition(
    stories: tuple[Candidate, ...] = STORIES,
    cut: tuple[tuple[Candidate, CutReason, str], ...] = CUT_STORIES,
    *,
    on: date = ON,
    revision: int = 1,
    feeds: tuple[FeedReport, ...] | None = None,
    entries: int = 143,
    minutes: int = 14,
) -> Edition:
    built_at = MORNING + (on - ON) + timedelta(minutes=30 * (revision - 1))
    return Edition(
        edition_id=edition_id_of(on, ZONE, revision),
        on=on,
        zone=ZONE,
        revision=revision,
        title=stories[0].lead.title if stories else "A quiet day",
        built_at=built_at,
        seen_from=built_at - timedelta(days=1),
        seen_to=built_at,
        budget_minutes=15,
        minutes=minutes,
        minutes_saved=212,
        entries=entries,
        feeds=feed_reports() if feeds is None else feeds,
        candidates=stories + tuple(each for each, _, _ in cut),
        places=tuple(each.story_id for each in stories),
        cuts=tuple(Cut(story_id=each.story_id, reason=reason, words=words) for each, reason, words in cut),
        made_by="social_media 1, model 4f1c2a",
    )


def many_editions(days: int) -> tuple[Edition, ...]:
    """Give editions of days in a row, ending with the sample day; every day has stories of its own."""
    return tuple(_edition_of(ON - timedelta(days=back), back) for back in reversed(range(days)))


def _edition_of(on: date, back: int) -> Edition:
    if back == 0:
        return edition()
    shift = back % len(STORIES)
    turned = STORIES[shift:] + STORIES[:shift]
    kept = turned[: 3 + back % 7]
    stories = tuple(_dated(story, on) for story in kept)
    return edition(stories, tuple((_dated(each, on), reason, words) for each, reason, words in CUT_STORIES), on=on)


def _dated(story: Candidate, on: date) -> Candidate:
    back = ON - on
    lead = replace(
        story.lead,
        first_seen_at=story.lead.first_seen_at - back,
        published_at=story.lead.published_at and story.lead.published_at - back,
    )
    return replace(story, story_id=short_id(story.story_id, on.isoformat()), lead=lead)
