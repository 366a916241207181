"""What writes mails and hands them over."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from dailyten.deliver.sender import SenderSettings, is_public
from dailyten.errors import CannotGoOn
from dailyten.wiring.packs import names_of
from dailyten.wiring.site import site_settings

if TYPE_CHECKING:
    from dailyten.classify.pack import Pack
    from dailyten.deliver.message import Outgoing
    from dailyten.deliver.sending import MailLine
    from dailyten.deliver.settings import SmtpSettings
    from dailyten.deliver.smtp import SmtpLine
    from dailyten.model.edition import Edition
    from dailyten.pipeline.sending import MailRoom
    from dailyten.wiring.parts import Parts

NOBODY = "nobody@dailyten.invalid"
"""Sends and gets the mails that are only to be looked at; a name under `.invalid` never resolves (RFC 2606 §2)."""


def make_mail_room(parts: "Parts", pack: "Pack") -> "MailRoom":
    """Make what writes messages; where nobody is named as the sender, they are from nobody and only to look at."""
    from dailyten.deliver.pace import Pace
    from dailyten.pipeline.gating import Gate
    from dailyten.pipeline.queueing import Post
    from dailyten.pipeline.sending import MailRoom

    sender = parts.settings.sender or SenderSettings(name=parts.settings.digest.name, address=NOBODY)
    site = replace(site_settings(parts), address=sender.postal_address or parts.settings.site.address)
    links = parts.links()
    public = links if links is not None and is_public(links.base) else None
    if public is not None:
        sender = replace(sender, base_url=public.base)
    post = Post(
        settings=parts.settings.digest,
        goals={goal.key: goal.topics for goal in pack.goals},
        mail_domain=sender.own_domain,
    )
    dkim, limits = parts.dkim_keys(), parts.settings.sending
    return MailRoom(
        sender=sender,
        site=site,
        names=names_of(pack),
        keys=parts.keys(),
        links=public,
        post=post,
        dkim=dkim,
        gate=Gate(sender=sender, dkim=dkim, through=through_a_sink),
        bouncer=parts.bouncer(),
        limits=limits,
        pace=Pace(limits.pace),
    )


def keep_mail_of(parts: "Parts", edition: "Edition", content: bytes, reader: str) -> Path:
    """Keep an edition's mail, or a reader's, as a file in the data folder, and say where it is."""
    from dailyten.deliver.disk import keep_mail

    revision = f"-revision-{edition.revision}" if edition.revision > 1 else ""
    folder = parts.settings.place(parts.settings.paths.data) / "mail"
    return keep_mail(folder, f"{edition.on}{revision}{'-for-' * bool(reader)}{reader}", content)


def mail_line(parts: "Parts") -> "MailLine":
    """Open nothing yet: a line to the mail server, or to the first of several that answers, for one thread."""
    from dailyten.deliver.failover import FirstThatAnswers

    lines = [line for _, line in mail_servers(parts)]
    return lines[0] if len(lines) == 1 else FirstThatAnswers(lines)


def mail_servers(parts: "Parts") -> "list[tuple[SmtpSettings, SmtpLine]]":
    """Give a line to each mail server, the usual one first."""
    from dailyten.deliver.smtp import SmtpLine

    return [(each, SmtpLine(each)) for each in (parts.settings.smtp, *parts.settings.smtp_fallback)]


def through_a_sink(outgoing: "Outgoing") -> bytes:
    """Hand a message to a mail server of our own on loopback, over the very line that all others take."""
    from dailyten.deliver.settings import SmtpSettings
    from dailyten.deliver.smtp import SmtpLine
    from dailyten.model.delivery import Accepted
    from dailyten.testing.mail_sink import MailSink

    try:
        with MailSink() as sink:
            line = SmtpLine(SmtpSettings(host=sink.host, port=sink.port))
            said = line.hand_over(outgoing, lambda: True)
            line.close()
            if not isinstance(said, Accepted):
                raise CannotGoOn("The copy that is looked at before sending did not arrive.", came=str(said))
            return sink.taken[-1].content
    except OSError as error:
        words = "The copy that is looked at before sending needs a port of this machine."
        raise CannotGoOn(words, came=str(error)) from error
