"""`deliver` decides what becomes of a delivery, `store` lets it happen: both must know the same lawful moves."""

from dailyten.deliver.outbox import MOVES
from dailyten.model.delivery import DeliveryState
from dailyten.store.outbox import SETTLED_FROM

# The moves that have a method of their own in the store.
BY_NAME = {DeliveryState.LEASED, DeliveryState.IN_DOUBT, DeliveryState.EXPIRED, DeliveryState.CANCELLED}


def test_a_delivery_is_settled_by_exactly_the_lawful_moves() -> None:
    lawful = {(before, after) for before, afters in MOVES.items() for after in afters if after not in BY_NAME}
    settled = {(before, after) for after, befores in SETTLED_FROM.items() for before in befores}

    assert settled == lawful
