"""feeds.opml, the editors' list.

    read.py      bytes to a FeedList, or every fault with its line (`lint`)
    edit.py      Opml: add, remove, move, set; all other bytes stay
    plan.py      what a new list would change
    export.py    plain OPML for other readers
    discover.py  feeds that a page names, the likeliest first

Below them: bytes to text (decoding), text to elements with their places (sheet, wellformed), what an outline says
(outline, address), where an edit goes (layout), and how a fault is told (fault). Nothing here asks the network; what
must be fetched is handed in.
"""
