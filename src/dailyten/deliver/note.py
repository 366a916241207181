"""The bytes of a short letter to one person: plain text, and none of the headers of bulk mail.

It answers what a person just did, so it is no mailing list: no List-Id, no Precedence. `Auto-Submitted` keeps
vacation programs quiet (RFC 3834). The same note gives the same bytes at every try.
"""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from dailyten.deliver.line import Line
from dailyten.deliver.message import Outgoing
from dailyten.deliver.sender import ADDRESS, SenderSettings


def write_note(
    *,
    delivery_id: str,
    sender: SenderSettings,
    address: str,
    return_path: str,
    message_id: str,
    subject: str,
    text: str,
    at: datetime,
) -> Outgoing:
    """Write a note. Raises ValueError for an address or a subject that could end its line."""
    if not ADDRESS.fullmatch(address):
        raise ValueError(f"not an address that may stand in a header: {address!r}")
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(Line(sender.name), addr_spec=sender.address)
    if sender.reply_to:
        message["Reply-To"] = Address(addr_spec=sender.reply_to)
    message["To"] = Address(addr_spec=address)
    message["Subject"] = Line(subject)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    message.set_content(text, charset="utf-8", cte="quoted-printable")
    return Outgoing(
        delivery_id=delivery_id, return_path=return_path, recipient=address, content=message.as_bytes(policy=SMTP)
    )
