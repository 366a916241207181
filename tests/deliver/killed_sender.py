"""A sending program, for the test that kills it."""

import random
from datetime import UTC, datetime, timedelta

from dailyten.deliver.sending import send
from dailyten.deliver.settings import SendLimits, SmtpSettings
from dailyten.deliver.smtp import SmtpLine
from dailyten.store import open_store
from tests.deliver.letters import message_to
from tests.deliver.stored_outbox import GroupedStoredOutbox, StoredOutbox

LINES = 4


def send_until_killed(url: str, port: int, worker: str, *, grouped: bool) -> None:
    with open_store(url) as store:
        send(
            (GroupedStoredOutbox if grouped else StoredOutbox)(store),
            lambda: SmtpLine(SmtpSettings(port=port)),
            message_to,
            worker=worker,
            clock=lambda: datetime.now(UTC),
            rng=random.Random(),
            limits=SendLimits(lines=LINES, batch=10, lease=timedelta(hours=1)),
        )
