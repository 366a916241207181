"""The web service: where readers come and go. A door: it chooses words and decides nothing.

    reception.py  what every page needs, in one value
    opening.py    that value, of the parts that the wiring makes
    forms.py      what a browser sends, as texts; a form as it is shown again
    pages.py      the pages: subscribe, confirm, preferences, pause, unsubscribe, view, vote
    api.py        the same as JSON, described by OpenAPI
    saying.py     the words for people
    guards.py     headers of safety, limits on bodies and on how often somebody comes
    counting.py   counts for Prometheus, of no person
    app.py        all of it as one application, the site below it
    running.py    edge: a port of this machine, in a thread of its own

GET never changes anything a reader has: what follows links in mails before their readers do would act for them.
"""
