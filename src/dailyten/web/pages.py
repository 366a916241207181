"""The pages: each is shown by GET, which changes nothing, and acts by POST. No scripts, no cookies, no login."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from dailyten.deliver.address import normalise
from dailyten.edition.morning import local_date
from dailyten.errors import BadInput, BadLink, BadWishes, NotFound
from dailyten.feedback.tokens import Claim, Purpose
from dailyten.model.canonical import to_plain
from dailyten.model.consent import CONSENT_TEXTS, CONSENT_VERSION, Ask, AskKind, Door
from dailyten.model.feedback import VoteKind
from dailyten.model.subscriber import Days, Membership, Subscriber, Wishes
from dailyten.pipeline.joining import Answer, ask_to_join, ask_to_move, change_wishes, confirm
from dailyten.pipeline.leaving import LONGEST_PAUSE, can_come_back, come_back, erase, leave, pause, resume
from dailyten.pipeline.recording import record_of
from dailyten.pipeline.voting import cast, story_of
from dailyten.pipeline.wishing import read_wishes
from dailyten.web import saying
from dailyten.web.counting import Counts
from dailyten.web.forms import TRAP, Pace, Texts, first, pace, shown, stamp, texts_of, wishes_given
from dailyten.web.reception import Reception

SEE_OTHER = 303
BAD_REQUEST = 400
GONE = 410
TOO_MANY = 429
CONFIRMS = (Purpose.CONFIRM, Purpose.NEW_ADDRESS)
ONE_CLICK = ("List-Unsubscribe", "One-Click")
NO_ADDRESS = "This is no address for mail. One looks like name@example.com."

Form = Annotated[Texts, Depends(texts_of)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """The pages of one reception. Its methods answer; `router` says at which address."""

    here: Reception
    counts: Counts

    def subscribe(self) -> Response:
        """Show the empty form."""
        return self._form(shown(Wishes(), self.here.zone))

    def subscribe_post(self, request: Request, form: Form) -> Response:
        """Take a filled form; the answer is the same whether or not the address is known."""
        if first(form, TRAP):
            return _to("/subscribe/asked")
        faults: dict[str, str] = {}
        wishes = self._wishes(form, faults, Wishes())
        if first(form, "agreed") not in CONSENT_TEXTS:
            faults["agreed"] = "Please tick this, so that we may write to you."
        match pace(self.here.links.tokens, first(form, "opened"), self.here.clock()):
            case Pace.TOO_FAST:
                faults["agreed"] = "That was faster than anybody reads. Please press the button once more."
            case Pace.TOO_OLD:
                faults["agreed"] = "This page was open for very long. Please press the button once more."
            case Pace.HUMAN:
                pass
        try:
            answer = self._ask(form, wishes, faults, request)
        except BadInput:
            faults = {"address": NO_ADDRESS} | faults
            answer = None
        if answer in saying.FULL:
            faults["address"] = saying.FULL[answer]
        if faults:
            return self._form(form, faults, TOO_MANY if answer else BAD_REQUEST)
        return _to("/subscribe/asked")

    def asked(self) -> Response:
        """Say what happens next."""
        return self._told(
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
            return self._done_already()
        return self._page("confirm.html", "confirm", **self._confirm_words(ask))

    def confirm_post(self, token: str) -> Response:
        """Do what was asked."""
        claim = self.here.claim(token, *CONFIRMS)
        try:
            with self.here.store.writing() as db:
                reader = confirm(db, claim.subscriber_id, self.here.mail_domain, self.here.clock())
        except NotFound:
            return self._done_already()
        self.counts.acted("confirmed")
        return self._told(
            "You are on the list" if claim.purpose is Purpose.CONFIRM else "The new address is in use",
            f"{self.here.name} comes to {reader.address}, {saying.DAYS[Days(reader.wishes.days)]}"
            f" {saying.hour(reader.wishes)}.",
            "Every mail has links to change this, to pause and to leave.",
            ways=[("Change my wishes", self._local("preferences", reader)), ("Today's edition", "/")],
        )

    def preferences(self, token: str, done: str = "") -> Response:
        """Show a reader's wishes."""
        claim = self.here.claim(token, Purpose.PREFERENCES)
        return self._wishes_page(token, self.here.reader(claim), done=saying.DONE.get(done, ""))

    def preferences_post(self, token: str, request: Request, form: Form) -> Response:
        """Change wishes or address, or erase."""
        claim = self.here.claim(token, Purpose.PREFERENCES)
        reader = self.here.reader(claim)
        match first(form, "act"):
            case "wishes":
                return self._change(token, reader, form)
            case "address":
                return self._move(token, reader, form, request)
            case "erase" if first(form, "sure") == "yes":
                with self.here.store.writing() as db:
                    erase(db, reader.address, self.here.clock())
                self.counts.acted("erased")
                return self._told("You are erased", "Everything about you is deleted, and no more mail will come.")
            case "erase":
                faults = {"sure": "Tick the box first: this cannot be undone."}
                return self._wishes_page(token, reader, faults=faults, status=BAD_REQUEST)
            case _:
                return self._no_such_act()

    def record(self, token: str) -> Response:
        """Show all that is known of a reader."""
        reader = self.here.reader(self.here.claim(token, Purpose.PREFERENCES))
        with self.here.store.reading() as db:
            record = record_of(db, reader.subscriber_id)
        zone = reader.wishes.zone or self.here.zone
        return self._page(
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

    def pause(self, token: str, done: str = "") -> Response:
        """Show how to pause."""
        reader = self.here.reader(self.here.claim(token, Purpose.PAUSE))
        return self._pause_page(reader, done=saying.DONE.get(done, ""))

    def pause_post(self, token: str, form: Form) -> Response:
        """Pause until a date, or go on."""
        reader = self.here.reader(self.here.claim(token, Purpose.PAUSE))
        now, today = self.here.clock(), self._today(reader)
        try:
            with self.here.store.writing() as db:
                if first(form, "act") == "resume":
                    resume(db, reader.subscriber_id, Door.WEB, now)
                    return _to(f"/pause/{token}?done=resume")
                until = _until(form, today)
                pause(db, reader.subscriber_id, until, self.here.zone, Door.WEB, now)
        except ValueError:
            words = {"until": "Give a date, such as 2027-01-31."}
        except BadInput:
            words = {"until": "Choose a day ahead, within a year."}
        else:
            self.counts.acted("paused")
            return _to(f"/pause/{token}?done=pause")
        return self._pause_page(reader, form, words, BAD_REQUEST)

    def unsubscribe(self, token: str, done: str = "") -> Response:
        """Show the button that ends the mail."""
        reader = self.here.reader(self.here.claim(token, Purpose.UNSUBSCRIBE))
        return self._leave_page(reader, saying.DONE.get(done, ""))

    def unsubscribe_post(self, token: str, form: Form) -> Response:
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
                    return _to(f"/unsubscribe/{token}?done=weekly")
                case _:
                    return self._no_such_act()
        return self._leave_page(reader, "")

    def view(self, token: str) -> Response:
        """Show a mail as its reader got it."""
        claim = self.here.claim(token, Purpose.VIEW)
        return HTMLResponse(self.here.mail_of(claim.subscriber_id, claim.edition_id))

    def vote(self, token: str, story: str = "", kind: str = "") -> Response:
        """Show a story and what can be said of it."""
        claim = self.here.claim(token, Purpose.VOTE)
        return self._vote_page(claim, story, kind, "")

    def vote_post(self, token: str, form: Form, story: str = "") -> Response:
        """Take a vote."""
        claim = self.here.claim(token, Purpose.VOTE)
        kind, story_id = first(form, "kind"), first(form, "story") or story
        if kind not in tuple(VoteKind):
            return self._no_such_act()
        with self.here.store.writing() as db:
            cast(db, claim.subscriber_id, claim.edition_id, story_id, VoteKind(kind), self.here.clock())
        self.counts.acted("voted")
        done = f"Thank you. We heard: {saying.VOTES[VoteKind(kind)].lower()}. You can change your mind."
        return self._vote_page(claim, story_id, kind, done)

    def fault(self, error: BadLink | NotFound) -> Response:
        """Say that a link opens nothing, and what to do instead."""
        if isinstance(error, BadLink) and error.expired:
            return self._told(
                "This link has run out",
                "Links that confirm something work for two days. Please ask again.",
                ways=[("Ask for the mail", "/subscribe")],
                status=GONE,
            )
        return self._told(
            "This link opens nothing",
            "Perhaps it was cut in two by a mail program: copy it whole, with everything behind the last slash.",
            "Or what it was about is not here any more.",
            ways=[("Today's edition", "/"), ("Ask for the mail", "/subscribe")],
            status=404,
        )

    def told(self, heading: str, words: str, status: int) -> Response:
        """Show a page of one sentence."""
        return self._told(heading, words, ways=[("Today's edition", "/")], status=status)

    def _ask(self, form: Texts, wishes: Wishes | None, faults: Mapping[str, str], request: Request) -> Answer | None:
        """Ask the mailbox, if all else is well. Raises BadInput for what is no address."""
        address = normalise(first(form, "address"))
        if faults or wishes is None:
            return None
        with self.here.store.writing() as db:
            answer = ask_to_join(db, address, wishes, self.here.knock(_host(request)))
        self.counts.asked(answer)
        return answer

    def _wishes(self, form: Texts, faults: dict[str, str], before: Wishes) -> Wishes | None:
        try:
            return read_wishes(wishes_given(form), self.here.choices, before)
        except BadWishes as error:
            faults |= error.faults
            return None

    def _change(self, token: str, reader: Subscriber, form: Texts) -> Response:
        faults: dict[str, str] = {}
        wishes = self._wishes(form, faults, reader.wishes)
        if wishes is None:
            return self._wishes_page(token, reader, form, faults, status=BAD_REQUEST)
        with self.here.store.writing() as db:
            change_wishes(db, reader.subscriber_id, wishes, Door.WEB, self.here.clock())
        self.counts.acted("changed_wishes")
        return _to(f"/preferences/{token}?done=wishes")

    def _move(self, token: str, reader: Subscriber, form: Texts, request: Request) -> Response:
        try:
            with self.here.store.writing() as db:
                answer = ask_to_move(db, reader.subscriber_id, first(form, "address"), self.here.knock(_host(request)))
        except BadInput:
            faults = {"address": NO_ADDRESS}
            return self._wishes_page(token, reader, {"address": form.get("address", [])}, faults, status=BAD_REQUEST)
        self.counts.asked(answer)
        if answer in saying.FULL:
            return self._wishes_page(token, reader, faults={"address": saying.FULL[answer]}, status=TOO_MANY)
        return _to(f"/preferences/{token}?done=address")

    def _one_click(self, claim: Claim) -> Response:
        """Answer a mail program: 200, no page, no redirect, also for somebody who was erased (RFC 8058 §3.2)."""
        try:
            with self.here.store.writing() as db:
                leave(db, claim.subscriber_id, Door.MAIL, self.here.clock(), "one click in the mail program")
        except NotFound:
            pass
        self.counts.acted("one_click")
        return Response("You have left the list.\n", media_type="text/plain; charset=utf-8")

    def _form(self, texts: Texts, faults: Mapping[str, str] | None = None, status: int = 200) -> Response:
        values = shown(Wishes(), self.here.zone) | texts if not faults else _every_field() | texts
        return self._page(
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
        before = _every_field() if whole else shown(reader.wishes, self.here.zone)
        return self._page(
            "preferences.html",
            "preferences",
            status,
            heading="Your wishes",
            deck=f"For {reader.address}, who {saying.STANDING[reader.membership]}.",
            values=before | (texts or {}),
            faults=dict(faults or {}),
            done=done,
            pause_url=self._local("pause", reader),
            leave_url=self._local("unsubscribe", reader),
            record_url=f"/preferences/{token}/record",
        )

    def _pause_page(
        self,
        reader: Subscriber,
        texts: Texts | None = None,
        faults: Mapping[str, str] | None = None,
        status: int = 200,
        done: str = "",
    ) -> Response:
        today = self._today(reader)
        paused = reader.membership is Membership.PAUSED and reader.paused_until is not None
        decks = {
            Membership.ACTIVE: "Nothing is lost: the best of what you missed is kept in the archive.",
            Membership.PAUSED: "",
        }
        deck = decks.get(reader.membership, "You get no mail, so there is nothing to pause.")
        if paused and reader.paused_until is not None:
            deck = (
                f"The mail comes again on {saying.on_day(reader.paused_until, reader.wishes.zone or self.here.zone)}."
            )
        return self._page(
            "pause.html",
            "pause",
            status,
            heading="Your mail is paused" if paused else "Pause the mail",
            deck=deck,
            paused=paused,
            open=reader.membership in decks,
            first=(today + timedelta(days=1)).isoformat(),
            last=(today + LONGEST_PAUSE).isoformat(),
            values={"until": (texts or {}).get("until", [(today + timedelta(days=7)).isoformat()])},
            faults=dict(faults or {}),
            done=done,
        )

    def _leave_page(self, reader: Subscriber, done: str) -> Response:
        gone = reader.membership in (Membership.UNSUBSCRIBED, Membership.SUPPRESSED)
        undo = can_come_back(reader, self.here.clock())
        ask_again = "You can ask for it again at any time." if not undo else ""
        return self._page(
            "unsubscribe.html",
            "unsubscribe",
            heading="You have left" if gone else f"Stop {self.here.name}?",
            deck=f"No more mail will come to {reader.address}. {ask_again}"
            if gone
            else f"It comes to {reader.address}, {saying.DAYS[Days(reader.wishes.days)]}.",
            gone=gone,
            undo=undo,
            offers_weekly=reader.wishes.days != Days.WEEKLY,
            pause_url=self._local("pause", reader),
            done=done,
        )

    def _vote_page(self, claim: Claim, story_id: str, kind: str, done: str) -> Response:
        with self.here.store.reading() as db:
            db.subscribers.get(claim.subscriber_id)
            story = story_of(db, claim.edition_id, story_id)
        return self._page(
            "vote.html",
            "vote",
            heading=story.lead.title,
            deck=f"From {story.lead.feed_title}. Your vote shapes what you and others get.",
            story_id=story_id,
            kinds=list(saying.VOTES.items()),
            chosen=kind,
            done=done,
        )

    def _confirm_words(self, ask: Ask) -> dict[str, Any]:
        if ask.kind is AskKind.NEW_ADDRESS:
            heading, button = "Use this address from now on?", "Yes, use this address"
            rows = [("New address", ask.address)]
        else:
            heading, button = f"Get {self.here.name} by mail?", "Yes, put me on the list"
            rows = [("Address", ask.address), *saying.wish_rows(ask.wishes, self.here.names, self.here.zone)]
        return {"heading": heading, "button": button, "rows": rows, "deck": "One press of the button, and it is done."}

    def _done_already(self) -> Response:
        return self._told(
            "Nothing is waiting",
            "This was confirmed already, or it was asked more than two days ago.",
            ways=[("Ask for the mail", "/subscribe"), ("Today's edition", "/")],
            status=GONE,
        )

    def _no_such_act(self) -> Response:
        return self._told(
            "Nothing was done", "This page did not say what to do. Please go back and try again.", status=400
        )

    def _told(
        self, heading: str, *paragraphs: str, ways: list[tuple[str, str]] | None = None, status: int = 200
    ) -> Response:
        return self._page("told.html", "told", status, heading=heading, paragraphs=paragraphs, ways=ways or [])

    def _page(self, template: str, path: str, status: int = 200, /, *, heading: str, **what: object) -> Response:
        return HTMLResponse(self.here.printer.page(template, path, heading, **what), status)

    def _local(self, door: str, reader: Subscriber) -> str:
        """Link to another page of the same reader, on this host."""
        link: str = getattr(self.here.links, door)(reader.subscriber_id)
        return link.removeprefix(self.here.links.base)

    def _today(self, reader: Subscriber) -> date:
        return local_date(self.here.clock(), reader.wishes.zone or self.here.zone)


def router(pages: Pages) -> APIRouter:
    """Say at which address each page is."""
    made = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
    for path, shows, acts in (
        ("/subscribe", pages.subscribe, pages.subscribe_post),
        ("/confirm/{token}", pages.confirm, pages.confirm_post),
        ("/preferences/{token}", pages.preferences, pages.preferences_post),
        ("/pause/{token}", pages.pause, pages.pause_post),
        ("/unsubscribe/{token}", pages.unsubscribe, pages.unsubscribe_post),
        ("/vote/{token}", pages.vote, pages.vote_post),
    ):
        made.add_api_route(path, shows, methods=["GET"], response_model=None)
        made.add_api_route(path, shows, methods=["HEAD"], response_model=None)
        made.add_api_route(path, acts, methods=["POST"], response_model=None)
    for path, alone in (
        ("/subscribe/asked", pages.asked),
        ("/view/{token}", pages.view),
        ("/preferences/{token}/record", pages.record),
        ("/preferences/{token}/record.json", pages.record_json),
    ):
        made.add_api_route(path, alone, methods=["GET"], response_model=None)
    return made


def _to(path: str) -> Response:
    return RedirectResponse(path, SEE_OTHER)


def _host(request: Request) -> str:
    return request.client.host if request.client else ""


def _every_field() -> Texts:
    """Give a form with nothing in it, for what was typed to be laid over."""
    return {name: [] for name in shown(Wishes(), "")}


def _until(form: Texts, today: date) -> date:
    """Read until when to pause. Raises ValueError."""
    days = first(form, "days")
    return today + timedelta(days=int(days)) if days in ("7", "14", "30") else date.fromisoformat(first(form, "until"))


def _weekly(wishes: Wishes) -> Wishes:
    return replace(wishes, days=Days.WEEKLY)
