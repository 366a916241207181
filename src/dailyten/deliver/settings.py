"""How mail goes out, is signed and comes back. Apart from what does it, so that reading settings loads no mailing."""

import base64
import ipaddress
import re
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from dailyten.deliver.limits import PaceLimits
from dailyten.errors import BadSetting

LEAST_SECRET = 24
TOPIC = re.compile(r"arn:aws(?P<part>|-cn|-us-gov):sns:(?P<region>[a-z0-9-]{1,40}):[0-9]{12}:[A-Za-z0-9_.-]{1,256}")
"""A topic of Amazon SNS, as Amazon names it."""
SELECTOR = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*", re.IGNORECASE)


class Security(StrEnum):
    """How the line is kept private: not at all, by STARTTLS (usual on port 587), by TLS from the start (465)."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpSettings:
    """Where the mail server is and how to speak to it.

    `verify` off accepts any certificate; `ca_file` names further authorities. `timeout` holds for each step,
    `dot_timeout` for the answer to the final dot, which RFC 5321 §4.5.3.2.6 wants to be ten minutes. `hello` is our
    own name. A password goes over a line in the clear only to this machine. Raises BadSetting.
    """

    host: str = "127.0.0.1"
    port: int = 25
    security: Security = Security.NONE
    username: str = ""
    password: str = ""
    verify: bool = True
    ca_file: Path | None = None
    connect_timeout: timedelta = timedelta(seconds=15)
    timeout: timedelta = timedelta(minutes=1)
    dot_timeout: timedelta = timedelta(minutes=10)
    messages_per_connection: int = 100
    pipelining: bool = True
    hello: str = "localhost"

    def __post_init__(self) -> None:
        if self.username and self.security is Security.NONE and not _is_this_machine(self.host):
            raise BadSetting(
                "The password would travel in the clear.",
                expected="starttls or tls",
                came="none",
                where="smtp.security",
            )
        if self.messages_per_connection < 1:
            raise BadSetting("A connection carries at least one message.", where="smtp.messages_per_connection")

    @property
    def place(self) -> str:
        """Name the server for people."""
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SendLimits:
    """How many lines to open, how much to lease at once and for how long, and when to give up.

    `refusals` in a row, by the server and not for want of a mailbox (so not at RCPT), mean that it dislikes the
    sender or the mail: sending stops before it costs everybody their mail. Raises ValueError.
    """

    lines: int = 8
    batch: int = 20
    lease: timedelta = timedelta(minutes=15)
    refusals: int = 5
    pace: PaceLimits = field(default_factory=PaceLimits)

    def __post_init__(self) -> None:
        if min(self.lines, self.batch, self.refusals) < 1 or self.lease <= timedelta(0):
            raise ValueError("lines, batch and refusals are 1 or more, a lease is over zero")


@dataclass(frozen=True, slots=True, kw_only=True)
class DkimSettings:
    """With which keys mails are signed: RSA for everybody, Ed25519 for those who know it (RFC 8463 §3 wants both).

    `domain` is the one that signs; empty: that of the sender's address, to which it must be aligned. A key without a
    file does not sign. Each key has a selector of its own, for one name in the DNS holds one key. Raises BadSetting.
    """

    domain: str = ""
    rsa: Path | None = None
    rsa_selector: str = "dailyten-rsa"
    ed25519: Path | None = None
    ed25519_selector: str = "dailyten-ed25519"

    def __post_init__(self) -> None:
        for name in ("rsa_selector", "ed25519_selector"):
            if not SELECTOR.fullmatch(getattr(self, name)):
                expected = "letters, digits and hyphens, such as dailyten-2026"
                raise BadSetting(
                    "This is no selector.", expected=expected, came=getattr(self, name), where=f"dkim.{name}"
                )
        if self.rsa_selector == self.ed25519_selector:
            raise BadSetting("Two keys cannot share one selector.", came=self.rsa_selector, where="dkim.rsa_selector")


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@dataclass(frozen=True, slots=True, kw_only=True)
class BounceRule:
    """When a mailbox that takes nothing now is given up: after so many editions in vain, over so long."""

    editions: int = 5
    span: timedelta = timedelta(days=14)

    def __post_init__(self) -> None:
        if self.editions < 1 or self.span < timedelta(0):
            raise ValueError("a rule for bounces has one edition or more, and a span")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderSettings:
    """By what we know each mail provider that posts to us; empty: it may not. Raises BadSetting.

    `ses_topic` is the name (ARN) of the SNS topic that Amazon SES tells, `mailgun_key` the key that Mailgun signs
    webhooks with, `postmark_secret` the password in the address that Postmark was given, `sendgrid_key` the public key
    that SendGrid shows.
    """

    ses_topic: str = ""
    mailgun_key: str = ""
    postmark_secret: str = ""
    sendgrid_key: str = ""

    def __post_init__(self) -> None:
        if self.ses_topic and not TOPIC.fullmatch(self.ses_topic):
            expected = "arn:aws:sns:REGION:ACCOUNT:NAME"
            raise BadSetting(
                "This is no topic.", expected=expected, came=self.ses_topic, where="bounces.providers.ses_topic"
            )
        try:
            base64.b64decode(self.sendgrid_key, validate=True)
        except ValueError as error:
            expected = "the verification key as SendGrid shows it, in base64"
            raise BadSetting(
                "This is no key of SendGrid.", expected=expected, where="bounces.providers.sendgrid_key"
            ) from error
        if self.postmark_secret and len(self.postmark_secret) < LEAST_SECRET:
            expected = f"{LEAST_SECRET} characters or more, at random"
            raise BadSetting("The secret is too short.", expected=expected, where="bounces.providers.postmark_secret")

    def of(self, provider: str) -> str:
        """Give what one of them is known by, by its name."""
        return {
            "ses": self.ses_topic,
            "mailgun": self.mailgun_key,
            "postmark": self.postmark_secret,
            "sendgrid": self.sendgrid_key,
        }[provider]


@dataclass(frozen=True, slots=True, kw_only=True)
class BounceSettings:
    """Where what comes back is found: a mailbox by IMAP, a Maildir, or a service that tells us. Raises BadSetting.

    The mailbox should be for nothing else: what is read there is marked as read. `delete` removes what was understood
    and kept; what nobody could read is never deleted. `webhook_secret` signs what a service says.
    """

    host: str = ""
    port: int = 993
    security: Security = Security.TLS
    username: str = ""
    password: str = ""
    mailbox: str = "INBOX"
    verify: bool = True
    ca_file: Path | None = None
    timeout: timedelta = timedelta(seconds=30)
    longest: timedelta = timedelta(minutes=2)
    delete: bool = False
    maildir: Path | None = None
    every: timedelta = timedelta(minutes=5)
    rule: BounceRule = field(default_factory=BounceRule)
    webhook_secret: str = ""
    providers: ProviderSettings = field(default_factory=ProviderSettings)

    def __post_init__(self) -> None:
        if self.host and self.security is Security.NONE and not _is_this_machine(self.host):
            raise BadSetting(
                "The password would travel in the clear.",
                expected="starttls or tls",
                came="none",
                where="bounces.security",
            )
        if self.webhook_secret and len(self.webhook_secret) < LEAST_SECRET:
            expected = f"{LEAST_SECRET} characters or more, at random"
            raise BadSetting("The secret is too short.", expected=expected, where="bounces.webhook_secret")

    @property
    def place(self) -> str:
        """Name the mailbox for people."""
        return f"{self.username}@{self.host}:{self.port}/{self.mailbox}"
