"""Edge: DNS and sockets. The guard sits here, below connections kept, retries and redirects.

A name is resolved once, each address it has is judged, and libcurl gets the judged ones in the place of a name server.
It asks us for each socket, too, and says where that will go: there the address is judged again, the very one, so that
nothing above this file can reach an address that was not judged.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address
from socket import AF_UNSPEC, SOCK_STREAM, getaddrinfo
from typing import Final

from dailyten.model.fetched import Failure
from dailyten.poll.guard import Allowance, IPAddress, literal, refusal

Resolve = Callable[[str], Awaitable[Sequence[IPAddress]]]
"""Give the addresses of a name, the best first. Raises OSError when there are none."""

_MOST_ADDRESSES: Final = 6
_REMEMBERED_SECONDS: Final = 60.0
_MOST_REMEMBERED: Final = 1_000


class WorldFault(Exception):
    """What went wrong out there, on its way to becoming a value. It never leaves the edge."""

    def __init__(self, failure: Failure, detail: str) -> None:
        super().__init__(detail)
        self.failure = failure
        self.detail = detail


class ThreadedDns:
    """The machine's own resolver, in threads of its own: names that do not answer must not hold up the others."""

    def __init__(self, threads: int = 32) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="dns")

    async def __call__(self, host: str) -> Sequence[IPAddress]:
        """Resolve. Raises OSError."""
        loop = asyncio.get_running_loop()
        try:
            found = await loop.run_in_executor(self._threads, getaddrinfo, host, None, AF_UNSPEC, SOCK_STREAM)
        except UnicodeError as error:
            raise OSError(f"no name that DNS knows: {error}") from error
        return [ip_address(each[4][0]) for each in found]

    def close(self) -> None:
        """Let go of the threads; the ones still waiting for an answer end by themselves."""
        self._threads.shutdown(wait=False, cancel_futures=True)


class Guard:
    """Says where a host may be reached, and remembers it for a minute: its next feeds are asked in that time."""

    def __init__(self, resolve: Resolve, allowed: Iterable[Allowance]) -> None:
        self._resolve = resolve
        self._allowed = tuple(allowed)
        self._known: dict[tuple[str, int], tuple[float, tuple[IPAddress, ...]]] = {}

    async def addresses(self, host: str, port: int, seconds: float) -> tuple[IPAddress, ...]:
        """Give the addresses of a host that we may connect to, within some seconds. Raises WorldFault."""
        now = asyncio.get_running_loop().time()
        until, known = self._known.get((host, port), (now, ()))
        if until > now:
            return known
        if len(self._known) >= _MOST_REMEMBERED:
            self._known.clear()
        opened = self._opened(host, port, await self._found(host, seconds))
        self._known[host, port] = now + _REMEMBERED_SECONDS, opened
        return opened

    def refusal(self, ip: IPAddress, port: int) -> str:
        """Say why a socket must not go there; empty when it may."""
        return refusal(ip, port, self._allowed)

    def _opened(self, host: str, port: int, found: Sequence[IPAddress]) -> tuple[IPAddress, ...]:
        judged = [(ip, self.refusal(ip, port)) for ip in dict.fromkeys(found)]
        if not (opened := [ip for ip, why in judged if not why]):
            ip, why = judged[0]
            raise WorldFault(Failure.REFUSED_ADDRESS, f"{host} leads to {ip}, which is {why}")
        return tuple(opened[:_MOST_ADDRESSES])

    async def _found(self, host: str, seconds: float) -> Sequence[IPAddress]:
        if ip := literal(host):
            return [ip]
        try:
            async with asyncio.timeout(seconds):
                found = await self._resolve(host)
        except TimeoutError as error:
            raise WorldFault(Failure.TIMEOUT, f"the name {host} was not found in {seconds:.0f} s") from error
        except OSError as error:
            raise WorldFault(Failure.DNS, f"{host}: {error.strerror or error}") from error
        if not found:
            raise WorldFault(Failure.DNS, f"{host} has no address")
        return found
