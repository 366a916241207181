"""Pause the mail until a date."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from fastapi.responses import Response

from dailyten.errors import BadInput
from dailyten.feedback.tokens import Purpose
from dailyten.model.consent import Door
from dailyten.model.subscriber import Membership, Subscriber
from dailyten.pipeline.leaving import LONGEST_PAUSE, pause, resume
from dailyten.web import saying
from dailyten.web.forms import Texts, first
from dailyten.web.pages.page import BAD_REQUEST, Form, Page, see

PAUSES = ("7", "14", "30")
"""Days that have a button of their own."""


@dataclass(frozen=True, slots=True)
class Pausing(Page):
    """The page that pauses and goes on."""

    def show(self, token: str, done: str = "") -> Response:
        """Show how to pause."""
        reader = self.here.reader(self.here.claim(token, Purpose.PAUSE))
        return self._pause_page(reader, done=saying.DONE.get(done, ""))

    def act(self, token: str, form: Form) -> Response:
        """Pause until a date, or go on."""
        reader = self.here.reader(self.here.claim(token, Purpose.PAUSE))
        now, today = self.here.clock(), self.today(reader)
        try:
            with self.here.store.writing() as db:
                if first(form, "act") == "resume":
                    resume(db, reader.subscriber_id, Door.WEB, now)
                    return see(f"/pause/{token}?done=resume")
                until = _until(form, today)
                pause(db, reader.subscriber_id, until, self.here.zone, Door.WEB, now)
        except ValueError:
            words = {"until": "Give a date, such as 2027-01-31."}
        except BadInput:
            words = {"until": "Choose a day ahead, within a year."}
        else:
            self.counts.acted("paused")
            return see(f"/pause/{token}?done=pause")
        return self._pause_page(reader, form, words, BAD_REQUEST)

    def _pause_page(
        self,
        reader: Subscriber,
        texts: Texts | None = None,
        faults: Mapping[str, str] | None = None,
        status: int = 200,
        done: str = "",
    ) -> Response:
        today = self.today(reader)
        paused = reader.membership is Membership.PAUSED and reader.paused_until is not None
        return self.page(
            "pause.html",
            "pause",
            status,
            heading="Your mail is paused" if paused else "Pause the mail",
            deck=self._deck(reader),
            paused=paused,
            open=reader.membership in (Membership.ACTIVE, Membership.PAUSED),
            first=(today + timedelta(days=1)).isoformat(),
            last=(today + LONGEST_PAUSE).isoformat(),
            values={"until": (texts or {}).get("until", [(today + timedelta(days=7)).isoformat()])},
            faults=dict(faults or {}),
            done=done,
        )

    def _deck(self, reader: Subscriber) -> str:
        match reader.membership:
            case Membership.PAUSED if reader.paused_until is not None:
                comes = saying.on_day(reader.paused_until, reader.wishes.zone or self.here.zone)
                return f"The mail comes again on {comes}."
            case Membership.PAUSED:
                return ""
            case Membership.ACTIVE:
                return "Nothing is lost: the best of what you missed is kept in the archive."
            case _:
                return "You get no mail, so there is nothing to pause."


def _until(form: Texts, today: date) -> date:
    """Read until when to pause. Raises ValueError."""
    days = first(form, "days")
    return today + timedelta(days=int(days)) if days in PAUSES else date.fromisoformat(first(form, "until"))
