"""Reading a feed list whole: every fault found, or every feed read. A file with an error is never half a list."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from urllib.parse import urljoin

from dailyten.feedlist.address import alike_key, same_key
from dailyten.feedlist.decoding import Decoded, decode, wrong_claim
from dailyten.feedlist.fault import Fault, Finding, Lines, Severity, fault_at, placed, refuse_errors
from dailyten.feedlist.outline import (
    feed_of,
    findings_in,
    includes_a_list,
    is_commented,
    lists_a_feed,
    name_of,
)
from dailyten.feedlist.sheet import MOST_BYTES, MOST_OUTLINES, Element, Sheet
from dailyten.feedlist.stamp import stamp_of
from dailyten.feedlist.wellformed import Examined, examine
from dailyten.model.feed import Feed

MOST_INCLUDED = 20
"""Lists that one list may bring in, counted through all of them."""
DEEPEST_INCLUDE = 3
VERSIONS = frozenset(["1.0", "1.1", "2.0", ""])

Include = Callable[[str], bytes | None]
"""Fetches the list that an `include` outline names; None if it cannot be had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedList:
    """The feeds of a list in its order, its title, and what deserves a look though it does not refuse the file.

    `stamp` names the text that they were read from; empty for a list that includes others, whose texts may change.
    """

    name: str
    title: str
    feeds: tuple[Feed, ...]
    warnings: tuple[Fault, ...] = ()
    stamp: str = ""


def lint(body: bytes, name: str, *, include: Include | None = None) -> tuple[Fault, ...]:
    """Find every fault of a feed list, in the order of its lines; those of included lists stand at the end."""
    return _judge(body, name, include).faults


def read(body: bytes, *, name: str, include: Include | None = None) -> FeedList:
    """Read OPML 1.0, 1.1 or 2.0.

    An outline with an xmlUrl is a feed whatever its type. Of a feed that is listed twice the first outline counts. An
    `include` outline needs `include`; without it, it is an error. Raises BadFeedList with all faults if one of them
    is an error.
    """
    judged = _judge(body, name, include)
    refuse_errors(name, judged.faults)
    return FeedList(
        name=name,
        title=judged.title,
        feeds=tuple(judged.feeds),
        warnings=judged.faults,
        stamp="" if judged.included else stamp_of(body),
    )


def text_of(body: bytes, name: str) -> tuple[Decoded, Examined]:
    """Decode and examine a list. Raises BadFeedList where it is too big or in no encoding that we can read."""
    opened = _open(body, name)
    if isinstance(opened, Fault):
        refuse_errors(name, [opened])
        raise AssertionError(opened)  # noqa: TRY004 - a file that cannot be opened is always an error
    return opened, examine(opened.text)


@dataclass(slots=True, kw_only=True)
class _Judged:
    """What reading has gathered, through all included lists."""

    title: str = ""
    feeds: list[Feed] = field(default_factory=list)
    faults: tuple[Fault, ...] = ()
    outlines: int = 0
    included: list[str] = field(default_factory=list)
    same: dict[str, str] = field(default_factory=dict)
    alike: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)


def _judge(body: bytes, name: str, include: Include | None) -> _Judged:
    judged = _Judged()
    _judge_one(body, name, include, judged, 0)
    return judged


def _judge_one(body: bytes, name: str, include: Include | None, judged: _Judged, deep: int) -> None:
    opened = _open(body, name)
    if isinstance(opened, Fault):
        judged.faults += (opened,)
        return
    examined = examine(opened.text)
    found = list(examined.findings)
    claim = wrong_claim(opened)
    found += [claim] if claim else []
    more: list[Fault] = []
    if examined.sheet is not None:
        lines = Lines(opened.text)
        reader = _Reader(
            sheet=examined.sheet,
            examined=examined,
            lines=lines,
            name=name,
            include=include,
            judged=judged,
            deep=deep,
        )
        found += list(reader.findings())
        more = reader.included_faults
        judged.title = judged.title or examined.sheet.title
    judged.faults += placed(found, opened.text, name) + tuple(more)


def _open(body: bytes, name: str) -> Decoded | Fault:
    if len(body) > MOST_BYTES:
        finding = Finding(
            offset=0,
            rule="too-big",
            words=f"The file has {len(body):,} bytes; a feed list may have {MOST_BYTES:,}.",
            mend="Is this the right file? Otherwise split the list.",
        )
        return fault_at(finding, name, 1, 1)
    opened = decode(body)
    if isinstance(opened, Decoded):
        return opened
    before = body[: opened.offset]
    return fault_at(opened, name, before.count(b"\n") + 1, opened.offset - (before.rfind(b"\n") + 1) + 1)


@dataclass(slots=True, kw_only=True)
class _Reader:
    """Walks the outlines of one file; offsets it yields are those of the original text."""

    sheet: Sheet
    examined: Examined
    lines: Lines
    name: str
    include: Include | None
    judged: _Judged
    deep: int
    included_faults: list[Fault] = field(default_factory=list)

    def findings(self) -> Iterator[Finding]:
        listed = len(self.judged.feeds)
        wrong = bool(self.examined.findings)
        for element in self.sheet.elements:
            for finding in self._in_element(element):
                wrong = wrong or finding.severity is Severity.ERROR
                yield self._moved(finding)
        if not wrong and self.deep == 0 and len(self.judged.feeds) == listed and not self.included_faults:
            yield self._moved(_empty(self.sheet))

    def _moved(self, finding: Finding) -> Finding:
        return replace(finding, offset=self.examined.copy.original(finding.offset))

    def _in_element(self, element: Element) -> Iterator[Finding]:
        if element.depth == 0:
            yield from _version(element)
        if element.local != "outline":
            return
        if is_commented(self.sheet, element):
            if lists_a_feed(element) or includes_a_list(element):
                yield _commented(element)
            return
        if _is_misplaced(self.sheet, element):
            yield _misplaced(element)
        own = list(findings_in(element))
        yield from own
        if includes_a_list(element):
            yield from self._in_include(element)
        elif lists_a_feed(element) and not any(finding.severity is Severity.ERROR for finding in own):
            yield from self._keep(element)

    def _keep(self, element: Element) -> Iterator[Finding]:
        feed, judged = feed_of(self.sheet, element), self.judged
        where = self._where(element)
        same, alike = same_key(feed.address), alike_key(feed.address)
        if same in judged.same:
            yield _twice(element, judged.same[same])
            return
        if alike in judged.alike:
            yield _almost_twice(element, judged.alike[alike])
        if feed.feed_id in judged.ids:
            yield _same_id(element, feed, judged.ids[feed.feed_id])
        judged.same[same] = judged.ids[feed.feed_id] = where
        judged.alike.setdefault(alike, where)
        judged.feeds.append(feed)

    def _where(self, element: Element) -> str:
        line, _ = self.lines.place(self.examined.copy.original(element.start))
        return f"line {line}" if self.deep == 0 else f"{self.name} line {line}"

    def _in_include(self, element: Element) -> Iterator[Finding]:
        url = urljoin(self.name, element.value("url")) if self.deep else element.value("url")
        why = self._why_not(url)
        body = None if why or self.include is None else self.include(url)
        if body is None:
            yield _not_included(element, url, why or "It could not be read.")
            return
        self.judged.included.append(url)
        before = self.judged.faults
        _judge_one(body, url, self.include, self.judged, self.deep + 1)
        self.included_faults += self.judged.faults[len(before) :]
        self.judged.faults = before

    def _why_not(self, url: str) -> str:
        if not url:
            return "It has no url."
        if self.include is None:
            return "Included lists are not read here."
        if url in self.judged.included:
            return "It is included twice, or includes itself."
        if len(self.judged.included) >= MOST_INCLUDED or self.deep >= DEEPEST_INCLUDE:
            return f"Lists may include {MOST_INCLUDED} others, {DEEPEST_INCLUDE} deep."
        if len(self.judged.feeds) >= MOST_OUTLINES:
            return f"The lists together hold {MOST_OUTLINES:,} feeds already."
        return ""


def _version(root: Element) -> Iterator[Finding]:
    found = root.attribute("version")
    if found is not None and root.value("version") not in VERSIONS:
        yield Finding(
            offset=found.value_start,
            severity=Severity.WARNING,
            rule="unknown-version",
            words=f'The OPML version "{found.value[:20]}" is unknown; the file is read as 2.0.',
            mend='Write version="2.0".',
        )


def _is_misplaced(sheet: Sheet, element: Element) -> bool:
    """Say whether an outline stands in no other one and outside the body."""
    around = {outer.local.lower() for outer in sheet.ancestors(element)}
    return not around & {"body", "outline"}


def _misplaced(element: Element) -> Finding:
    return Finding(
        offset=element.start,
        severity=Severity.WARNING,
        rule="misplaced",
        words=f'"{name_of(element)[:60]}" stands outside <body>. It is read here, but other programs may leave it out.',
        mend="Move it between <body> and </body>.",
    )


def _commented(element: Element) -> Finding:
    return Finding(
        offset=element.start,
        severity=Severity.WARNING,
        rule="commented-out",
        words=f'"{name_of(element)[:60]}" is marked as a comment (isComment) and is not read.',
        mend='Delete isComment="true", here or at the outline around it, to have it read.',
    )


def _empty(sheet: Sheet) -> Finding:
    body = sheet.first("body") or sheet.root
    return Finding(
        offset=body.start,
        rule="no-feeds",
        words="The list holds no feed: no outline has an xmlUrl.",
        mend='Add <outline type="rss" text="Its name" xmlUrl="The address of the feed"/> inside <body>.',
    )


def _twice(element: Element, first: str) -> Finding:
    return Finding(
        offset=element.start,
        severity=Severity.WARNING,
        rule="duplicate",
        words=f'"{name_of(element)[:60]}" is listed already in {first}; this outline is not counted.',
        mend="Delete one of the two.",
    )


def _almost_twice(element: Element, first: str) -> Finding:
    return Finding(
        offset=element.start,
        severity=Severity.WARNING,
        rule="near-duplicate",
        words=f"This address differs from that of {first} only in http or https, www. or the last slash.",
        mend="Delete one of the two if they bring the same feed.",
    )


def _same_id(element: Element, feed: Feed, holder: str) -> Finding:
    return Finding(
        offset=element.start,
        rule="same-id",
        words=f"The id {feed.feed_id} belongs to the feed of {holder}; two feeds cannot share one history.",
        mend="Delete dailyten:id from the feed that never moved.",
    )


def _not_included(element: Element, url: str, why: str) -> Finding:
    return Finding(
        offset=element.start,
        rule="include",
        words=f'The list "{url[:80] or name_of(element)[:80]}" is to be included. {why}',
        mend="Copy its outlines in here, or delete this outline.",
    )
