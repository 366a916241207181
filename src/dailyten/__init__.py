"""dailyten reads ten feeds for a small business and publishes one short, honest edition a day.

Data walks through the house in this order:

    feedlist/   feeds.opml, the editors' list: lint, read, lossless write, plan
    poll/       when to ask a publisher, whom never to ask, what the answers mean; edge: http
    parse/      bytes to entries: RSS, Atom, JSON Feed, dates, identity, sanitising
    store/      tables, migrations, repositories; edges: sqlite, postgres
    classify/   topics, networks and usefulness of an entry, and the words behind them
    cluster/    entries to stories, stories to developments
    rank/       a score as a sum of named reasons
    edition/    what fits the morning, what was cut and why, whose morning it is
    render/     mail, site, feeds and plots of one frozen edition; edge: disk
    deliver/    messages, the outbox and its states, what comes back; edges: smtp, imap
    feedback/   signed links, votes, labels

Beside them:

    model/      the nouns
    text/       what knows about words: HTML to plain text, tokens, vectors, shortening
    packs/      industry packs: topics, networks and training entries as data
    founding/   the folder of a new digest, and what runs it; edges: disk, installed
    errors.py   everything we raise

Above them:

    pipeline/   the day: poll what is due, make the edition, publish it, send it
    config.py   dailyten.toml and the environment, read once
    wiring/     settings to concrete parts; the only folder that names an edge

The doors, which choose words for people and decide nothing:

    cli/        the command line
    web/        the pages and the JSON interface where readers come and go
    schedule/   the clock of `dailyten serve`
    testing/    a feed server, a mail sink and a clock for demos and tests
"""

__version__ = "0.1.0"
