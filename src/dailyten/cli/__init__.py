"""The command line: chooses words for people and decides nothing.

Each command lives in a module of its own that is loaded only when it runs, so asking for help loads nothing heavy.
Exit codes: 0 done, 1 the machine or the world does not allow it now, 2 the input was wrong.
"""

import atexit
import gc
import io
import os
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import dailyten
from dailyten.errors import BadInput, CannotGoOn

if TYPE_CHECKING:
    from cyclopts import App

GROUPS = {
    "feeds": (
        "The feed list: what is in it, whether it is sound, how its feeds are.",
        {
            "list": "List the feeds with their state.",
            "show": "Show one document or address as we read it.",
            "lint": "Look for faults in a feed list.",
            "add": "Find the feed of a site, look at it, and add it to the list.",
            "discover": "Propose new feeds: those of the hosts that our stories cite most.",
            "remove": "Remove a feed from the list.",
            "moves": "Show which feeds have moved, and what was changed in the list so far.",
            "plan": "Show what a changed list would change.",
            "apply": "Make a changed list the list, or write the moves that are proposed.",
            "undo": "Take back a change that dailyten made in the list.",
            "export": "Write the list for other readers.",
            "health": "Say which feeds work, since when not, and what to do.",
            "etiquette": "Show how politely each feed was asked: requests, waits kept, bytes saved.",
            "earns": "Show what each feed brings to the digest, and which one brings least.",
            "rules": "Show the rules that mute and boost, and what they hit.",
        },
    ),
    "topics": (
        "Topics: tag entries, train and judge the classifier, teach it.",
        {
            "tag": "Tag entries, one JSON object a line.",
            "evaluate": "Judge the classifier on labelled entries.",
            "train": "Fit the classifier anew from a pack's training entries.",
            "explain": "Say why a text gets its topics.",
            "propose": "Name the entries that are most worth a label.",
            "label": "Say what an entry is about, for the classifier to learn.",
            "learn": "Learn from labels and votes, and keep what is better.",
            "history": "Show what was learnt, when, and what came of it.",
            "roll-back": "Go back to an earlier version of the classifier.",
        },
    ),
    "edition": (
        "Editions: build, look at and explain them.",
        {
            "preview": "Show what today's edition would be, without freezing it.",
            "build": "Build today's edition from what has arrived, and publish it.",
            "publish": "Render the site again from the frozen editions.",
            "show": "Show an edition as text or JSON.",
            "why": "Explain one place of an edition, or every cut.",
            "replay": "Show what other feeds, weights or models would have made of past days.",
            "list": "List all editions.",
        },
    ),
    "site": (
        "The static site.",
        {
            "build": "Render the site from the frozen editions.",
            "serve": "Serve the site on this machine to look at it.",
            "check": "Look for broken links, faults of markup and what keeps people from reading.",
        },
    ),
    "mail": (
        "The mail: look at it, send it, see what became of it.",
        {
            "preview": "Write an edition's mail to a file.",
            "lint": "Look for what receivers punish and clients break.",
            "test": "Send one copy of the latest edition to an address.",
            "keys": "Make the keys that sign mails, and print their DNS records.",
            "send": "Send what is queued.",
            "outbox": "Show what became of each message.",
            "receipt": "Show how an edition was delivered: counts, no people.",
            "bounces": "Show what came back by mail, or take it in.",
        },
    ),
    "subscribers": (
        "Who gets the mail.",
        {
            "add": "Add a subscriber who has asked for the mail.",
            "import": "Add all people of a CSV file, or nobody if a row has a fault.",
            "list": "List the subscribers.",
            "show": "Show all that is kept about a person.",
            "set": "Change what a subscriber wishes to read.",
            "pause": "Send a subscriber nothing until a date.",
            "remove": "Take a subscriber off the list.",
            "erase": "Erase a subscriber for good.",
            "export": "Write all subscribers as CSV.",
        },
    ),
}
ELSEWHERE = {
    ("feeds", "add"): "adding",
    ("feeds", "discover"): "discovering",
    ("feeds", "moves"): "moving",
    ("feeds", "plan"): "moving",
    ("feeds", "apply"): "moving",
    ("feeds", "undo"): "moving",
    ("mail", "keys"): "signing",
    ("feeds", "health"): "watching",
    ("feeds", "etiquette"): "watching",
    ("feeds", "earns"): "watching",
    ("feeds", "rules"): "ruling",
    ("site", "check"): "proofing",
    ("mail", "bounces"): "returns",
    ("mail", "receipt"): "returns",
}
"""Commands that live in another module than that of their group, so that the others do not load it."""
COMMANDS = {
    "init": "Set up a digest in a folder: asks a few questions, writes all it needs.",
    "today": "Read the feeds, build today's edition, write the site and the mail.",
    "demo": "Show three days on ten sample feeds: offline, in seconds.",
    "poll": "Ask the feeds that are due.",
    "serve": "Run the digest day by day: poll, publish, mail, answer readers.",
    "doctor": "Check settings, paths, database, clock, mail server and feeds.",
    "backup": "Copy the database while it is in use.",
    "restore": "Put a backup in the place of the database.",
}


OBJECTS_TO_LOOK_THROUGH = 20_000
"""New objects after which Python looks for garbage: at its own 700 it looks all through the imports, and finds none."""


def app() -> "App":
    """Make the command line with all its commands, none of them loaded."""
    from cyclopts import App, Parameter

    words = "Reads ten feeds and publishes one short, honest edition a day."
    root = App(name="dailyten", help=words, help_format="plaintext", default_parameter=Parameter(negative_iterable=()))
    root.version = dailyten.__version__
    for place, (name, words) in enumerate(COMMANDS.items()):
        root.command(f"dailyten.cli.{name}:{name}", name=name, help=words, sort_key=place)
    for place, (group, (words, commands)) in enumerate(GROUPS.items(), len(COMMANDS)):
        root.command(_group(group, words, commands, place))
    return root


def _group(name: str, words: str, commands: Mapping[str, str], place: int) -> "App":
    from cyclopts import App

    group = App(name=name, help=words, sort_key=place)
    for row, (command, does) in enumerate(commands.items()):
        function = f"{command.replace('-', '_')}_"
        module = ELSEWHERE.get((name, command), name)
        group.command(f"dailyten.cli.{module}:{function}", name=command, help=does, sort_key=row)
    return group


def main(tokens: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit code."""
    gc.set_threshold(OBJECTS_TO_LOOK_THROUGH, 20, 20)
    # As it ends, Python looks for garbage in all that lives: 0.05 s of each command (November 2026), for nothing.
    atexit.register(gc.freeze)
    if list(sys.argv[1:] if tokens is None else tokens) == ["--version"]:
        print(dailyten.__version__)
        sys.exit(0)
    # A parsing process runs the program's own first lines again: what is imported here, it is spared.
    from cyclopts.exceptions import CycloptsError

    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    try:
        code = app()(tokens, exit_on_error=False, print_error=False)
        sys.stdout.flush()
    except CycloptsError as error:
        from dailyten.cli.refusing import in_words

        sys.exit(_said(in_words(error), 2))
    except BadInput as error:
        sys.exit(_said(error, 2))
    except CannotGoOn as error:
        sys.exit(_said(error, 1))
    except KeyboardInterrupt:
        sys.exit(_said("Stopped. Nothing is lost: run it again to go on.", 130))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        sys.exit(
            _said(CannotGoOn("The machine refused.", came=str(error.strerror), where=str(error.filename or "")), 1)
        )
    sys.exit(code if isinstance(code, int) else 0)


def _said(words: object, code: int) -> int:
    sys.stderr.write(f"dailyten: {words}\n")
    return code
