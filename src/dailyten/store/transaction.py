"""A transaction: every repository, each loaded when it is first asked for. A poll needs no subscribers."""

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from dailyten.store.asks import Asks
    from dailyten.store.bounces import Bounces
    from dailyten.store.consents import Consents
    from dailyten.store.editions import Editions
    from dailyten.store.entries import Entries
    from dailyten.store.feedback import Feedback
    from dailyten.store.feeds import Feeds
    from dailyten.store.lists import Lists
    from dailyten.store.outbox import Outbox
    from dailyten.store.pushes import Pushes
    from dailyten.store.stories import Stories
    from dailyten.store.subscribers import Subscribers
    from dailyten.store.turns import Turns
    from dailyten.store.verdicts import Verdicts


class Transaction:
    """Every repository, in one transaction: all that is done through it is kept, or nothing."""

    def __init__(self, db: "Connection") -> None:
        self._db = db

    @cached_property
    def feeds(self) -> "Feeds":
        """Feeds, and what polling knows of them."""
        from dailyten.store.feeds import Feeds

        return Feeds(self._db)

    @cached_property
    def lists(self) -> "Lists":
        """What we changed in the feed list."""
        from dailyten.store.lists import Lists

        return Lists(self._db)

    @cached_property
    def pushes(self) -> "Pushes":
        """Hubs that tell of news."""
        from dailyten.store.pushes import Pushes

        return Pushes(self._db)

    @cached_property
    def entries(self) -> "Entries":
        """Entries, and where they stand."""
        from dailyten.store.entries import Entries

        return Entries(self._db)

    @cached_property
    def verdicts(self) -> "Verdicts":
        """What entries are about."""
        from dailyten.store.verdicts import Verdicts

        return Verdicts(self._db)

    @cached_property
    def stories(self) -> "Stories":
        """Entries that tell of one event."""
        from dailyten.store.stories import Stories

        return Stories(self._db)

    @cached_property
    def editions(self) -> "Editions":
        """Frozen editions."""
        from dailyten.store.editions import Editions

        return Editions(self._db)

    @cached_property
    def subscribers(self) -> "Subscribers":
        """Who gets the mail."""
        from dailyten.store.subscribers import Subscribers

        return Subscribers(self._db)

    @cached_property
    def turns(self) -> "Turns":
        """Whose issue is due."""
        from dailyten.store.turns import Turns

        return Turns(self._db)

    @cached_property
    def outbox(self) -> "Outbox":
        """Messages on their way."""
        from dailyten.store.outbox import Outbox

        return Outbox(self._db)

    @cached_property
    def feedback(self) -> "Feedback":
        """Labels and votes."""
        from dailyten.store.feedback import Feedback

        return Feedback(self._db)

    @cached_property
    def consents(self) -> "Consents":
        """Who agreed to what."""
        from dailyten.store.consents import Consents

        return Consents(self._db)

    @cached_property
    def asks(self) -> "Asks":
        """What waits for a confirmation."""
        from dailyten.store.asks import Asks

        return Asks(self._db)

    @cached_property
    def bounces(self) -> "Bounces":
        """What came back by mail."""
        from dailyten.store.bounces import Bounces

        return Bounces(self._db)

    @cached_property
    def confirm_mails(self) -> "Outbox":
        """Mails that ask for a confirmation, on their way."""
        from dailyten.store.outbox import Outbox
        from dailyten.store.tables.outbox import confirm_mails

        return Outbox(self._db, confirm_mails)
