"""All that `dailyten serve` needs, and what it looks at for changes."""

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dailyten.errors import ModelError
from dailyten.wiring.lists import ListWatch
from dailyten.wiring.returns import ReturnWatch

if TYPE_CHECKING:
    from dailyten.classify.pack import Pack
    from dailyten.pipeline.making import Maker
    from dailyten.pipeline.ticking import Day
    from dailyten.rank.rules import Rulebook
    from dailyten.wiring.parts import Parts


def make_day(parts: "Parts", worker: str) -> "Day":
    """Make all that `dailyten serve` needs; `worker` names this process among all that send."""
    from dailyten.pipeline.ticking import Day

    pack = parts.pack()
    rules = _RulesWatch(parts, pack)
    return Day(
        poller=parts.poller(),
        maker=_MakerWatch(parts, pack, rules).now,
        rules_changed=rules.changed,
        press=parts.press(pack),
        room=parts.mail_room(pack) if parts.settings.sender is not None else None,
        links=parts.links(),
        open_line=parts.mail_line,
        list_changed=ListWatch(parts).changed,
        list_file=parts.list_file(),
        list_settings=parts.settings.list,
        clock=parts.clock,
        worker=worker,
        hubs=parts.hubs(),
        take_returned=ReturnWatch(parts).due if parts.settings.bounces.host or parts.settings.bounces.maildir else None,
    )


@dataclass(slots=True)
class _RulesWatch:
    """Reads the editors' rules when their bytes have changed since the last look; `book` is the last good state."""

    parts: "Parts"
    pack: "Pack"
    seen: bytes | None = None
    book: "Rulebook | None" = None

    def changed(self) -> int | None:
        """Say how many rules there are now if they changed. Raises BadRules, once for each faulty version."""
        body = self.parts.rules_bytes()
        first = self.seen is None
        if body == self.seen:
            return None
        self.seen = body
        self.book = self.parts.read_rules(body, self.pack)
        return None if first and not self.book.rules else len(self.book.rules)


@dataclass(slots=True)
class _MakerWatch:
    """Makes the maker anew when a model was learnt or one went back since the last look; with the watched rules."""

    parts: "Parts"
    pack: "Pack"
    rules: _RulesWatch
    seen: tuple[int, int] | None = None
    maker: "Maker | None" = None

    def now(self) -> "Maker":
        """Give the maker; one that cannot be made leaves the last one in use, as a crash while learning would."""
        from dailyten.rank.rules import NO_RULES

        state = self.parts.shelf().state()
        book = self.rules.book or NO_RULES
        if self.maker is None:
            self.maker = self.parts.maker(self.pack, book)
        elif state != self.seen:
            with suppress(ModelError):
                self.maker = self.parts.maker(self.pack, book)
        if self.maker.rules is not book:
            self.maker = replace(self.maker, rules=book)
        self.seen = state
        return self.maker
