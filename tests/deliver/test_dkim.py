from functools import cache

import dkim as yardstick
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from dailyten.deliver.dkim import DkimKey, sign
from dailyten.deliver.message import address_to
from dailyten.errors import BadSetting
from tests.deliver.letters import NOW, a_letter, delivery_to, message_to, recipient_of

ANN = delivery_to("ann@example.org")
WRITTEN = st.text(st.characters(codec="utf-8"))


@cache
def key(kind: str) -> DkimKey:
    made = rsa.generate_private_key(65537, 2048) if kind == "rsa" else ed25519.Ed25519PrivateKey.generate()
    return DkimKey(domain="example.com", selector=f"{kind}1", key=made)


def verified(content: bytes, index: int = 0) -> bool:
    records = dict(key(kind).record() for kind in ("rsa", "ed25519"))
    published = {f"{name}.".encode(): text.encode() for name, text in records.items()}
    try:
        return bool(yardstick.DKIM(content).verify(idx=index, dnsfunc=lambda name, timeout: published.get(name)))  # noqa: ARG005
    except yardstick.DKIMException:
        return False


@pytest.mark.parametrize("kind", ["rsa", "ed25519"])
def test_another_program_verifies_the_signature(kind: str) -> None:
    assert verified(sign(message_to(ANN).content, (key(kind),), NOW))


def test_both_signatures_stand_side_by_side() -> None:
    signed = sign(message_to(ANN).content, (key("rsa"), key("ed25519")), NOW)

    assert verified(signed, 0)
    assert verified(signed, 1)


@settings(max_examples=40, deadline=None)
@given(
    WRITTEN,
    st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"))),
)
def test_the_signature_holds_whatever_is_written(text: str, subject: str) -> None:
    outgoing = address_to(recipient_of(ANN), a_letter(f"S{subject}", text=f"{text} \t \n\n\n"))

    assert verified(sign(outgoing.content, (key("ed25519"),), NOW))


@pytest.mark.parametrize(
    ("header", "other"),
    [
        (b"List-Unsubscribe-Post: List-Unsubscribe=One-Click", b"List-Unsubscribe-Post: no"),
        (b"List-Unsubscribe: <https://news.example.com", b"List-Unsubscribe: <https://evil.example.com"),
        (b"Subject: Ten", b"Subject: Two"),
        (b"A story", b"A st0ry"),
        (b"From: ", b"From: <evil@example.net>\r\nFrom: "),
    ],
)
def test_a_change_on_the_way_is_noticed(header: bytes, other: bytes) -> None:
    signed = sign(message_to(ANN).content, (key("ed25519"),), NOW)
    assert header in signed

    assert not verified(signed.replace(header, other))


def test_every_header_that_receivers_demand_is_signed() -> None:
    signed = sign(message_to(ANN).content, (key("rsa"),), NOW).split(b"\r\nFrom:")[0].replace(b"\r\n", b"").decode()
    covered = signed.partition("h=")[2].partition(";")[0].replace(" ", "").split(":")

    assert {"from", "to", "subject", "date", "message-id", "mime-version", "content-type", "list-id"} <= set(covered)
    assert {"list-unsubscribe", "list-unsubscribe-post", "feedback-id"} <= set(covered)
    assert covered.count("from") == 2


def test_signing_again_gives_the_same_bytes() -> None:
    keys = (key("rsa"), key("ed25519"))

    assert sign(message_to(ANN).content, keys, NOW) == sign(message_to(ANN).content, keys, NOW)


def test_no_line_of_a_signature_is_long() -> None:
    signature = sign(message_to(ANN).content, (key("rsa"),), NOW).split(b"\r\nFrom:")[0]

    assert max(map(len, signature.split(b"\r\n"))) <= 78


def pem(made: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> bytes:
    return made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def test_a_key_is_read_from_its_file_and_names_its_dns_record() -> None:
    read = DkimKey.read("example.com", "s1", pem(ed25519.Ed25519PrivateKey.generate()))
    name, text = read.record()

    assert name == "s1._domainkey.example.com"
    assert text.startswith("v=DKIM1; k=ed25519; p=")


@pytest.mark.parametrize(
    ("selector", "content", "expected"),
    [
        pytest.param("s1", b"nonsense", "private key in PEM", id="no key"),
        pytest.param("s1", pem(ec.generate_private_key(ec.SECP256R1())), "RSA or Ed25519", id="another kind"),
        pytest.param("s1", pem(rsa.generate_private_key(65537, 1024)), "2048", id="too short"),  # noqa: S505 - refused
        pytest.param("s 1", pem(ed25519.Ed25519PrivateKey.generate()), "selector", id="a name with a blank"),
    ],
)
def test_a_key_that_will_not_do_is_refused(selector: str, content: bytes, expected: str) -> None:
    with pytest.raises(BadSetting, match=expected):
        DkimKey.read("example.com", selector, content)
