"""Connections kept open between questions, a small pool for each server.

httpcore2's pool looks at every connection it has at each request; one pool for all hosts cost as much CPU time at
50 hosts as the requests themselves (November 2026, httpcore2 2.16).
"""

import ssl
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

import httpcore2
from httpx2 import URL

_KEPT_SECONDS: Final = 30.0

Origin = tuple[str, str, int | None]


class Connections:
    """Pools by origin. At most `kept_hosts` of them are kept while nobody uses them, the last used ones."""

    def __init__(
        self, *, tls: Callable[[], ssl.SSLContext], backend: httpcore2.AsyncNetworkBackend, kept_hosts: int
    ) -> None:
        self._tls = tls  # made for the first server that needs it: to read all certificates takes 40 ms
        self._backend = backend
        self._kept_hosts = kept_hosts
        self._busy: dict[Origin, tuple[httpcore2.AsyncConnectionPool, int]] = {}
        self._idle: OrderedDict[Origin, httpcore2.AsyncConnectionPool] = OrderedDict()

    def lend(self, url: URL) -> httpcore2.AsyncConnectionPool:
        """Give the pool of a server; `give_back` it whatever happens."""
        origin = _origin_of(url)
        if origin in self._busy:
            pool, users = self._busy[origin]
        else:
            pool, users = self._idle.pop(origin) if origin in self._idle else self._new(url), 0
        self._busy[origin] = pool, users + 1
        return pool

    async def give_back(self, url: URL) -> None:
        """Say that one user of `lend` is done; close what is kept too long."""
        origin = _origin_of(url)
        pool, users = self._busy.pop(origin)
        if users > 1:
            self._busy[origin] = pool, users - 1
            return
        self._idle[origin] = pool
        while len(self._idle) > self._kept_hosts:
            await self._idle.popitem(last=False)[1].aclose()

    async def aclose(self) -> None:
        """Close every connection."""
        pools = [*self._idle.values(), *(pool for pool, _ in self._busy.values())]
        self._idle.clear()
        for pool in pools:
            await pool.aclose()

    def _new(self, url: URL) -> httpcore2.AsyncConnectionPool:
        return httpcore2.AsyncConnectionPool(
            ssl_context=self._tls() if url.scheme == "https" else None,
            max_connections=None,  # the engine says how many at once
            keepalive_expiry=_KEPT_SECONDS,
            http2=True,
            network_backend=self._backend,
        )


def _origin_of(url: URL) -> Origin:
    return url.scheme, url.host, url.port
