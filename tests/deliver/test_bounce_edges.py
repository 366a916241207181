"""A mailbox or a Maildir is told that a mail was taken only after it is kept; what nobody could read stays."""

import datetime as dt
import ssl
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from dailyten.deliver.imap import take_from_imap
from dailyten.deliver.maildir import take_from_maildir
from dailyten.deliver.settings import BounceSettings, Security
from dailyten.errors import BadInput, BadSetting, CannotGoOn
from dailyten.testing.imap_server import DELETED, FLAGGED, SEEN, ImapServer

ONE, TWO, ODD = b"Subject: one\r\n\r\n1\r\n", b"Subject: two\r\n\r\n2\r\n", b"odd\r\n"


def settings(server: ImapServer, **more: object) -> BounceSettings:
    told = {"host": server.host, "port": server.port, "username": "bounces", "password": "secret"}
    kept: dict[str, object] = {"security": Security.NONE, "timeout": timedelta(seconds=1), **told, **more}
    return BounceSettings(**kept)  # type: ignore[arg-type] # the case names its field


def understood(content: bytes) -> bool:
    return content != ODD


def test_every_unread_mail_is_given_once_and_marked_as_read() -> None:
    given: list[bytes] = []

    def take(content: bytes) -> bool:
        given.append(content)
        return understood(content)

    with ImapServer(ONE, ODD, TWO) as server:
        first, second = take_from_imap(settings(server), take), take_from_imap(settings(server), take)

        assert (first, second) == (3, 0)
        assert given == [ONE, ODD, TWO]
        assert [each.flags for each in server.mails] == [{SEEN}, {SEEN, FLAGGED}, {SEEN}]


def test_only_what_was_understood_is_deleted_and_only_by_wish() -> None:
    with ImapServer(ONE, ODD, TWO) as server:
        take_from_imap(settings(server, delete=True), understood)

        assert [each.content for each in server.mails] == [ODD]


def test_a_mail_that_could_not_be_kept_stays_unread() -> None:
    def full(content: bytes) -> bool:
        if content == TWO:
            raise CannotGoOn("The disk is full.")
        return True

    with ImapServer(ONE, TWO) as server:
        with pytest.raises(CannotGoOn, match="disk is full"):
            take_from_imap(settings(server), full)

        assert [each.flags for each in server.mails] == [{SEEN}, set()]


@pytest.mark.parametrize("command", ["LOGIN", "SELECT", "SEARCH", "FETCH", "STORE"])
def test_a_server_that_hangs_up_anywhere_loses_nothing_and_the_next_look_goes_on(command: str) -> None:
    given: list[bytes] = []

    def take(content: bytes) -> bool:
        given.append(content)
        return True

    with ImapServer(ONE, TWO) as server:
        server.fail(hang_up_at=command)
        with pytest.raises(CannotGoOn) as told:
            take_from_imap(settings(server), take)
        server.fail()
        take_from_imap(settings(server), take)

        assert str(server.port) in str(told.value)
        assert set(given) == {ONE, TWO}
        assert all(SEEN in each.flags for each in server.mails)


def test_a_server_that_falls_silent_is_left_after_the_time_limit() -> None:
    with ImapServer(ONE) as server:
        server.fail(silent_at="SEARCH")
        with pytest.raises(CannotGoOn, match="timed out"):
            take_from_imap(settings(server, timeout=timedelta(seconds=0.2)), understood)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"password": "other"}, "AUTHENTICATIONFAILED"),
        ({"mailbox": "No such"}, "no such folder"),
        ({"port": 1}, "refused"),
    ],
)
def test_a_mailbox_that_cannot_be_opened_is_named_with_the_reason(wrong: dict[str, object], words: str) -> None:
    with ImapServer(ONE) as server, pytest.raises(CannotGoOn) as told:
        take_from_imap(settings(server, **wrong), understood)

    assert words in str(told.value)


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_the_line_is_private_and_a_stranger_s_certificate_is_refused(security: Security, tmp_path: Path) -> None:
    context, authority = a_certificate(tmp_path)
    with ImapServer(ONE, tls=context, implicit_tls=security is Security.TLS) as server:
        trusted = settings(server, security=security, host="localhost", ca_file=authority)
        assert take_from_imap(trusted, understood) == 1
        with pytest.raises(CannotGoOn, match="certificate verify failed"):
            take_from_imap(settings(server, security=security, host="localhost"), understood)


def a_certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """Make a certificate for this machine that signs itself."""
    key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context, folder / "cert.pem"


def test_no_password_goes_over_an_open_line_to_another_machine() -> None:
    with pytest.raises(BadSetting, match="in the clear"):
        BounceSettings(host="mail.shop.example", security=Security.NONE)
    with pytest.raises(BadSetting, match="too short"):
        BounceSettings(webhook_secret="short")


def test_new_mails_of_a_maildir_are_moved_when_they_are_kept(tmp_path: Path) -> None:
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
    (tmp_path / "new" / "1.host").write_bytes(ONE)
    (tmp_path / "new" / "2.host").write_bytes(ODD)
    (tmp_path / "tmp" / "3.host").write_bytes(TWO)

    assert take_from_maildir(tmp_path, understood) == 2
    assert take_from_maildir(tmp_path, understood) == 0
    assert sorted(each.name for each in (tmp_path / "cur").iterdir()) == ["1.host:2,S", "2.host:2,FS"]
    assert (tmp_path / "tmp" / "3.host").exists()


def test_a_mail_that_could_not_be_kept_stays_new_in_a_maildir(tmp_path: Path) -> None:
    for name in ("new", "cur"):
        (tmp_path / name).mkdir()
    (tmp_path / "new" / "1.host").write_bytes(ONE)

    def full(content: bytes) -> bool:
        raise CannotGoOn("The disk is full.", came=str(len(content)))

    with pytest.raises(CannotGoOn, match="full"):
        take_from_maildir(tmp_path, full)
    assert (tmp_path / "new" / "1.host").exists()
    with pytest.raises(BadInput, match="Maildir"):
        take_from_maildir(tmp_path / "new", understood)
    assert DELETED
