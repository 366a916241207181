"""The whole day, in the order in which it happens.

    polling.py     ask the feeds that are due, read and keep what they answer
    making.py      turn what waits into the frozen edition of a morning
    publishing.py  render every edition and put the site in its place
    sending.py     fill the outbox of an edition and hand its messages over

Beside the day, for the feed list:

    seeking.py     find the feeds of a site with a few polite requests
    previewing.py  what a feed would bring, and what of it we have already
    citing.py      the hosts that our entries link to most
    moving.py      moves that are proposed, dead feeds that are looked for
    including.py   lists that the list includes
    listing.py     changes of the list: shown, written whole, kept, taken back

Each step can be killed at any moment and done again: what is finished is found finished in the store.
"""
