"""What proof-reading finds: the file and line, what is wrong there, and how to mend it."""

from dataclasses import dataclass

MENDS = {
    "markup": "Write the element as the HTML standard asks; your own templates are the first place to look.",
    "nesting": "Move the element to where it may stand, or use a div or a span.",
    "attribute": "Take the attribute away or write it once, in lower case.",
    "id": "Give each element of a page an id of its own.",
    "language": 'Write <html lang="…"> with the language of the page.',
    "title": "Give the page a <title> of its own, and a description.",
    "zoom": "Let people zoom: width=device-width, initial-scale=1, nothing more.",
    "heading": "One h1 to a page, and no level left out below it.",
    "landmark": "One <main>; all words inside it, <header>, <nav>, <aside> or <footer>; a name for each <nav>.",
    "picture": 'Say in alt what the picture shows; alt="" if it is only there to please.',
    "name": "Give the link, button or field words that say what it does: text inside, a <label>, or aria-label.",
    "reference": "Point to an id that is on the page.",
    "keyboard": "Let the order of the page be the order of the Tab key: no tabindex above 0.",
    "script": "Put scripts into files of their own; the pages forbid others.",
    "table": "Give each column a <th>.",
    "link": "Correct the address, or render the site again: dailyten site build.",
    "fragment": "Point to an id that is on that page.",
    "foreign": "Put the file into the site itself: pages load nothing from other hosts.",
    "weight": "Make it smaller: fewer stories on the page, fewer rules in the stylesheet.",
    "feed": "Render the site again: dailyten site build. If it stays, tell us.",
    "encoding": "Write the file as UTF-8.",
}
"""How to mend each kind of fault, by the key of its rule."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault. `page` is the path in the site, `line` counts from 1 and is 0 where the whole file is meant."""

    page: str
    line: int
    rule: str
    words: str

    @property
    def mend(self) -> str:
        """How to mend it."""
        return MENDS[self.rule]

    @property
    def place(self) -> str:
        """The file, and the line where there is one."""
        return f"{self.page}:{self.line}" if self.line else self.page
