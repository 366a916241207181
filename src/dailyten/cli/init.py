"""`dailyten init`: a few questions, and a folder in which a digest can begin."""

import os
import shutil
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from cyclopts import Parameter

from dailyten.cli.asking import is_person, is_wanted, said, said_choice
from dailyten.cli.saying import plural, say
from dailyten.config import FILE, Settings, read_settings
from dailyten.deliver.sender import SenderSettings
from dailyten.errors import BadInput
from dailyten.feedlist.address import complain, plain_address
from dailyten.feedlist.disk import read_list_file
from dailyten.feedlist.fault import Severity
from dailyten.feedlist.read import read
from dailyten.founding.answers import Answers, Mailing, Place, Run, colour_named, name_from, zone_named
from dailyten.founding.disk import standing, zone_here
from dailyten.founding.folder import File, files_of, list_of
from dailyten.founding.installed import is_from_an_index, requirements
from dailyten.model.instant import utc_now
from dailyten.render.colours import palettes
from dailyten.render.settings import ACCENT, MOST_NAME_CHARACTERS, SiteSettings
from dailyten.wiring import Parts
from dailyten.wiring.founding import found
from dailyten.wiring.packs import list_of_pack, our_packs

DOCS = "https://dailyten.example/docs"
OWN = "own"
RUNS = (
    ("github", "GitHub does it: a workflow, and the site on GitHub Pages. No machine of yours, no mail."),
    ("crontab", "A timer on this machine."),
    ("compose", "Containers on a machine of yours, with the site on a port."),
    ("none", "I run `dailyten today` myself."),
)
Feeds = Annotated[list[str] | None, Parameter(name="--feeds")]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asker:
    """Asks what no flag has said; where nobody sits or `--yes` was given, the default is the answer."""

    asks: bool

    def text(self, given: str | None, question: str, default: str, read: Callable[[str], str] = str) -> str:
        if given is not None or not self.asks:
            return default if given is None else given
        return said(question, default, read)

    def choice(self, given: str | None, question: str, choices: Sequence[tuple[str, str]], default: str) -> str:
        if given is not None or not self.asks:
            return default if given is None else given
        return said_choice(question, choices, default)


def init(  # noqa: PLR0913 - a flag for each question
    folder: Path = Path(),
    *,
    name: str | None = None,
    zone: str | None = None,
    hour: int | None = None,
    pack: str | None = None,
    feeds: Feeds = None,
    mail: bool | None = None,
    sender: str | None = None,
    smtp_host: str | None = None,
    postal: str | None = None,
    accent: str | None = None,
    url: str | None = None,
    run: Run | None = None,
    yes: bool = False,
    force: bool = False,
    keep: bool = False,
) -> int:
    """Set up a digest in a folder: asks a few questions, writes all it needs.

    Args:
        folder: Where to put it; this folder if none is given.
        name: What the digest is called.
        zone: Whose morning it is: a time zone or its city, such as Europe/Berlin. The machine's if none is given.
        hour: The hour of the edition there, 0 to 23.
        pack: What it is about: social_media or bookkeeping.
        feeds: A feed list (OPML) of yours, or addresses of feeds; the pack's list if none is given.
        mail: Whether it is mailed too.
        sender: The mail address that sends it.
        smtp_host: The mail server.
        postal: The postal address at the foot of the mail.
        accent: The one colour of the site, such as #0b5d57.
        url: Where the site will be, such as https://news.shop.example.
        run: What runs it every day.
        yes: Ask nothing: what no flag says has its default.
        force: Replace files that stand there.
        keep: Leave the digest that is there as it is, and write only what runs it.

    """
    home = Path(os.path.abspath(folder))  # noqa: PTH100 - a link to a folder keeps the name that a person gave it
    ask = _Asker(asks=is_person() and not yes)
    if ask.asks:
        say(f"A digest in {home}. An empty line takes what stands in brackets.\n")
    if keep:
        return _run_anew(home, ask, run, force=force)
    called = _name(name, name_from(home.name), ask)
    place = _zone(zone, ask)
    at = _hour(hour, ask)
    about = _pack(pack, ask)
    body, count = _feeds(feeds, about, called, ask)
    mailing = _mailing(ask, mail=mail, sender=sender, smtp_host=smtp_host, postal=postal)
    colour = _accent(accent, ask)
    runs = Run(ask.choice(run, "What runs it every day?", _runs(mailing), "none"))
    answers = Answers(
        name=called,
        zone=place,
        hour=at,
        pack=about,
        run=runs,
        accent="" if colour == ACCENT else colour,
        base_url=(url or "").rstrip("/"),
        audience=_audience(about),
        mailing=mailing,
    )
    files = files_of(answers, _machine(home, runs), body, utc_now().date())
    return _put(answers, files, home, count, ask, force=force)


def _run_anew(home: Path, ask: _Asker, run: Run | None, *, force: bool) -> int:
    """Write what runs the digest that is in a folder. Raises BadInput."""
    settings = read_settings(home / FILE, {})
    mailing = None
    if (sender := settings.sender) is not None:
        postal = sender.postal_address or settings.site.address
        mailing = Mailing(sender=sender.address, smtp_host=settings.smtp.host, postal=postal)
    answers = Answers(
        name=settings.digest.name,
        zone=settings.digest.zone,
        hour=settings.digest.hour,
        pack=settings.digest.pack,
        run=Run(ask.choice(run, "What runs it every day?", _runs(mailing), "none")),
        mailing=mailing,
    )
    files = files_of(answers, _machine(home, answers.run), b"", utc_now().date())
    count = len(read(read_list_file(settings.place(settings.paths.feeds)), name=str(settings.paths.feeds)).feeds)
    return _put(answers, [each for each in files if each.runs or each.secret], home, count, ask, force=force)


def _put(answers: Answers, files: Sequence[File], home: Path, feeds: int, ask: _Asker, *, force: bool) -> int:
    if standing(files, home) and not force:
        force = _may_replace(standing(files, home), home, ask)
        if not force:
            say("Nothing was written.")
            return 0
    written = found(files, home, replace=force)
    _say_done(answers, home, written, feeds)
    return 0


def _name(given: str | None, default: str, ask: _Asker) -> str:
    def read_name(answer: str) -> str:
        if not 0 < len(answer) <= MOST_NAME_CHARACTERS:
            wanted = f"1 to {MOST_NAME_CHARACTERS} characters"
            raise BadInput("The name does not fit.", expected=wanted, came=str(len(answer)), where="--name")
        return answer

    if given is None and ask.asks:
        return said("What is it called", default[:MOST_NAME_CHARACTERS], read_name)
    return read_name(default[:MOST_NAME_CHARACTERS] if given is None else given)


def _zone(given: str | None, ask: _Asker) -> str:
    here = "UTC"
    with suppress(BadInput):
        here = zone_named(zone_here())
    if given is None and ask.asks:
        return said("Whose morning is it (a city or a time zone)", here, zone_named)
    return here if given is None else zone_named(given)


def _hour(given: int | None, ask: _Asker) -> int:
    def read_hour(answer: str) -> int:
        hour = answer.partition(":")[0]
        if not hour.isdecimal() or int(hour) > 23:  # noqa: PLR2004 - the last hour of a day
            raise BadInput("There is no such hour.", expected="an hour of the day, 0 to 23", came=repr(answer))
        return int(hour)

    if given is None and ask.asks:
        return said("At what hour shall the edition be made", "7", read_hour)
    return 7 if given is None else given


def _pack(given: str | None, ask: _Asker) -> str:
    ours = our_packs()
    if given is not None and given not in ours:
        wanted = f"{' or '.join(ours)}; a pack of your own is named in dailyten.toml afterwards"
        raise BadInput("There is no such pack.", expected=wanted, came=repr(given), where="--pack")
    names = [(key, Parts(_bare()).pack(key).name) for key in sorted(ours, reverse=True)] if ask.asks else []
    return ask.choice(given, "What is it about?", names, "social_media")


def _bare() -> Settings:
    return Settings(folder=Path(), site=SiteSettings(name="-", base_url="http://127.0.0.1"))


def _audience(pack: str) -> str:
    """Say whom the digest is for, where that is not what pages say by default."""
    return "" if pack == "social_media" else Parts(_bare()).pack(pack).audience


def _feeds(given: list[str] | None, pack: str, title: str, ask: _Asker) -> tuple[bytes, int]:
    """Give the feed list and how many feeds it holds. Raises BadInput, BadFeedList."""
    if given:
        return _own_list(given, title)
    if ask.asks:
        question = "Your feeds (a file, or addresses with spaces between; empty for the list of the pack)"
        return said(question, "", lambda answer: _own_list(answer.split(), title) if answer else _packs_list(pack))
    return _packs_list(pack)


def _packs_list(pack: str) -> tuple[bytes, int]:
    body = list_of_pack(pack)
    return body, len(read(body, name="feeds.opml").feeds)


def _own_list(given: Sequence[str], title: str) -> tuple[bytes, int]:
    words = [each for one in given for each in one.split(",") if each]
    if len(given) == 1 and "://" not in given[0]:
        body = read_list_file(Path(given[0]))
        return body, len(read(body, name=given[0]).feeds)
    addresses = [plain_address(each) for each in words]
    for each in addresses:
        if "://" not in each or any(fault.severity is Severity.ERROR for fault in complain(each)):
            wanted = "a feed list, or addresses that begin with https://"
            raise BadInput("This is no address of a feed.", expected=wanted, came=each, where="--feeds")
    body = list_of({each: _host(each) for each in addresses}, title)
    return body, len(read(body, name="feeds.opml").feeds)


def _host(address: str) -> str:
    return (urlsplit(address).hostname or address).removeprefix("www.")


def _mailing(
    ask: _Asker, *, mail: bool | None, sender: str | None, smtp_host: str | None, postal: str | None
) -> Mailing | None:
    if mail is None:
        mail = any((sender, smtp_host, postal)) or (ask.asks and is_wanted("Shall it be mailed too?"))
    if not mail:
        return None
    while True:
        try:
            return Mailing(
                sender=_sender(ask.text(sender, "  From which address", "", _sender)),
                smtp_host=ask.text(smtp_host, "  Through which mail server", ""),
                postal=ask.text(postal, "  Your postal address, which the law wants at its foot", ""),
            )
        except BadInput as fault:
            if not ask.asks:
                raise
            say(f"  {fault}")
            sender, smtp_host, postal = sender or None, smtp_host or None, postal or None


def _sender(address: str) -> str:
    """Look at an address before it is written. Raises BadInput; an empty one is asked for again by its flag."""
    if address:
        SenderSettings(name="-", address=address)
    return address


def _accent(given: str | None, ask: _Asker) -> str:
    if given is None and not ask.asks:
        return ACCENT
    colour = colour_named(given) if given is not None else said("Your colour", ACCENT, colour_named)
    light, dark = palettes(colour)
    if colour != light.accent:
        say(f"  {colour} cannot be read on light paper: there it becomes {light.accent}, in the dark {dark.accent}.")
    return colour


def _runs(mailing: Mailing | None) -> tuple[tuple[str, str], ...]:
    return RUNS if mailing is None else RUNS[1:]


def _machine(home: Path, runs: Run) -> Place:
    packages = requirements() if runs in {Run.GITHUB, Run.COMPOSE} else ()
    program = shutil.which("dailyten") or sys.argv[0]
    return Place(
        folder=home,
        program=os.path.abspath(program),  # noqa: PTH100 - a virtual environment is a link that must not be followed
        user_id=os.getuid(),
        group_id=os.getgid(),
        requirements=packages,
        docs=DOCS,
    )


def _may_replace(paths: Sequence[str], home: Path, ask: _Asker) -> bool:
    """Ask about files that stand there. Raises BadInput where nobody can be asked."""
    if not ask.asks:
        raise BadInput(
            "These files stand there already; nothing was written.",
            expected="--force to replace them",
            came=", ".join(paths),
            where=str(home),
        )
    say(f"\nThese stand there already: {', '.join(paths)}")
    return is_wanted("Replace them?")


def _say_done(answers: Answers, home: Path, written: Sequence[str], feeds: int) -> None:
    if not written:
        say(f"{answers.name} in {home} is as it should be: nothing had to be written.")
        return
    say(f"\n{answers.name} is set up in {home}: {plural(feeds, 'feed')}, {answers.hour:02}:00 in {answers.zone}.")
    for path in written:
        say(f"  {path}")
    say("\nNext")
    for line in (*_first_steps(answers, home), *_RUN_STEPS[answers.run]):
        say(f"  {line}")


def _first_steps(answers: Answers, home: Path) -> list[str]:
    there = [] if home == Path.cwd() else [f"cd {home}"]
    mail = ["Write the password of the mail server into .env."] if answers.mailing is not None else []
    return [*there, "dailyten today            the first edition, now", *mail]


_UNPUBLISHED = "dailyten here is run from its source; name in requirements.txt where pip can get it."
_RUN_STEPS = {
    Run.NONE: ["dailyten site serve       the site, in a browser"],
    Run.CRONTAB: ["crontab -e                put the line of the file crontab there"],
    Run.COMPOSE: [*([] if is_from_an_index() else [_UNPUBLISHED]), "mkdir -p site var && docker compose up -d --build"],
    Run.GITHUB: [
        *([] if is_from_an_index() else [_UNPUBLISHED]),
        "Put this folder into a repository on GitHub and push it; then Settings > Pages > Source: GitHub Actions.",
        "Actions > Digest > Run workflow makes the first edition there.",
    ],
}
