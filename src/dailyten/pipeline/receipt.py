"""The receipt of an edition: how its mails were delivered, in counts. It names nobody and may be shown to everybody."""

from dataclasses import dataclass

from dailyten.model.delivery import DeliveryState
from dailyten.model.edition import Edition
from dailyten.store.transaction import Transaction

WAITING = (DeliveryState.QUEUED, DeliveryState.LEASED, DeliveryState.IN_DOUBT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of an edition's mails.

    `sent`: the receiving server took it. `deferred`: it asked us to come back. `failed`: it refused for good.
    `unknown`: the line broke while it answered, and nobody can know; it is not sent twice. `waiting`: not tried yet.
    `late`: given up as no longer useful. `withdrawn`: the reader left or paused in between.
    """

    on: str
    sent: int = 0
    deferred: int = 0
    failed: int = 0
    unknown: int = 0
    waiting: int = 0
    late: int = 0
    withdrawn: int = 0

    @property
    def mails(self) -> int:
        """Count them all."""
        parts = (self.sent, self.deferred, self.failed, self.unknown, self.waiting, self.late, self.withdrawn)
        return sum(parts)


def receipt_of(db: Transaction, edition: Edition) -> Receipt:
    """Count what became of the mails of an edition's morning. Of a rebuilt edition it is the first that was mailed."""
    first = db.editions.first_since(edition.on, edition.zone).get(edition.on)
    counts = db.outbox.counts(first.edition_id if first else edition.edition_id)
    return Receipt(
        on=str(edition.on),
        sent=counts.get(DeliveryState.SENT, 0),
        deferred=counts.get(DeliveryState.DEFERRED, 0),
        failed=counts.get(DeliveryState.FAILED, 0),
        unknown=counts.get(DeliveryState.UNKNOWN, 0),
        waiting=sum(counts.get(each, 0) for each in WAITING),
        late=counts.get(DeliveryState.EXPIRED, 0),
        withdrawn=counts.get(DeliveryState.CANCELLED, 0),
    )
