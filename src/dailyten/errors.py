"""Everything that dailyten raises, in one tree.

    DailytenError                  what was expected, what came, where
    ├── BadInput                   the caller's mistake: exit code 2, a 4xx
    │   ├── BadSetting             dailyten.toml or the environment
    │   ├── BadFeedList            feeds.opml, refused whole
    │   ├── BadRules               rules.toml, refused whole
    │   ├── BadPack                an industry pack or its training entries
    │   ├── BadWishes              what somebody wishes to read cannot be had
    │   ├── BadImport              a file of subscribers, refused whole
    │   ├── BadLink                a signed link that is forged, cut off or too old
    │   └── NotFound               no such edition, feed, subscriber
    └── CannotGoOn                 the machine's fault: exit code 1
        ├── StoreError             the database: locked, full, unreadable, too new
        ├── PublishError           the site folder: unwritable, full
        └── ModelError             the stored classifier is missing or was altered

What the *world* does (a feed that is down, a server that defers a mail) is not
here: it is a value, see `dailyten.model.fetched` and `dailyten.model.delivery`.
"""

from collections.abc import Mapping, Sequence
from typing import Any


class DailytenError(Exception):
    """Base of the tree.

    Attributes:
        expected: what would have been right, in words.
        came: what was there instead.
        where: the file, line, key or table it was found in.
    """

    def __init__(self, message: str, *, expected: str = "", came: str = "", where: str = "") -> None:
        super().__init__(message)
        self.expected = expected
        self.came = came
        self.where = where

    def __str__(self) -> str:
        named = {"Expected": self.expected, "Came": self.came, "Where": self.where}
        parts = [f"{name}: {words.removesuffix('.')}." for name, words in named.items() if words]
        return " ".join([super().__str__(), *parts])


class BadInput(DailytenError):
    """The caller gave something that cannot be right; nothing was changed."""


class BadSetting(BadInput):
    """A setting is unknown, missing or of the wrong kind."""


class BadFeedList(BadInput):
    """A feed list has a fault and was refused whole.

    Attributes:
        faults: every `dailyten.feedlist.fault.Fault` of the file, in the order of its lines.
    """

    def __init__(self, message: str, *, faults: Sequence[Any] = (), came: str = "", where: str = "") -> None:
        super().__init__(message, came=came, where=where)
        self.faults = tuple(faults)


class BadRules(BadInput):
    """A file of rules has a fault and was refused whole.

    Attributes:
        faults: a sentence for each, with its rule and line, in the order of the file.
    """

    def __init__(self, message: str, *, faults: Sequence[str] = (), came: str = "", where: str = "") -> None:
        super().__init__(message, came=came, where=where)
        self.faults = tuple(faults)

    def __str__(self) -> str:
        return "\n".join([super().__str__(), *(f"  {fault}" for fault in self.faults)])


class BadPack(BadInput):
    """An industry pack cannot be used; `message` names the fault in a few words and becomes a sentence."""

    def __init__(self, message: str, *, expected: str = "", came: str = "", where: str = "") -> None:
        sentence = f"The industry pack has a fault: {message}."
        super().__init__(sentence, expected=expected, came=came, where=where)


class BadWishes(BadInput):
    """Wishes that cannot be had.

    Attributes:
        faults: for each field that is wrong, a sentence for the person who filled it in.
    """

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(" ".join(faults.values()), where=", ".join(faults))
        self.faults = dict(faults)


class BadImport(BadInput):
    """A file of subscribers has faults and was refused whole.

    Attributes:
        faults: a sentence for each, with its line, in the order of the file.
    """

    def __init__(self, message: str, *, faults: Sequence[str] = (), expected: str = "", where: str = "") -> None:
        super().__init__(message, expected=expected, where=where)
        self.faults = tuple(faults)


class BadLink(BadInput):
    """A signed link opens nothing.

    Attributes:
        expired: whether it was good once.
    """

    def __init__(self, message: str, *, expired: bool = False) -> None:
        super().__init__(message)
        self.expired = expired


class NotFound(BadInput):
    """What was asked for is not here."""


class CannotGoOn(DailytenError):
    """The machine does not allow it now; nothing was half done."""


class StoreError(CannotGoOn):
    """The database does not answer as it must."""


class PublishError(CannotGoOn):
    """A file cannot be written where it belongs."""


class ModelError(CannotGoOn):
    """The stored classifier cannot be used."""
