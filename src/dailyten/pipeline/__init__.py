"""The whole day, in the order in which it happens.

    polling.py     ask the feeds that are due, read and keep what they answer
    making.py      turn what waits into the frozen edition of a morning
    publishing.py  render every edition and put the site in its place
    sending.py     fill the outbox of an edition and hand its messages over

Each step can be killed at any moment and done again: what is finished is found finished in the store.
"""
