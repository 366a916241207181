from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailyten.errors import BadSetting
from dailyten.feedback.tokens import Claim, Fault, Purpose, Tokens

NOW = datetime(2026, 11, 24, 7, tzinfo=UTC)
TOKENS = Tokens([b"secret" * 8])
IDS = st.text("0123456789abcdef", min_size=16, max_size=16)
PURPOSES = st.sampled_from(Purpose)


@given(PURPOSES, IDS, IDS | st.just(""))
def test_a_link_says_what_was_signed(purpose: Purpose, subscriber_id: str, edition_id: str) -> None:
    token = TOKENS.sign(purpose, subscriber_id, edition_id, now=NOW)

    claim = Claim(purpose=purpose, subscriber_id=subscriber_id, edition_id=edition_id)
    assert TOKENS.read(token, purpose, now=NOW) == claim
    assert len(token) < 100
    assert all(letter.isalnum() or letter in "-_" for letter in token)


@given(PURPOSES, PURPOSES)
def test_a_link_opens_the_door_it_was_made_for_and_no_other(made: Purpose, tried: Purpose) -> None:
    read = TOKENS.read(TOKENS.sign(made, "abc", now=NOW), tried, now=NOW)

    assert isinstance(read, Claim) is (made == tried)


@given(st.integers(0, 90), st.sampled_from("abz09-_A"))
def test_a_changed_link_is_forged(position: int, letter: str) -> None:
    token = TOKENS.sign(Purpose.UNSUBSCRIBE, "0123456789abcdef", "fedcba9876543210")
    position %= len(token)
    changed = token[:position] + letter + token[position + 1 :]

    read = TOKENS.read(changed, Purpose.UNSUBSCRIBE, now=NOW)

    assert read == Fault.FORGED or changed == token


@given(st.text(max_size=120))
def test_whatever_is_typed_is_forged_and_nothing_breaks(typed: str) -> None:
    assert TOKENS.read(typed, Purpose.VOTE, now=NOW) == Fault.FORGED


@pytest.mark.parametrize("purpose", [Purpose.CONFIRM, Purpose.NEW_ADDRESS])
def test_a_link_to_confirm_lives_two_days(purpose: Purpose) -> None:
    token = TOKENS.sign(purpose, "abc", now=NOW)

    assert isinstance(TOKENS.read(token, purpose, now=NOW + timedelta(hours=47, minutes=59)), Claim)
    assert TOKENS.read(token, purpose, now=NOW + timedelta(hours=48)) == Fault.EXPIRED
    with pytest.raises(ValueError, match="time"):
        TOKENS.sign(purpose, "abc")


def test_a_link_to_leave_never_expires_and_is_the_same_whenever_it_is_made() -> None:
    token = TOKENS.sign(Purpose.UNSUBSCRIBE, "abc", "def")

    assert isinstance(TOKENS.read(token, Purpose.UNSUBSCRIBE, now=NOW + timedelta(days=3650)), Claim)
    assert token == TOKENS.sign(Purpose.UNSUBSCRIBE, "abc", "def", now=NOW)


def test_a_new_secret_signs_and_the_old_one_still_reads() -> None:
    old, new = b"o" * 32, b"n" * 32
    token = Tokens([old]).sign(Purpose.UNSUBSCRIBE, "abc")

    assert isinstance(Tokens([new, old]).read(token, Purpose.UNSUBSCRIBE, now=NOW), Claim)
    assert Tokens([new]).read(token, Purpose.UNSUBSCRIBE, now=NOW) == Fault.FORGED
    assert Tokens([new, old]).sign(Purpose.VOTE, "abc") == Tokens([new]).sign(Purpose.VOTE, "abc")


@pytest.mark.parametrize("secrets", [[], [b""], [b"short"], [b"l" * 32, b"short"]])
def test_a_weak_secret_is_refused(secrets: list[bytes]) -> None:
    with pytest.raises(BadSetting, match="32"):
        Tokens(secrets)


@pytest.mark.parametrize("identity", ["", "ann@example.com", "a-b", "A", "x" * 65])
def test_only_an_id_of_ours_comes_into_a_link(identity: str) -> None:
    with pytest.raises(ValueError, match="ids"):
        TOKENS.sign(Purpose.VOTE, identity)
