"""Addresses of subscribers: which we take, and the one spelling under which each is known."""

from email_validator import EmailNotValidError, validate_email

from dailyten.errors import BadInput
from dailyten.model.subscriber import address_hash_of

SHARED = frozenset("ac co com edu go gob gov gv ltd me ne net nom or org plc sch".split())
"""Second labels under which registries of countries give names away."""


def normalise(address: str) -> str:
    """Give the one spelling of an address: lower case, its domain in ASCII (IDNA).

    No name server is asked. A quoted local part, a literal address, a name without a dot, a reserved name and a local
    part outside ASCII are refused, and so is every control character: what comes back can stand in any header.
    The local part loses its capitals although RFC 5321 §2.4 lets a server tell them apart, for nobody's does, and
    two spellings must not make two subscribers.

    Raises BadInput.
    """
    try:
        found = validate_email(address.strip(" "), check_deliverability=False, strict=True, allow_smtputf8=False)
    except (EmailNotValidError, UnicodeError) as error:
        raise BadInput(
            "This is no address for mail.", expected="name@example.com", came=f"{address[:100]!r}: {error}"
        ) from error
    return (found.ascii_email or found.normalized).lower()


def domain_of(address: str) -> str:
    """Say who receives for an address."""
    return address.rpartition("@")[2]


def is_aligned(one: str, other: str) -> bool:
    """Tell whether two domains belong to one organisation, which is what DMARC asks for (RFC 7489 §3.1).

    The last two labels decide, or three below such as `co.uk`. That is a guess of the list of public suffixes, and
    good enough to find a mail that another firm signed.
    """
    return bool(one) and bool(other) and _organisation(one) == _organisation(other) != ""


def _organisation(domain: str) -> str:
    labels = domain.lower().rstrip(".").split(".")
    below = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in SHARED  # noqa: PLR2004 - as in co.uk
    wanted = 3 if below else 2
    return ".".join(labels[-wanted:]) if len(labels) >= wanted else ""


def suppression_hash(address: str) -> str:
    """Compute what is kept of somebody who must never be written to again. Raises BadInput."""
    return address_hash_of(normalise(address))
