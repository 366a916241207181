"""The same as the pages, as JSON. Described at `/api/openapi.json`; nothing here needs a cookie."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, TypeAlias

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from dailyten.errors import BadInput, BadWishes
from dailyten.feedback.tokens import Purpose
from dailyten.model.canonical import to_plain
from dailyten.model.consent import CONSENT_TEXTS, CONSENT_VERSION, Door
from dailyten.model.feedback import VoteKind
from dailyten.model.subscriber import Days, QuietDays, Wishes
from dailyten.pipeline.joining import Answer, ask_to_join, change_wishes, confirm
from dailyten.pipeline.leaving import leave, pause, resume
from dailyten.pipeline.recording import record_of
from dailyten.pipeline.voting import cast
from dailyten.pipeline.wishing import read_wishes
from dailyten.web import saying
from dailyten.web.counting import Counts
from dailyten.web.pages.page import NO_ADDRESS, TOO_MANY
from dailyten.web.pages.subscribing import CONFIRMS
from dailyten.web.reception import Reception

Token: TypeAlias = Annotated[str, Path(min_length=1, max_length=300, description="from a link in a mail")]
Keys: TypeAlias = Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=40)]
MOST_ADDRESS = 254


class Fault(BaseModel):
    """What is wrong, and at which fields."""

    words: str
    faults: dict[str, str] = Field(default_factory=dict)


class WishesIn(BaseModel):
    """Wishes; what is left out stays as it is, and so does what is null, but for the minutes."""

    model_config = ConfigDict(extra="forbid")

    networks: Keys | None = None
    topics: Keys | None = None
    goals: Keys | None = None
    minutes: int | None = Field(None, description="3 to 60; null: as the editors choose")
    days: str | None = Field(None, max_length=20, description=", ".join(Days))
    hour: int | None = Field(None, description="0 to 23")
    zone: str | None = Field(None, max_length=60, description="a name of the tz database")
    quiet_days: str | None = Field(None, max_length=20, description=", ".join(QuietDays))

    def texts(self) -> dict[str, list[str]]:
        """Give them as a form would."""
        given = self.model_dump(exclude_unset=True, exclude={"address", "agreed"})
        texts = {
            name: value if isinstance(value, list) else [str(value)]
            for name, value in given.items()
            if value is not None
        }
        return texts | ({"minutes": [""]} if given.get("minutes", "") is None else {})


class JoinIn(WishesIn):
    """Somebody who asks for the mail. `agreed` names the version of the consent text that was shown."""

    address: str = Field(max_length=MOST_ADDRESS)
    agreed: str = Field(max_length=20)


class PauseIn(BaseModel):
    """Until when to pause; null goes on at once."""

    model_config = ConfigDict(extra="forbid")

    until: date | None


class VoteIn(BaseModel):
    """A vote on a story of the edition that the link is of."""

    model_config = ConfigDict(extra="forbid")

    story: str = Field(max_length=64)
    kind: VoteKind


class Said(BaseModel):
    """What was done."""

    words: str


class WishesOut(BaseModel):
    """Wishes and where their reader stands."""

    membership: str
    paused_until: str | None
    networks: list[str]
    topics: list[str]
    goals: list[str]
    minutes: int | None
    days: str
    hour: int
    zone: str
    quiet_days: str


class Choices(BaseModel):
    """What there is to choose from, and the text to agree to."""

    networks: list[str]
    topics: list[str]
    goals: list[str]
    days: list[str]
    quiet_days: list[str]
    names: dict[str, str]
    consent_version: str
    consent: str


FAULTS: dict[int | str, dict[str, Any]] = {
    400: {"model": Fault, "description": "No JSON, or nothing that can be done"},
    413: {"description": "More than 64 KB"},
    422: {"model": Fault, "description": "Something does not fit, by field"},
    429: {"description": "Too much at once"},
    503: {"model": Fault, "description": "Not now"},
}
LINK_FAULTS = FAULTS | {
    404: {"model": Fault, "description": "The link opens nothing"},
    410: {"model": Fault, "description": "The link has run out"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """The answers of one reception in JSON; `router_of` says at which address each is."""

    here: Reception
    counts: Counts

    def choices(self) -> Choices:
        """Say what a reader can choose from."""
        return Choices(
            networks=list(self.here.choices.networks),
            topics=list(self.here.choices.topics),
            goals=list(self.here.choices.goals),
            days=list(Days),
            quiet_days=list(QuietDays),
            names=self.here.names,
            consent_version=CONSENT_VERSION,
            consent=CONSENT_TEXTS[CONSENT_VERSION],
        )

    def subscribe(self, body: JoinIn, request: Request, response: Response) -> Said:
        """Ask for the mail. The mailbox is asked to confirm; the answer does not say whether it is known."""
        faults = {} if body.agreed in CONSENT_TEXTS else {"agreed": f"Name the text: {', '.join(CONSENT_TEXTS)}."}
        try:
            wishes = read_wishes(body.texts(), self.here.choices)
        except BadWishes as error:
            raise BadWishes(error.faults | faults) from error
        if faults:
            raise BadWishes(faults)
        host = request.client.host if request.client else ""
        answer = _ask(self.here, body.address, wishes, host)
        self.counts.asked(answer)
        if answer in saying.FULL:
            response.status_code = TOO_MANY
            return Said(words=saying.FULL[answer])
        return Said(words="A mail is on its way to this address: open its link to confirm.")

    def confirm(self, token: Token) -> Said:
        """Do what the confirm mail asked about."""
        claim = self.here.claim(token, *CONFIRMS)
        with self.here.store.writing() as db:
            confirm(db, claim.subscriber_id, self.here.mail_domain, self.here.clock())
        self.counts.acted("confirmed")
        return Said(words="Confirmed.")

    def preferences(self, token: Token) -> WishesOut:
        """Give a reader's wishes."""
        reader = self.here.reader(self.here.claim(token, Purpose.PREFERENCES))
        until = reader.paused_until.isoformat() if reader.paused_until else None
        return WishesOut(membership=reader.membership, paused_until=until, **to_plain(reader.wishes))

    def wish(self, token: Token, body: WishesIn) -> Said:
        """Change a reader's wishes."""
        reader = self.here.reader(self.here.claim(token, Purpose.PREFERENCES))
        wishes = read_wishes(body.texts(), self.here.choices, reader.wishes)
        with self.here.store.writing() as db:
            change_wishes(db, reader.subscriber_id, wishes, Door.WEB, self.here.clock())
        self.counts.acted("changed_wishes")
        return Said(words=saying.DONE["wishes"])

    def record(self, token: Token) -> dict[str, Any]:
        """Give all that is known of a reader."""
        reader = self.here.reader(self.here.claim(token, Purpose.PREFERENCES))
        with self.here.store.reading() as db:
            plain: dict[str, Any] = to_plain(record_of(db, reader.subscriber_id))
        return plain

    def pause(self, token: Token, body: PauseIn) -> Said:
        """Pause until a date, or go on."""
        claim = self.here.claim(token, Purpose.PAUSE)
        with self.here.store.writing() as db:
            if body.until is None:
                resume(db, claim.subscriber_id, Door.WEB, self.here.clock())
                return Said(words=saying.DONE["resume"])
            pause(db, claim.subscriber_id, body.until, self.here.zone, Door.WEB, self.here.clock())
        self.counts.acted("paused")
        return Said(words=saying.DONE["pause"])

    def unsubscribe(self, token: Token) -> Said:
        """End the mail."""
        claim = self.here.claim(token, Purpose.UNSUBSCRIBE)
        with self.here.store.writing() as db:
            leave(db, claim.subscriber_id, Door.WEB, self.here.clock(), "by the JSON interface")
        self.counts.acted("left")
        return Said(words="No more mail will come.")

    def vote(self, token: Token, body: VoteIn) -> Said:
        """Vote on a story."""
        claim = self.here.claim(token, Purpose.VOTE)
        with self.here.store.writing() as db:
            cast(db, claim.subscriber_id, claim.edition_id, body.story, body.kind, self.here.clock())
        self.counts.acted("voted")
        return Said(words=saying.VOTES[body.kind])


def router_of(api: Api) -> APIRouter:
    """Say at which address each answer is."""
    made = APIRouter(prefix="/api", tags=["readers"])
    made.add_api_route("/choices", api.choices, methods=["GET"])
    made.add_api_route("/subscribe", api.subscribe, methods=["POST"], status_code=202, responses=FAULTS)
    for method, path, answer in (
        ("POST", "/confirm/{token}", api.confirm),
        ("GET", "/preferences/{token}", api.preferences),
        ("PUT", "/preferences/{token}", api.wish),
        ("GET", "/record/{token}", api.record),
        ("POST", "/pause/{token}", api.pause),
        ("POST", "/unsubscribe/{token}", api.unsubscribe),
        ("POST", "/vote/{token}", api.vote),
    ):
        made.add_api_route(path, answer, methods=[method], responses=LINK_FAULTS)
    return made


def _ask(here: Reception, address: str, wishes: Wishes, host: str) -> Answer:
    try:
        with here.store.writing() as db:
            return ask_to_join(db, address, wishes, here.knock(host))
    except BadInput as error:
        raise BadWishes({"address": NO_ADDRESS}) from error
