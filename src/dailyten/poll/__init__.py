"""Polling: when to ask a publisher, whom never to ask, how to ask politely, and what each answer means.

    guard.py        may we connect to this IP address
    address.py      is this an address that can be asked at all
    caching.py      what the header fields of an answer wish
    decompress.py   bodies inflated under a limit
    sockets.py      edge: DNS, TCP and TLS, guarded
    connections.py  connections kept between questions
    settings.py     how we ask: our name, limits, allowances
    http.py         edge: one question over HTTP
    engine.py       many questions at once, fair to every host
    outcomes.py     the table: what an answer means, what an editor is told
    rhythm.py       how often a feed has news, and when its silence is odd
    schedule.py     the next question, its validators and its time
    hubs.py         subscriptions at hubs, and how far a hub may be relied on
    etiquette.py    how polite we were, from the poll log

No parsing here, no database, no words for a terminal.
"""
