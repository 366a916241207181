"""Where mail providers post what came back: ours signed by ourselves, theirs each in its own way."""

from collections.abc import Callable, Mapping

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

MOST_BYTES = 1_000_000
"""SendGrid posts the most at once, up to 768 KB."""
SIGNATURE = "dailyten-signature"

TakeNotice = Callable[[bytes, str], int]
TakeReport = Callable[[str, bytes, Mapping[str, str]], int]


def hook_router(take_notice: TakeNotice, take_report: TakeReport) -> APIRouter:
    """Say at which address each is; each answers how much was new."""
    router = APIRouter(include_in_schema=False, prefix="/hooks/mail")

    @router.post("")
    async def mail_came_back(request: Request) -> dict[str, int]:
        signature = request.headers.get(SIGNATURE, "")
        return {"new": await run_in_threadpool(take_notice, await _body(request), signature)}

    @router.post("/{provider}")
    async def provider_reports(provider: str, request: Request) -> dict[str, int]:
        headers = dict(request.headers)
        return {"new": await run_in_threadpool(take_report, provider, await _body(request), headers)}

    return router


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise HTTPException(413, f"That is more than {MOST_BYTES // 1000} KB, so it was not read.")
    return bytes(body)
