"""Addresses of subscribers: which we take, and the one spelling under which each is known."""

from email_validator import EmailNotValidError, validate_email

from dailyten.errors import BadInput
from dailyten.model.subscriber import address_hash_of


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


def suppression_hash(address: str) -> str:
    """Compute what is kept of somebody who must never be written to again. Raises BadInput."""
    return address_hash_of(normalise(address))
