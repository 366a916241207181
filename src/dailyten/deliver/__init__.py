"""From an edition to somebody's mailbox, once.

address.py   which addresses we take, and their one spelling
line.py      a line of a header: no control characters, by type
message.py   the bytes of a message: encoded once for an edition, addressed for each reader
envelope.py  return paths and reply addresses that carry a signed tag
dkim.py      signatures, RSA and Ed25519
lint.py      what receivers and clients punish; the rules stand in lint_*.py, with findings, markup and contrast
outbox.py    the states of a delivery and its moves
pace.py      how fast, and whom to leave alone for a while
settings.py  how the line to a mail server is set up
sending.py   leases, hands over, settles; its ports to the outbox and to a mail server
grouping.py  one commit for what several workers want written down
failover.py  several mail servers as one
smtp.py      edge: one line to one mail server, its stages told apart
bounces.py   what a mail that came back says; the words that tell it stand in bounce_words.py
webhook.py   what a mail service says has come back, signed
providers.py what Amazon SES, Mailgun, Postmark and SendGrid post; how each proves it: seals.py
standing.py  how a sending domain stands in the DNS, and which records to add
disk.py      edge: messages as files
dns.py       edge: the DNS
imap.py      edge: a mailbox
maildir.py   edge: a Maildir
"""
