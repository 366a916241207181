"""The edge to a port of this machine: the application answers in a thread of its own until it is told to stop."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from dailyten.errors import CannotGoOn
from dailyten.pipeline.settings import WebSettings

GRACE_SECONDS = 5


@contextmanager
def answering(app: ASGIApp, settings: WebSettings) -> Iterator[str]:
    """Answer on the port of the settings, and give the address; at the end requests under way are finished.

    No log of who came is kept: addresses hold readers' links. Raises CannotGoOn when the port cannot be had.
    """
    with _listening(settings) as listener:
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            proxy_headers=True,
            forwarded_allow_ips=list(settings.proxies),
            timeout_graceful_shutdown=GRACE_SECONDS,
            timeout_keep_alive=5,
            h11_max_incomplete_event_size=32 * 1024,
            limit_concurrency=200,
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="web")
        thread.start()
        try:
            yield f"http://{settings.host}:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def _listening(settings: WebSettings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((settings.host, settings.port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        where = f"{settings.host}:{settings.port}"
        raise CannotGoOn("The web service cannot listen there.", came=str(error.strerror), where=where) from error
    return listener
