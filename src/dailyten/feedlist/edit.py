"""Edits of a feed list that leave everything they do not mean byte for byte as it was.

An `Opml` holds the text with the place of every element. An edit cuts a piece of text out or puts one in and reads the
result again; no tree is ever written out.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from dailyten.errors import BadFeedList, BadInput, NotFound
from dailyten.feedlist.address import complain, same_key
from dailyten.feedlist.decoding import Decoded
from dailyten.feedlist.fault import Severity, placed, refuse_errors
from dailyten.feedlist.layout import (
    change_value,
    cut,
    cut_attribute,
    last_child,
    new_tag,
    paste,
    put_attribute,
)
from dailyten.feedlist.outline import (
    NAMESPACE,
    PREFIX,
    address_of,
    feed_id_in,
    group_path,
    is_commented,
    lists_a_feed,
    name_of,
    own_attribute,
)
from dailyten.feedlist.read import text_of
from dailyten.feedlist.sheet import Attribute, Element, Sheet
from dailyten.feedlist.wellformed import Mend, mended
from dailyten.model.feed import MOST_WEIGHT, Feed, feed_id_of


@dataclass(frozen=True, slots=True)
class Opml:
    """A feed list as text that can be edited. Every edit gives a new one.

    Edits name a feed by its feed_id or its address; raises NotFound where there is none. Adding a feed and removing
    it again gives the bytes of before, except that an element without content (`<body/>`, `<body></body>`) stays
    opened up, and that the first attribute of ours declares our namespace in the first tag.
    """

    name: str
    decoded: Decoded
    sheet: Sheet

    @classmethod
    def of(cls, body: bytes, *, name: str) -> "Opml":
        """Take the bytes of a list. Raises BadFeedList if they are no well-formed OPML.

        What outlines say may be wrong: so a feed with a bad address can be removed by an edit.
        """
        decoded, examined = text_of(body, name)
        refuse_errors(name, placed(examined.findings, decoded.text, name))
        if examined.sheet is None:
            raise AssertionError(name)  # no sheet without an error
        return cls(name, decoded, examined.sheet)

    def to_bytes(self) -> bytes:
        """Give the file."""
        return self.decoded.encode(self.sheet.text)

    @property
    def outlines(self) -> tuple[Element, ...]:
        """The outlines that list a feed, in the order of the file."""
        return tuple(element for element in self.sheet.elements if lists_a_feed(element))

    @property
    def groups(self) -> dict[str, Element]:
        """The groups by their path ("Marketing/Ads"), of two with one path the first; none that is commented out."""
        found: dict[str, Element] = {}
        for element in self.sheet.elements:
            if _is_group(element) and not is_commented(self.sheet, element):
                found.setdefault("/".join((*group_path(self.sheet, element), name_of(element))), element)
        return found

    def find(self, feed: str) -> Element:
        """Find the first outline of a feed by feed_id or address. Raises NotFound."""
        return self._all_of(feed)[0]

    def add(self, feed: Feed) -> "Opml":
        """Add a feed: into the group that its category names, else at the end of the body with a category attribute.

        Raises BadInput where it is listed already or its address cannot be listed.
        """
        _refuse_address(feed.address)
        self._refuse_listed(feed.address, feed.feed_id)
        group = self._group(feed.category)
        container = group or self._body()
        prefix, declaration = self._prefix_at(container)
        own = _own_attributes(feed, prefix)
        attributes = _attributes(feed, with_category=group is None or self._all_carry_category()) | own
        tag = new_tag(self.sheet, container, attributes)
        return self._with([paste(self.sheet, container, tag), *(declaration if own else ())])

    def remove(self, feed: str) -> "Opml":
        """Remove every outline of a feed with its line. Raises BadInput where it holds outlines of its own."""
        elements = self._all_of(feed)
        for element in elements:
            if last_child(self.sheet, element) is not None:
                raise BadInput(f'"{name_of(element)}" holds other outlines; move them first.', where=self.name)
        return self._with(cut(self.sheet, element) for element in elements)

    def move(self, feed: str, category: str) -> "Opml":
        """Move the first outline of a feed to the end of a group, or for "" to the end of the body.

        A category attribute that the outline has follows. Raises NotFound where there is no such group.
        """
        element = self.find(feed)
        container = self._group(category) if category else self._body()
        if container is None:
            raise NotFound(f'There is no group "{category}".', where=self.name)
        if container.start >= element.start and container.end <= element.end:
            raise BadInput(f'"{name_of(element)}" cannot be moved into itself.', where=self.name)
        follows = element.attribute("category")
        mends = [] if follows is None else list(self._set(element, "category", category))
        if last_child(self.sheet, container) == element:
            return self._with(mends)
        inner = [replace(mend, start=mend.start - element.start, end=mend.end - element.start) for mend in mends]
        tag = mended(self.sheet.text[element.start : element.end], inner).text
        return self._with([cut(self.sheet, element), paste(self.sheet, container, tag)])

    def set_title(self, feed: str, title: str) -> "Opml":
        """Give a feed another title, in `text` and in `title` where it has one."""
        elements = self._all_of(feed)
        titled = [element for element in elements if element.attribute("title") is not None]
        return self._with(
            [
                *(mend for element in elements for mend in self._set(element, "text", title)),
                *(mend for element in titled for mend in self._set(element, "title", title)),
            ]
        )

    def set_home(self, feed: str, home_url: str) -> "Opml":
        """Name another home page; "" takes it away."""
        return self._with(mend for element in self._all_of(feed) for mend in self._set(element, "htmlUrl", home_url))

    def set_weight(self, feed: str, weight: float) -> "Opml":
        """Weigh a feed from 0 to 5; 1 takes the attribute away. Raises BadInput beyond."""
        if not 0.0 <= weight <= MOST_WEIGHT:
            raise BadInput("A weight lies between 0 and 5.", came=str(weight))
        return self._with(self._set_own(feed, "weight", "" if weight == 1.0 else f"{weight:g}"))

    def set_title_only(self, feed: str, *, title_only: bool) -> "Opml":
        """Show a feed without summaries, or with them again."""
        return self._with(self._set_own(feed, "titleOnly", "true" if title_only else ""))

    def replace_address(self, feed: str, address: str, *, known_as: str = "") -> "Opml":
        """Give a feed its new address; `dailyten:id` keeps its identity, so nothing it brought is lost or new.

        `known_as` is the id under which the store knows the feed, where the list no longer says it. Raises BadInput
        where another feed has that address already.
        """
        _refuse_address(address)
        listed_as = feed_id_in(self.find(feed))
        feed_id = known_as or listed_as
        self._refuse_listed(address, "", but=listed_as)
        addressed = [mend for element in self._all_of(feed) for mend in self._set(element, "xmlUrl", address)]
        kept = "" if feed_id_of(address) == feed_id else feed_id
        return self._with([*addressed, *self._set_own(feed, "id", kept)])

    # finding

    def _all_of(self, feed: str) -> tuple[Element, ...]:
        outlines = self.outlines
        found = [element for element in outlines if feed == feed_id_in(element)]
        found = found or [element for element in outlines if same_key(feed) == same_key(address_of(element))]
        if not found:
            wanted = "the address or the id of a feed, as `dailyten feeds list` shows it"
            raise NotFound("There is no such feed in the list.", expected=wanted, came=feed, where=self.name)
        return tuple(found)

    def _refuse_listed(self, address: str, feed_id: str, but: str = "") -> None:
        for element in self.outlines:
            held = feed_id_in(element)
            if held != but and (same_key(address_of(element)) == same_key(address) or held == feed_id):
                rests = ", marked as a comment (isComment)" if is_commented(self.sheet, element) else ""
                raise BadInput(f'{address} is listed already, as "{name_of(element)}"{rests}.', where=self.name)

    def _group(self, category: str) -> Element | None:
        """Find a group by its path, or by its own name where that is the only one."""
        wanted, groups = category.strip("/"), self.groups
        if wanted in groups:
            return groups[wanted]
        named = [group for group in groups.values() if name_of(group) == wanted]
        return named[0] if len(named) == 1 else None

    def _body(self) -> Element:
        body = self.sheet.first("body")
        if body is None:
            raise BadFeedList(f"{self.name} has no <body>. Put its outlines into <body>...</body>.", where=self.name)
        return body

    def _all_carry_category(self) -> bool:
        outlines = self.outlines
        return bool(outlines) and all(element.attribute("category") is not None for element in outlines)

    # changing

    def _with(self, mends: Iterable[Mend]) -> "Opml":
        spelled = [replace(mend, new=self.decoded.spell(mend.new)) for mend in mends]
        body = self.decoded.encode(mended(self.sheet.text, spelled).text)
        return Opml.of(body, name=self.name)

    def _set(self, element: Element, name: str, value: str) -> Iterator[Mend]:
        yield from self._written(element, element.attribute(name), name, value)

    def _set_own(self, feed: str, name: str, value: str) -> list[Mend]:
        elements = self._all_of(feed)
        prefix, declaration = self._prefix_at(elements[0])
        mends = [
            mend
            for element in elements
            for mend in self._written(element, own_attribute(element, name), f"{prefix}:{name}", value)
        ]
        return [*mends, *declaration] if value else mends

    def _written(self, element: Element, attribute: Attribute | None, name: str, value: str) -> Iterator[Mend]:
        """Change, add or (for an empty value) take away an attribute; nothing where the value is there already."""
        if attribute is None:
            if value:
                yield put_attribute(self.sheet, element, name, value)
        elif not value:
            yield cut_attribute(self.sheet, attribute)
        elif value != attribute.value:
            yield change_value(self.sheet, attribute, value)

    def _prefix_at(self, element: Element) -> tuple[str, tuple[Mend, ...]]:
        """Give the prefix of our namespace at an element, and its declaration in the first tag if there is none yet."""
        bound = next((prefix for prefix, uri in element.prefixes.items() if uri == NAMESPACE and prefix), "")
        if bound:
            return bound, ()
        prefix = PREFIX
        while any(prefix in other.prefixes for other in self.sheet.elements):
            prefix += "x"
        return prefix, (put_attribute(self.sheet, self.sheet.root, f"xmlns:{prefix}", NAMESPACE),)


def _is_group(element: Element) -> bool:
    plain = element.value("type").lower() in {"", "folder"}
    return element.local == "outline" and plain and not lists_a_feed(element) and name_of(element) != ""


def _attributes(feed: Feed, *, with_category: bool) -> dict[str, str]:
    wanted = {
        "text": feed.title,
        "title": feed.title,
        "type": "rss",
        "xmlUrl": feed.address,
        "htmlUrl": feed.home_url,
        "category": feed.category if with_category else "",
    }
    return {name: value for name, value in wanted.items() if value}


def _own_attributes(feed: Feed, prefix: str) -> dict[str, str]:
    wanted = {
        "weight": "" if feed.weight == 1.0 else f"{feed.weight:g}",
        "titleOnly": "true" if feed.title_only else "",
        "id": "" if feed.feed_id == feed_id_of(feed.address) else feed.feed_id,
    }
    return {f"{prefix}:{name}": value for name, value in wanted.items() if value}


def _refuse_address(address: str) -> None:
    for complaint in complain(address):
        if complaint.severity is Severity.ERROR:
            raise BadInput(complaint.words, expected=complaint.mend.rstrip("."), came=address)
