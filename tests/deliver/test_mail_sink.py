"""What a test may rely on in a mail server: aiosmtpd and our own sink promise the same in the plain cases."""

import smtplib
import socket
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from dailyten.deliver.settings import SmtpSettings
from dailyten.deliver.smtp import SmtpLine
from dailyten.model.delivery import Accepted
from dailyten.testing.mail_sink import Fault, MailSink
from tests.deliver.letters import delivery_to, message_to
from tests.patience import FOREVER

ANN = message_to(delivery_to("ann@example.org"))
PLAIN = b"From: a@example.com\r\nSubject: hello\r\n\r\n.\r\n..two\r\nend\r\n"

Server = tuple[int, Callable[[], list[tuple[str, list[str], bytes]]]]


class Keeping:
    """A handler of aiosmtpd that keeps what comes."""

    def __init__(self) -> None:
        self.came: list[tuple[str, list[str], bytes]] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.came.append((envelope.mail_from, list(envelope.rcpt_tos), envelope.original_content))
        return "250 OK"


@pytest.fixture(params=["ours", "aiosmtpd"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    if request.param == "ours":
        with MailSink() as sink:
            yield sink.port, lambda: [(each.mail_from, list(each.recipients), each.content) for each in sink.taken]
        return
    keeping = Keeping()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(keeping, hostname="127.0.0.1", port=port)
    controller.start()
    yield port, lambda: keeping.came
    controller.stop()


def test_a_message_arrives_byte_for_byte(server: Server) -> None:
    port, came = server
    with smtplib.SMTP("127.0.0.1", port, "localhost") as client:
        client.sendmail("a@example.com", ["b@example.org", "c@example.org"], PLAIN)

    assert came() == [("a@example.com", ["b@example.org", "c@example.org"], PLAIN)]


def test_our_own_line_speaks_to_it(server: Server) -> None:
    port, came = server
    line = SmtpLine(SmtpSettings(port=port))
    said = [line.hand_over(ANN, lambda: True) for _ in range(3)]
    line.close()

    assert [type(each) for each in said] == [Accepted] * 3
    assert came() == [(ANN.return_path, [ANN.recipient], ANN.content)] * 3


def test_rset_forgets_and_order_is_demanded(server: Server) -> None:
    port, came = server
    with smtplib.SMTP("127.0.0.1", port, "localhost") as client:
        client.ehlo()
        assert client.docmd("RCPT", "TO:<b@example.org>")[0] == 503
        assert client.docmd("MAIL", "FROM:<a@example.com>")[0] == 250
        assert client.docmd("RCPT", "TO:<b@example.org>")[0] == 250
        assert client.rset()[0] == 250
        assert client.docmd("DATA")[0] in (503, 554)
        assert client.docmd("NONSENSE")[0] == 500
        assert client.noop()[0] == 250
        assert client.quit()[0] == 221

    assert came() == []


def test_a_client_that_hangs_up_before_the_dot_sent_nothing(server: Server) -> None:
    port, came = server
    client = smtplib.SMTP("127.0.0.1", port, "localhost")
    client.ehlo()
    client.docmd("MAIL", "FROM:<a@example.com>")
    client.docmd("RCPT", "TO:<b@example.org>")
    client.docmd("DATA")
    client.send(b"Subject: half a mess")
    client.close()
    with smtplib.SMTP("127.0.0.1", port, "localhost") as other:
        other.noop()

    assert came() == []


def test_the_sink_writes_what_it_took_as_files(tmp_path: Path) -> None:
    with MailSink(tmp_path / "mail") as sink:
        line = SmtpLine(SmtpSettings(port=sink.port))
        line.hand_over(ANN, lambda: True)
        line.hand_over(ANN, lambda: True)
        line.close()

    assert [path.name for path in sorted((tmp_path / "mail").iterdir())] == ["00001.eml", "00002.eml"]
    assert (tmp_path / "mail/00001.eml").read_bytes() == ANN.content


def test_the_sink_logs_what_came_and_parses_what_it_took() -> None:
    with MailSink(faults=[Fault(stage="RCPT", reply="450 Later", times=1)]) as sink:
        with smtplib.SMTP(sink.host, sink.port, "localhost") as client:
            with pytest.raises(smtplib.SMTPRecipientsRefused):
                client.sendmail("a@example.com", ["b@example.org"], PLAIN)
            client.sendmail("a@example.com", ["b@example.org"], PLAIN)

        assert [message["Subject"] for message in sink.messages()] == ["hello"]
        stages = [stage for stage, _ in sink.log]
        assert stages == ["EHLO", "MAIL", "RCPT", "RSET", "MAIL", "RCPT", "DATA", "dot", "QUIT"]


def test_closing_the_sink_hangs_up_on_whoever_is_there() -> None:
    with MailSink(faults=[Fault(stage="NOOP", delay=timedelta(seconds=1))]) as sink:
        client = smtplib.SMTP(sink.host, sink.port, "localhost", timeout=FOREVER.total_seconds())
        client.ehlo()
    with pytest.raises(smtplib.SMTPServerDisconnected):
        client.noop()
    client.close()
