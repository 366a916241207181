"""The words of the web service."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from dailyten.model.canonical import from_json
from dailyten.model.consent import Act, Consent, Door
from dailyten.model.feedback import VoteKind
from dailyten.model.subscriber import Days, Membership, QuietDays, Subscriber, Wishes
from dailyten.pipeline.joining import Answer
from dailyten.pipeline.recording import Record

VOTES = {
    VoteKind.MORE: "More like this",
    VoteKind.LESS: "Less like this",
    VoteKind.WRONG_TOPIC: "It has the wrong topic",
}
DAYS = {Days.DAILY: "every day", Days.WEEKDAYS: "Monday to Friday", Days.WEEKLY: "once a week"}
QUIET = {QuietDays.TELL: "says so in one line", QuietDays.SKIP: "sends nothing"}
FULL = {
    Answer.FULL_HERE: "Many people asked from your network today, so we take no more until tomorrow. Please try then.",
    Answer.FULL: "Very many people asked today, so we take no more until tomorrow. Please try then.",
}
STANDING = {
    Membership.PENDING: "not confirmed yet",
    Membership.ACTIVE: "gets the mail",
    Membership.PAUSED: "paused",
    Membership.UNSUBSCRIBED: "has left",
    Membership.SUPPRESSED: "gets no mail, because it came back or was reported",
}
ACTS = {
    Act.ASKED: "asked for the mail",
    Act.CONFIRMED: "confirmed it from the mailbox",
    Act.ADDED: "added",
    Act.CHANGED_WISHES: "changed the wishes",
    Act.CHANGED_ADDRESS: "changed the address",
    Act.PAUSED: "paused",
    Act.RESUMED: "the mail goes on",
    Act.LEFT: "left",
    Act.CAME_BACK: "came back",
    Act.SUPPRESSED: "stopped by us, for a mail came back or was reported",
}
DOORS = {Door.WEB: "on this site", Door.MAIL: "by mail", Door.CLI: "by the operator", Door.IMPORT: "from a list"}
DONE = {
    "wishes": "Your wishes are kept. The next mail follows them.",
    "address": "We have sent a mail to the new address. Nothing changes until its link is opened and confirmed.",
    "pause": "The mail is paused.",
    "resume": "The mail comes again from the next edition on.",
    "weekly": "From now on the mail comes once a week.",
}
"""What `?done=` may say."""


def on_day(at: datetime, zone: str) -> str:
    """Say a day as people of a zone read it."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%B %Y}"


def at_minute(at: datetime, zone: str) -> str:
    """Say an instant as people of a zone read it."""
    return f"{on_day(at, zone)}, {at.astimezone(ZoneInfo(zone)):%H:%M}"


def hour(wishes: Wishes) -> str:
    """Say when the mail comes: at an hour that was chosen, else as soon as the edition is made."""
    return f"at {wishes.hour:02}:00" if wishes.names_a_time else "as soon as it is made"


def wish_rows(wishes: Wishes, names: Mapping[str, str], zone: str) -> list[tuple[str, str]]:
    """Tell wishes as a table of two columns."""
    zone_words = (wishes.zone or zone).replace("_", " ")
    return [
        ("About", _named(wishes.networks, names) or "all"),
        ("For", _named(wishes.goals, names) or "nothing named"),
        ("Topics", _named(wishes.topics, names) or "all"),
        ("Minutes", str(wishes.minutes or "as the editors choose")),
        ("Days", DAYS[Days(wishes.days)]),
        ("Hour", f"{hour(wishes)}{f', {zone_words}' if wishes.names_a_time else ''}"),
        ("A quiet day", QUIET[QuietDays(wishes.quiet_days)]),
    ]


def person_rows(person: Subscriber, names: Mapping[str, str], zone: str) -> list[tuple[str, str]]:
    """Tell a subscriber as a table of two columns."""
    return [
        ("Address", person.address),
        ("Standing", STANDING[person.membership]),
        ("Joined", at_minute(person.joined_at, zone)),
        *([("Paused until", on_day(person.paused_until, person.wishes.zone or zone))] if person.paused_until else []),
        *([("Left", at_minute(person.left_at, zone))] if person.left_at else []),
        ("Consent", person.consent or "none written down"),
        *wish_rows(person.wishes, names, zone),
    ]


def record_sections(
    record: Record, names: Mapping[str, str], zone: str
) -> list[tuple[str, str, list[str], list[list[str]]]]:
    """Tell the rest of a record: title, what to say if there is nothing, head, lines."""
    return [
        (
            "What you did and agreed to",
            "Nothing is written down.",
            ["When", "What", "Details"],
            [
                [at_minute(each.at, zone), f"{ACTS[each.act]}, {DOORS[each.door]}", _details(each, names, zone)]
                for each in record.consents
            ],
        ),
        (
            "Your votes",
            "You have not voted.",
            ["When", "Vote", "Story"],
            [[at_minute(each.cast_at, zone), VOTES[each.kind], each.story_id] for each in record.votes],
        ),
        (
            "Mails to you",
            "There was none yet.",
            ["Queued", "What became of it", "The server said"],
            [[at_minute(each.queued_at, zone), each.state.replace("_", " "), each.reply] for each in record.mails],
        ),
        (
            "Waiting for a confirmation",
            "Nothing waits.",
            ["Asked", "What", "Address"],
            [[at_minute(each.asked_at, zone), each.kind.replace("_", " "), each.address] for each in record.waiting],
        ),
    ]


def _details(said: Consent, names: Mapping[str, str], zone: str) -> str:
    """Tell the rest of a line of the ledger; wishes are kept there as JSON."""
    if said.act is not Act.CHANGED_WISHES:
        return said.words
    return "; ".join(f"{name}: {words}" for name, words in wish_rows(from_json(said.words, Wishes), names, zone))


def _named(keys: tuple[str, ...], names: Mapping[str, str]) -> str:
    return ", ".join(names.get(key, key) for key in keys)
