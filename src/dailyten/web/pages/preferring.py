"""What a reader wishes, and all that is known of the reader."""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import JSONResponse, Response

from dailyten.errors import BadInput
from dailyten.feedback.tokens import Purpose
from dailyten.model.canonical import to_plain
from dailyten.model.consent import Door
from dailyten.model.subscriber import Subscriber
from dailyten.pipeline.joining import ask_to_move, change_wishes
from dailyten.pipeline.leaving import erase
from dailyten.pipeline.recording import record_of
from dailyten.web import saying
from dailyten.web.forms import Texts, first, shown
from dailyten.web.pages.page import BAD_REQUEST, NO_ADDRESS, TOO_MANY, Form, Page, every_field, host_of, see


@dataclass(frozen=True, slots=True)
class Preferring(Page):
    """Wishes, address, erasure and the record, behind a signed link."""

    def show(self, token: str, done: str = "") -> Response:
        """Show a reader's wishes."""
        claim = self.here.claim(token, Purpose.PREFERENCES)
        return self._wishes_page(token, self.here.reader(claim), done=saying.DONE.get(done, ""))

    def act(self, token: str, request: Request, form: Form) -> Response:
        """Change wishes or address, or erase."""
        claim = self.here.claim(token, Purpose.PREFERENCES)
        reader = self.here.reader(claim)
        match first(form, "act"):
            case "wishes":
                return self._change(token, reader, form)
            case "address":
                return self._move(token, reader, form, request)
            case "erase" if first(form, "sure") == "yes":
                return self._erase(reader)
            case "erase":
                faults = {"sure": "Tick the box first: this cannot be undone."}
                return self._wishes_page(token, reader, faults=faults, status=BAD_REQUEST)
            case _:
                return self.no_such_act()

    def record(self, token: str) -> Response:
        """Show all that is known of a reader."""
        reader = self.here.reader(self.here.claim(token, Purpose.PREFERENCES))
        with self.here.store.reading() as db:
            record = record_of(db, reader.subscriber_id)
        zone = reader.wishes.zone or self.here.zone
        return self.page(
            "record.html",
            "preferences",
            heading="All that is kept about you",
            deck="Nothing else is stored. No one records whether you open a mail or follow a link.",
            rows=saying.person_rows(reader, self.here.names, self.here.zone),
            sections=saying.record_sections(record, self.here.names, zone),
            texts=record.consent_texts,
            json_url=f"/preferences/{token}/record.json",
        )

    def record_json(self, token: str) -> Response:
        """Give the same for programs."""
        reader = self.here.reader(self.here.claim(token, Purpose.PREFERENCES))
        with self.here.store.reading() as db:
            return JSONResponse(to_plain(record_of(db, reader.subscriber_id)))

    def _change(self, token: str, reader: Subscriber, form: Texts) -> Response:
        faults: dict[str, str] = {}
        wishes = self.wishes(form, faults, reader.wishes)
        if wishes is None:
            return self._wishes_page(token, reader, form, faults, status=BAD_REQUEST)
        with self.here.store.writing() as db:
            change_wishes(db, reader.subscriber_id, wishes, Door.WEB, self.here.clock())
        self.counts.acted("changed_wishes")
        return see(f"/preferences/{token}?done=wishes")

    def _erase(self, reader: Subscriber) -> Response:
        with self.here.store.writing() as db:
            erase(db, reader.address, self.here.clock())
        self.counts.acted("erased")
        return self.told("You are erased", "Everything about you is deleted, and no more mail will come.")

    def _move(self, token: str, reader: Subscriber, form: Texts, request: Request) -> Response:
        try:
            with self.here.store.writing() as db:
                answer = ask_to_move(
                    db, reader.subscriber_id, first(form, "address"), self.here.knock(host_of(request))
                )
        except BadInput:
            faults = {"address": NO_ADDRESS}
            return self._wishes_page(token, reader, {"address": form.get("address", [])}, faults, status=BAD_REQUEST)
        self.counts.asked(answer)
        if answer in saying.FULL:
            return self._wishes_page(token, reader, faults={"address": saying.FULL[answer]}, status=TOO_MANY)
        return see(f"/preferences/{token}?done=address")

    def _wishes_page(
        self,
        token: str,
        reader: Subscriber,
        texts: Texts | None = None,
        faults: Mapping[str, str] | None = None,
        *,
        done: str = "",
        status: int = 200,
    ) -> Response:
        whole = texts is not None and "days" in texts
        before = every_field() if whole else shown(reader.wishes, self.here.zone)
        return self.page(
            "preferences.html",
            "preferences",
            status,
            heading="Your wishes",
            deck=f"For {reader.address}, who {saying.STANDING[reader.membership]}.",
            values=before | (texts or {}),
            faults=dict(faults or {}),
            done=done,
            pause_url=self.local("pause", reader),
            leave_url=self.local("unsubscribe", reader),
            record_url=f"/preferences/{token}/record",
        )
