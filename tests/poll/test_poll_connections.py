"""Connections kept open between questions."""

import ssl

from httpx2 import URL

from dailyten.poll.connections import Connections
from dailyten.poll.sockets import GuardedBackend, ThreadedDns


def test_certificates_are_read_for_the_first_server_that_needs_them() -> None:
    read: list[ssl.SSLContext] = []

    def trusted() -> ssl.SSLContext:
        read.append(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
        return read[-1]

    connections = Connections(tls=trusted, backend=GuardedBackend(ThreadedDns(1), ()), kept_hosts=3)

    connections.lend(URL("http://plain.example/feed"))
    before = len(read)
    connections.lend(URL("https://safe.example/feed"))

    assert (before, len(read)) == (0, 1)
