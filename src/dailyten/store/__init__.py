"""The database: `open_store(url)`, then `with store.writing() as db` or `with store.reading() as db`.

`db` has a repository for each noun: feeds, entries, verdicts, stories, editions, subscribers, outbox, feedback,
consents, asks, confirm_mails.
"""

from dailyten.store.store import Store, open_store
from dailyten.store.transaction import Transaction

__all__ = ["Store", "Transaction", "open_store"]
