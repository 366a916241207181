"""What happened, in one word: acts that news tells, and the words that tell them."""

from collections.abc import Iterable

from dailyten.cluster.stems import stem

_TOLD_BY = {
    "launch": "launch introduce unveil debut release arrive add bring begin start available rollout roll announce live"
    " new",
    "open": "open reopen",
    "end": "end kill shut scrap close discontinue retire sunset remove drop axe abandon stop cease disappear gone"
    " goodbye farewell rip shutdown",
    "test": "test trial pilot experiment try",
    "allow": "allow let permit restore return unblock lift reinstate back unban",
    "ban": "ban block forbid prohibit suspend restrict bar outlaw blocked",
    "limit": "limit cap restrict fewer",
    "buy": "buy acquire purchase takeover acquisition bought",
    "sell": "sell sold sale divest",
    "sue": "sue lawsuit court suit complaint antitrust judge ruling trial tribunal",
    "fine": "fine penalty settle settlement",
    "outage": "outage down offline blackout crash unreachable buckle glitch",
    "hack": "hack hijack breach compromise break-in phish scam steal stolen leak expose",
    "rise": "rise up grow increase soar jump gain record raise double surge dear",
    "fall": "fall down decline cut lose slump drop shrink halve lower cheap",
    "apology": "apologise apologize sorry apology regret",
    "reverse": "reverse reversal u-turn backtrack scrap undo walk revert rethink relent withdraw pull",
    "delay": "delay postpone pause slow later slip extend",
    "deny": "deny denial refuse reject decline",
    "fire": "fire sack layoff dismiss quit resign leave step",
    "find": "study survey find report poll research analysis",
    "charge": "charge price fee paid pay subscription cost",
    "rename": "rename rebrand name logo",
}
_STEMS = {act: frozenset(stem(word) for word in words.split()) for act, words in _TOLD_BY.items()}
ACTS = {
    each: frozenset(act for act, stems in _STEMS.items() if each in stems)
    for each in frozenset().union(*_STEMS.values())
}
"""The acts that a stem may tell."""


def acts(stems: Iterable[str]) -> frozenset[str]:
    """Give the acts that these stems tell."""
    return frozenset(act for each in stems for act in ACTS.get(each, ()))
