"""A new digest's files for tests."""

from datetime import date
from pathlib import Path

from dailyten.founding.answers import Answers, Mailing, Place, Run
from dailyten.founding.folder import files_of

MAILING = Mailing(sender="news@shop.example", smtp_host="smtp.shop.example", postal="1 Market Square")


def answers(
    run: Run, *, mailing: Mailing | None = None, name: str = "Shop News", zone: str = "Europe/Berlin"
) -> Answers:
    return Answers(name=name, zone=zone, hour=7, pack="social_media", run=run, mailing=mailing)


def place(folder: str = "/srv/shop", user_id: int = 1000) -> Place:
    return Place(
        folder=Path(folder),
        program="/opt/dailyten/bin/dailyten",
        user_id=user_id,
        group_id=user_id,
        requirements=("dailyten==0.1.0", "lxml==6.1.3"),
        docs="https://docs.example",
    )


def bodies(said: Answers, where: Place | None = None) -> dict[str, str]:
    files = files_of(said, where or place(), b"<opml/>", date(2026, 11, 24))
    return {file.path: file.body.decode() for file in files}
