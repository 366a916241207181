"""What happened, in one word: acts that news tells, and the words that tell them."""

from dailyten.cluster.stems import stem

_TOLD_BY = {
    "launch": "launch introduce unveil debut release arrive add bring begin start available rollout roll announce live"
    " new expand reveal present present gets get offer ship",
    "open": "open reopen",
    "end": "end kill shut scrap close discontinue retire sunset remove drop axe abandon stop cease disappear gone"
    " goodbye farewell rip shutdown ditch closure phase shutter dump discard",
    "test": "test trial pilot experiment try beta",
    "allow": "allow let permit restore return unblock lift reinstate back unban unfreeze",
    "ban": "ban block forbid prohibit suspend restrict bar outlaw blocked oust prohibition suspension crackdown",
    "limit": "limit cap restrict fewer",
    "buy": "buy acquire purchase takeover acquisition bought buyout snap merger merge",
    "sell": "sell sold sale divest divestment",
    "sue": "sue lawsuit court suit complaint antitrust judge ruling trial tribunal litigation accuse allege",
    "fine": "fine penalty settle settlement",
    "outage": "outage down offline blackout crash unreachable buckle glitch",
    "hack": "hack hijack breach compromise break-in phish scam steal stolen leak expose cyberattack attack",
    "rise": "rise up grow increase soar jump gain record raise double surge dear climb rally hit reach pass top exceed"
    " triple",
    "fall": "fall down decline cut lose slump drop shrink halve lower cheap plunge tumble sink slide plummet miss",
    "apology": "apologise apologize sorry apology regret",
    "reverse": "reverse reversal u-turn uturn backtrack scrap undo walk revert rethink relent withdraw pull backpedal"
    " back retract climbdown",
    "delay": "delay postpone pause slow later slip extend extension hold reprieve",
    "deny": "deny denial refuse reject decline dispute dismiss",
    "fire": "fire sack layoff dismiss quit resign leave step depart exit oust redundancy resignation departure",
    "appoint": "appoint hire name join successor replace poach",
    "find": "study survey find report poll research analysis researcher suggest reveal",
    "charge": "charge price fee paid pay subscription cost paywall",
    "rename": "rename rebrand name logo renamed rebranding",
    "float": "ipo float flotation debut",
    "raise": "raise funding round valuation invest investment",
    "plan": "plan consider mull may could might plot weigh explore",
    "rumour": "rumour rumor leak report reportedly source talk",
}
_STEMS = {act: frozenset(stem(word) for word in words.split()) for act, words in _TOLD_BY.items()}
ACTS = {
    each: frozenset(act for act, stems in _STEMS.items() if each in stems)
    for each in frozenset().union(*_STEMS.values())
}
"""The acts that a stem may tell."""
