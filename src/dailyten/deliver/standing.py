"""How a sending domain stands in the DNS: SPF, DKIM, DMARC, where its mail arrives, the name of its machine.

Pure: the DNS is a function handed in. Each look says who asks for it and which record to add. Sources: RFC 7208 (SPF),
RFC 6376 (DKIM), RFC 7489 (DMARC); who asks stands with figures in docs/reference/mail.md.
"""

import ipaddress
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from dailyten.deliver.address import is_aligned
from dailyten.deliver.dkim import DkimKey, zone_line

Lookup = Callable[[str, str], tuple[str, ...] | None]
"""Asks for a name and a kind of record (TXT, MX, A, AAAA, PTR): texts, nothing if there is none, None for silence."""

EXAMPLES = frozenset({"example", "invalid", "test", "localhost", "local"})
EVERYBODY = "Gmail, Yahoo and Microsoft ask for it from 5,000 mails a day on"
MOST_LOOKUPS = 10
ASKING = re.compile(r"^[+~?-]?(?:include:|a(?:[:/]|$)|mx(?:[:/]|$)|ptr|exists:)|^redirect=", re.IGNORECASE)
INCLUDED = re.compile(r"^(?:[+~?-]?include:|redirect=)(\S+)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One thing that was looked up. `well` is None where the DNS did not answer, or nothing can be known from here."""

    what: str
    well: bool | None
    words: str
    mend: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingDomain:
    """Who sends: the domain in From, the one that mail comes back to, the keys, and what our machine calls itself."""

    domain: str
    returns: str
    dkim: Sequence[DkimKey]
    hello: str


def is_for_examples(domain: str) -> bool:
    """Say whether a domain is kept for examples and tests (RFC 2606), so that nothing stands in the DNS."""
    return domain.rpartition(".")[2] in EXAMPLES or domain in ("example.com", "example.org", "example.net")


def look_over(sender: SendingDomain, lookup: Lookup) -> Iterator[Look]:
    """Look at everything; after the first silence of the DNS nothing more is asked."""
    for look in (_spf, _dkim, _dmarc, _returns, _machine):
        for found in look(sender, lookup):
            yield found
            if found.well is None and found.words == SILENT:
                return


SILENT = "the DNS does not answer, so nothing could be looked up; everything else goes on without it"


def _silent(what: str) -> Look:
    return Look(what=what, well=None, words=SILENT)


def _spf(sender: SendingDomain, lookup: Lookup) -> Iterator[Look]:
    texts = lookup(sender.returns, "TXT")
    if texts is None:
        yield _silent("SPF")
        return
    records = [each for each in texts if re.match(r"v=spf1(?:\s|$)", each, re.IGNORECASE)]
    mend = (
        f'Add {sender.returns}. IN TXT "v=spf1 mx ~all", with `include:` and the name that your mail server\'s operator'
        f" gives in place of mx. {EVERYBODY}."
    )
    if len(records) != 1:
        words = f"{sender.returns} has {len(records) or 'no'} records that begin with v=spf1, not one"
        yield Look(what="SPF", well=False, words=words, mend=mend)
        return
    record = records[0]
    if re.search(r"(?:^|\s)\+?all(?:\s|$)", record, re.IGNORECASE):
        yield Look(what="SPF", well=False, words=f"lets everybody send: {record}", mend="End it in ~all or -all.")
        return
    asked = _lookups(record, lookup, depth=0)
    if asked > MOST_LOOKUPS:
        words = f"asks the DNS {asked} times; receivers stop at {MOST_LOOKUPS} (RFC 7208 §4.6.4)"
        yield Look(what="SPF", well=False, words=words, mend="Leave out what you do not send by.")
        return
    yield Look(what="SPF", well=True, words=record)


def _lookups(record: str, lookup: Lookup, depth: int) -> int:
    count = 0
    for term in record.split()[1:]:
        count += bool(ASKING.match(term))
        found = INCLUDED.match(term)
        if found and depth < MOST_LOOKUPS and count <= MOST_LOOKUPS and "%" not in term:
            inner = [each for each in lookup(found[1], "TXT") or () if each.lower().startswith("v=spf1")]
            count += _lookups(inner[0], lookup, depth + 1) if inner else 0
    return count


def _dkim(sender: SendingDomain, lookup: Lookup) -> Iterator[Look]:
    if not sender.dkim:
        mend = f"`dailyten mail keys` makes them and prints the records, unless your mail server signs. {EVERYBODY}."
        yield Look(what="DKIM", well=False, words="mails are not signed by us", mend=mend)
    for key in sender.dkim:
        name, text = key.record()
        texts, what = lookup(name, "TXT"), f"DKIM {key.algorithm}"
        if texts is None:
            yield _silent(what)
            return
        published = [_tag(each, "p") for each in texts if "p=" in each]
        if _tag(text, "p") in published:
            yield Look(what=what, well=True, words=f"{name} has our key")
        else:
            words = f"{name} has another key than the file" if published else f"{name} has no record"
            yield Look(what=what, well=False, words=words, mend=f"Add {zone_line(name, text)}")


def _dmarc(sender: SendingDomain, lookup: Lookup) -> Iterator[Look]:
    above = sender.domain.partition(".")[2]
    mend = f'Add _dmarc.{sender.domain}. IN TXT "v=DMARC1; p=none". {EVERYBODY}.'
    for domain in (sender.domain, *([above] if "." in above else [])):
        texts = lookup(f"_dmarc.{domain}", "TXT")
        if texts is None:
            yield _silent("DMARC")
            return
        records = [each for each in texts if each.lower().startswith("v=dmarc1")]
        if records:
            good = len(records) == 1 and _tag(records[0], "p").lower() in ("none", "quarantine", "reject")
            yield Look(what="DMARC", well=good, words="; ".join(records), mend=mend)
            break
    else:
        yield Look(what="DMARC", well=False, words=f"{sender.domain} has no record", mend=mend)
    signs = {key.domain for key in sender.dkim}
    aligned = any(is_aligned(sender.domain, each) for each in (sender.returns, *signs))
    signed = ", ".join(sorted(signs)) or "nobody"
    words = f"From is of {sender.domain}, mail comes back to {sender.returns}, signed by {signed}"
    wanted = "Let [dkim] or `domain` of [sender] be of the domain in From, else DMARC fails whatever the DNS says."
    yield Look(what="alignment", well=aligned, words=words, mend=wanted)


def _returns(sender: SendingDomain, lookup: Lookup) -> Iterator[Look]:
    servers = lookup(sender.returns, "MX")
    if servers is None:
        yield _silent("returned mail")
        return
    mend = f"Add {sender.returns}. IN MX 10 and your mail server: bounces, complaints and farewells come there."
    words = ", ".join(servers) or f"no server takes mail for {sender.returns}"
    yield Look(what="returned mail", well=bool(servers), words=words, mend=mend)


def _machine(sender: SendingDomain, lookup: Lookup) -> Iterator[Look]:
    """Look whether the address of this machine has a name that leads back to it (FCrDNS)."""
    if "." not in sender.hello or is_for_examples(sender.hello):
        words = "set `hello` of [smtp] if this machine sends to receivers itself; else it is your operator's"
        yield Look(what="name (PTR)", well=None, words=words)
        return
    found = [lookup(sender.hello, kind) for kind in ("A", "AAAA")]
    if None in found:
        yield _silent("name (PTR)")
        return
    addresses = [address for each in found for address in each or ()]
    for address in addresses:
        names = lookup(ipaddress.ip_address(address).reverse_pointer, "PTR")
        if names is None:
            yield _silent("name (PTR)")
            return
        well = sender.hello.lower() in {each.rstrip(".").lower() for each in names}
        mend = f"Ask who gives you {address} to name it {sender.hello}. Gmail and Yahoo ask for it (4.7.23)."
        words = f"{address} is called {', '.join(names) or 'nothing'}"
        yield Look(what="name (PTR)", well=well, words=words, mend=mend)
    if not addresses:
        mend = f"Add {sender.hello}. IN A and the address of this machine, or set `hello` of [smtp] to its name."
        yield Look(what="name (PTR)", well=False, words=f"{sender.hello} has no address", mend=mend)


def _tag(record: str, name: str) -> str:
    found = re.search(rf"(?:^|;)\s*{name}\s*=\s*([^;]*)", record)
    return re.sub(r"\s", "", found[1]) if found else ""
