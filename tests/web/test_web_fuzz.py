"""The JSON interface, beaten with what its own description allows and with what it forbids."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode, openapi
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from dailyten.feedback.tokens import Purpose
from tests.web.open_house import House, open_house

DOORS = {
    "/api/confirm/{token}": Purpose.CONFIRM,
    "/api/preferences/{token}": Purpose.PREFERENCES,
    "/api/record/{token}": Purpose.PREFERENCES,
    "/api/pause/{token}": Purpose.PAUSE,
    "/api/unsubscribe/{token}": Purpose.UNSUBSCRIBE,
    "/api/vote/{token}": Purpose.VOTE,
}
CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    more = "asks_a_network = 100000\nasks_a_day = 100000\nposts_a_minute = 100000\n"
    with open_house(tmp_path, more) as opened:
        yield opened


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_whatever_is_sent_is_answered_as_described(house: House, mode: GenerationMode) -> None:
    ann = house.reader()
    schema = openapi.from_dict(house.browser.get("/api/openapi.json").json())
    beaten = 0
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        door = DOORS.get(operation.path)
        beaten += _beat(house, operation, mode, house.token(door, ann.subscriber_id) if door else "")

    assert beaten > 50


def _beat(house: House, operation: Any, mode: GenerationMode, token: str) -> int:
    """Send what the description leads to, every other time with a link that opens its door."""
    sent: list[Any] = []

    @settings(
        max_examples=12, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
    )
    @given(operation.as_strategy(generation_mode=mode))
    def beat(case: Any) -> None:
        if token and len(sent) % 2:
            case.path_parameters["token"] = token
        sent.append(case)
        case.call_and_validate(base_url=house.root, checks=CHECKS)

    with suppress(Unsatisfiable):  # nothing can be forbidden where nothing is asked for
        beat()
    return len(sent)
