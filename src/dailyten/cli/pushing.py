"""How the hub of a feed stands, in words and for programs."""

from typing import Any, assert_never
from urllib.parse import urlsplit

from dailyten.cli.saying import when
from dailyten.model.canonical import to_plain
from dailyten.model.push import HubStanding, Push
from dailyten.pipeline.conditions import Condition

OURS = frozenset({"push_id", "callback", "secret", "feed_id", "leaving"})
"""What no other program needs to know, or nobody may."""


def hub_line(push: Push, standing: HubStanding, zone: str) -> str:
    """Say in a line how the hub of a feed stands, and what follows."""
    hub = urlsplit(push.hub_url).hostname or push.hub_url
    last = f"last told {when(push.delivered_at, zone)}" if push.delivered_at else "nothing told so far"
    why = f" ({push.detail})" if push.detail else ""
    again = f"It is asked again {when(push.try_at, zone)}."
    match standing:
        case HubStanding.LIVE:
            return f"Pushed by hub {hub} until {when(push.lease_until, zone)}; {last}."
        case HubStanding.SILENT:
            return f"Hub {hub} is silent: polls found what it did not tell ({last}). Polled as if there were no hub."
        case HubStanding.PENDING:
            return f"Hub {hub} was asked to push, and has not confirmed yet."
        case HubStanding.DENIED:
            return f"Hub {hub} does not want to push{why}. {again}"
        case HubStanding.FAILING:
            return f"Hub {hub} does not push{why or ' (it never confirmed: can it reach us?)'}. {again}"
        case HubStanding.LEAVING:
            return f"Hub {hub} is being left."
        case _:
            assert_never(standing)


def told_hub(each: Condition) -> dict[str, Any] | None:
    """Tell a program of a feed's hub; None where there is none."""
    if each.push is None:
        return None
    said = {key: value for key, value in to_plain(each.push).items() if key not in OURS}
    return {"standing": each.standing, **said}
