"""The keys that sign mails, and how the domain stands that they sign for."""

from pathlib import Path
from typing import TYPE_CHECKING

from dailyten.errors import BadSetting
from dailyten.wiring.keys import make_folder, write_once

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dailyten.deliver.dkim import DkimKey
    from dailyten.deliver.standing import Look
    from dailyten.wiring.parts import Parts


def dkim_keys(parts: "Parts") -> "tuple[DkimKey, ...]":
    """Read the keys that sign, as far as the settings name files. Raises BadSetting."""
    from dailyten.deliver.dkim import DkimKey

    settings, sender = parts.settings.dkim, parts.settings.sender
    domain = settings.domain or (sender.address.rpartition("@")[2] if sender else "")
    named = ((settings.rsa, settings.rsa_selector), (settings.ed25519, settings.ed25519_selector))
    return tuple(
        DkimKey.read(domain, selector, _key_file(parts.settings.place(path)))
        for path, selector in named
        if path is not None and domain
    )


def make_dkim_keys(parts: "Parts") -> "tuple[tuple[DkimKey, Path, bool], ...]":
    """Make the keys that are not there yet; give each with its file, and whether the settings name that file.

    Raises BadSetting without a sender, whose domain signs.
    """
    from dailyten.deliver.dkim import DkimKey, new_key

    settings, sender = parts.settings.dkim, parts.settings.sender
    if sender is None:
        raise BadSetting("Nobody is named as the sender, so no domain signs.", expected="a section [sender]")
    domain = settings.domain or sender.address.rpartition("@")[2]
    made = []
    for algorithm, named, selector in (
        ("rsa", settings.rsa, settings.rsa_selector),
        ("ed25519", settings.ed25519, settings.ed25519_selector),
    ):
        path = parts.settings.place(named or parts.settings.paths.data / f"dkim-{algorithm}.pem")
        if not path.exists():
            make_folder(path.parent)
            write_once(path, new_key(algorithm).decode("ascii"))
        made.append((DkimKey.read(domain, selector, _key_file(path)), path, named is not None))
    return tuple(made)


def standing(parts: "Parts") -> "Iterator[Look]":
    """Look up how the sending domain stands in the DNS; nothing is asked of a name that is for examples."""
    from dailyten.deliver.dns import look_up
    from dailyten.deliver.standing import Look, SendingDomain, is_for_examples, look_over

    sender = parts.settings.sender
    if sender is None:
        return
    domain = sender.address.rpartition("@")[2].lower()
    if is_for_examples(domain):
        words = f"{domain} is a name for examples, so the DNS is not asked"
        yield Look(what="SPF, DKIM, DMARC", well=None, words=words)
        return
    hello = parts.settings.smtp.hello
    sending = SendingDomain(domain=domain, returns=sender.own_domain, dkim=dkim_keys(parts), hello=hello)
    yield from look_over(sending, look_up)


def _key_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadSetting(
            "The DKIM key cannot be read; `dailyten mail keys` makes one.",
            came=str(error.strerror),
            where=str(path),
        ) from error
