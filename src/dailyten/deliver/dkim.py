"""DKIM signatures, RSA-SHA256 and Ed25519-SHA256, relaxed both ways.

`h=` names both unsubscribe headers, as RFC 8058 §4 demands, and From once more than it stands there, so that nobody
can add a second one under our signature. The same message and time give the same signature.

Sources: RFC 6376, RFC 8301 (key lengths), RFC 8463 (Ed25519).
"""

import base64
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from dailyten.errors import BadSetting

SIGNED = (
    "from to reply-to subject date message-id mime-version content-type list-id list-help list-unsubscribe "
    "list-unsubscribe-post feedback-id"
).split()
MIN_RSA_BITS = 2048
RSA_EXPONENT = 65537
LONGEST_STRING = 255
"""Octets of one string of a TXT record (RFC 1035 §3.3.14); longer texts are cut into several."""
NAME = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*", re.IGNORECASE)
BLANKS = re.compile(rb"[ \t]+")
UNFOLD = re.compile(rb"\r\n(?=[ \t])")


@dataclass(frozen=True, slots=True, kw_only=True)
class DkimKey:
    """A key of the sending domain; its public half stands in the DNS at `<selector>._domainkey.<domain>`."""

    domain: str
    selector: str
    key: RSAPrivateKey | Ed25519PrivateKey

    @classmethod
    def read(cls, domain: str, selector: str, pem: bytes) -> "DkimKey":
        """Read a private key: RSA of 2,048 bits or more, or Ed25519. Raises BadSetting."""
        if not NAME.fullmatch(domain) or not NAME.fullmatch(selector):
            raise BadSetting(
                "The name of the DKIM key does not fit.", expected="a domain and a selector", came=selector
            )
        try:
            key = load_pem_private_key(pem, password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise BadSetting(
                "The DKIM key cannot be read.", expected="a private key in PEM", came=str(error)
            ) from error
        if isinstance(key, RSAPrivateKey) and key.key_size < MIN_RSA_BITS:
            raise BadSetting("The DKIM key is too short.", expected="2048 bits", came=str(key.key_size))
        if not isinstance(key, RSAPrivateKey | Ed25519PrivateKey):
            raise BadSetting(
                "DKIM has no use for that kind of key.", expected="RSA or Ed25519", came=type(key).__name__
            )
        return cls(domain=domain, selector=selector, key=key)

    @property
    def algorithm(self) -> str:
        """Name the key's kind as the DNS record does."""
        return "rsa" if isinstance(self.key, RSAPrivateKey) else "ed25519"

    def record(self) -> tuple[str, str]:
        """Give the name and the text of the DNS record (TXT) to publish."""
        if isinstance(self.key, RSAPrivateKey):
            public = self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        else:
            public = self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        text = f"v=DKIM1; k={self.algorithm}; p={base64.b64encode(public).decode()}"
        return f"{self.selector}._domainkey.{self.domain}", text

    def sign(self, digestible: bytes) -> bytes:
        """Sign a header hash's input."""
        if isinstance(self.key, RSAPrivateKey):
            return self.key.sign(digestible, PKCS1v15(), SHA256())
        return self.key.sign(sha256(digestible).digest())


def new_key(algorithm: str) -> bytes:
    """Make a private key in PEM: "rsa" of 2,048 bits, which every receiver verifies, or "ed25519"."""
    key = generate_private_key(RSA_EXPONENT, MIN_RSA_BITS) if algorithm == "rsa" else Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def zone_line(name: str, text: str) -> str:
    """Write a TXT record as a zone file has it, a long text cut into strings (RFC 7208 §3.3, RFC 6376 §3.6.2.2)."""
    pieces = [text[start : start + LONGEST_STRING] for start in range(0, len(text), LONGEST_STRING)]
    return f"{name}. IN TXT " + " ".join(f'"{piece}"' for piece in pieces)


def sign(content: bytes, keys: Sequence[DkimKey], at: datetime) -> bytes:
    """Give a message with a signature of each key in front. `content` has CRLF line ends and holds no signature."""
    head, _, body = content.partition(b"\r\n\r\n")
    names, canonical = _signed_headers(head)
    body_hash = base64.b64encode(sha256(_relaxed_body(body)).digest())
    return b"".join(_signature(key, names, canonical, body_hash, at) for key in keys) + content


def _signature(key: DkimKey, names: Iterable[str], canonical: bytes, body_hash: bytes, at: datetime) -> bytes:
    header = (
        f"v=1; a={key.algorithm}-sha256; c=relaxed/relaxed; d={key.domain}; s={key.selector};\r\n"
        f" t={int(at.timestamp())};\r\n"
        f" h={_wrapped(names)};\r\n"
        f" bh={body_hash.decode()};\r\n b="
    ).encode()
    signature = key.sign(canonical + b"dkim-signature:" + _relaxed_value(header))
    encoded = base64.b64encode(signature).decode()
    lines = "\r\n ".join(encoded[start : start + 72] for start in range(0, len(encoded), 72))
    return b"DKIM-Signature: " + header + lines.encode() + b"\r\n"


def _signed_headers(head: bytes) -> tuple[list[str], bytes]:
    there: dict[str, bytes] = {}
    for line in UNFOLD.sub(b"", head).split(b"\r\n"):
        name, _, value = line.partition(b":")
        there[name.decode("ascii").strip().lower()] = value
    names = [name for name in SIGNED if name in there]
    canonical = b"".join(name.encode() + b":" + _relaxed_value(there[name]) + b"\r\n" for name in names)
    return [*names, "from"], canonical


def _relaxed_value(value: bytes) -> bytes:
    return BLANKS.sub(b" ", UNFOLD.sub(b"", value)).strip(b" ")


def _relaxed_body(body: bytes) -> bytes:
    tight = body.replace(b"\t", b" ")
    while b"  " in tight:
        tight = tight.replace(b"  ", b" ")
    tight = tight.replace(b" \r\n", b"\r\n").rstrip(b"\r\n")
    return tight + b"\r\n" if tight else b""


def _wrapped(names: Iterable[str]) -> str:
    lines = [""]
    for name in names:
        if len(lines[-1]) + len(name) > 66:  # noqa: PLR2004 - RFC 5322's 78, less its indent
            lines.append("")
        lines[-1] += name + ":"
    return "\r\n  ".join(lines).rstrip(":")
