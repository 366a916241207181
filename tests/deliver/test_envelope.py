import pytest
from hypothesis import given
from hypothesis import strategies as st

from dailyten.deliver.envelope import identity_in, tagged

OLD, NEW = b"o" * 32, b"n" * 32
IDS = st.text("0123456789abcdef", min_size=16, max_size=16)


@given(IDS)
def test_a_return_path_says_for_whom_it_was_made(identity: str) -> None:
    address = tagged("bounce", identity, "example.com", (NEW,))

    assert identity_in(address, "bounce", (NEW,)) == identity
    assert identity_in(f"<{address.upper()}>", "bounce", (NEW,)) == identity
    assert len(address.partition("@")[0]) <= 64


def test_an_address_made_with_the_key_before_is_still_ours() -> None:
    assert identity_in(tagged("bounce", "ab12", "example.com", (OLD,)), "bounce", (NEW, OLD)) == "ab12"
    assert identity_in(tagged("bounce", "ab12", "example.com", (OLD,)), "bounce", (NEW,)) == ""


@pytest.mark.parametrize(
    "address",
    [
        "bounce@example.com",
        "bounce+ab12@example.com",
        "bounce+ab12.00000000000000000000@example.com",
        tagged("unsub", "ab12", "example.com", (NEW,)),
        tagged("bounce", "ab12", "example.com", (NEW,)).replace("ab12", "ab13"),
        tagged("bounce", "ab12", "example.com", (NEW,)) + "\r\nTo: x@example.com",
        "",
    ],
)
def test_what_we_did_not_make_for_that_is_nobodys(address: str) -> None:
    assert identity_in(address, "bounce", (NEW,)) == ""
