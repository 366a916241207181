"""How to get the digest: by mail where there is a form for it, by feed, by calendar."""

from dailyten.render.press import Page, Press


def follow_page(press: Press) -> Page:
    """Give the page that says how to get each edition, and what each way costs the reader."""
    return press.page(
        "follow.html",
        "follow/index.html",
        title=press.titled("Get it"),
        description=f"Get {press.settings.name} by mail, by feed or in your calendar.",
        topics=press.topics(),
        networks=press.networks(),
        full=press.full,
    )
