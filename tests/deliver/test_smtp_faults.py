"""Every row of the fault table (docs/reference/mail.md §5), against a real server on loopback."""

import socket
import ssl
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from dailyten.deliver.failover import FirstThatAnswers
from dailyten.deliver.message import Outgoing
from dailyten.deliver.sending import Down, Withdrawn
from dailyten.deliver.settings import Security, SmtpSettings
from dailyten.deliver.smtp import SmtpLine
from dailyten.errors import BadSetting, StoreError
from dailyten.model.delivery import Accepted, Deferred, Handover, Refused, Unknown
from dailyten.testing.mail_sink import Drop, Fault, MailSink
from tests.deliver.letters import delivery_to, message_to
from tests.patience import FOREVER, patiently

ANN = message_to(delivery_to("ann@example.org"))
BOB = message_to(delivery_to("bob@example.org"))


def settings_for(port: int, **changes: Any) -> SmtpSettings:
    fields: dict[str, Any] = {"port": port, "timeout": FOREVER, "dot_timeout": FOREVER, "connect_timeout": FOREVER}
    return SmtpSettings(**(fields | changes))


@contextmanager
def line_to(sink: MailSink, **changes: Any) -> Iterator[SmtpLine]:
    line = SmtpLine(settings_for(sink.port, **changes))
    try:
        yield line
    finally:
        line.close()


def offer(line: SmtpLine, outgoing: Outgoing = ANN) -> tuple[Handover | Withdrawn | Down, bool]:
    """Hand over, and say whether it came to the brink of the final dot."""
    brinks: list[bool] = []

    def before_dot() -> bool:
        brinks.append(True)
        return True

    return line.hand_over(outgoing, before_dot), bool(brinks)


both_ways = pytest.mark.parametrize("pipelining", [True, False], ids=["all at once", "one by one"])


@both_ways
@pytest.mark.parametrize(
    ("fault", "kind", "brink", "taken"),
    [
        pytest.param(Fault(stage="MAIL", reply="451 4.3.0 Later"), Deferred, False, 0, id="4xx at MAIL"),
        pytest.param(Fault(stage="RCPT", reply="450 4.2.1 Later"), Deferred, False, 0, id="4xx at RCPT"),
        pytest.param(Fault(stage="DATA", reply="451 4.3.0 Later"), Deferred, False, 0, id="4xx at DATA"),
        pytest.param(Fault(stage="dot", reply="451 4.7.0 Greylisted"), Deferred, True, 0, id="4xx at the dot"),
        pytest.param(Fault(stage="MAIL", reply="550 5.7.1 Not you"), Refused, False, 0, id="5xx at MAIL"),
        pytest.param(Fault(stage="RCPT", reply="550 5.1.1 No such user"), Refused, False, 0, id="5xx at RCPT"),
        pytest.param(Fault(stage="DATA", reply="554 5.3.4 No"), Refused, False, 0, id="5xx at DATA"),
        pytest.param(Fault(stage="dot", reply="550 5.7.515 Spam"), Refused, True, 0, id="5xx at the dot"),
        pytest.param(Fault(stage="MAIL", drop=Drop.BEFORE), Deferred, False, 0, id="lost at MAIL"),
        pytest.param(Fault(stage="RCPT", drop=Drop.BEFORE), Deferred, False, 0, id="lost at RCPT"),
        pytest.param(Fault(stage="DATA", drop=Drop.BEFORE), Deferred, False, 0, id="lost at DATA"),
        pytest.param(Fault(stage="dot", drop=Drop.BEFORE), Unknown, True, 0, id="lost after the dot, not taken"),
        pytest.param(Fault(stage="dot", drop=Drop.AFTER), Unknown, True, 1, id="lost after the dot, taken"),
        pytest.param(Fault(stage="MAIL", reply="421 4.3.2 Going down"), Deferred, False, 0, id="421 at MAIL"),
        pytest.param(Fault(stage="RCPT", reply="421 4.3.2 Going down"), Deferred, False, 0, id="421 at RCPT"),
        pytest.param(Fault(stage="DATA", reply="421 4.3.2 Going down"), Deferred, False, 0, id="421 at DATA"),
        pytest.param(Fault(stage="dot", reply="421 4.3.2 Going down"), Deferred, True, 0, id="421 at the dot"),
        pytest.param(Fault(stage="MAIL", reply="999 What"), Deferred, False, 0, id="nonsense at MAIL"),
        pytest.param(Fault(stage="DATA", reply="250 What"), Deferred, False, 0, id="250 at DATA"),
        pytest.param(Fault(stage="dot", reply="354 What"), Unknown, True, 0, id="nonsense at the dot"),
        pytest.param(Fault(stage="dot", reply="garbage"), Unknown, True, 0, id="garbage at the dot"),
        pytest.param(Fault(stage="RSET", reply="250 fine"), Accepted, True, 1, id="nothing wrong"),
    ],
)
def test_what_a_server_does_at_each_stage_has_one_meaning(
    fault: Fault, kind: type, brink: bool, taken: int, pipelining: bool
) -> None:
    with MailSink(faults=[fault]) as sink, line_to(sink, pipelining=pipelining) as line:
        said, came_to_the_brink = offer(line)

        assert isinstance(said, kind), said
        assert came_to_the_brink is brink
        assert sink.count == taken
        if isinstance(said, Deferred | Refused):
            assert said.stage == fault.stage


@both_ways
@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA", "dot"])
@pytest.mark.parametrize("reply", ["451 4.3.0 Later", "550 5.1.1 No", "421 4.3.2 Bye", ""])
def test_after_any_fault_the_next_message_goes_through(stage: str, reply: str, pipelining: bool) -> None:
    fault = Fault(stage=stage, reply=reply, drop=Drop.NO if reply else Drop.BEFORE, times=1)
    with MailSink(faults=[fault]) as sink, line_to(sink, pipelining=pipelining) as line:
        first, _ = offer(line)
        second, _ = offer(line, BOB)

        assert not isinstance(first, Accepted)
        assert isinstance(second, Accepted)
        assert [taken.recipients for taken in sink.taken] == [("bob@example.org",)]


@both_ways
@pytest.mark.parametrize(
    ("fault", "kind", "brink"),
    [
        pytest.param(Fault(stage="RCPT", delay=FOREVER), Deferred, False, id="at RCPT"),
        pytest.param(Fault(stage="dot", delay=FOREVER), Unknown, True, id="after the dot"),
    ],
)
def test_a_server_that_falls_silent_is_a_lost_connection(
    fault: Fault, kind: type, brink: bool, pipelining: bool
) -> None:
    def try_with(limit: timedelta) -> tuple[Handover | Withdrawn | Down, bool]:
        with (
            MailSink(faults=[fault]) as sink,
            line_to(sink, pipelining=pipelining, timeout=limit, dot_timeout=limit) as line,
        ):
            return offer(line)

    said, came_to_the_brink = patiently(try_with, lambda seen: isinstance(seen[0], kind))

    assert isinstance(said, kind), said
    assert came_to_the_brink is brink


def test_a_slow_answer_to_the_dot_is_waited_for_longer_than_any_other() -> None:
    def try_with(limit: timedelta) -> tuple[type, type]:
        late = 2 * limit
        with MailSink(faults=[Fault(stage="dot", delay=late)]) as sink, line_to(sink, timeout=limit) as line:
            first, _ = offer(line)
            sink.fail(Fault(stage="RCPT", delay=late))
            second, _ = offer(line)
            return type(first), type(second)

    wanted = (Accepted, Deferred)

    assert patiently(try_with, lambda seen: seen == wanted) == wanted


def test_the_bytes_that_arrive_are_the_bytes_that_were_sent() -> None:
    content = ANN.content.replace(b"1. A story\r\n", b".\r\n..two dots\r\n.one dot\r\n1. A story\r\n")
    with MailSink() as sink, line_to(sink) as line:
        offer(line, Outgoing(delivery_id="1", return_path="b@example.com", recipient="a@example.org", content=content))

        (taken,) = sink.taken
        assert taken.content == content
        assert (taken.mail_from, taken.recipients) == ("b@example.com", ("a@example.org",))


def test_a_message_withdrawn_at_the_last_moment_is_not_taken_and_the_line_recovers() -> None:
    with MailSink() as sink, line_to(sink) as line:
        assert line.hand_over(ANN, lambda: False) == Withdrawn()
        assert isinstance(offer(line, BOB)[0], Accepted)
        assert [taken.recipients for taken in sink.taken] == [("bob@example.org",)]


def test_when_the_outbox_cannot_write_its_doubt_down_nothing_is_sent() -> None:
    def locked() -> bool:
        raise StoreError("The database is locked.")

    with MailSink() as sink, line_to(sink) as line:
        with pytest.raises(StoreError):
            line.hand_over(ANN, locked)

        assert isinstance(offer(line, BOB)[0], Accepted)
        assert sink.count == 1


def test_the_dot_leaves_after_the_doubt_is_written_down() -> None:
    with MailSink() as sink, line_to(sink) as line:
        seen: list[tuple[int, list[str]]] = []

        def before_dot() -> bool:
            seen.append((sink.count, [stage for stage, _ in sink.log]))
            return True

        line.hand_over(ANN, before_dot)

        ((count, stages),) = seen
        assert count == 0
        assert "dot" not in stages


def test_one_connection_carries_many_messages_and_is_opened_anew_after_so_many() -> None:
    with MailSink() as sink, line_to(sink, messages_per_connection=3) as line:
        said = [offer(line)[0] for _ in range(7)]

        assert all(isinstance(each, Accepted) for each in said)
        assert sink.connections == 3


@both_ways
def test_a_refused_recipient_costs_no_connection(pipelining: bool) -> None:
    fault = Fault(stage="RCPT", reply="550 5.1.1 No such user", recipient="ann@example.org")
    with MailSink(faults=[fault]) as sink, line_to(sink, pipelining=pipelining) as line:
        said = [offer(line, outgoing)[0] for outgoing in (ANN, BOB, ANN, BOB)]

        assert [type(each) for each in said] == [Refused, Accepted, Refused, Accepted]
        assert sink.connections == 1
        assert "RSET" in [stage for stage, _ in sink.log]


def test_a_server_that_hung_up_on_an_idle_line_is_asked_again_at_once() -> None:
    with MailSink() as sink, line_to(sink) as line:
        offer(line)
        sink.fail(Fault(stage="MAIL", reply="421 4.4.2 Idle too long", times=1))

        assert isinstance(offer(line, BOB)[0], Accepted)
        assert (sink.count, sink.connections) == (2, 2)


def test_a_server_that_takes_data_for_a_refused_recipient_gets_no_message() -> None:
    """RFC 2920 §3.1: with PIPELINING a server may answer 354 although no recipient was accepted."""
    answers = b"220 hi\r\n", b"250-hi\r\n250 PIPELINING\r\n", b"250 ok\r\n550 no such user\r\n354 go on\r\n"
    with scripted(*answers) as (port, heard):
        line = SmtpLine(settings_for(port))
        said, brink = offer(line)

        assert said == Refused(reply="550 no such user", stage="RCPT")
        assert not brink
        assert b"Subject" not in b"".join(heard)


@pytest.mark.parametrize("early", [b"452 4.3.1 Disk full", b"250 Of course"])
def test_what_a_server_says_before_the_dot_is_no_answer_to_it(early: bytes) -> None:
    """It is heard before anything is in doubt; read later, it would be taken for the answer to the dot."""
    answers = b"220 hi\r\n", b"250 hi\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go on\r\n" + early + b"\r\n"
    with scripted(*answers) as (port, _):
        said, brink = offer(SmtpLine(settings_for(port)))

        assert isinstance(said, Deferred)
        assert early.decode() in said.reply
        assert not brink


def test_the_envelope_names_the_delivery_where_reports_are_offered() -> None:
    with MailSink() as sink, line_to(sink) as line:
        offer(line)

        (mail,) = [text for stage, text in sink.log if stage == "MAIL"]
        assert mail == f"MAIL FROM:<{ANN.return_path}> SIZE={len(ANN.content)} RET=HDRS ENVID={ANN.delivery_id}"


@contextmanager
def scripted(*answers: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """A server that says one thing after each thing it hears, whatever that is."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection, suppress(ConnectionError):  # who was told enough hangs up
                for number, answer in enumerate(answers):
                    if number:
                        heard.append(connection.recv(65536))
                    connection.sendall(answer)
                while more := connection.recv(65536):
                    heard.append(more)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1], heard
        thread.join(FOREVER.total_seconds())


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_no_server_is_one_sentence() -> None:
    port = closed_port()

    said, brink = offer(SmtpLine(settings_for(port)))

    assert said == Down(words=f"No mail server listens at 127.0.0.1:{port}. Mail waits.")
    assert not brink


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        pytest.param(
            Fault(stage="connect", reply="554 5.7.1 Go away"), "takes no mail now (554 5.7.1 Go away)", id="554"
        ),
        pytest.param(Fault(stage="connect", reply="421 4.7.0 Busy"), "takes no mail now (421 4.7.0 Busy)", id="421"),
        pytest.param(Fault(stage="connect", drop=Drop.BEFORE), "hung up while being greeted", id="hangs up"),
        pytest.param(Fault(stage="EHLO", drop=Drop.BEFORE), "hung up while being greeted", id="hangs up at EHLO"),
        pytest.param(Fault(stage="connect", delay=FOREVER), "did not answer in time", id="says nothing"),
    ],
)
def test_a_server_that_will_not_talk_is_one_sentence_that_names_it(fault: Fault, words: str) -> None:
    limit = timedelta(seconds=0.5) if fault.delay else FOREVER
    with MailSink(faults=[fault]) as sink, line_to(sink, connect_timeout=limit, timeout=limit) as line:
        said, _ = offer(line)

        assert isinstance(said, Down)
        assert said.words == f"The mail server at 127.0.0.1:{sink.port} {words}. Mail waits."


GREETING, LOGINS = b"220 hello\r\n", b"250-hello\r\n250 AUTH PLAIN LOGIN\r\n"


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        pytest.param((GREETING, b"250 hello\r\n"), "offers no login that we know", id="no login"),
        pytest.param((GREETING, b"250-hello\r\n250 AUTH GSSAPI\r\n"), "offers no login that we know", id="odd logins"),
        pytest.param((GREETING, LOGINS, *[b"454 4.7.0 Later\r\n"] * 2), "lets nobody log in just now (454", id="454"),
        pytest.param((GREETING, LOGINS, *[b"535 5.7.8 No\r\n"] * 2), "refuses the user name or password", id="535"),
        pytest.param((b"HTTP/1.1 400 Bad Request\r\n\r\n",), "does not speak SMTP", id="a web server"),
        pytest.param((b"\xff\xfe\x00\r\n",), "does not speak SMTP", id="no letters"),
    ],
)
def test_a_server_that_lets_nobody_in_is_one_sentence(answers: tuple[bytes, ...], words: str) -> None:
    with scripted(*answers) as (port, _):
        found = SmtpLine(settings_for(port, username="ann", password="secret")).look()

    assert found is not None
    assert words in found.words


def test_a_password_beyond_ascii_is_sent_in_utf_8() -> None:
    with scripted(GREETING, LOGINS, b"235 fine\r\n", b"221 bye\r\n") as (port, heard):
        found = SmtpLine(settings_for(port, username="jürgen", password="pässwort")).look()

    assert found is None
    assert b64encode("\0jürgen\0pässwort".encode()) in b"".join(heard)


@pytest.mark.parametrize("host", ["a" * 70 + ".example", "x..example", ".."])
def test_a_name_that_no_server_can_have_is_one_sentence(host: str) -> None:
    found = SmtpLine(settings_for(25, host=host)).look()

    assert found is not None
    assert "is not known" in found.words


@both_ways
def test_a_server_that_wants_a_login_costs_nobody_a_mail(pipelining: bool) -> None:
    fault = Fault(stage="MAIL", reply="530 5.7.0 Authentication required")
    with MailSink(faults=[fault]) as sink, line_to(sink, pipelining=pipelining) as line:
        said, _ = offer(line)

    assert isinstance(said, Deferred)
    assert "530" in said.reply


def test_an_unknown_name_is_one_sentence() -> None:
    said, _ = offer(SmtpLine(SmtpSettings(host="mail.invalid")))

    assert said == Down(words="The name of the mail server, mail.invalid, is not known. Mail waits.")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    key = ed25519.Ed25519PrivateKey.generate()
    name = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, None)
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + made.public_bytes(Encoding.PEM))
    return path


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_a_private_line_carries_the_password_and_the_mail(
    security: Security, tls: ssl.SSLContext, certificate: Path
) -> None:
    sink = MailSink(tls=tls, implicit_tls=security is Security.TLS, login=("shop", "s3cret"))
    with sink, line_to(sink, security=security, ca_file=certificate, username="shop", password="s3cret") as line:
        said = [offer(line)[0] for _ in range(3)]

        assert [type(each) for each in said] == [Accepted] * 3, said
        assert sink.connections == 1


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_a_certificate_that_cannot_be_trusted_ends_the_call_unless_asked_otherwise(
    security: Security, tls: ssl.SSLContext
) -> None:
    with MailSink(tls=tls, implicit_tls=security is Security.TLS) as sink:
        with line_to(sink, security=security) as line:
            said, _ = offer(line)
        with line_to(sink, security=security, verify=False) as careless:
            then, _ = offer(careless)

    assert isinstance(said, Down)
    assert "certificate that cannot be trusted" in said.words
    assert isinstance(then, Accepted)


def test_nothing_goes_in_the_clear_when_privacy_was_asked_for() -> None:
    with MailSink() as sink, line_to(sink, security=Security.STARTTLS) as line:
        said, _ = offer(line)

        assert isinstance(said, Down)
        assert "does not offer STARTTLS" in said.words
        assert sink.count == 0


def test_a_wrong_password_is_one_sentence() -> None:
    with MailSink(login=("shop", "s3cret")) as sink, line_to(sink, username="shop", password="wrong") as line:
        said, _ = offer(line)

        assert isinstance(said, Down)
        assert "refuses the user name or password (535" in said.words


def test_a_password_in_the_clear_goes_to_this_machine_only() -> None:
    assert SmtpSettings(host="localhost", username="shop", password="s3cret").username
    with pytest.raises(BadSetting, match="clear"):
        SmtpSettings(host="mail.example.com", username="shop", password="s3cret")


def test_when_one_server_is_down_the_next_is_asked_and_kept() -> None:
    with MailSink() as sink:
        dead = SmtpLine(settings_for(closed_port()))
        line = FirstThatAnswers([dead, SmtpLine(settings_for(sink.port))])
        yes: Callable[[], bool] = lambda: True  # noqa: E731 - one word
        said = [line.hand_over(each, yes) for each in (ANN, BOB)]
        line.close()

        assert [type(each) for each in said] == [Accepted, Accepted]
        assert sink.connections == 1


def test_when_every_server_is_down_all_are_named() -> None:
    ports = [closed_port(), closed_port()]

    said = FirstThatAnswers([SmtpLine(settings_for(port)) for port in ports]).hand_over(ANN, lambda: True)

    assert isinstance(said, Down)
    assert all(str(port) in said.words for port in ports)
