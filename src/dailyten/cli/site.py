"""`dailyten site`: render the site again, and serve it on this machine to look at it."""

from contextlib import suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from dailyten.cli.demo import FOLDER
from dailyten.cli.saying import say
from dailyten.config import read_settings
from dailyten.errors import BadInput, CannotGoOn
from dailyten.pipeline.publishing import publish_site
from dailyten.wiring import Parts


def build_(*, config: Path | None = None) -> None:
    """Render the whole site from the frozen editions, however old; needed after a change of templates.

    Args:
        config: The settings file.

    """
    parts = Parts(read_settings(config))
    with parts.store() as store:
        published = publish_site(store, parts.press(parts.pack()), parts.clock(), everything=True)
    say(
        f"{published.new} new, {published.changed} changed, {published.removed} removed,"
        f" {published.unchanged} unchanged files in {parts.settings.place(parts.settings.paths.site)}."
    )


def serve_(*, config: Path | None = None, host: str = "127.0.0.1", port: int = 8010) -> None:
    """Serve the site on this machine to look at it; the demo's where there is none yet.

    Args:
        config: The settings file.
        host: The address to listen on.
        port: The port to listen on; 0 for any free one.

    """
    settings = read_settings(config)
    folder = settings.place(settings.paths.site)
    if not (folder / "index.html").exists() and config is None:
        folder = Path(FOLDER) / "site"
    if not (folder / "index.html").exists():
        raise BadInput("There is no site yet.", expected="`dailyten today` or `dailyten demo` first", where=str(folder))
    try:
        server = ThreadingHTTPServer((host, port), partial(_Quiet, directory=str(folder)))
    except (OSError, OverflowError) as error:
        raise CannotGoOn(
            "The site cannot be served there.", came=str(getattr(error, "strerror", error)), where=f"{host}:{port}"
        ) from error
    with server:
        print(f"{folder} is at http://{host}:{server.server_port}/ (stop with Ctrl-C)", flush=True)
        with suppress(KeyboardInterrupt):
            server.serve_forever()


class _Quiet(SimpleHTTPRequestHandler):
    """Serves files and keeps no log of who reads what."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing."""
