"""All of it as one application: the pages, the JSON interface, two addresses for machines, the site below."""

import ipaddress
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope

import dailyten
from dailyten.errors import BadInput, BadLink, BadSetting, BadWishes, CannotGoOn, DailytenError, NotFound
from dailyten.model.subscriber import Membership
from dailyten.pipeline.pushing import hub_counts
from dailyten.web.api import Api, Fault, router_of
from dailyten.web.counting import Counts
from dailyten.web.guards import Guards
from dailyten.web.hooks import hook_router
from dailyten.web.hubs import Callbacks, hub_router
from dailyten.web.pages import router
from dailyten.web.pages.page import Page
from dailyten.web.reception import File, Reception

NOT_FOUND = 404
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".webp": "image/webp",
}
NOT_NOW = "We cannot do this just now. Nothing was changed. Please try again in a minute."


def application(here: Reception) -> ASGIApp:
    """Make the application."""

    def readers() -> Mapping[Membership, int]:
        with here.store.reading() as db:
            return db.subscribers.counts()

    counts = Counts(readers)
    page = Page(here, counts)
    app = FastAPI(
        title=here.name,
        version=dailyten.__version__,
        description="Readers of a digest: join, wish, pause, leave, vote. GET never changes anything.",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    _answer_faults(app, page)
    app.include_router(router_of(Api(here=here, counts=counts)))
    app.include_router(router(here, counts))
    _answer_machines(app, here, counts)
    app.include_router(hook_router(here.take_notice, here.take_report))
    app.include_router(
        hub_router(Callbacks(store=here.store, clock=here.clock, policy=here.poll_policy, counts=counts))
    )
    for file in here.printer.files:
        app.add_api_route(f"/{file.path}", _giving(file), methods=["GET"], include_in_schema=False)
    app.mount("/", _Site(here.site_folder, page))
    strict = here.settings.public_url.startswith("https://")
    return Guards(app, counts, here.settings.posts_a_minute, strict)


class _Site(StaticFiles):
    """The published site. Names that begin with a dot are the publisher's own."""

    def __init__(self, folder: Path, page: Page) -> None:
        super().__init__(directory=folder, html=True, check_dir=False)
        self._folder = folder
        self._page = page

    async def check_config(self) -> None:
        """Let the folder be made later, by the first edition."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Give a file, or a page that says there is none."""
        if not self._folder.is_dir():
            return self._page.sentence("No edition yet", "The first edition has not been published.", NOT_FOUND)
        if any(part.startswith(".") for part in Path(path).parts if part != "."):
            raise HTTPException(NOT_FOUND)
        return await super().get_response(path, scope)


def _answer_machines(app: FastAPI, here: Reception, counts: Counts) -> None:
    allowed = [ipaddress.ip_network(each) for each in here.settings.metrics_for]

    @app.get("/healthz", include_in_schema=False)
    def healthz() -> dict[str, str | int]:
        """Say whether the store answers, and how many hubs tell us of news or should."""
        live, silent = hub_counts(here.store, here.clock())
        return {"status": "ok", "hubs_live": live, "hubs_silent": silent}

    @app.get("/metrics", include_in_schema=False)
    def metrics(request: Request) -> Response:
        """Give the counts, to those who may read them."""
        try:
            host = ipaddress.ip_address(request.client.host if request.client else "")
        except ValueError:
            raise HTTPException(NOT_FOUND) from None
        if not any(host.version == network.version and host in network for network in allowed):
            raise HTTPException(NOT_FOUND)
        return Response(counts.text(), media_type="text/plain; version=0.0.4; charset=utf-8")


def _answer_faults(app: FastAPI, page: Page) -> None:
    faults = _Faults(page)
    app.add_exception_handler(DailytenError, faults.ours)
    app.add_exception_handler(RequestValidationError, faults.unfit)
    app.add_exception_handler(HTTPException, faults.of_http)


@dataclass(frozen=True, slots=True)
class _Faults:
    """Puts into words what went wrong: a page for people, JSON for programs."""

    page: Page

    def ours(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, DailytenError)  # noqa: S101 - registered for nothing else
        words = NOT_NOW if isinstance(error, CannotGoOn | BadSetting) else _words(request, error)
        if _is_api(request):
            return _json(words, _status(error), error.faults if isinstance(error, BadWishes) else {})
        if isinstance(error, BadLink | NotFound):
            return self.page.fault(error)
        return self.page.sentence("Nothing was done", words, _status(error))

    def unfit(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for nothing else
        if not _is_api(request):
            return self.page.sentence("Nothing was done", "Something in the address does not fit.", 422)
        faults = {".".join(map(str, each["loc"][1:])) or "body": str(each["msg"]) for each in error.errors()}
        return _json("Something does not fit.", 422, faults)

    def of_http(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 - registered for nothing else
        if _is_api(request):
            response = _json(str(error.detail), error.status_code)
        elif error.status_code == NOT_FOUND:
            response = self.page.sentence("There is no such page", "The address leads nowhere here.", NOT_FOUND)
        else:
            response = self.page.sentence("Nothing was done", str(error.detail), error.status_code)
        response.headers.update(error.headers or {})
        return response


def _status(error: DailytenError) -> int:
    match error:
        case BadLink():
            return 410 if error.expired else 404
        case NotFound():
            return 404
        case BadWishes():
            return 422
        case BadSetting():
            return 500
        case BadInput():
            return 400
        case _:
            return 503


def _words(request: Request, error: DailytenError) -> str:
    """Tell programs that post to us what was expected as well; they cannot ask."""
    return str(error) if request.url.path.startswith("/hooks/") else str(error.args[0])


def _is_api(request: Request) -> bool:
    return request.url.path.startswith(("/api/", "/hooks/"))


def _json(words: str, status: int, faults: Mapping[str, str] | None = None) -> Response:
    return JSONResponse(Fault(words=words, faults=dict(faults or {})).model_dump(), status)


def _giving(file: File) -> Callable[[], Awaitable[Response]]:
    async def give() -> Response:
        return Response(file.body, media_type=TYPES[Path(file.path).suffix], headers={"Cache-Control": "max-age=86400"})

    return give
