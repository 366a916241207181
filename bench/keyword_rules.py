"""Tagging as most digests do it: a list of words for each topic, written by hand. A yardstick, no part of dailyten.

A word in the title counts two points, one in the summary one; a word that ends in * stands for all that begin so. A
text that names neither a network nor social media at large is off topic. The topic with the most points is the main
one; others are added that reach `EXTRA` points. Written from the labelling guide before the first measurement and left
as it was.
"""

import re
from collections.abc import Mapping

from dailyten.text.words import fold

TITLE, SUMMARY = 2, 1
LEAST, EXTRA = 2, 3
MOST_TOPICS = 3

NEAR = (
    "social media, social network*, facebook, instagram, twitter, tweet*, linkedin, tiktok, youtube, "
    "pinterest, snapchat, reddit, whatsapp, threads, bluesky, mastodon, meta, reels, shorts, influencer*, "
    "hashtag*, google my business, google business profile, reviews, followers, myspace, vine, tumblr, "
    "foursquare, google+, clubhouse, creator*"
)
TOPICS: Mapping[str, str] = {
    "platforms": (
        "launch*, roll* out, rollout, new feature*, update*, redesign*, algorithm*, test*, beta, shut* down, "
        "outage, down for, now lets, lets users, adds, introduc*, unveil*, feature*, removes, api, limit*, "
        "acquire*, relaunch*"
    ),
    "strategy": (
        "strategy, strategies, plan, plans, planning, goal*, audience*, mistake*, start*, small business*, team, "
        "time, outsourc*, agency, budget*, calendar*, policy, guide to, beginners, which network*, should you"
    ),
    "content": (
        "content, post ideas, post, posts, caption*, hashtag*, photo*, video*, stories, live, carousel*, copy, "
        "writing, headline*, best time to post, ideas, format*, meme*, podcast*, blog*, visual*"
    ),
    "community": (
        "community, communities, repl*, respond*, comment*, engag*, group, groups, review*, reputation, customer "
        "service, customer care, complain*, crisis, employee advocacy, conversation*, fans"
    ),
    "advertising": (
        "ad, ads, advert*, paid, campaign*, boost*, targeting, retarget*, sponsored, promoted, cpc, cpm, bid*, ad "
        "spend, creative, lookalike*, audience network"
    ),
    "roi": (
        "roi, measur*, metric*, analytics, kpi*, attribution, track*, report, reporting, benchmark*, conversion*, "
        "results, return on, case study, insights, utm*, sales from, proves"
    ),
    "tools": (
        "tool*, app, apps, software, scheduler*, schedul*, dashboard*, platform for, hootsuite, buffer, sprout, "
        "canva, plugin*, chatbot*, ai assistant*, integration*, listening, automation, review of"
    ),
    "creators": (
        "influencer*, creator*, ambassador*, user-generated, ugc, affiliate*, brand deal*, partnership*, "
        "monetis*, monetiz*, youtuber*, tiktoker*, gifted, creator fund, blogger outreach"
    ),
    "research": (
        "study, studies, survey*, research*, report finds, percent, %, statistics, stats, data, demographic*, "
        "trends, prediction*, poll, polled, according to, usage, forecast*"
    ),
    "rules": (
        "law, laws, legal, regulat*, privacy, gdpr, ftc, scam*, hack*, phish*, security, fake, copyright, "
        "trademark*, disclos*, ban, banned, bans, fine, fined, court, lawsuit*, sue*, moderation, misinformation, "
        "spam, fraud*"
    ),
}
MUST = "how to, tips, ways, guide, step*, checklist, deadline, starting, from today, scam*, template*, mistakes"
DULL = (
    "awards, award, webinar, conference, hiring, job, quarter, shares, earnings, revenue, investor*, "
    "sponsored, celebrity"
)


def _pattern(words: str) -> re.Pattern[str]:
    told = (re.escape(fold(word.strip())).replace(r"\*", r"\w*") for word in words.split(","))
    return re.compile(r"(?<!\w)(?:" + "|".join(told) + r")(?!\w)")


_NEAR, _MUST, _DULL = map(_pattern, (NEAR, MUST, DULL))
_TOPICS = {key: _pattern(words) for key, words in TOPICS.items()}


def tag(title: str, summary: str) -> tuple[str, tuple[str, ...], float]:
    """Give the main topic ("" for none), the topics and the usefulness from 0 to 3."""
    title, summary = fold(title), fold(summary)
    whole = f"{title} {summary}"
    if not _NEAR.search(whole):
        return "", (), 0.0
    points = {
        key: TITLE * len(set(words.findall(title))) + SUMMARY * len(set(words.findall(summary)))
        for key, words in _TOPICS.items()
    }
    order = sorted(points, key=lambda key: -points[key])
    if points[order[0]] < LEAST:
        return "", (), 0.0
    topics = [order[0], *(key for key in order[1:] if points[key] >= EXTRA)][:MOST_TOPICS]
    useful = 1.5 + 1.5 * bool(_MUST.search(whole)) - 1.5 * bool(_DULL.search(whole))
    return order[0], tuple(topics), useful
