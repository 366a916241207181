"""The database: `open_store(url)`, then `with store.writing() as db` or `with store.reading() as db`.

`db` has a repository for each noun: feeds, entries, verdicts, stories, editions, subscribers, outbox, feedback,
consents, asks, confirm_mails.
"""

from dailyten.store.editions import AlreadyFrozen
from dailyten.store.keeping import Arrived, Kept
from dailyten.store.outbox import Recovered
from dailyten.store.store import Store, Transaction, open_store

__all__ = ["AlreadyFrozen", "Arrived", "Kept", "Recovered", "Store", "Transaction", "open_store"]
