"""What a browser sends, as texts; and wishes as the texts of a form."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias
from urllib.parse import parse_qs

from fastapi import Request

from dailyten.feedback.tokens import Claim, Purpose, Tokens
from dailyten.model.subscriber import Wishes
from dailyten.pipeline.wishing import FIELDS, LISTS

Texts: TypeAlias = dict[str, list[str]]

LEAST_TIME = timedelta(seconds=3)
"""Nobody reads a form and fills it in faster; programs do."""
TRAP = "website"
MOST_FIELDS = 200
KINDS = ("application/x-www-form-urlencoded", "multipart/form-data")


async def texts_of(request: Request) -> Texts:
    """Read the fields of a form, urlencoded or multipart (RFC 8058 allows both); files are left out.

    A body of no kind, or of one that is no form, is read as urlencoded: some mail programs forget to name it, and a
    farewell must not fail for that.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in KINDS:
        given = (await request.body()).decode("utf-8", "replace").strip()
        try:
            return parse_qs(given, keep_blank_values=True, max_num_fields=MOST_FIELDS)
        except ValueError:  # more fields than anything of ours has
            return {}
    async with request.form(max_files=0, max_fields=MOST_FIELDS) as form:
        found: Texts = {}
        for name, value in form.multi_items():
            if isinstance(value, str):
                found.setdefault(name, []).append(value)
        return found


def first(texts: Mapping[str, list[str]], name: str) -> str:
    """Give the first text of a field, stripped; empty if there is none."""
    return texts.get(name, [""])[0].strip()


def wishes_given(texts: Texts) -> Texts:
    """Give the fields of wishes; a group in which nothing is ticked was sent as nothing and means none."""
    return {name: texts.get(name, []) for name in FIELDS if name in LISTS or name in texts}


def shown(wishes: Wishes, zone: str) -> Texts:
    """Write wishes as the texts of a form; `zone` is shown where the reader wished for none."""
    texts: Texts = {}
    for name in FIELDS:
        value = getattr(wishes, name)
        texts[name] = list(value) if isinstance(value, tuple) else [] if value is None else [str(value)]
    return texts | {"zone": [wishes.zone or zone], "address": []}


class Pace(StrEnum):
    """How a form was filled in."""

    HUMAN = "human"
    TOO_FAST = "too_fast"
    TOO_OLD = "too_old"


def stamp(tokens: Tokens, now: datetime) -> str:
    """Sign when a form was shown."""
    return tokens.sign(Purpose.FORM, f"{int(now.timestamp()):x}", now=now)


def pace(tokens: Tokens, opened: str, now: datetime) -> Pace:
    """Say how fast a form came back. A stamp that is not ours counts as too old: it is shown again with a fresh one."""
    claim = tokens.read(opened, Purpose.FORM, now=now)
    if not isinstance(claim, Claim):
        return Pace.TOO_OLD
    return Pace.HUMAN if now.timestamp() - int(claim.subscriber_id, 16) >= LEAST_TIME.total_seconds() else Pace.TOO_FAST
