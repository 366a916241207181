"""Edge: telling a WebSub hub that feeds have changed, so that their readers learn of it at once.

Source: W3C WebSub §7: the publisher's ping is between it and its hub; hubs agree on `hub.mode=publish` and `hub.url`.
"""

from collections.abc import Sequence

import httpx2

SECONDS = 10.0


def tell_hub(hub: str, urls: Sequence[str]) -> str:
    """Tell a hub which feeds changed; give "" or, in words, why it did not take it."""
    form = {"hub.mode": "publish", "hub.url": list(urls)}
    try:
        answer = httpx2.post(hub, data=form, timeout=SECONDS, follow_redirects=False)
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        return f"it could not be reached: {error}"
    return "" if answer.is_success else f"it answered {answer.status_code}"
