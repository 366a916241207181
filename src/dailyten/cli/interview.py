"""A person at a terminal, asked about entry after entry what each is about."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from dailyten.classify.pack import Pack
from dailyten.classify.propose import Proposal, Unlabelled
from dailyten.cli.saying import plural, say
from dailyten.errors import BadInput
from dailyten.model.feedback import Label
from dailyten.pipeline.learning import give_label, proposals
from dailyten.store.store import Store
from dailyten.text.headline import headline
from dailyten.wiring import Parts

SHOWN_SUMMARY = 400
NOBODY_LEFT = "No entry of the last sixty days is left to label."
HELP = """\
For each entry: the numbers or keys of its topics, the main one first ("3 1"), 0 for none of them, Enter if what we
think is right. Then how useful it is, 0 to 3, or Enter. Before that, "n KEY KEY" puts its networks right ("n" alone:
none). s skips, u takes the last label back, q ends."""


@dataclass(slots=True)
class Interview:
    """Questions to a person, entry by entry. Each label is kept at once; stopping loses nothing."""

    store: Store
    pack: Pack
    by: str
    clock: Callable[[], datetime]
    ask: Callable[[str], str]
    last: str = ""
    given: int = 0

    def go_through(self, found: Sequence[tuple[Proposal, Unlabelled]]) -> None:
        """Ask for a label of each, until the person ends."""
        if not found:
            say(NOBODY_LEFT)
            return
        self._greet()
        for place, (proposal, entry) in enumerate(found, 1):
            say(f"\n[{place} of {len(found)}] {headline(entry.title, entry.summary)}")
            if entry.summary:
                say(f"  {entry.summary[:SHOWN_SUMMARY]}")
            say(f"  We think: {thought(entry)}. Asked because {proposal.why}.")
            try:
                if not self._one(entry):
                    break
            except EOFError:
                break
        say(f"\n{plural(self.given, 'label')} given. `dailyten topics learn` learns from them.")

    def _greet(self) -> None:
        say(HELP)
        for number, topic in enumerate(self.pack.topics, 1):
            say(f"  {number:2} {topic.key:14} {topic.about}")

    def _one(self, entry: Unlabelled) -> bool:
        """Ask about one entry until an answer can be read; False to end."""
        networks = entry.verdict.networks
        while True:
            answer = self.ask("  topics > ").strip().lower()
            if answer == "q":
                return False
            if answer == "s":
                return True
            if answer == "u":
                self._take_back()
                continue
            if answer.split()[:1] == ["n"]:
                networks = tuple(keys_of(answer[1:]))
                say(f"  about {', '.join(networks) or 'no network'}")
                continue
            try:
                topics = entry.verdict.topics if not answer else _topics_in(answer, self.pack)
                grade = _grade_in(self.ask(f"  useful [{_grade(entry)}] > "), _grade(entry))
                self._keep(entry, topics, networks, grade)
            except BadInput as error:
                say(f"  {error}")
                continue
            return True

    def _keep(self, entry: Unlabelled, topics: tuple[str, ...], networks: tuple[str, ...], grade: int) -> None:
        label = Label(
            entry_id=entry.entry_id,
            topics=topics,
            networks=networks,
            usefulness=grade,
            given_at=self.clock(),
            given_by=self.by,
        )
        with self.store.writing() as db:
            give_label(db, self.pack, label)
        self.last, self.given = entry.entry_id, self.given + 1

    def _take_back(self) -> None:
        with self.store.writing() as db:
            gone = bool(self.last) and db.feedback.take_label_back(self.last, self.by)
        self.given -= gone
        self.last = ""
        say("  The last label is taken back." if gone else "  There is no label to take back.")


def proposed(store: Store, parts: Parts, count: int, topic: str) -> list[tuple[Proposal, Unlabelled]]:
    """Find the entries that are most worth a label. Raises BadInput for a count below one."""
    if count < 1:
        raise BadInput("How many?", expected="a count of 1 or more", came=str(count))
    pack = parts.pack()
    with store.reading() as db:
        return proposals(db, pack, parts.classifier(pack), parts.clock(), count, topic)


def thought(entry: Unlabelled) -> str:
    """Say what the classifier makes of an entry."""
    verdict = entry.verdict
    about = f", about {', '.join(verdict.networks)}" if verdict.networks else ""
    return f"{', '.join(verdict.topics) or 'none of the topics'}{about}, useful {verdict.usefulness:.1f} of 3"


def keys_of(text: str) -> list[str]:
    """Read keys as people type them, with commas or spaces between; "none" or "-" is an empty list."""
    named = text.replace(",", " ").split()
    return [] if named in (["none"], ["-"]) else named


def _topics_in(answer: str, pack: Pack) -> tuple[str, ...]:
    if answer in ("0", "none", "-"):
        return ()
    keys = pack.topic_keys
    named = answer.replace(",", " ").split()
    chosen = [keys[int(word) - 1] if word.isdigit() and 0 < int(word) <= len(keys) else word for word in named]
    for key in chosen:
        if key not in keys:
            raise BadInput("Unknown topic.", expected=f"1 to {len(keys)}, or a key", came=key)
    return tuple(chosen)


def _grade_in(answer: str, thought: int) -> int:
    answer = answer.strip()
    if not answer:
        return thought
    if answer not in ("0", "1", "2", "3"):
        raise BadInput("Usefulness is off the scale.", expected="0, 1, 2 or 3", came=answer)
    return int(answer)


def _grade(entry: Unlabelled) -> int:
    return min(3, max(0, round(entry.verdict.usefulness)))
