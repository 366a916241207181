"""Leave, come back, or get less."""

from dataclasses import dataclass, replace

from fastapi.responses import Response

from dailyten.errors import NotFound
from dailyten.feedback.tokens import Claim, Purpose
from dailyten.model.consent import Door
from dailyten.model.subscriber import Days, Membership, Subscriber, Wishes
from dailyten.pipeline.joining import change_wishes
from dailyten.pipeline.leaving import can_come_back, come_back, leave
from dailyten.web import saying
from dailyten.web.forms import first
from dailyten.web.pages.page import Form, Page, see

ONE_CLICK = ("List-Unsubscribe", "One-Click")


@dataclass(frozen=True, slots=True)
class Leaving(Page):
    """The page with one button, and what a mail program posts instead of it."""

    def show(self, token: str, done: str = "") -> Response:
        """Show the button that ends the mail."""
        reader = self.here.reader(self.here.claim(token, Purpose.UNSUBSCRIBE))
        return self._leave_page(reader, saying.DONE.get(done, ""))

    def act(self, token: str, form: Form) -> Response:
        """End the mail, take that back, or send less. A mail program's own button is answered without a page."""
        claim = self.here.claim(token, Purpose.UNSUBSCRIBE)
        if first(form, ONE_CLICK[0]) == ONE_CLICK[1]:
            return self._one_click(claim)
        reader, now = self.here.reader(claim), self.here.clock()
        with self.here.store.writing() as db:
            match first(form, "act"):
                case "leave":
                    reader = leave(db, reader.subscriber_id, Door.WEB, now, "pressed the button of the page")
                    self.counts.acted("left")
                case "undo" if can_come_back(reader, now):
                    reader = come_back(db, reader.subscriber_id, Door.WEB, now)
                    self.counts.acted("came_back")
                    return self._leave_page(reader, "Welcome back. The mail comes again from the next edition on.")
                case "weekly":
                    change_wishes(db, reader.subscriber_id, _weekly(reader.wishes), Door.WEB, now)
                    return see(f"/unsubscribe/{token}?done=weekly")
                case _:
                    return self.no_such_act()
        return self._leave_page(reader, "")

    def _one_click(self, claim: Claim) -> Response:
        """Answer a mail program: 200, no page, no redirect, also for somebody who was erased (RFC 8058 §3.2)."""
        try:
            with self.here.store.writing() as db:
                leave(db, claim.subscriber_id, Door.MAIL, self.here.clock(), "one click in the mail program")
        except NotFound:
            pass
        self.counts.acted("one_click")
        return Response("You have left the list.\n", media_type="text/plain; charset=utf-8")

    def _leave_page(self, reader: Subscriber, done: str) -> Response:
        gone = reader.membership in (Membership.UNSUBSCRIBED, Membership.SUPPRESSED)
        undo = can_come_back(reader, self.here.clock())
        ask_again = "You can ask for it again at any time." if not undo else ""
        return self.page(
            "unsubscribe.html",
            "unsubscribe",
            heading="You have left" if gone else f"Stop {self.here.name}?",
            deck=f"No more mail will come to {reader.address}. {ask_again}"
            if gone
            else f"It comes to {reader.address}, {saying.DAYS[Days(reader.wishes.days)]}.",
            gone=gone,
            undo=undo,
            offers_weekly=reader.wishes.days != Days.WEEKLY,
            pause_url=self.local("pause", reader),
            done=done,
        )


def _weekly(wishes: Wishes) -> Wishes:
    return replace(wishes, days=Days.WEEKLY)
