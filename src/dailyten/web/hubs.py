"""Where the hubs of feeds call: to have a subscription confirmed, and to say that there is news (W3C WebSub).

The only GET of the house that changes something, because the recommendation wants it so: it confirms what we asked
of that hub ourselves, at an address that only that hub was told.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from dailyten.pipeline.pushing import Heard, answer_intent, hear, listening_to
from dailyten.pipeline.settings import CALLBACKS
from dailyten.poll.hubs import Seal
from dailyten.poll.schedule import PollPolicy
from dailyten.store.store import Store
from dailyten.web.counting import Counts

MOST_BYTES = 10_000_000
LONGEST_SECONDS = 30.0
MOST_CHALLENGE = 4_096
STATUS = {Heard.TAKEN: 202, Heard.WRONG_SIGNATURE: 202, Heard.TOO_BIG: 413, Heard.CUT_OFF: 400}
"""Who signs wrongly learns nothing of it (§7.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Callbacks:
    """Answers hubs."""

    store: Store
    clock: Callable[[], datetime]
    policy: PollPolicy
    counts: Counts

    def confirm(self, push_id: str, request: Request) -> Response:
        """Confirm what we asked, 404 for anything else (§5.3)."""
        said = {name.removeprefix("hub."): value for name, value in request.query_params.items()}
        if len(said.get("challenge", "")) > MOST_CHALLENGE:
            return _nothing()
        words = answer_intent(self.store, push_id, said, self.clock())
        return _nothing() if words is None else PlainTextResponse(words)

    async def take(self, push_id: str, request: Request) -> Response:
        """Take a delivery: check who signed it, keep nothing of it, ask the feed."""
        push = await run_in_threadpool(listening_to, self.store, push_id)
        if push is None:
            return _nothing()
        if push.leaving:
            return PlainTextResponse("We have left.\n", 410)
        heard = await _listen(Seal(push.secret, request.headers.get("x-hub-signature", "")), request)
        await run_in_threadpool(hear, self.store, push_id, heard, self.policy, self.clock())
        self.counts.heard(heard)
        return Response(status_code=STATUS[heard])


def hub_router(callbacks: Callbacks) -> APIRouter:
    """Say at which address each is."""
    router = APIRouter(include_in_schema=False)
    path = f"/{CALLBACKS}/{{push_id}}"
    router.add_api_route(path, callbacks.confirm, methods=["GET"], response_class=PlainTextResponse)
    router.add_api_route(path, callbacks.take, methods=["POST"], response_class=Response)
    return router


async def _listen(seal: Seal, request: Request) -> Heard:
    """Read the whole body, but no more than the limits allow."""
    came = 0
    try:
        async with asyncio.timeout(LONGEST_SECONDS):
            async for chunk in request.stream():
                came += len(chunk)
                if came > MOST_BYTES:
                    return Heard.TOO_BIG
                seal.feed(chunk)
    except (TimeoutError, ClientDisconnect):
        return Heard.CUT_OFF
    return Heard.TAKEN if seal.fits() else Heard.WRONG_SIGNATURE


def _nothing() -> Response:
    return PlainTextResponse("Nothing waits for this.\n", 404)
