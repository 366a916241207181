"""The pages: each is shown by GET, which changes nothing, and acts by POST. No scripts, no cookies, no login."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from dailyten.web.counting import Counts
from dailyten.web.pages.leaving import Leaving
from dailyten.web.pages.pausing import Pausing
from dailyten.web.pages.preferring import Preferring
from dailyten.web.pages.reading import Reading
from dailyten.web.pages.subscribing import Subscribing
from dailyten.web.reception import Reception


def router(here: Reception, counts: Counts) -> APIRouter:
    """Say at which address each page is."""
    subscribing, preferring, reading = Subscribing(here, counts), Preferring(here, counts), Reading(here, counts)
    pausing, leaving = Pausing(here, counts), Leaving(here, counts)
    made = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
    for path, shows, acts in (
        ("/subscribe", subscribing.show, subscribing.act),
        ("/confirm/{token}", subscribing.confirm, subscribing.confirm_post),
        ("/preferences/{token}", preferring.show, preferring.act),
        ("/pause/{token}", pausing.show, pausing.act),
        ("/unsubscribe/{token}", leaving.show, leaving.act),
        ("/vote/{token}", reading.vote, reading.vote_post),
    ):
        made.add_api_route(path, shows, methods=["GET"], response_model=None)
        made.add_api_route(path, shows, methods=["HEAD"], response_model=None)
        made.add_api_route(path, acts, methods=["POST"], response_model=None)
    for path, alone in (
        ("/subscribe/asked", subscribing.asked),
        ("/view/{token}", reading.view),
        ("/preferences/{token}/record", preferring.record),
        ("/preferences/{token}/record.json", preferring.record_json),
    ):
        made.add_api_route(path, alone, methods=["GET"], response_model=None)
    return made
