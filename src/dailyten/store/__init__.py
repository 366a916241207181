"""The database: `open_store(url)`, then `with store.writing() as db` or `with store.reading() as db`.

`db` has a repository for each noun: feeds, entries, verdicts, stories, editions, subscribers, outbox, feedback.
"""

from dailyten.store.store import Store, Transaction, open_store

__all__ = ["Store", "Transaction", "open_store"]
