"""Ask for the mail, and say that it was you who asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from dailyten.deliver.address import normalise
from dailyten.errors import BadInput, NotFound
from dailyten.feedback.tokens import Purpose
from dailyten.model.consent import CONSENT_TEXTS, CONSENT_VERSION, Ask, AskKind
from dailyten.model.subscriber import Days, Wishes
from dailyten.pipeline.joining import Answer, ask_to_join, confirm
from dailyten.web import saying
from dailyten.web.forms import TRAP, Pace, Texts, first, pace, shown, stamp
from dailyten.web.pages.page import BAD_REQUEST, NO_ADDRESS, TOO_MANY, Form, Page, every_field, host_of, see

CONFIRMS = (Purpose.CONFIRM, Purpose.NEW_ADDRESS)
AMISS = {
    Pace.TOO_FAST: "That was faster than anybody reads. Please press the button once more.",
    Pace.TOO_OLD: "This page was open for very long. Please press the button once more.",
}


@dataclass(frozen=True, slots=True)
class Subscribing(Page):
    """The form, what happens next, and the page behind the mail's link."""

    def show(self) -> Response:
        """Show the empty form."""
        return self._form(shown(Wishes(), self.here.zone))

    def act(self, request: Request, form: Form) -> Response:
        """Take a filled form; the answer is the same whether or not the address is known."""
        if first(form, TRAP):
            return see("/subscribe/asked")
        faults: dict[str, str] = {}
        wishes = self.wishes(form, faults, Wishes())
        faults |= self._not_agreed(form)
        try:
            answer = self._ask(form, wishes, faults, request)
        except BadInput:
            faults = {"address": NO_ADDRESS} | faults
            answer = None
        if answer in saying.FULL:
            faults["address"] = saying.FULL[answer]
        if faults:
            return self._form(form, faults, TOO_MANY if answer else BAD_REQUEST)
        return see("/subscribe/asked")

    def asked(self) -> Response:
        """Say what happens next."""
        return self.told(
            "Look into your mailbox",
            "We have sent a short mail to the address you gave. Open its link and press the button there: then you are"
            " on the list.",
            "Nothing there after a few minutes? Look among the spam. If you asked in the last 24 hours already, there"
            " is no second mail: the first one still works.",
            ways=[("Today's edition", "/")],
        )

    def confirm(self, token: str) -> Response:
        """Show what is to be confirmed."""
        claim = self.here.claim(token, *CONFIRMS)
        with self.here.store.reading() as db:
            ask = db.asks.find(claim.subscriber_id)
        if ask is None:
            return self.done_already()
        return self.page("confirm.html", "confirm", **self._confirm_words(ask))

    def confirm_post(self, token: str) -> Response:
        """Do what was asked."""
        claim = self.here.claim(token, *CONFIRMS)
        try:
            with self.here.store.writing() as db:
                reader = confirm(db, claim.subscriber_id, self.here.mail_domain, self.here.clock())
        except NotFound:
            return self.done_already()
        self.counts.acted("confirmed")
        return self.told(
            "You are on the list" if claim.purpose is Purpose.CONFIRM else "The new address is in use",
            f"{self.here.name} comes to {reader.address}, {saying.DAYS[Days(reader.wishes.days)]}"
            f" {saying.hour(reader.wishes)}.",
            "Every mail has links to change this, to pause and to leave.",
            ways=[("Change my wishes", self.local("preferences", reader)), ("Today's edition", "/")],
        )

    def _ask(self, form: Texts, wishes: Wishes | None, faults: Mapping[str, str], request: Request) -> Answer | None:
        """Ask the mailbox, if all else is well. Raises BadInput for what is no address."""
        address = normalise(first(form, "address"))
        if faults or wishes is None:
            return None
        with self.here.store.writing() as db:
            answer = ask_to_join(db, address, wishes, self.here.knock(host_of(request)))
        self.counts.asked(answer)
        return answer

    def _not_agreed(self, form: Texts) -> dict[str, str]:
        """Say why the form's tick cannot count, if so: none was made, or not by a person who had read it."""
        words = AMISS.get(pace(self.here.links.tokens, first(form, "opened"), self.here.clock()), "")
        if not words and first(form, "agreed") not in CONSENT_TEXTS:
            words = "Please tick this, so that we may write to you."
        return {"agreed": words} if words else {}

    def _form(self, texts: Texts, faults: Mapping[str, str] | None = None, status: int = 200) -> Response:
        values = shown(Wishes(), self.here.zone) | texts if not faults else every_field() | texts
        return self.page(
            "subscribe.html",
            "subscribe",
            status,
            heading=f"Get {self.here.name} by mail",
            deck="One short, honest mail that fits your minutes. Pause or leave with one click.",
            values=values | {"agreed": texts.get("agreed", [])},
            faults=dict(faults or {}),
            opened=stamp(self.here.links.tokens, self.here.clock()),
            consent=CONSENT_TEXTS[CONSENT_VERSION],
            consent_version=CONSENT_VERSION,
        )

    def _confirm_words(self, ask: Ask) -> dict[str, Any]:
        if ask.kind is AskKind.NEW_ADDRESS:
            heading, button = "Use this address from now on?", "Yes, use this address"
            rows = [("New address", ask.address)]
        else:
            heading, button = f"Get {self.here.name} by mail?", "Yes, put me on the list"
            rows = [
                ("Address", ask.address),
                *saying.wish_rows(ask.wishes, self.here.names, self.here.zone),
            ]
        return {"heading": heading, "button": button, "rows": rows, "deck": "One press of the button, and it is done."}
