"""Another program's idea of a mail server: Postfix's smtp-sink, with its faults at each stage.

It comes with Debian's package `postfix`; where that is missing, these tests are skipped and say so.
"""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from dailyten.deliver.sending import Down, Withdrawn
from dailyten.deliver.settings import SmtpSettings
from dailyten.deliver.smtp import SmtpLine
from dailyten.model.delivery import Accepted, Deferred, Handover, Refused, Unknown
from tests.deliver.letters import delivery_to, message_to
from tests.patience import FOREVER, until

PROGRAM = shutil.which("smtp-sink", path="/usr/sbin:/usr/local/sbin:/usr/bin:/bin")
ANN = message_to(delivery_to("ann@example.org"))

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="smtp-sink is missing: it comes with the package postfix")


@contextmanager
def line_to_postfix(*faults: str) -> Iterator[SmtpLine]:
    """Start the sink and wait until it listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [PROGRAM or "", *faults, "-u", "nobody", f"127.0.0.1:{port}", "50"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        line = SmtpLine(SmtpSettings(port=port, timeout=FOREVER, dot_timeout=FOREVER, connect_timeout=FOREVER))
        try:
            _until_it_listens(port, server)
            yield line
        finally:
            line.close()
            server.terminate()


def _until_it_listens(port: int, server: subprocess.Popen[bytes]) -> None:
    def answers() -> bool:
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return True
        return server.poll() is not None

    until(answers)
    if server.poll() is not None:
        pytest.skip("smtp-sink does not start here")


def offer(line: SmtpLine) -> Handover | Withdrawn | Down:
    return line.hand_over(ANN, lambda: True)


def test_postfix_takes_one_message_after_the_other_on_one_line() -> None:
    with line_to_postfix() as line:
        said = [offer(line) for _ in range(20)]

    assert {type(each) for each in said} == {Accepted}


@pytest.mark.parametrize(
    ("fault", "stage", "outcome"),
    [
        ("-q", "MAIL", Deferred),
        ("-q", "RCPT", Deferred),
        ("-q", "DATA", Deferred),
        ("-q", ".", Unknown),
        ("-r", "MAIL", Deferred),
        ("-r", "RCPT", Deferred),
        ("-r", "DATA", Deferred),
        ("-r", ".", Deferred),
        ("-f", "MAIL", Refused),
        ("-f", "RCPT", Refused),
        ("-f", "DATA", Refused),
        ("-f", ".", Refused),
        ("-Q", "MAIL", Deferred),
        ("-Q", "RCPT", Deferred),
        ("-Q", "DATA", Deferred),
        ("-Q", ".", Deferred),
        ("-q", "EHLO", Down),
        ("-f", "CONNECT", Down),
        ("-r", "CONNECT", Down),
    ],
)
def test_a_fault_of_postfix_is_told_apart_by_its_stage(fault: str, stage: str, outcome: type[Handover | Down]) -> None:
    with line_to_postfix(fault, stage) as line:
        assert isinstance(offer(line), outcome)


def test_postfix_that_hangs_up_in_the_message_has_surely_not_taken_it() -> None:
    with line_to_postfix("-A", "0") as line:
        assert isinstance(offer(line), Refused | Deferred)
