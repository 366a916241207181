"""What every page answers with: a printed template, a few sentences, a way to another page."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, TypeAlias

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from dailyten.edition.morning import local_date
from dailyten.errors import BadLink, BadWishes, NotFound
from dailyten.model.subscriber import Subscriber, Wishes
from dailyten.pipeline.wishing import read_wishes
from dailyten.web.counting import Counts
from dailyten.web.forms import Texts, shown, texts_of, wishes_given
from dailyten.web.reception import Reception

SEE_OTHER = 303
BAD_REQUEST = 400
NOT_FOUND = 404
GONE = 410
TOO_MANY = 429
NO_ADDRESS = "This is no address for mail. One looks like name@example.com."

Form: TypeAlias = Annotated[Texts, Depends(texts_of)]


@dataclass(frozen=True, slots=True)
class Page:
    """What every page has: the reception behind it, the counts, and how it answers."""

    here: Reception
    counts: Counts

    def fault(self, error: BadLink | NotFound) -> Response:
        """Say that a link opens nothing, and what to do instead."""
        if isinstance(error, BadLink) and error.expired:
            return self.told(
                "This link has run out",
                "Links that confirm something work for two days. Please ask again.",
                ways=[("Ask for the mail", "/subscribe")],
                status=GONE,
            )
        return self.told(
            "This link opens nothing",
            "Perhaps it was cut in two by a mail program: copy it whole, with everything behind the last slash.",
            "Or what it was about is not here any more.",
            ways=[("Today's edition", "/"), ("Ask for the mail", "/subscribe")],
            status=NOT_FOUND,
        )

    def sentence(self, heading: str, words: str, status: int) -> Response:
        """Show a page of one sentence."""
        return self.told(heading, words, ways=[("Today's edition", "/")], status=status)

    def done_already(self) -> Response:
        """Say that nothing waits to be confirmed."""
        return self.told(
            "Nothing is waiting",
            "This was confirmed already, or it was asked more than two days ago.",
            ways=[("Ask for the mail", "/subscribe"), ("Today's edition", "/")],
            status=GONE,
        )

    def no_such_act(self) -> Response:
        """Say that the form named no act that its page knows."""
        return self.told(
            "Nothing was done", "This page did not say what to do. Please go back and try again.", status=BAD_REQUEST
        )

    def told(
        self, heading: str, *paragraphs: str, ways: list[tuple[str, str]] | None = None, status: int = 200
    ) -> Response:
        """Show a page of some sentences, and of ways to go on."""
        return self.page("told.html", "told", status, heading=heading, paragraphs=paragraphs, ways=ways or [])

    def wishes(self, form: Texts, faults: dict[str, str], before: Wishes) -> Wishes | None:
        """Read the wishes of a form; what is wrong with them is put into `faults`."""
        try:
            return read_wishes(wishes_given(form), self.here.choices, before)
        except BadWishes as error:
            faults |= error.faults
            return None

    def page(self, template: str, path: str, status: int = 200, /, *, heading: str, **what: object) -> Response:
        """Print a page by a template."""
        return HTMLResponse(self.here.printer.page(template, path, heading, **what), status)

    def local(self, door: str, reader: Subscriber) -> str:
        """Link to another page of the same reader, on this host."""
        link: str = getattr(self.here.links, door)(reader.subscriber_id)
        return link.removeprefix(self.here.links.base)

    def today(self, reader: Subscriber) -> date:
        """Give the day it is where the reader lives."""
        return local_date(self.here.clock(), reader.wishes.zone or self.here.zone)


def see(path: str) -> Response:
    """Send on to a page that shows what was done."""
    return RedirectResponse(path, SEE_OTHER)


def host_of(request: Request) -> str:
    """Name the host that asks; empty if the server does not know."""
    return request.client.host if request.client else ""


def every_field() -> Texts:
    """Give a form with nothing in it, for what was typed to be laid over."""
    return {name: [] for name in shown(Wishes(), "")}
