"""The edge to the DNS: one question, one answer, a few seconds at most."""

from datetime import timedelta

import dns.exception
import dns.resolver

PATIENCE = timedelta(seconds=3)


def look_up(name: str, kind: str, patience: timedelta = PATIENCE) -> tuple[str, ...] | None:
    """Ask for the records of a name: their texts, nothing where there is none, None when the DNS does not answer."""
    try:
        answer = dns.resolver.resolve(name, kind, lifetime=patience.total_seconds(), search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.exception.SyntaxError):
        return ()
    except (dns.exception.DNSException, OSError, ValueError):
        return None
    if kind == "TXT":
        return tuple(b"".join(record.strings).decode("utf-8", "replace") for record in answer)
    return tuple(record.to_text().rstrip(".") for record in answer)
