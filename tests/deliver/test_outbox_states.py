import random
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailyten.deliver.outbox import MOVES, RetryPolicy, after, in_doubt, release, send_again
from dailyten.model.delivery import Accepted, Deferred, Delivery, DeliveryState, Handover, Refused, Unknown
from dailyten.store.outbox import SETTLED_FROM
from tests.deliver.letters import NOW, delivery_to

POLICY = RetryPolicy()
RNG = random.Random(1)
REPLIES = st.text(max_size=20)
STAGES = st.sampled_from(["connect", "MAIL", "RCPT", "DATA", "dot"])
HANDOVERS = st.one_of(
    st.builds(Accepted, reply=REPLIES),
    st.builds(Deferred, reply=REPLIES, stage=STAGES),
    st.builds(Refused, reply=REPLIES, stage=STAGES),
    st.builds(Unknown, detail=REPLIES),
)


def leased(**changes: object) -> Delivery:
    fields = {"state": DeliveryState.LEASED, "leased_by": "w", "leased_until": NOW + timedelta(minutes=5)}
    return delivery_to("ann@example.org", **(fields | changes))


def outcome(said: Handover, delivery: Delivery, now: datetime = NOW) -> Delivery:
    return after(said, delivery, now, POLICY, RNG)


@pytest.mark.parametrize(
    ("said", "state"),
    [
        (Accepted(reply="250 ok"), DeliveryState.SENT),
        (Deferred(reply="451 later", stage="dot"), DeliveryState.DEFERRED),
        (Refused(reply="550 no", stage="dot"), DeliveryState.FAILED),
        (Unknown(detail="lost"), DeliveryState.UNKNOWN),
    ],
)
def test_each_answer_to_the_final_dot_has_its_state(said: Handover, state: DeliveryState) -> None:
    settled = outcome(said, in_doubt(leased()))

    assert settled.state is state
    assert settled.attempts == 1
    assert (settled.settled_at is None) is (state is DeliveryState.DEFERRED)
    assert settled.leased_until is None


@pytest.mark.parametrize("said", [Accepted(reply="250 ok"), Unknown(detail="lost")])
def test_nothing_is_sent_or_unknown_that_was_not_in_doubt(said: Handover) -> None:
    with pytest.raises(ValueError, match="cannot become"):
        outcome(said, leased())


@given(HANDOVERS, st.sampled_from(DeliveryState), st.integers(0, 50), st.randoms(use_true_random=False))
def test_every_move_is_lawful_and_keeps_what_names_the_delivery(
    said: Handover, state: DeliveryState, attempts: int, rng: random.Random
) -> None:
    before = leased(state=state, attempts=attempts)
    try:
        settled = after(said, before, NOW, POLICY, rng)
    except ValueError:
        return

    assert settled.state in MOVES[state]
    assert settled.attempts == attempts + 1
    assert (settled.delivery_id, settled.message_id) == (before.delivery_id, before.message_id)
    assert (settled.address, settled.expires_at) == (before.address, before.expires_at)
    assert settled.leased_by == "w", "the store asks who leased it"


@given(st.integers(1, 200), st.randoms(use_true_random=False))
def test_waits_grow_to_the_longest_and_no_further(attempts: int, rng: random.Random) -> None:
    wait = POLICY.wait(attempts, rng)

    assert POLICY.first <= wait <= POLICY.longest * (1 + POLICY.spread)
    assert wait <= POLICY.first * 2 ** min(attempts - 1, 20) * (1 + POLICY.spread)


def test_waits_double() -> None:
    even = RetryPolicy(spread=0)

    waits = [even.wait(attempts, RNG) for attempts in range(1, 8)]

    assert [wait / timedelta(minutes=1) for wait in waits] == [5, 10, 20, 40, 80, 120, 120]


def test_what_is_done_stays_done() -> None:
    done = (DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.EXPIRED, DeliveryState.CANCELLED)

    assert all(not MOVES[state] for state in done)


def test_every_state_can_be_reached_and_every_open_one_left() -> None:
    reached = {DeliveryState.QUEUED}
    while found := {move for state in reached for move in MOVES[state]} - reached:
        reached |= found

    assert reached == set(DeliveryState) == set(MOVES)


def test_what_was_not_tried_goes_back_as_it_was() -> None:
    before = leased(attempts=2, reply="RCPT: 451 later")

    back = release(before)

    assert (back.state, back.attempts, back.reply) == (DeliveryState.QUEUED, 2, "RCPT: 451 later")
    assert release(before, NOW + timedelta(hours=1)).next_try_at == NOW + timedelta(hours=1)


def test_an_unknown_one_is_sent_again_only_by_choice_and_with_its_message_id() -> None:
    unknown = outcome(Unknown(detail="lost"), in_doubt(leased()))

    again = send_again(unknown, NOW)

    assert (again.state, again.message_id, again.settled_at) == (DeliveryState.QUEUED, unknown.message_id, None)
    with pytest.raises(ValueError, match="sent cannot become queued"):
        send_again(outcome(Accepted(reply="250"), in_doubt(leased())), NOW)


def test_a_reply_of_any_length_fits() -> None:
    assert len(outcome(Deferred(reply="4" * 9999, stage="RCPT"), leased()).reply) == 500


def test_the_store_allows_no_move_that_is_not_drawn_here() -> None:
    settled = {(before, state) for state, starts in SETTLED_FROM.items() for before in starts}

    assert settled <= {(before, state) for before, states in MOVES.items() for state in states}


@pytest.mark.parametrize(
    "wrong", [{"first": timedelta(0)}, {"first": timedelta(days=1)}, {"spread": -0.1}, {"spread": 2.0}]
)
def test_a_policy_that_makes_no_sense_is_refused(wrong: dict[str, timedelta | float]) -> None:
    with pytest.raises(ValueError, match="first"):
        RetryPolicy(**wrong)  # type: ignore[arg-type] # the case names its field
