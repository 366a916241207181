"""How the line to a mail server is set up. Apart from the line itself, so that reading settings loads no mailing."""

import ipaddress
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from dailyten.errors import BadSetting


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


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
